"""Looking a file over before it goes in: what it is, how it will be read, what differs from last time.

Every row is judged as an import would judge it, and nothing is stored. What is compared with is the
last published delivery of the same extract.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from app.domain.extracts.cells import Cells, Flawed, cells_of
from app.domain.extracts.dates import Day
from app.domain.extracts.profile import Profile
from app.domain.extracts.reading import Reading, RowReader, plan_columns
from app.domain.extracts.recognising import ColumnPlan
from app.domain.message import Message, Refused
from app.services.receiving import CHUNK, Account, Keeper
from app.storage.office import Office
from app.storage.profiles import shipped_profiles
from app.storage.rows import RowProblem
from app.storage.source_files import Chunk, Source, open_source

SHOWN_ROWS = 30
SHOWN_PROBLEMS = 500
"""So many rows and problems of a file are shown; the counts are of all."""

_SMALL = 2
"""A file with fewer than one row for so many of last time's is asked about before it goes in."""


@dataclass(frozen=True)
class PreviewColumn:
    """One column as printed. ``name`` is the profile's, "" for one that is not taken in.

    ``filled``: cells with something in them; ``rejected`` and ``warned``: cells at fault.
    """

    header: str
    name: str = ""
    needed: bool = False
    filled: int = 0
    rejected: int = 0
    warned: int = 0


@dataclass(frozen=True)
class PreviewCell:
    """A cell as it came, and what it will be read as (None: unknown).

    ``state`` is ``read``, ``unknown``, ``unused``, ``warned`` or ``rejected``.
    """

    text: str
    meaning: str | float | date | None = None
    state: str = "read"


@dataclass(frozen=True)
class PreviewRow:
    """One line of the file, a cell for each column."""

    line: int
    cells: tuple[PreviewCell, ...]


@dataclass(frozen=True)
class PreviewProblem:
    """Why a line will be rejected, or is warned of. ``column`` and ``value`` as they came."""

    line: int
    column: str
    value: str
    reason: Message
    outcome: str


@dataclass(frozen=True)
class Delivery:
    """What of this extract was published last."""

    file: str
    as_of: date | None
    received: datetime
    rows: int


@dataclass(frozen=True)
class Difference:
    """This file beside the last delivery, by what makes a row the same row again.

    ``gone`` is None for a ledger: its rows only add.
    """

    new: int
    changed: int
    unchanged: int
    gone: int | None


@dataclass(frozen=True)
class FilePreview:
    """One file, looked over. Where ``refusal`` says why it cannot go in, little else is known.

    ``dated``: whether ``as_of`` stands in the file itself. ``covers``: first and last day of what
    its rows say. ``known``: exactly this content is published already
    and still stands.
    """

    path: Path
    file: str
    refusal: Message | None = None
    extract: str = ""
    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_line: int = 0
    as_of: date | None = None
    dated: bool = False
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    warned: int = 0
    records: int = 0
    covers: tuple[date, date] | None = None
    columns: tuple[PreviewColumn, ...] = ()
    first: tuple[PreviewRow, ...] = ()
    problems: tuple[PreviewProblem, ...] = ()
    known: bool = False
    last: Delivery | None = None
    difference: Difference | None = None

    @property
    def small(self) -> bool:
        """Far shorter than last time: somebody must say that it is meant."""
        return self.last is not None and self.rows * _SMALL < self.last.rows

    @property
    def older(self) -> bool:
        """Of an earlier day than what is published already."""
        return bool(self.last and self.last.as_of and self.as_of and self.as_of < self.last.as_of)


def look(office: Office, path: Path, now: datetime, each_chunk: Callable[[int], None]) -> FilePreview:
    """Look a file over. ``each_chunk`` is told the rows so far. A file that cannot go in says why."""
    try:
        with open_source(path, shipped_profiles()) as source:
            return _looked_over(office, path, source, now, each_chunk)
    except Refused as refused:
        if refused.message.key.startswith(("disk.", "office.")):
            raise
        shown = path.name.encode("utf-8", "backslashreplace").decode("utf-8")
        return FilePreview(path, shown, refusal=refused.message)


class _WatchedReader(RowReader):
    """Reads rows, and notes over which days their facts reach."""

    first: str = ""
    last: str = ""

    def read(self, cells: Sequence[str], damage: str = "") -> Reading:
        reading = super().read(cells, damage)
        for fact in reading.facts:
            if fact.start is not None:
                if not self.first or fact.start < self.first:
                    self.first = fact.start
                if fact.start > self.last:
                    self.last = fact.start
        return reading

    def covers(self) -> tuple[date, date] | None:
        if not self.first:
            return None
        return date.fromisoformat(self.first), date.fromisoformat(self.last)


@dataclass
class _Found:
    """What one pass over the rows leaves behind."""

    keys: dict[int, int] = field(default_factory=dict)
    filled: list[int] = field(default_factory=list)
    shown: dict[str, list[RowProblem]] = field(default_factory=lambda: {"rejected": [], "warned": []})
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: Chunk | None = None
    first_faults: dict[tuple[int, str], str] = field(default_factory=dict)

    def note(self, problems: list[RowProblem], last_shown: int) -> None:
        """Count them, keep the first: a file may have a million."""
        for one in problems:
            self.faults[one.column, one.outcome] += 1
            if len(self.shown[one.outcome]) < SHOWN_PROBLEMS:
                self.shown[one.outcome].append(one)
            if one.line <= last_shown:
                self.first_faults.setdefault((one.line, one.column), one.outcome)


def _looked_over(
    office: Office, path: Path, source: Source, now: datetime, each_chunk: Callable[[int], None]
) -> FilePreview:
    profile = source.profile
    as_of = source.title_day or now.date()
    plan = plan_columns(profile, source.header)
    reader = _WatchedReader(profile, plan, as_of)
    account = Account()
    found = _pass(office, source, plan, reader, account, each_chunk)
    last, batch = _last_delivery(office, profile, source.name)
    return FilePreview(
        path=path,
        file=source.name,
        extract=profile.key,
        kind=profile.kind,
        encoding=source.encoding,
        delimiter=source.delimiter,
        header_line=source.header_line,
        as_of=as_of,
        dated=source.title_day is not None,
        rows=account.rows,
        accepted=account.rows - account.rejected,
        rejected=account.rejected,
        warned=account.warned,
        records=len(account.records),
        covers=reader.covers(),
        columns=_columns(profile, plan, found),
        first=_first_rows(profile, plan, as_of, found),
        problems=_shown_problems(found),
        known=_is_known(office, source, batch),
        last=last,
        difference=None if batch is None else _difference(office, batch, found.keys, profile.kind),
    )


def _pass(
    office: Office,
    source: Source,
    plan: ColumnPlan,
    reader: RowReader,
    account: Account,
    each_chunk: Callable[[int], None],
) -> _Found:
    keeper = Keeper(source.profile, plan.has_block, office.digester, source)
    width = len(source.header)
    found = _Found(filled=[0] * width)
    for chunk in source.chunks(CHUNK):
        if found.first is None:
            found.first = chunk
        problems: list[RowProblem] = []
        for row in keeper.rows(chunk, reader, account, problems):
            if row.key is not None:
                found.keys[row.key] = row.row_id
        found.note(problems, found.first.lines[:SHOWN_ROWS][-1])
        for at, column in enumerate(zip_longest(*chunk.cells, fillvalue="")):
            if at < width:
                found.filled[at] += len(column) - column.count("")
        each_chunk(account.rows)
    return found


def _columns(profile: Profile, plan: ColumnPlan, found: _Found) -> tuple[PreviewColumn, ...]:
    names = {at: name for name, at in plan.positions.items()}
    return tuple(
        PreviewColumn(
            header=header.strip(),
            name=names.get(at, ""),
            needed=at in names and profile.columns[names[at]].needed,
            filled=found.filled[at],
            rejected=found.faults[header.strip(), "rejected"],
            warned=found.faults[header.strip(), "warned"],
        )
        for at, header in enumerate(plan.header)
    )


def _first_rows(profile: Profile, plan: ColumnPlan, as_of: date, found: _Found) -> tuple[PreviewRow, ...]:
    """The first rows as they will be read; a cell that contradicts another one is marked too."""
    if found.first is None:
        return ()
    faults = found.first_faults
    parsers = {at: cells_of(profile.columns[name], as_of) for name, at in plan.positions.items()}
    rows = zip(found.first.lines[:SHOWN_ROWS], found.first.cells[:SHOWN_ROWS], strict=True)
    return tuple(
        PreviewRow(
            line,
            tuple(
                _cell(cells[at] if at < len(cells) else "", parsers.get(at), faults.get((line, header.strip())))
                for at, header in enumerate(plan.header)
            ),
        )
        for line, cells in rows
    )


def _cell(text: str, parser: Cells | None, fault: str | None) -> PreviewCell:
    if parser is None:
        return PreviewCell(text, None, "unused")
    value: Any = parser[text]
    if isinstance(value, Flawed):
        value = value.value
    if isinstance(value, Day):
        value = value.iso if value.partial else value.first
    return PreviewCell(text, value, fault or ("unknown" if value is None else "read"))


def _shown_problems(found: _Found) -> tuple[PreviewProblem, ...]:
    """The first of them, rejected ones before warnings."""
    ordered = [*found.shown["rejected"], *found.shown["warned"]]
    return tuple(
        PreviewProblem(one.line, one.column, one.value, Message(one.reason, one.args), one.outcome)
        for one in ordered[:SHOWN_PROBLEMS]
    )


def _is_known(office: Office, source: Source, newest: int | None) -> bool:
    """Whether saying this again says nothing new: of a snapshot, only if no other came after it."""
    found = office.reader().execute(
        "SELECT batch_id FROM batch WHERE file_digest = ? AND state = 'published'",
        (office.digester.file(source.digest),),
    )
    batches = [row[0] for row in found.fetchall()]
    return newest in batches if source.profile.kind == "snapshot" else bool(batches)


def _last_delivery(office: Office, profile: Profile, file: str) -> tuple[Delivery | None, int | None]:
    """The newest one; of several that came together, the one with this file's name."""
    row = office.reader().execute(
        "SELECT batch_id, file, as_of, received, rows FROM batch WHERE extract = ? AND state = 'published'"
        " ORDER BY as_of DESC, file = ? DESC, batch_id DESC LIMIT 1",
        (profile.key, file),
    )
    found = row.fetchone()
    if found is None:
        return None, None
    day = date.fromisoformat(found[2]) if found[2] else None
    return Delivery(found[1], day, datetime.fromisoformat(found[3]), found[4]), int(found[0])


def _difference(office: Office, batch: int, keys: dict[int, int], kind: str) -> Difference:
    """``keys`` is what the file has: key -> row."""
    unchanged = changed = gone = 0
    before = office.reader().execute(
        # Where a key stands twice in a delivery, the later line counted.
        "SELECT key, row_id, max(line) FROM batch_row WHERE batch_id = ? AND key IS NOT NULL GROUP BY key",
        (batch,),
    )
    while some := before.fetchmany(5000):
        for key, row, _line in some:
            now = keys.get(key)
            if now is None:
                gone += 1
            elif now == row:
                unchanged += 1
            else:
                changed += 1
    new = len(keys) - unchanged - changed
    return Difference(new, changed, unchanged, gone if kind == "snapshot" else None)
