"""Reading: one row's cells become who it speaks of, the facts it says, and what is wrong with it.

A ``RowReader`` is made once per file and profile; ``read`` is called for every row and touches no
more than that row. What needs other rows or other files is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import getitem, itemgetter
from typing import Any

from app.domain.extracts.cells import Cells, Flawed, cells_of
from app.domain.extracts.contradictions import Contradiction, find_contradictions
from app.domain.extracts.dates import Day
from app.domain.extracts.facts import FactMaker, RawFact
from app.domain.extracts.profile import Profile
from app.domain.extracts.recognising import ColumnPlan, plan_columns, recognise
from app.domain.records import PersonBlock

__all__ = ["RawFact", "Reading", "RowProblem", "RowReader", "plan_columns", "recognise"]

REJECTED, WARNED = "rejected", "warned"
_SHOWN = 200
_JOIN = "\x1f"
_SEXES = ("M", "F")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one cell or row. ``column`` as the file prints it, "" for the row itself.

    ``reason`` is the key of a sentence that ``args`` (texts and numbers) fill; ``outcome`` is
    ``rejected`` or ``warned``; ``value`` is cut after 200 characters.
    """

    column: str
    value: str
    reason: str
    outcome: str
    args: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """One row, read. A rejected one has no facts, no block and no warnings, and what ID was there.

    ``local_id``: two parts are joined with ``+``. ``key``: the text that makes it the same row
    again, "" where the profile counts every row for itself.
    """

    local_id: str
    key: str
    block: PersonBlock | None
    facts: tuple[RawFact, ...]
    problems: tuple[RowProblem, ...]
    rejected: bool
    said: int = 0
    """How many facts it says: known also where they were not made."""


class RowReader:
    """Reads the rows of one file. ``as_of`` is the extract's own day; nothing that has happened lies
    after it (``date.max``: rows that were judged before are read again)."""

    def __init__(self, profile: Profile, plan: ColumnPlan, as_of: date) -> None:
        names = [name for name in profile.columns if name in plan.positions]
        slots = {name: slot for slot, name in enumerate(names)}
        self._positions = [plan.positions[name] for name in names]
        self._cells: list[Cells] = [cells_of(profile.columns[name], as_of) for name in names]
        self._pick = itemgetter(*self._positions, 0)  # one more, so that it is always a tuple
        self._header = plan.header
        self._width = len(plan.header) - len(plan.joins)
        self._whole = plan.whole if plan.joins else None
        self._id_slots = [slots[name] for name in profile.local_id]
        self._key_slots = [slots.get(name) for name in profile.natural_key]
        self._by_row = profile.by_row
        self._facts = [FactMaker(rule, slots) for rule in profile.facts]
        self._contradictions: list[Contradiction] = find_contradictions(profile, slots, as_of)
        self._block = _block_slots(profile, slots) if plan.has_block else None

    def read(self, cells: Sequence[str], damage: str = "") -> Reading:
        """Read one row. ``damage`` is the reason's key where the row itself could not be read soundly."""
        return self._read(cells, damage, True)

    def said(self, cells: Sequence[str]) -> Reading:
        """The same of a row that was judged when it came: of whom it speaks and what it says, without its key."""
        return self._read(cells, "", True, keyed=False)

    def judge(self, cells: Sequence[str], damage: str = "") -> Reading:
        """The same without its block and facts: what a row is, and whether it can be taken."""
        return self._read(cells, damage, False)

    def _read(self, cells: Sequence[str], damage: str, whole: bool, keyed: bool = True) -> Reading:
        if damage or len(cells) < self._width:
            return self._unusable(cells, damage or "row.fewer_cells")
        extra = len(cells) > self._width and any(map(str.strip, cells[self._width :]))
        if self._whole is not None:
            cells = self._whole(cells)
        values = list(map(getitem, self._cells, self._pick(cells)))
        problems, rejected = self._judge(cells, values, extra)
        local_id = "+".join([values[slot] or "" for slot in self._id_slots])
        key = "" if self._by_row or not keyed else self._key(local_id, values)
        if rejected:
            grounds = tuple(problem for problem in problems if problem.outcome == REJECTED)
            return Reading(local_id, key, None, (), grounds, True)
        dated = []
        for maker in self._facts:
            if maker.is_dated(values):
                dated.append(maker)
            else:
                problems.extend(self._undated(maker, cells, values))
        facts = tuple([maker.fact(values) for maker in dated]) if whole else ()
        block = _block(self._block, values) if whole and self._block is not None else None
        return Reading(local_id, key, block, facts, tuple(problems), False, len(dated))

    def _judge(self, cells: Sequence[str], values: list[Any], extra: bool) -> tuple[list[RowProblem], bool]:
        """Every problem of a row and whether it is rejected. Flaws in ``values`` become values."""
        problems: list[RowProblem] = []
        rejected = False
        if Flawed in map(type, values):
            for slot, value in enumerate(values):
                if type(value) is Flawed:
                    problems.append(self._problem(slot, cells, value))
                    rejected = rejected or value.rejects
                    values[slot] = value.value
        for contradiction in self._contradictions:
            flaw = contradiction.flaw(values)
            if flaw is not None:
                problems.append(self._problem(contradiction.slot(values), cells, flaw))
                rejected = rejected or flaw.rejects
        if extra:
            problems.append(self._row_problem(cells, "row.more_cells", WARNED))
        return problems, rejected

    def _undated(self, maker: FactMaker, cells: Sequence[str], values: Sequence[Any]) -> Iterator[RowProblem]:
        slot = maker.undated_slot(values)
        if slot is not None:
            flaw = Flawed(None, "row.no_day", rejects=False, args={"columns": maker.day_columns})
            yield self._problem(slot, cells, flaw)

    def _key(self, local_id: str, values: Sequence[Any]) -> str:
        parts = [local_id]
        parts.extend("" if slot is None else _key_text(values[slot]) for slot in self._key_slots)
        return _JOIN.join(parts)

    def _problem(self, slot: int, cells: Sequence[str], flaw: Flawed) -> RowProblem:
        at = self._positions[slot]
        outcome = REJECTED if flaw.rejects else WARNED
        return RowProblem(self._header[at].strip(), cells[at][:_SHOWN], flaw.reason, outcome, flaw.args)

    def _row_problem(self, cells: Sequence[str], reason: str, outcome: str) -> RowProblem:
        args = {"found": len(cells), "expected": self._width}
        return RowProblem("", ",".join(cells)[:_SHOWN], reason, outcome, args)

    def _unusable(self, cells: Sequence[str], reason: str) -> Reading:
        parts = []
        for slot in self._id_slots:
            at = self._positions[slot]
            value = self._cells[slot][cells[at]] if at < len(cells) else None
            parts.append(value if isinstance(value, str) else "")
        local_id = "+".join(parts) if all(parts) else ""
        return Reading(local_id, "", None, (), (self._row_problem(cells, reason, REJECTED),), True)


def _key_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Day):
        return value.iso
    return f"{value:g}" if isinstance(value, float) else str(value)


def _block_slots(profile: Profile, slots: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(name, slots[column]) for name, column in profile.block.items() if column in slots]


def _block(block_slots: list[tuple[str, int]], values: Sequence[Any]) -> PersonBlock:
    return PersonBlock(**dict(_fields(block_slots, values)))


def _fields(block_slots: list[tuple[str, int]], values: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for name, slot in block_slots:
        value = values[slot]
        if value is None:
            continue
        if isinstance(value, Day):
            yield name, value.iso
        elif name == "sex":
            yield name, value if value in _SEXES else ""
        elif name == "protected":
            # A word under 支援措置 that nobody can read hides more than it shows.
            yield name, value != "無"
        else:
            yield name, value
