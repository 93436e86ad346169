"""What an item is called: short beside its glyph, full in the panel, for readers and the table.

Words come from the catalogue; coded cells go through the shelf ``value`` and are shown as they
came when nobody coded them. Attributes that the source left empty are left out, never said as 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime

from app.domain.facts import KINDS
from app.services.answers.child import DecisionLine, FactLine, WithdrawnSource, WithheldItem
from ui.timeline.lanes import Item, Shape
from ui.words import _, day_long, day_short, language, month_long, number, term

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def coded(value: object) -> str:
    """A cell as words: numbers without needless decimals, codes through the catalogue."""
    if isinstance(value, (int, float)):
        return number(float(value))
    text = str(value or "")
    if _ISO.fullmatch(text):
        try:
            return day_long(date.fromisoformat(text), False)
        except ValueError:
            return text
    return term("value", text)


def kind_word(kind: str) -> str:
    """What a kind of fact is called (出欠月計)."""
    return _(f"fact.{kind}")


def extract_word(extract: str) -> str:
    """What an extract is called (住民記録)."""
    return term("extract", extract)


def _cell(line: FactLine, attribute: str) -> str:
    return coded(line.fact.attributes.get(attribute, ""))


def _checkup(line: FactLine) -> str:
    untreated = line.fact.attributes.get("untreated")
    if isinstance(untreated, (int, float)) and untreated > 0:
        key = "caries_unvisited" if _cell(line, "visit_reported") in ("無", "no") else "caries"
        return _(f"timeline.short.{key}", n=number(float(untreated)))
    return _cell(line, "finding") or kind_word("school_checkup")


def _infant(line: FactLine) -> str:
    return _join(
        _("timeline.short.infant_checkup", check=_cell(line, "check")), _cell(line, "judgement") or _cell(line, "state")
    )


def _consultation(line: FactLine) -> str:
    inside = _("list.join").join(w for w in (_cell(line, "type"), _cell(line, "route")) if w)
    name = kind_word("consultation")
    return _("timeline.short.bracket", name=name, inside=inside) if inside else name


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _dose(line: FactLine) -> str:
    dose = line.fact.attributes.get("dose")
    return _join(_cell(line, "vaccine"), _("timeline.short.dose", n=coded(dose)) if dose else "")


_SHORT: dict[str, Callable[[FactLine], str]] = {
    "residence_change": lambda line: _cell(line, "reason") or kind_word("residence_change"),
    "enrolment": lambda line: _join(_cell(line, "school"), _cell(line, "state")),
    "nurse_visit": lambda line: _cell(line, "reason") or kind_word("nurse_visit"),
    "carer_survey": lambda line: _join(
        _("timeline.short.carer_survey", cares=_cell(line, "cares")), _cell(line, "frequency")
    ),
    "childcare_use": lambda line: _join(_cell(line, "facility"), _cell(line, "state")),
    "school_aid": lambda line: _join(kind_word("school_aid"), _cell(line, "class")),
    "assistance": lambda line: _join(kind_word("assistance"), _cell(line, "state")),
    "allowance": lambda line: _join(kind_word("allowance"), _cell(line, "class")),
    "disability": lambda line: _join(kind_word("disability"), _cell(line, "kind"), _cell(line, "grade")),
    "consultation": _consultation,
    "school_checkup": _checkup,
    "infant_checkup": _infant,
    "immunisation": _dose,
    "pregnancy": lambda line: kind_word("pregnancy"),
}


def short(item: Item) -> str:
    """A few words for beside the glyph; "" for what a number says better."""
    if item.decision is not None:
        return _("timeline.short.decision", kind=term("decision", item.decision.kind.value), day=item.decision.day)
    if item.contact is not None:
        if item.seen:
            return _("timeline.short.seen", day=item.contact.day)
        return term("result", item.contact.result) or term("contact", item.contact.kind)
    if item.shape is Shape.PLANNED:
        return _("timeline.short.planned", day=date.fromordinal(item.start))
    if not item.facts:
        return ""
    return _fact_short(item)


def _fact_short(item: Item) -> str:
    line = item.facts[-1]
    if item.aspect == "council":
        return _join(_("timeline.short.council"), _cell(line, "council"))
    if line.fact.kind == "school_arrears":
        return _("timeline.short.months", n=coded(item.value)) if item.value is not None else "?"
    words = _SHORT.get(line.fact.kind)
    return words(line) if words else ""


def attributes(line: FactLine) -> str:
    """Everything the fact says, attribute by attribute, without what its source left empty."""
    kind = KINDS[line.fact.kind]
    parts = []
    for name in (*kind.words, *kind.numbers):
        value = line.fact.attributes.get(name)
        if value not in (None, ""):
            parts.append(f"{_(f'attribute.{name}')} {coded(value)}")
    return _("list.join").join(parts)


def when(item: Item) -> str:
    """The days of an item in words."""
    first, last = date.fromordinal(item.start), date.fromordinal(item.end)
    if item.shape in (Shape.BAR, Shape.NUMBER, Shape.NOTHING) and item.end > item.start:
        return month_long(first)
    if item.end == item.start:
        return day_long(first)
    return _("timeline.span", first=day_long(first, False), last=day_long(last, False))


def full(item: Item) -> str:
    """The item in one sentence: what, when, and everything it says."""
    if item.decision is not None:
        line = item.decision
        words = _(
            "timeline.full.decision",
            kind=term("decision", line.kind.value),
            day=day_long(line.day),
            author=line.author,
            reason=line.reason,
        )
        return " ".join(part for part in (words, lost_words(line)) if part)
    if item.contact is not None:
        contact = item.contact
        return _(
            "timeline.full.contact",
            kind=term("contact", contact.kind),
            result=term("result", contact.result),
            day=day_long(contact.day),
            author=contact.author,
            words=contact.words,
        )
    if item.shape is Shape.PLANNED:
        return _("timeline.full.planned", day=day_long(date.fromordinal(item.start)))
    return _facts_full(item)


def _facts_full(item: Item) -> str:
    name = kind_word(item.facts[0].fact.kind)
    if len(item.facts) == 1:
        said = attributes(item.facts[0])
    elif item.shape is Shape.NUMBER and item.counts:
        said = _join(_("timeline.times", n=len(item.facts)), _tallied(item))
    else:
        said = _("list.comma").join(attributes(line) for line in item.facts[-6:])
    words = _("timeline.full.fact", name=name, when=when(item), said=said)
    return words + _("timeline.full.uncertain") if item.uncertain else words


def _tallied(item: Item) -> str:
    """How often each word stands among single visits: 心の不調 6・相談 1."""
    counts: dict[str, int] = {}
    for line in item.facts:
        word = _SHORT[line.fact.kind](line)
        counts[word] = counts.get(word, 0) + 1
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    words = _("list.join").join(f"{word} {n}" for word, n in ordered)
    return _("timeline.bracket", words=words)


def lost_words(decision: DecisionLine) -> str:
    """Which of what a decision points at is gone, because its import was taken back; "" for nothing."""
    imports: dict[tuple[str, datetime], list[WithdrawnSource]] = {}
    for one in decision.withdrawn_sources:
        imports.setdefault((one.file, one.time), []).append(one)
    return " ".join(
        _(
            "decision.lost",
            n=len(lost),
            file=file,
            day=day_long(time.astimezone().date()),
            author=lost[0].author,
            reason=lost[0].reason,
            facts=_("list.join").join(dict.fromkeys(_lost_fact(one) for one in lost)),
        )
        for (file, time), lost in imports.items()
    )


def _lost_fact(one: WithdrawnSource) -> str:
    day = _("timeline.bracket", words=coded(one.start)) if one.start else ""
    return f"{kind_word(one.kind)}{day}"


def withheld_words(items: Sequence[WithheldItem]) -> str:
    """Items that are not used: an extract's name, or its and the column's."""
    names = (one.names.get(language()) or one.names.get("ja", "") for one in items)
    return _("list.join").join(
        _("lane.item", extract=name, item=one.item) if one.item else name
        for name, one in zip(names, items, strict=True)
    )


def source(line: FactLine, today: date) -> str:
    """Where a fact came from: file, line, when it came in, which extract."""
    words = _("timeline.source", file=line.file, line=line.line, extract=extract_word(line.extract))
    if line.received is None:
        return words
    return words + _("timeline.source.received", day=day_short(line.received, today))
