"""What each cell of the caseload says: the words painted, those heard, and those of tooltips.

Plain functions from a ``CaseloadRow`` to words; painting is in ``cells``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol
from unicodedata import normalize

from app.domain.priority import Level, Reason
from app.services.answers.caseload import CaseloadList, CaseloadRow
from ui.widgets.marks import SAMPLE, level_says, sector_says
from ui.widgets.text import tip_text
from ui.words import (
    _,
    age_words,
    count,
    day_long,
    day_short,
    days_ago,
    reason_words,
    sector_word,
    term,
)

UNSEEN_LIMIT = 30
"""Days after which "last seen" is marked as long ago."""


class Listed(Protocol):
    """What the cut's sentence needs to know of the list."""

    listing: CaseloadList

    def known(self, person_id: int) -> CaseloadRow | None: ...


def _level(line: CaseloadRow) -> str:
    """The level; before it that the child was drawn at random, if it was."""
    level = level_says(line.level)
    return _("list.join").join((level_says(SAMPLE), level)) if line.sampled else level


def name_words(line: CaseloadRow) -> str:
    """The name as a list shows it: a full-width space would tear it apart."""
    return line.name.replace("\u3000", " ")


def kana_words(line: CaseloadRow) -> str:
    """The kana in full width, however the source wrote them; only shown so, never stored."""
    return normalize("NFKC", line.kana)


def total_words(line: CaseloadRow) -> str:
    """``10＋`` when something is unknown: the real number may be higher."""
    return _("total.more", points=line.points) if line.has_unknown else str(line.points)


def grade_words(line: CaseloadRow) -> str:
    return term("grade", line.grade)


def grade_cell(line: CaseloadRow) -> str:
    """The grade as short as a cell needs it: 小3, G3."""
    return term("grade.cell", line.grade)


def reason_line(reason: Reason) -> str:
    return reason_words(reason)


def new_line(line: CaseloadRow) -> str:
    """In which sectors something is new: "教育・福祉"."""
    wanted = set(line.new_words)
    sectors = dict.fromkeys(one.sector for one in line.reasons if one.criterion in wanted)
    return _("list.join").join(sector_word(sector) for sector in sectors)


def is_overdue(line: CaseloadRow, today: date) -> bool:
    return line.next_day is not None and line.next_day < today


def is_worked_with(line: CaseloadRow) -> bool:
    """Somebody has begun: only then does a missing date deserve attention."""
    return bool(line.assignee or line.last_contact or line.last_decision)


def wants_sighting(line: CaseloadRow, today: date) -> bool:
    if line.last_seen is None:
        return line.level in (Level.URGENT, Level.HIGH) and is_worked_with(line)
    return (today - line.last_seen).days > UNSEEN_LIMIT


def wants_date(line: CaseloadRow) -> bool:
    urgent = line.level in (Level.URGENT, Level.HIGH)
    return line.next_day is None and urgent and is_worked_with(line)


def contact_word(kind: str) -> str:
    return term("contact", kind)


def next_word(kind: str) -> str:
    """What the next date is for, as far as it was recorded."""
    return term("next.kind", term("decision", term("contact", kind)))


def family_name(name: str) -> str:
    """What a colleague is called in a narrow cell: the part before the first space."""
    return name.replace("\u3000", " ").split(" ")[0]


def doubt_words(line: CaseloadRow) -> str:
    """なし 9点／あり 13点: what hangs on an unsettled link; "" where nothing does, or it is not known yet."""
    if not line.uncertain_links or line.points_linked in (None, line.points):
        return ""
    return _("cell.uncertain", without=line.points, points=line.points_linked)


def flag_words(line: CaseloadRow) -> list[str]:
    said = []
    if line.protected:
        said.append(_("flag.protected"))
    if line.already_supported:
        said.append(_("flag.supported"))
    if line.uncertain_links:
        said.append(_("flag.uncertain", n=line.uncertain_links))
        if doubt_words(line):
            said.append(doubt_words(line))
    if line.has_siblings:
        said.append(_("flag.siblings"))
    if line.moved_out:
        said.append(_("flag.moved_out"))
    return said


# ---------------------------------------------------------------- heard and in tooltips


def _child(line: CaseloadRow, today: date) -> str:
    name, kana = name_words(line), kana_words(line)
    return "\n".join([f"{name}（{kana}）" if kana else name, *flag_words(line)])


def _age(line: CaseloadRow, today: date) -> str:
    words = f"{age_words(line.age)} {grade_words(line)}".strip()
    return words if line.birth is None else _("age.born", age=words, day=day_long(line.birth, False))


def _sectors(line: CaseloadRow, today: date) -> str:
    return "\n".join(sector_says(mark, today) for mark in line.sectors)


def _total(line: CaseloadRow, today: date) -> str:
    key = "total.says_more" if line.has_unknown else "total.says"
    return _(key, points=line.points)


def _reasons(line: CaseloadRow, today: date) -> str:
    return "\n".join(reason_words(one) for one in line.reasons) or _("reasons.none")


def _new(line: CaseloadRow, today: date) -> str:
    if not line.new_count:
        return _("new.none")
    return _("new.says", n=line.new_count, sectors=new_line(line))


def _contact(line: CaseloadRow, today: date) -> str:
    return _dated("contact.last", line.last_contact, today, contact_word(line.last_contact_kind))


def _seen(line: CaseloadRow, today: date) -> str:
    return _dated("seen.last", line.last_seen, today, "")


def _next(line: CaseloadRow, today: date) -> str:
    if line.next_day is None:
        return _("next.none")
    words = _dated("next.day", line.next_day, today, next_word(line.next_kind))
    if is_overdue(line, today):
        return f"{words}\n{_('next.overdue', days=(today - line.next_day).days)}"
    return words


def _dated(key: str, day: date | None, today: date, kind: str) -> str:
    if day is None:
        return _(f"{key}.none")
    words = _(key, day=day_long(day), ago=days_ago(day, today))
    return f"{words} {kind}".strip()


def _assignee(line: CaseloadRow, today: date) -> str:
    return line.assignee or _("assignee.none")


_SAYS: dict[str, Callable[[CaseloadRow, date], str]] = {
    "level": lambda line, today: _level(line),
    "child": _child,
    "age": _age,
    "sectors": _sectors,
    "total": _total,
    "reasons": _reasons,
    "new": _new,
    "contact": _contact,
    "seen": _seen,
    "next": _next,
    "assignee": _assignee,
    "school": lambda line, today: _("flag.protected") if line.protected else line.school,
    "decision": lambda line, today: _(f"decision.{line.last_decision}") if line.last_decision else _("record.none"),
}


def cell_says(key: str, line: CaseloadRow, today: date) -> str:
    """One cell as a screen reader hears it."""
    return _SAYS[key](line, today).replace("\n", _("list.join"))


def cell_tip(key: str, line: CaseloadRow, today: date) -> str:
    """One cell's tooltip: everything that the cell had to leave out, safe for Qt."""
    return tip_text(_SAYS[key](line, today))


def row_says(line: CaseloadRow, today: date) -> str:
    """A whole line in one sentence."""
    parts = [_level(line), line.name, _age(line, today), *flag_words(line)]
    parts += [reason_words(one) for one in line.reasons[:2]]
    return _("list.join").join(part for part in parts if part)


# ---------------------------------------------------------------- the cut


def cut_head(model: Listed) -> str:
    return _("cut.head", n=count(model.listing.cut or 0))


def cut_words(model: Listed) -> str:
    """Why the cut stands where it stands; names those tied at it when they are few."""
    listing = model.listing
    if listing.left == 0:
        return _("cut.full", capacity=count(listing.capacity), looked=count(listing.looked))
    capacity = count(listing.capacity)
    if listing.looked:
        capacity = _("cut.left", capacity=capacity, looked=count(listing.looked), left=count(listing.left))
    if not listing.ties:
        return _("cut.capacity", capacity=capacity)
    # They stand together right above the cut.
    end = listing.cut or 0
    tied = [model.known(one) for one in listing.ids[end - len(listing.ties) : end]]
    lines = [one for one in tied if one is not None]
    values = {"capacity": capacity, "n": count(len(listing.ties))}
    if not lines or len(lines) != len(listing.ties):
        return _("cut.tied", **values)
    values["points"] = str(lines[0].points)
    if len(lines) > 3:
        return _("cut.tied_points", **values)
    names = _("list.join").join(family_name(one.name) for one in lines)
    return _("cut.tied_names", names=names, **values)


def cut_rest(model: Listed) -> str:
    return _("cut.rest", n=count(len(model.listing.ids) - (model.listing.cut or 0)))


def cut_says(model: Listed) -> str:
    return " ".join((cut_head(model), cut_words(model), cut_rest(model)))


def day_cell(day: date, today: date) -> str:
    return day_short(day, today, with_weekday=True)
