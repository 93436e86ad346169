"""Receiving one file: its rows judged and staged, every row accounted for exactly once.

Each row ends as accepted or rejected here; whether an accepted one waits for its roster shows when
facts are derived. Nothing staged is visible before it is published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from app.domain.extracts.profile import Profile
from app.domain.extracts.reading import Reading, RowReader, plan_columns
from app.domain.extracts.supplement import is_supplement
from app.domain.message import Message, WrongUse
from app.services.withholding import Personal
from app.storage.digests import Digester, written
from app.storage.rows import ACCEPTED, REJECTED, RowProblem, StagedBatch, StagedRow, Staging
from app.storage.source_files import Chunk, Source

CHUNK = 4000
WARNED = "warned"


@dataclass(frozen=True)
class FileReport:
    """What became of one file. ``outcome`` is ``imported``, ``unchanged`` or ``refused``.

    ``refusal`` says why it was refused; ``batch`` is None unless it was imported. ``supplement``:
    rejected rows that came back corrected. ``waiting`` and
    ``facts`` are known after deriving.
    """

    file: str
    outcome: str
    extract: str = ""
    as_of: date | None = None
    encoding: str = ""
    batch: StagedBatch | None = None
    rows: int = 0
    accepted: int = 0
    waiting: int = 0
    rejected: int = 0
    warned: int = 0
    records: int = 0
    facts: int = 0
    unknown_columns: tuple[str, ...] = ()
    refusal: Message | None = None
    supplement: bool = False

    def message(self) -> Message:
        """One sentence about this file."""
        if self.refusal is not None:
            return self.refusal
        values: dict[str, object] = {
            "file": self.file, "rows": self.rows, "accepted": self.accepted, "waiting": self.waiting,
            "rejected": self.rejected, "warned": self.warned,
        }  # fmt: skip
        return Message("import.file_supplement" if self.supplement else f"import.file_{self.outcome}", values)

    def document(self) -> dict[str, object]:
        """Plain values for a report file; the refusal stands as its key and values."""
        counts = ("rows", "accepted", "waiting", "rejected", "warned", "records", "facts")
        document: dict[str, object] = {
            "file": self.file,
            "extract": self.extract,
            "outcome": self.outcome,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "encoding": self.encoding,
            **{name: getattr(self, name) for name in counts},
            "unknown_columns": list(self.unknown_columns),
        }
        if self.refusal is not None:
            document["message"] = {"key": self.refusal.key, **self.refusal.values}
        return document


@dataclass
class Account:
    """The running count of one file, and the keys it has shown so far."""

    rows: int = 0
    rejected: int = 0
    warned: int = 0
    facts: int = 0
    records: set[int] = field(default_factory=set)
    lines: dict[int, int] = field(default_factory=dict)
    repeats: Counter[int] = field(default_factory=Counter)


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files meant: those named, and everything in the folders named but hidden files."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file())
            found += [one for one in inside if not one.name.startswith((".", "~$"))]
        else:
            found.append(path)
    if not found:
        raise WrongUse("import.no_files")
    return list(dict.fromkeys(found))


def receive(
    staging: Staging,
    digester: Digester,
    source: Source,
    as_of: date,
    received: datetime,
    each_chunk: Callable[[int], None],
    personal: Mapping[int, Personal] | None = None,
) -> FileReport:
    """Stage all rows of an opened file as one batch. ``each_chunk`` is told the rows so far.

    ``personal``: record -> which of its cells are not stored.
    """
    profile = source.profile
    plan = plan_columns(profile, source.header)
    reader = RowReader(profile, plan, as_of)
    writer = staging.batch(
        extract=profile.key,
        file=source.name,
        as_of=as_of.isoformat(),
        received=received.isoformat(timespec="seconds"),
        header=source.header,
        encoding=source.encoding,
        file_digest=digester.file(source.digest),
    )
    keeper = Keeper(profile, plan.has_block, digester, source, personal)
    account = Account()
    for chunk in source.chunks(CHUNK):
        problems: list[RowProblem] = []
        writer.add(keeper.rows(chunk, reader, account, problems))
        writer.problems(problems)
        each_chunk(account.rows)
    batch = writer.finish()
    return FileReport(
        file=source.name,
        outcome="imported",
        extract=profile.key,
        as_of=as_of,
        encoding=source.encoding,
        batch=batch,
        rows=account.rows,
        accepted=account.rows - account.rejected,
        rejected=account.rejected,
        warned=account.warned,
        records=len(account.records),
        facts=account.facts,
        unknown_columns=plan.unknown,
        supplement=is_supplement(source.header),
    )


class Keeper:
    """Turns read rows into rows to store: their ids, their keys, and what is odd across rows."""

    def __init__(
        self,
        profile: Profile,
        has_block: bool,
        digester: Digester,
        source: Source,
        personal: Mapping[int, Personal] | None = None,
    ) -> None:
        self._profile = profile
        self._extract = profile.key
        # Rows without a person block hang on their roster's record.
        self._roster = profile.key if has_block or not profile.rosters else profile.rosters[0]
        self._digester = digester
        self._header = source.header
        self._whole_header = source.whole_header or source.header
        self._personal = personal or {}

    def rows(
        self, chunk: Chunk, reader: RowReader, account: Account, problems: list[RowProblem]
    ) -> Iterator[StagedRow]:
        """The rows of a chunk in the order of their lines; problems are added to the list."""
        for at, (line, cells) in enumerate(zip(chunk.lines, chunk.cells, strict=True)):
            whole = chunk.whole.get(at, cells)
            damage = chunk.damage.get(at, "")
            reading = reader.judge(cells, damage)
            record = self._digester.record(self._roster, reading.local_id) if reading.local_id else None
            held = self._personal.get(record) if record is not None else None
            if held is not None:
                cells, reading = _emptied(cells, damage, reading, held, reader)
            kept = written(cells)
            row_id, digest = self._digester.kept_row(self._extract, self._header, kept)
            key = None if reading.rejected else self._key(reading, row_id, whole, account)
            found = [
                RowProblem(line, one.column, one.value, one.reason, dict(one.args), one.outcome)
                for one in reading.problems
            ]
            if key is not None:
                found += self._same_key(key, line, reading, account)
                account.facts += reading.said
                account.records.add(record or 0)
            problems += found
            account.rows += 1
            account.rejected += reading.rejected
            account.warned += not reading.rejected and bool(found)
            outcome = REJECTED if reading.rejected else ACCEPTED
            yield StagedRow(line, row_id, digest, kept, key, record, outcome)

    def _key(self, reading: Reading, row_id: int, whole: tuple[str, ...], account: Account) -> int:
        """A row that counts for itself is known by all its cells, also those that are withheld now."""
        if not self._profile.by_row:
            return self._digester.key(self._extract, reading.key)
        if self._personal or self._whole_header is not self._header:
            row_id, _ = self._digester.row(self._extract, self._whole_header, whole)
        account.repeats[row_id] += 1
        return self._digester.key(self._extract, f"{row_id}\x1f{account.repeats[row_id]}")

    def _same_key(self, key: int, line: int, reading: Reading, account: Account) -> list[RowProblem]:
        """The same key twice in one file: the later row counts, and says so."""
        earlier = account.lines.get(key)
        account.lines[key] = line
        if earlier is None:
            return []
        return [RowProblem(line, "", reading.local_id, "row.same_key", {"earlier": earlier}, WARNED)]


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
