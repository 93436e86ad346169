"""Words about what has arrived and what it is used for; made from frozen answers alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.domain.ages import NURSERY_CLASSES, SCHOOL_GRADES
from app.services.imports.purposes import Item, SwitchLine
from app.services.imports.received import Arrived
from ui.words import _, clock, count, day_long, day_short, language, term


def extract_name(names: Mapping[str, str]) -> str:
    """An extract's name in the language that is spoken."""
    return names.get(language()) or names.get("ja", "")


def last_file(line: Arrived, today: date) -> tuple[str, str]:
    """The last file's day, and how long ago that is."""
    if line.as_of is None:
        return _("sources.never"), ""
    return day_short(line.as_of, today), _("sources.days_since", days=count(line.days_since or 0))


def state_words(line: Arrived, today: date) -> str:
    """Whether the next file is due."""
    if line.state == "late" and line.due is not None:
        return _("sources.state.late", due=day_short(line.due, today), days=count((today - line.due).days))
    if line.state == "ok" and line.usual is None:
        return _("sources.state.unplanned")
    return _(f"sources.state.{line.state}")


def covered(line: Arrived, today: date) -> tuple[str, str]:
    """The time spoken of, and how many gaps lie in it."""
    if line.first is None or line.last is None:
        return _("sources.covers.nothing"), ""
    span = _("sources.covers", first=day_short(line.first, today), last=day_short(line.last, today))
    return span, _("sources.gaps", gaps=count(len(line.gaps))) if line.gaps else _("sources.no_gaps")


def children(line: Arrived) -> tuple[str, str]:
    """Children spoken of, against those of whom it should speak."""
    if line.state in ("never", "off"):
        return "―", ""
    if line.expected is None:
        return _("sources.children", received=count(line.received)), nobody_expected(line, "sources.nobody_expected")
    spoken = sum(one.received for one in line.ages)
    words = _("sources.children_of", received=count(spoken), expected=count(line.expected))
    return words, _("sources.missing", missing=count(line.missing)) if line.missing else _("sources.nobody_missing")


def nobody_expected(line: Arrived, key: str) -> str:
    """Why nobody in particular is expected: the register is itself the measure of who there is."""
    return _(f"{key}.register" if line.extract == "resident_register" else key)


def gap_words(line: Arrived) -> str:
    """The gaps, the newest first."""
    spans = [_("sources.gap", first=day_long(a, False), last=day_long(b, False)) for a, b in reversed(line.gaps)]
    return "\n".join(spans[:8])


def grade(index: int) -> str:
    """A class by its index."""
    classes = (*NURSERY_CLASSES, *SCHOOL_GRADES)
    return term("grade", classes[index]) if 0 <= index < len(classes) else str(index)


def item_name(item: Item) -> str:
    """A column's name; the whole extract has words of its own."""
    return item.name or _("purposes.whole")


def use_words(item: Item, whole_used: bool) -> str:
    """Whether an item is used, said in words."""
    if not item.used or not whole_used:
        return _("purposes.off")
    return _("purposes.fixed") if item.locked else _("purposes.on")


def set_by(item: Item, today: date) -> str:
    """Who set it and when."""
    if not item.own or item.recorded is None:
        return _("purposes.proposed")
    when = item.recorded.astimezone()
    return _("purposes.set_by", author=item.author, day=day_short(when.date(), today), clock=clock(when))


def version(line: SwitchLine, today: date) -> str:
    """One change in a line."""
    when = line.time.astimezone()
    return _(
        "purposes.version",
        day=day_short(when.date(), today),
        author=line.author,
        use=_("purposes.on" if line.used else "purposes.off"),
        basis=_(f"purposes.basis.{line.basis}"),
    )
