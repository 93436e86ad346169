"""Papers: what stands on the forms that an office prints, with where each word came from.

A paper is frozen blocks of values; the window puts them into words and draws them. Protected
whereabouts never stand in one. Each that leaves is journalled, with its purpose, before it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.domain import ids
from app.domain.entries import Kind
from app.domain.message import Message, WrongUse
from app.services.answers.caseload import CaseloadQuery, CaseloadRow
from app.services.answers.child import ChildFile, FactLine
from app.services.casework import caseload, intake, planning
from app.services.casework.reviewing import child_file
from app.services.papers.notices import NOTICE_FORMS, who
from app.services.papers.paper import (
    Blanks,
    Block,
    Cell,
    Fields,
    Grid,
    Paper,
    Prose,
    Several,
    Source,
    Span,
    Term,
    Ticks,
    Value,
)  # fmt: skip
from app.services.papers.plan import plan_blocks
from app.storage.files.exports import check_out, write_export
from app.storage.offices.office import Office

CHILD_FORMS = (
    "case_record", "timeline", "absence_card", "information_request", "hand_over", "referral", "plan",
    "intake", "urgency",
)  # fmt: skip
"""The forms about one child, in the order in which they are offered."""

ADDRESSED = ("information_request", "hand_over", "referral")
LIST_MOST = 2000
"""Lines of a meeting list; a longer one says how many are left out."""

_WHEREABOUTS = ("school", "facility", "class")


def child_paper(
    office: Office, person_id: int, form: str, now: datetime, *, purpose: str, addressee: str = "", words: str = ""
) -> Paper:
    """One form about one child; opening it is logged. WrongUse for an unknown form or no purpose."""
    if form not in CHILD_FORMS:
        raise WrongUse("paper.unknown_form", form=form)
    _check_purpose(purpose)
    file = _without_whereabouts(child_file(office, person_id, now))
    notes = _Notes()
    if form == "plan":
        standing = planning.plans_of(office, person_id)
        blocks = plan_blocks(file.name, standing[-1].plan if standing else None)
    elif form in NOTICE_FORMS:
        told = next((one for one in intake.of_child(office, person_id) if not one.withdrawn), None)
        blocks = NOTICE_FORMS[form](file, told)
    else:
        blocks = _MAKERS[form](file, notes, words.strip(), now)
    return Paper(
        form=form, what=f"child:{ids.code(person_id)}", office=office.name, by=office.member.name, made=now,
        purpose=purpose.strip(), about=file.name, blocks=tuple(blocks), sources=notes.sources(),
        addressee=addressee.strip(), landscape=form == "timeline", child=file,
    )  # fmt: skip


def meeting_list(office: Office, query: CaseloadQuery, now: datetime, *, purpose: str) -> Paper:
    """The list for a meeting (進行管理台帳): the caseload as it is filtered, in its order."""
    _check_purpose(purpose)
    today = now.date()
    listing = caseload.listing(office, query, today)
    rows = caseload.rows(office, listing.ids[:LIST_MOST], today)
    columns = (
        ("paper.no", 3), ("paper.level", 5), ("paper.child", 12), ("paper.age", 7), ("paper.reasons", 24),
        ("paper.assignee", 8), ("paper.seen", 7), ("paper.decided", 9), ("paper.next", 8), ("paper.agreed", 12),
    )  # fmt: skip
    blocks: list[Block] = [
        Grid("paper.listed", columns, tuple(_list_line(row, at) for at, row in enumerate(rows, start=1)))
    ]
    left = len(listing.ids) - len(rows)
    if left:
        blocks.append(Prose("", Message("paper.left_out", {"n": left})))
    return Paper(
        form="meeting_list", what="papers:meeting_list", office=office.name, by=office.member.name, made=now,
        purpose=purpose.strip(), about="", blocks=tuple(blocks), landscape=True,
    )  # fmt: skip


def release(office: Office, papers: Sequence[Paper], now: datetime) -> str:
    """Journal that these papers leave; the last entry's id. To be called before they are written or printed."""
    acts = [(Kind.EXPORT_MADE, {"what": one.what, "purpose": one.purpose, "form": one.form}) for one in papers]
    return office.write_many(acts, time=now)[-1].id


def save(office: Office, papers: Sequence[Paper], content: bytes, out: Path, now: datetime) -> Path:
    """Journal the papers, then write their PDF to ``out`` with a note of its origin beside it."""
    check_out(out, office.folder)
    entry, first = release(office, papers, now), papers[0]
    origin = {
        "office": first.office, "by": first.by, "made": first.made.isoformat(timespec="seconds"),
        "purpose": first.purpose, "what": sorted({one.what for one in papers}), "form": first.form, "entry": entry,
    }  # fmt: skip
    return write_export(out, content, origin, None)


def _check_purpose(purpose: str) -> None:
    if not purpose.strip():
        raise WrongUse("export.purpose_missing")


def _without_whereabouts(file: ChildFile) -> ChildFile:
    """The file without what could tell where a protected child is."""
    if not file.protected:
        return file
    facts = tuple(_silenced(line) for line in file.facts)
    return replace(file, facts=facts, facility=None, address=None, phone=None, school_class="")


def _silenced(line: FactLine) -> FactLine:
    kept = {name: value for name, value in line.fact.attributes.items() if name not in _WHEREABOUTS}
    return replace(line, fact=replace(line.fact, attributes=kept))


class _Notes:
    """Footnotes by row as received: the same row has one number."""

    def __init__(self) -> None:
        self._numbers: dict[Source, int] = {}

    def of(self, lines: Sequence[FactLine]) -> tuple[int, ...]:
        found = []
        for line in lines:
            if line.file or line.line:
                source = Source(line.extract, line.file, line.line, line.received)
                found.append(self._numbers.setdefault(source, len(self._numbers) + 1))
        return tuple(sorted(set(found)))

    def sources(self) -> tuple[Source, ...]:
        return tuple(self._numbers)


# ---------------------------------------------------------------- blocks


def _household(file: ChildFile) -> Grid:
    rows = tuple(
        (Cell(one.name), Cell(one.relation or None), Cell(one.birth), Cell(_age(one.age)), Cell(_grade(one.grade)))
        for one in file.household
    )
    columns = (
        ("paper.name", 10), ("paper.relation", 6), ("paper.birth", 9), ("paper.age_years", 4), ("paper.grade", 6),
    )  # fmt: skip
    return Grid("paper.household", columns, rows, "paper.household_unknown")


def _age(age: int | None) -> Value:
    return None if age is None else Message("age.years", {"age": age})


def _grade(grade: str) -> Value:
    return Term("grade", grade) if grade else ""


def _reasons(file: ChildFile, notes: _Notes) -> Grid:
    by_id = {line.fact.id: line for line in file.facts}
    rows = []
    for reason in file.reasons:
        lines = [by_id[one] for one in reason.facts if one in by_id]
        days = _days(reason.first or reason.last, reason.last)
        rows.append((Cell(Term("sector", str(reason.sector))), Cell(reason, notes.of(lines)), Cell(days)))
    columns = (("paper.sector", 3), ("paper.reason", 18), ("paper.when", 6))
    return Grid("paper.reasons", columns, tuple(rows), "paper.no_reasons")


def _course(file: ChildFile) -> Grid:
    """Decisions and contacts in the order of their days."""
    acts: list[tuple[date, datetime, tuple[Cell, ...]]] = []
    for one in file.decisions:
        words = Several((one.reason, *((Message("paper.meeting", {"name": one.meeting}),) if one.meeting else ())))
        cells = (Cell(one.day), Cell(Term("decision", str(one.kind))), Cell(""), Cell(words), Cell(one.author))
        acts.append((one.day, one.recorded, cells))
    for act in file.contacts:
        result: Value = Term("result", act.result)
        if act.seen:
            result = Several((result, Message("paper.seen_by_eye")))
        cells = (Cell(act.day), Cell(Term("contact", act.kind)), Cell(result), Cell(act.words), Cell(act.author))
        acts.append((act.day, act.recorded, cells))
    rows = tuple(cells for _, _, cells in sorted(acts, key=lambda act: act[:2]))
    columns = (
        ("paper.day", 8), ("paper.what", 8), ("paper.result", 9), ("paper.words", 22), ("paper.author", 7),
    )  # fmt: skip
    return Grid("paper.course", columns, rows, "paper.no_course")


def facts_grid(lines: Sequence[FactLine], notes: _Notes) -> Grid:
    """Facts in their order, with where each came from."""
    rows = tuple(
        (
            Cell(_days(one.fact.start, one.fact.end)),
            Cell(Term("sector", str(one.fact.sector))),
            Cell(one, notes.of([one])),
        )
        for one in lines
    )
    return Grid("paper.facts", (("paper.day", 5), ("paper.sector", 2), ("paper.fact", 22)), rows, "paper.no_facts")


def _days(first: date | None, last: date | None) -> Value:
    if first is None:
        return ""
    return first if last is None or last == first else Span(first, last)


# ---------------------------------------------------------------- forms


def _case_record(file: ChildFile, notes: _Notes, words: str, _now: datetime) -> list[Block]:
    blocks: list[Block] = [who(file), _household(file)]
    if words:
        blocks.append(Prose("paper.remarks", words))
    standing = Fields(
        "paper.standing",
        (
            ("paper.level", Cell(file.level)),
            ("paper.as_of", Cell(file.as_of)),
            ("paper.unknown", Cell(_unknown(file))),
        ),
        frozenset({"paper.unknown"}),
    )
    return [*blocks, standing, _reasons(file, notes), _course(file)]


def _unknown(file: ChildFile) -> Value:
    sectors = dict.fromkeys(str(one.sector) for one in file.unknown)
    return Several(tuple(Term("sector", one) for one in sectors)) if sectors else Message("paper.none")


def _timeline(file: ChildFile, notes: _Notes, _words: str, _now: datetime) -> list[Block]:
    return [facts_grid(file.facts, notes), _course(file)]


def _absence_card(_file: ChildFile, _notes: _Notes, words: str, now: datetime) -> list[Block]:
    """Lies at a door where anybody may find it: names no child and no reason."""
    return [
        Prose("", Message("paper.absence.greeting")),
        Prose("", words or Message("paper.absence.ask")),
        Fields("", (("paper.absence.day", Cell(now.date())), ("paper.absence.time", Cell("")))),
        Blanks("paper.absence.reach", 2),
        Blanks("paper.absence.note", 3),
    ]


def _information_request(file: ChildFile, _notes: _Notes, words: str, _now: datetime) -> list[Block]:
    return [
        Prose("", Message("paper.request.ask")),
        who(file, whole=False),
        Prose("paper.request.why", words) if words else Blanks("paper.request.why", 3),
        Blanks("paper.request.basis", 1),
        Ticks("paper.request.items", tuple(f"paper.request.item.{one}" for one in _ASKED)),
        Blanks("paper.request.until", 1),
        Blanks("paper.request.answer", 6),
    ]


_ASKED = ("attendance", "state", "health", "family", "contacts", "others")


def _hand_over(file: ChildFile, notes: _Notes, words: str, _now: datetime) -> list[Block]:
    return [
        Prose("", Message("paper.hand_over.ask")),
        who(file),
        _household(file),
        Prose("paper.hand_over.why", words) if words else Blanks("paper.hand_over.why", 3),
        Blanks("paper.hand_over.new_address", 1),
        _reasons(file, notes),
        _course(file),
        Blanks("paper.hand_over.wanted", 3),
        Ticks("paper.hand_over.receipt", ("paper.hand_over.taken", "paper.hand_over.not_taken")),
        Blanks("paper.hand_over.receiver", 1),
    ]


def _referral(file: ChildFile, notes: _Notes, words: str, _now: datetime) -> list[Block]:
    return [
        Prose("", Message("paper.referral.ask")),
        who(file),
        _household(file),
        Prose("paper.referral.why", words) if words else Blanks("paper.referral.why", 4),
        _reasons(file, notes),
        _course(file),
        Blanks("paper.referral.opinion", 4),
    ]


_MAKERS: dict[str, Any] = {
    "case_record": _case_record,
    "timeline": _timeline,
    "absence_card": _absence_card,
    "information_request": _information_request,
    "hand_over": _hand_over,
    "referral": _referral,
}


def _list_line(row: CaseloadRow, number: int) -> tuple[Cell, ...]:
    reasons: tuple[Value, ...] = row.reasons[:2]
    decided: Value = Term("decision", str(row.last_decision)) if row.last_decision else ""
    age: tuple[Value, ...] = (_age(row.age), _grade(row.grade))
    return (
        Cell(number),
        Cell(row.level),
        Cell(Several((row.name, row.kana))),
        Cell(Several(tuple(one for one in age if one))),
        Cell(Several(reasons)),
        Cell(row.assignee or Message("paper.nobody")),
        Cell(row.last_seen or Message("paper.never_seen")),
        Cell(decided),
        Cell(row.next_day or ""),
        Cell(""),
    )
