"""Values of a paper in words: days, codes, reasons, facts; what nobody told us; what is withheld."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from app.domain.message import Message
from app.domain.priority import Level, Reason
from app.services.answers.child import FactLine
from app.services.papers.paper import Cell, Hidden, Paper, Several, Source, Span, Term, Value
from ui.timeline import wording
from ui.words import _, day_long, era_year, language, level_word, moment, reason_words, say, term

_TITLES = ("様", "殿", "御中", "先生", "宛", "各位")
"""What a Japanese letter says after a name."""
MAY_BREAK = "\u200b"
"""Where a narrow column may break a span of days."""


def said(value: Value) -> str:
    """One value as plain text."""
    if value is None:
        return _("paper.value.unknown")
    if isinstance(value, Hidden):
        return _("protected.withheld")
    if isinstance(value, Several):
        return "\n".join(words for words in map(said, value.parts) if words)
    if isinstance(value, Span):
        return _("paper.span", first=day_printed(value.first), last=MAY_BREAK + day_printed(value.last))
    if isinstance(value, FactLine):
        return fact_words(value)
    if isinstance(value, Term):
        return term(value.shelf, value.code)
    if isinstance(value, Reason):
        return reason_words(value, whole=True)
    return _plain(value)


def _plain(value: str | int | date | datetime | Level | Message) -> str:
    if isinstance(value, Level):
        return level_word(value)
    if isinstance(value, Message):
        return say(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day_printed(value)
    return str(value)


def day_printed(day: date) -> str:
    """A day with its year, short: R8.11/24 or 24 Nov 2026; paper outlives the school year."""
    if language() != "ja":
        return day_long(day, False)
    _name, letter, year = era_year(day)
    return f"{letter}{year}.{day.month}.{day.day}"


def cell_words(cell: Cell) -> str:
    """A cell with its footnotes."""
    words = said(cell.value)
    if not cell.notes:
        return words
    return words + _("paper.note_marks", numbers=_("paper.note_and").join(_runs(cell.notes)))


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    """1, 2, 3, 7 as "1〜3", "7": a reason may stand on the notes of a whole year."""
    for _step, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        first, *rest = [number for _at, number in run]
        if len(rest) > 1:
            yield _("paper.note_run", first=first, last=rest[-1])
        else:
            yield from map(str, (first, *rest))


def fact_words(line: FactLine) -> str:
    """A fact in one line: what it is called and everything that it says."""
    words = _("paper.fact_words", name=wording.kind_word(line.fact.kind), said=wording.attributes(line))
    return words + _("timeline.full.uncertain") if line.uncertain else words


def addressed(name: str) -> str:
    """To whom a letter goes; a title that somebody wrote after the name is not said twice."""
    plain = name.strip()
    titled = language() == "ja" and plain.endswith(_TITLES)
    return plain if titled else _("paper.to", name=plain)


def form_name(form: str) -> str:
    """What a form is called."""
    return _(f"form.{form}")


def source_words(number: int, source: Source) -> str:
    """A footnote: which extract, file and line, and when it came in."""
    words = _(
        "paper.source", n=number, extract=wording.extract_word(source.extract), file=source.file, line=source.line
    )
    if source.received is not None:
        words += _("paper.source.received", day=day_printed(source.received))
    return words


def file_name(paper: Paper) -> str:
    """A name for the PDF, without the child's: names of files are seen by others."""
    return f"{form_name(paper.form)}_{paper.made:%Y%m%d}.pdf"
