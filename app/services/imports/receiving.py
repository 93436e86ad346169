"""Receiving one file: its rows judged and staged, every row accounted for exactly once.

Each row ends as accepted or rejected here; whether an accepted one waits for its roster shows when
facts are derived. Nothing staged is visible before it is published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from app.domain.extracts.reading import RowReader, plan_columns
from app.domain.extracts.supplement import is_supplement, origin
from app.domain.message import Message, Refused
from app.linkage.matching import without_collecting
from app.services.imports.keeping import Account, Keeper, Kept, rules_of
from app.services.protection.withholding import Personal
from app.storage.batches.rows import BatchWriter, RowProblem, StagedBatch, Staging
from app.storage.digests import Digester
from app.storage.files.known_lines import Known, Lines, known_lines
from app.storage.files.source_rows import Source
from app.storage.resources import program_mark

CHUNK = 4000


@dataclass(frozen=True)
class FileReport:
    """What became of one file. ``outcome`` is ``imported``, ``unchanged`` or ``refused``.

    ``refusal`` says why it was refused; ``batch`` is None unless it was imported. ``supplement``:
    rejected rows that came back corrected, of the delivery ``base`` where they say it. ``waiting`` and
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
    base: int | None = None

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


@dataclass(frozen=True)
class Reread:
    """What of a file was read before: the digests of its lines, the rules it is read by (as they are marked
    in the truth), and the lines that an earlier delivery had."""

    raws: Lines | None = None
    mark: bytes = b""
    known: Known | None = None

    @property
    def lines(self) -> int:
        """How many lines are known."""
        return self.known.count if self.known else 0


def reread(
    staging: Staging, digester: Digester, source: Source, as_of: date, personal: Mapping[int, Personal]
) -> Reread:
    """Look which lines of an opened file stood in an earlier delivery that was read by the same rules."""
    rules = rules_of(source, as_of, personal, program_mark())
    raws = source.line_digests(digester) if rules else None
    if rules is None or raws is None:
        return Reread()
    mark = digester.mark(rules)
    known = known_lines(staging.connection, source.profile.key, source.name, as_of.isoformat(), mark, raws)
    return Reread(raws, mark, known)


@without_collecting()
def receive(
    staging: Staging,
    digester: Digester,
    source: Source,
    as_of: date,
    received: datetime,
    each_chunk: Callable[[int], None],
    personal: Mapping[int, Personal] | None = None,
    before: Reread | None = None,
) -> FileReport:
    """Stage all rows of an opened file as one batch. ``each_chunk`` is told the rows so far.

    ``personal``: record -> which of its cells are not stored. ``before``: what of it was read before.
    """
    before = before or Reread()
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
    known = before.known
    keeper = Keeper(profile, plan.has_block, digester, source, personal, known, staging.cells)
    flags = known.flags(source.header_line) if known else None
    account = Account()
    try:
        for chunk in source.chunks(CHUNK, flags):
            problems: list[RowProblem] = []
            kept = keeper.take(chunk, reader, account, problems)
            if known is not None and len(kept.carried):
                writer.add_beside(kept.rows, known.batch_id, kept.carried, kept.numbers)
            else:
                writer.add(kept.rows)
            _remember(writer, before, kept)
            writer.problems(problems)
            each_chunk(account.rows)
    except Refused:  # written to while it was read
        staging.refuse(writer.batch_id)
        raise
    batch = writer.finish(before.mark)
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
        records=account.records,
        facts=account.facts,
        unknown_columns=plan.unknown,
        supplement=is_supplement(source.header),
        base=origin(source.header),
    )


def _remember(writer: BatchWriter, before: Reread, kept: Kept) -> None:
    """Keep what its sound lines were read as, for the next delivery."""
    if before.raws is None:
        return
    sound, carried = kept.sound, kept.carried.copy()
    carried["line"] = kept.numbers
    for half in ("raw", "raw2"):
        sound[half] = before.raws[half][sound["line"].astype(np.int64) - 1]
    lines = np.concatenate([sound, carried])
    writer.remember(lines[np.argsort(lines["line"], kind="stable")])
