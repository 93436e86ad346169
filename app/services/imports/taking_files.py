"""Files taken in one after another: on which day each counts, and which are refused whole.

Each is staged by ``receiving``; nothing of it is visible before the import publishes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from app.domain.entries import Kind
from app.domain.extracts.profile import Profile
from app.domain.extracts.supplement import is_supplement
from app.domain.message import Message, Refused
from app.services.deriving.profiles_in_force import profiles_of
from app.services.imports.delivered import Delivery, counted, far_shorter, last_delivery, mostly_gone, people_gone
from app.services.imports.receiving import FileReport, receive, reread
from app.services.imports.supplements import supplemented
from app.services.protection.withholding import sieve, withheld_now
from app.storage.batches.rows import Staging
from app.storage.digests import Digester
from app.storage.files.source_files import open_source
from app.storage.files.source_rows import Source
from app.storage.offices.office import Office

Progress = Callable[[Message], None]


def days_of(files: Iterable[Path], days: Mapping[Path, date] | None, as_of: date | None) -> dict[Path, date]:
    """The days that somebody said, by file."""
    said = {path: (days or {}).get(path, as_of) for path in files}
    return {path: day for path, day in said.items() if day is not None}


def receive_all(
    office: Office,
    staging: Staging,
    files: Sequence[Path],
    now: datetime,
    days: Mapping[Path, date],
    progress: Progress,
    short: Collection[str] | None,
) -> list[FileReport]:
    """Stage these files; what became of each, in their order. ``short``: names of snapshots that may be far
    shorter than last time, or have other people in it; None where somebody was asked about every file."""
    office.demand("import", Kind.BATCH_PUBLISHED)
    profiles = profiles_of(office)
    reports: list[FileReport] = []
    seen: set[bytes] = set()
    for number, path in enumerate(files, start=1):

        def tell(rows: int, number: int = number, path: Path = path) -> None:
            values = {"file": path.name, "number": number, "files": len(files), "rows": rows}
            progress(Message("import.reading", values))

        tell(0)
        may_be_short = short is None or path.name in short
        report = _receive_one(office, staging, path, profiles, now, days.get(path), tell, seen, reports, may_be_short)
        reports.append(report)
    return reports


def _receive_one(
    office: Office,
    staging: Staging,
    path: Path,
    profiles: dict[str, Profile],
    now: datetime,
    as_of: date | None,
    tell: Callable[[int], None],
    seen: set[bytes],
    before: Sequence[FileReport],
    may_be_short: bool,
) -> FileReport:
    try:
        with open_source(path, profiles) as opened:
            source, base = supplemented(office.reader(), opened)
            last, stood = _last_whole(office, source, before, now)
            said = base.as_of if base else as_of or source.title_day or _day_supplemented(source, last)
            day = said or now.date()
            if source.digest in seen or _stands(staging, office.digester, source, day):
                return FileReport(path.name, "unchanged", source.profile.key, day, source.encoding)
            seen.add(source.digest)
            sieved = sieve(office.reader(), withheld_now(office), source)
            if _stands(staging, office.digester, sieved.source, day):
                return FileReport(path.name, "unchanged", source.profile.key, day, source.encoding)
            if source.profile.kind == "snapshot" and not any(source.chunks(1)):
                raise Refused("file.empty_snapshot", file=path.name)
            again = reread(staging, office.digester, sieved.source, day, sieved.personal)
            asks = last is not None and not may_be_short and far_shorter(again.lines, last)
            if last is not None and asks:
                _refuse_far_shorter(source, last)
            report = receive(staging, office.digester, sieved.source, day, now, tell, sieved.personal, again)
            if last is not None and asks:
                _refuse_others(staging, report, _ends(source), last, stood)
            return report
    except Refused as refused:
        if refused.message.key.startswith(("disk.", "office.")):
            raise
        return FileReport(path.name, "refused", refusal=refused.message)


def _last_whole(
    office: Office, source: Source, before: Sequence[FileReport], now: datetime
) -> tuple[Delivery | None, int | None]:
    """The last delivery of this extract that was whole, and its batch: of those before it in this import, else of
    those published."""
    for one in reversed(before):
        if one.batch is not None and one.extract == source.profile.key and not one.supplement:
            return Delivery(one.file, one.as_of, now, one.rows), one.batch.batch_id
    return last_delivery(office.reader(), source.profile.key, source.name)


def _day_supplemented(source: Source, last: Delivery | None) -> date | None:
    """The day that a supplement has which does not say of which delivery it is."""
    return last.as_of if last is not None and is_supplement(source.header) else None


def _ends(source: Source) -> bool:
    """Whether who is not in this file has gone."""
    return source.profile.kind == "snapshot" and not is_supplement(source.header)


def _refuse_far_shorter(source: Source, last: Delivery) -> None:
    """Whoever does not stand in a snapshot has gone: one that breaks off must not end everybody else."""
    if not _ends(source):
        return
    rows = counted((row for chunk in source.chunks(500) for row in chunk.lines), last)
    if far_shorter(rows, last):
        raise Refused("file.far_shorter", file=source.name, rows=rows, last=last.rows, before=last.file)


def _refuse_others(staging: Staging, report: FileReport, ends: bool, last: Delivery, stood: int | None) -> None:
    """As long as last time, but of other people: another school's, or the other half of it."""
    older = last.as_of is not None and report.as_of is not None and report.as_of < last.as_of
    if not ends or older or report.batch is None or stood is None:
        return
    gone, people = people_gone(staging.connection, stood, report.batch.batch_id)
    if mostly_gone(gone, people):
        staging.refuse(report.batch.batch_id)
        raise Refused("file.mostly_gone", file=report.file, gone=gone, people=people, before=last.file)


def _stands(staging: Staging, digester: Digester, source: Source, day: date) -> bool:
    """Whether this very file is published already, and saying it again would say nothing new.

    A ledger's never does; a snapshot's only when another delivery has come in between.
    """
    batch = staging.known_file(digester.file(source.digest))
    if batch is None:
        return False
    if source.profile.kind == "ledger":
        return True
    newest, same_day = staging.connection.execute(
        "SELECT (SELECT batch_id FROM batch WHERE extract = ?1 AND state = 'published'"
        " ORDER BY as_of DESC, batch_id DESC LIMIT 1),"
        " EXISTS (SELECT 1 FROM batch WHERE batch_id = ?2 AND as_of >= ?3)",
        (source.profile.key, batch, day.isoformat()),
    ).fetchone()
    return bool(newest == batch or same_day)
