"""Keeping rows: judged rows become rows to store, with their ids, their keys and what is odd across rows.

Also lines that stood in the last delivery, byte for byte: they were judged then, by the same rules
(``rules_of``), and are not judged again unless another row of the file has the same key.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from app.domain.ages import fiscal_year
from app.domain.extracts.profile import Profile
from app.domain.extracts.reading import Reading, RowReader
from app.services.protection.withholding import Personal
from app.storage.batches.rows import ACCEPTED, REJECTED, RowProblem, StagedRow
from app.storage.digests import Digester, written
from app.storage.files.known_lines import LINE, Known, Lines, Seen
from app.storage.files.source_rows import Chunk, Source

WARNED = "warned"
NO_RECORD = -1
_MANY_FACTS = 255


@dataclass
class Account:
    """The running count of one file, and the keys it has shown so far."""

    rows: int = 0
    rejected: int = 0
    warned: int = 0
    facts: int = 0
    seen: Seen = field(default_factory=Seen)
    _records: array[int] = field(default_factory=lambda: array("q"))

    def note_records(self, records: Lines) -> None:
        """Records that accepted rows speak of."""
        self._records.frombytes(np.unique(records).astype(np.int64).tobytes())

    @property
    def records(self) -> int:
        """How many different records accepted rows speak of."""
        return len(np.unique(np.frombuffer(self._records, np.int64))) if self._records else 0


@dataclass(frozen=True)
class Kept:
    """Some rows in the order of their lines, and known lines that were not judged again.

    ``carried`` stands on the lines ``numbers`` of this file. ``sound``: the rows that raise no question,
    ready to be known again (without the digests of their lines).
    """

    rows: list[StagedRow]
    carried: Lines
    numbers: Lines
    sound: Lines


@dataclass(slots=True)
class _Judged:
    line: int
    kept: bytes
    reading: Reading
    row_id: int
    digest: bytes
    record: int | None
    whole: tuple[str, ...]
    key: int | None
    single: bool


_NOTHING = np.empty(0, LINE)
_NO_LINES = np.empty(0, np.int64)


class Keeper:
    """Turns read rows into rows to store. ``personal``: record -> which of its cells are not stored.

    ``known``: the lines that stood in an earlier delivery; ``cells_of``: the kept cells of a row.
    """

    def __init__(
        self,
        profile: Profile,
        has_block: bool,
        digester: Digester,
        source: Source,
        personal: Mapping[int, Personal] | None = None,
        known: Known | None = None,
        cells_of: Callable[[int], Sequence[str]] = lambda row_id: (),
    ) -> None:
        self._profile = profile
        self._extract = profile.key
        # Rows without a person block hang on their roster's record.
        self._roster = profile.key if has_block or not profile.rosters else profile.rosters[0]
        self._digester = digester
        self._row_of = digester.rows_of(self._extract, source.header)
        self._header = source.header
        self._whole_header = source.whole_header or source.header
        self._personal = personal or {}
        self._known, self._cells_of = known, cells_of

    def rows(self, chunk: Chunk, reader: RowReader, account: Account, problems: list[RowProblem]) -> list[StagedRow]:
        """The rows of a chunk in the order of their lines; problems are added to the list."""
        return self.take(chunk, reader, account, problems).rows

    def take(self, chunk: Chunk, reader: RowReader, account: Account, problems: list[RowProblem]) -> Kept:
        """The same, with the known lines of the chunk."""
        carried, numbers = self._known.lines(chunk.runs) if self._known and chunk.runs else (_NOTHING, _NO_LINES)
        judged = [self._judge(chunk, at, reader) for at in range(len(chunk.lines))]
        keyed = [(one.key, one.line) for one in judged if one.key is not None]
        keys = np.array([key for key, _ in keyed], np.int64)
        every = np.concatenate([keys, carried["key"]])
        lines = np.concatenate([np.array([line for _, line in keyed], np.int64), numbers])
        again = account.seen.twice(every)
        if again and len(carried):
            fresh = np.isin(carried["key"], np.fromiter(again, np.int64, len(again)))
            judged += [
                self._judge_kept(int(line), one, reader)
                for line, one in zip(numbers[fresh].tolist(), carried[fresh], strict=True)
            ]
            judged.sort(key=lambda one: one.line)
            carried, numbers = carried[~fresh], numbers[~fresh]
        shown = {key: account.seen.before(key) for key in again}
        account.seen.add(every, lines)
        return self._kept(judged, shown, carried, numbers, account, problems)

    def _kept(
        self,
        judged: Sequence[_Judged],
        shown: dict[int, list[int]],
        carried: Lines,
        numbers: Lines,
        account: Account,
        problems: list[RowProblem],
    ) -> Kept:
        rows: list[StagedRow] = []
        sound: list[_Judged] = []
        records: list[int] = []
        rejected = warned = facts = 0
        for one in judged:
            key, reading = one.key, one.reading
            found = _problems(one) if reading.problems else []
            first = True
            if key is not None:
                if key in shown:
                    earlier = shown[key]
                    first = not earlier
                    key = self._again(one, earlier, found)
                    earlier.append(one.line)
                facts += reading.said
                records.append(one.record or 0)
            if found:
                problems += found
                warned += not reading.rejected
            rejected += reading.rejected
            outcome = REJECTED if reading.rejected else ACCEPTED
            rows.append(StagedRow(one.line, one.row_id, one.digest, one.kept, key, one.record, outcome))
            if not found and key is not None and first and one.single and reading.said < _MANY_FACTS:
                sound.append(one)
        account.rows += len(rows) + len(carried)
        account.rejected += rejected
        account.warned += warned
        account.facts += facts + int(carried["said"].sum(dtype=np.int64))
        there = carried["record"]
        account.note_records(np.concatenate([np.array(records, np.int64), np.where(there == NO_RECORD, 0, there)]))
        return Kept(rows, carried, numbers, _lines(sound))

    def _judge(self, chunk: Chunk, at: int, reader: RowReader) -> _Judged:
        line, cells = chunk.lines[at], chunk.cells[at]
        whole, damage = chunk.whole.get(at, cells), chunk.damage.get(at, "")
        reading = reader.judge(cells, damage)
        record = self._digester.record(self._roster, reading.local_id) if reading.local_id else None
        held = self._personal.get(record) if record is not None else None
        if held is not None:
            cells, reading = _emptied(cells, damage, reading, held, reader)
        return self._named(line, written(cells), reading, record, whole, at not in chunk.several)

    def _judge_kept(self, line: int, known: Any, reader: RowReader) -> _Judged:
        """A known line once more, from the row as it is kept."""
        cells = tuple(self._cells_of(int.from_bytes(known["digest"].tobytes()[:8], "big") >> 1))
        reading = reader.judge(cells)
        record = self._digester.record(self._roster, reading.local_id) if reading.local_id else None
        return self._named(line, written(cells), reading, record, cells, True)

    def _named(
        self, line: int, kept: bytes, reading: Reading, record: int | None, whole: tuple[str, ...], single: bool
    ) -> _Judged:
        row_id, digest = self._row_of(kept)
        key = None if reading.rejected else self._key(reading, row_id, whole, 1)
        return _Judged(line, kept, reading, row_id, digest, record, whole, key, single)

    def _key(self, reading: Reading, row_id: int, whole: tuple[str, ...], time: int) -> int:
        """A row that counts for itself is known by all its cells, also those that are withheld now, and by
        the how manieth of its kind in the file it is."""
        if not self._profile.by_row:
            return self._digester.key(self._extract, reading.key)
        if self._personal or self._whole_header is not self._header:
            row_id, _ = self._digester.row(self._extract, self._whole_header, whole)
        return self._digester.key(self._extract, f"{row_id}\x1f{time}")

    def _again(self, one: _Judged, earlier: Sequence[int], found: list[RowProblem]) -> int:
        """The key of a row that may stand in the file before: the later row counts, and says so."""
        if self._profile.by_row:
            return self._key(one.reading, one.row_id, one.whole, len(earlier) + 1)
        if earlier:
            args: dict[str, object] = {"earlier": earlier[-1]}
            found.append(RowProblem(one.line, "", one.reading.local_id, "row.same_key", args, WARNED))
        assert one.key is not None
        return one.key


def _problems(one: _Judged) -> list[RowProblem]:
    return [
        RowProblem(one.line, said.column, said.value, said.reason, dict(said.args), said.outcome)
        for said in one.reading.problems
    ]


def _lines(sound: Sequence[_Judged]) -> Lines:
    """These rows, of which none stood in the file before, as they are known again."""
    lines = np.zeros(len(sound), LINE)
    lines["line"] = [one.line for one in sound]
    lines["digest"] = np.frombuffer(b"".join([one.digest for one in sound]), "V16")
    lines["key"] = [one.key for one in sound]
    lines["record"] = [NO_RECORD if one.record is None else one.record for one in sound]
    lines["said"] = [one.reading.said for one in sound]
    return lines


def _emptied(
    cells: tuple[str, ...], damage: str, reading: Reading, held: Personal, reader: RowReader
) -> tuple[tuple[str, ...], Reading]:
    """A row without what its family objected to, and what is still read of it."""
    left = tuple("" if at in held.at else cell for at, cell in enumerate(cells))
    if not held.whole:
        return left, reader.judge(left, damage)
    if not reading.rejected:
        return left, replace(reading, facts=(), problems=(), said=0)
    return left, replace(reading, problems=tuple(replace(one, value="") for one in reading.problems))


def rules_of(source: Source, as_of: date, personal: Mapping[int, Personal], program: bytes) -> bytes | None:
    """All that a sound line's reading follows from but the line itself; None where it is not to be known again.

    A day that lay behind one delivery's own day lies behind every later one's; a class follows from the
    school year. ``program``: changes with the program's own rules.
    """
    profile = source.profile
    if source.text is None or (profile.by_row and (personal or source.whole_header)):
        return None
    year = fiscal_year(as_of) if any(check.grade for check in profile.checks) else 0
    said = (
        profile, source.header, source.whole_header, source.text, source.delimiter, year,
        tuple(sorted((record, held.at, held.whole) for record, held in personal.items())), program,
    )  # fmt: skip
    return repr(_plain(said)).encode("utf-8", "surrogatepass")


def _plain(said: Any) -> Any:
    """The same in one spelling, whatever the order of what has none."""
    if is_dataclass(said) and not isinstance(said, type):
        return tuple((one.name, _plain(getattr(said, one.name))) for one in fields(said))
    if isinstance(said, Mapping):
        return tuple((_plain(key), _plain(value)) for key, value in said.items())
    if isinstance(said, (set, frozenset)):
        return tuple(sorted(map(repr, said)))
    if isinstance(said, (tuple, list)):
        return tuple(map(_plain, said))
    return said
