"""Looking a file over before it goes in: what it is, how it will be read, what differs from last time.

Every row is judged as an import would judge it, and nothing is stored. What is compared with is the
last published delivery of the same extract.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path

from app.domain.extracts.cells import cells_of
from app.domain.extracts.profile import Column, Profile
from app.domain.extracts.reading import Reading, RowReader, plan_columns
from app.domain.extracts.recognising import ColumnPlan
from app.domain.extracts.supplement import is_supplement
from app.domain.message import Message, Refused
from app.domain.whereabouts import columns_of, positions_of
from app.services.deriving.profiles_in_force import profiles_of
from app.services.imports.delivered import last_delivery, people_missing
from app.services.imports.file_preview import (
    WITHHELD,
    Difference,
    FilePreview,
    PreviewColumn,
    PreviewProblem,
    PreviewRow,
    preview_cell,
    unguarded,
)
from app.services.imports.keeping import Account, Keeper
from app.services.imports.links_header import is_links_file
from app.services.imports.receiving import CHUNK
from app.services.imports.supplements import Base, supplemented
from app.services.protection.veil import Veil
from app.services.protection.withholding import sieve, withheld_now
from app.storage.batches.rows import RowProblem
from app.storage.files.source_files import open_source
from app.storage.files.source_rows import Chunk, Source
from app.storage.offices.office import Office

UNREADABLE = frozenset(
    {
        "cell.date.unreadable", "cell.date.month", "cell.date.no_such_day", "cell.number.unreadable",
        "cell.code.unknown", "cell.name.damaged",
    }
)  # fmt: skip
OUTSIDE = frozenset(
    {
        "cell.number.out_of_bounds", "cell.number.unusual", "cell.number.negative", "cell.month.range",
        "cell.date.after_extract", "cell.date.outside_era",
    }
)  # fmt: skip
SHOWN_CODES, DIFFERENT_CODES = 30, 500
SHOWN_ROWS = 30
SHOWN_PROBLEMS = 500
"""So many rows and problems of a file are shown; the counts are of all."""


def look(
    office: Office, path: Path, now: datetime, each_chunk: Callable[[int], None], day: date | None = None
) -> FilePreview:
    """Look a file over. ``each_chunk`` is told the rows so far; ``day``: its own day, where somebody said it.
    A file that cannot go in says why."""
    office.demand("import", "batch.published")
    try:
        if is_links_file(path):
            return _links(office, path)
        with open_source(path, profiles_of(office)) as opened:
            source, base = supplemented(office.reader(), opened)
            kept = sieve(office.reader(), withheld_now(office), source).source
            return _looked_over(office, path, kept, base, now, each_chunk, day)
    except Refused as refused:
        if refused.message.key.startswith(("disk.", "office.")):
            raise
        shown = path.name.encode("utf-8", "backslashreplace").decode("utf-8")
        return FilePreview(path, shown, refusal=refused.message)


def _links(office: Office, path: Path) -> FilePreview:
    """What a links file brings: pairs, and how many of them this office has not weighed itself."""
    # Not at the top: matching takes seconds to load, and other files do without it.
    from app.services.deriving.models import model_in_force
    from app.services.imports.taking_links import read_links

    taken = read_links(office, path, model_in_force(office.reader(), "main"))
    new = len(taken.edges)
    return FilePreview(
        path,
        taken.file,
        extract="links",
        kind="links",
        encoding="utf-8",
        rows=taken.rows,
        accepted=taken.rows,
        known=not new,
        difference=Difference(new, 0, taken.rows - new, None),
    )


class _WatchedReader(RowReader):
    """Reads rows, and notes over which days their facts reach."""

    first: str = ""
    last: str = ""

    def judge(self, cells: Sequence[str], damage: str = "") -> Reading:
        reading = self.read(cells, damage)
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
    records: set[int] = field(default_factory=set)
    filled: list[int] = field(default_factory=list)
    shown: dict[str, list[RowProblem]] = field(default_factory=lambda: {"rejected": [], "warned": []})
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    first: Chunk | None = None
    first_faults: dict[tuple[int, str], str] = field(default_factory=dict)

    def note(self, problems: list[RowProblem], last_shown: int) -> None:
        """Count them, keep the first: a file may have a million."""
        for one in problems:
            self.faults[one.column, one.outcome] += 1
            self.reasons[one.column, one.reason] += 1
            if one.reason == "cell.code.unknown" and (
                one.value in self.unknown[one.column] or len(self.unknown[one.column]) < DIFFERENT_CODES
            ):
                self.unknown[one.column][one.value] += 1
            if len(self.shown[one.outcome]) < SHOWN_PROBLEMS:
                self.shown[one.outcome].append(one)
            if one.line <= last_shown:
                self.first_faults.setdefault((one.line, one.column), one.outcome)


def _looked_over(
    office: Office,
    path: Path,
    source: Source,
    base: Base | None,
    now: datetime,
    each_chunk: Callable[[int], None],
    day: date | None,
) -> FilePreview:
    profile = source.profile
    last, batch = last_delivery(office.reader(), profile.key, source.name)
    supplement = is_supplement(source.header)
    added_to = last.as_of if supplement and last else None
    days = {"said": day, "title": source.title_day, "supplement": added_to, "today": now.date()}
    if base is not None:  # whatever was said: they are rows of that delivery
        days = {"supplement": base.as_of}
    day_from, as_of = next((name, one) for name, one in days.items() if one is not None)
    plan = plan_columns(profile, source.header)
    reader = _WatchedReader(profile, plan, as_of)
    account = Account()
    found = _pass(office, source, plan, reader, account, each_chunk)
    ends = profile.kind == "snapshot" and not supplement
    return FilePreview(
        path=path,
        file=source.name,
        extract=profile.key,
        kind=profile.kind,
        encoding=source.encoding,
        delimiter=source.delimiter,
        header_line=source.header_line,
        as_of=as_of,
        day_from=day_from,
        rows=account.rows,
        accepted=account.rows - account.rejected,
        rejected=account.rejected,
        warned=account.warned,
        records=account.records,
        covers=reader.covers(),
        columns=_columns(profile, plan, found),
        first=_first_rows(profile, plan, as_of, found, _Shield(office, source, plan, reader)),
        problems=_shown_problems(found, _headers_of_whereabouts(profile, plan)),
        known=_is_known(office, source, batch),
        supplement=supplement,
        unguarded=unguarded(profile, plan.positions),
        last=last,
        difference=None if batch is None else _difference(office, batch, found.keys, ends),
        gone=people_missing(office.reader(), batch, found.records) if ends and batch is not None else (0, 0),
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
            if row.record_id is not None:
                found.records.add(row.record_id)
        found.note(problems, found.first.lines[:SHOWN_ROWS][-1])
        for at, column in enumerate(zip_longest(*chunk.cells, fillvalue="")):
            if at < width:
                found.filled[at] += len(column) - column.count("")
        each_chunk(account.rows)
    return found


def _columns(profile: Profile, plan: ColumnPlan, found: _Found) -> tuple[PreviewColumn, ...]:
    names, shown = plan.named(), _faults_at(plan)
    return tuple(
        PreviewColumn(
            header=header.strip(),
            name=names.get(at, ""),
            needed=at in names and profile.columns[names[at]].needed,
            filled=found.filled[at],
            rejected=found.faults[shown[at], "rejected"],
            warned=found.faults[shown[at], "warned"],
            unreadable=sum(found.reasons[shown[at], reason] for reason in UNREADABLE),
            outside=sum(found.reasons[shown[at], reason] for reason in OUTSIDE),
            values=tuple(found.unknown[shown[at]].most_common(SHOWN_CODES)),
        )
        for at, header in enumerate(plan.header[: plan.width])
    )


def _faults_at(plan: ColumnPlan) -> dict[int, str]:
    """Index of a column -> the header under which its faults are told."""
    shown = {at: header.strip() for at, header in enumerate(plan.header[: plan.width])}
    return shown | {at: plan.header[plan.width + n].strip() for n, one in enumerate(plan.joins) for at in one}


class _Shield:
    """Which cells of a row must not be shown: of somebody who is protected, or of whom the row says so."""

    def __init__(self, office: Office, source: Source, plan: ColumnPlan, reader: RowReader) -> None:
        profile = source.profile
        self._veil, self._digester, self._reader = Veil(office), office.digester, reader
        self._key, self._header = profile.key, source.header
        self._roster = profile.key if plan.has_block or not profile.rosters else profile.rosters[0]

    def hidden(self, cells: Sequence[str]) -> frozenset[int]:
        """The positions in this row."""
        local = self._reader.judge(cells).local_id
        record = self._digester.record(self._roster, local) if local else None
        return self._veil.hidden(self._key, self._header, record, cells)


def _headers_of_whereabouts(profile: Profile, plan: ColumnPlan) -> frozenset[str]:
    """What is printed over the columns that say where somebody is: no value of theirs is told."""
    at = {plan.positions[name] for name in columns_of(profile) if name in plan.positions}
    at |= positions_of(profile, plan.header[: plan.width], columns_of(profile))
    return frozenset(plan.header[one].strip() for one in at)


def _first_rows(
    profile: Profile, plan: ColumnPlan, as_of: date, found: _Found, shield: _Shield
) -> tuple[PreviewRow, ...]:
    """The first rows as they will be read; a cell that contradicts another one is marked too."""
    if found.first is None:
        return ()
    faults = found.first_faults
    parsers = {at: cells_of(profile.columns[name], as_of) for name, at in plan.positions.items() if at < plan.width}
    parsers |= {at: cells_of(Column(""), as_of) for one in plan.joins for at in one}
    shown = _faults_at(plan)
    rows = zip(found.first.lines[:SHOWN_ROWS], found.first.cells[:SHOWN_ROWS], strict=True)
    return tuple(
        PreviewRow(
            line,
            tuple(
                WITHHELD
                if at in hidden
                else preview_cell(cells[at] if at < len(cells) else "", parsers.get(at), faults.get((line, shown[at])))
                for at in range(plan.width)
            ),
        )
        for line, cells in rows
        for hidden in (shield.hidden(cells),)
    )


def _shown_problems(found: _Found, unsaid: Set[str]) -> tuple[PreviewProblem, ...]:
    """The first of them, rejected ones before warnings."""
    ordered = [*found.shown["rejected"], *found.shown["warned"]]
    return tuple(
        PreviewProblem(one.line, one.column, value, Message(one.reason, one.args), one.outcome)
        for one in ordered[:SHOWN_PROBLEMS]
        for value in ("" if one.column in unsaid else one.value,)
    )


def _is_known(office: Office, source: Source, newest: int | None) -> bool:
    """Whether saying this again says nothing new: of a snapshot, only if no other came after it."""
    found = office.reader().execute(
        "SELECT batch_id FROM batch WHERE file_digest = ? AND state = 'published'",
        (office.digester.file(source.digest),),
    )
    batches = [row[0] for row in found.fetchall()]
    return newest in batches if source.profile.kind == "snapshot" else bool(batches)


def _difference(office: Office, batch: int, keys: dict[int, int], ends: bool) -> Difference:
    """``keys`` is what the file has: key -> row. ``ends``: what it does not have has gone."""
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
    return Difference(new, changed, unchanged, gone if ends else None)
