"""Keeping generations of an office in a folder, perhaps a share: one a day, few of them full.

No key is needed. The office must be shut, its lock held by whoever asks, or the database file be kept unchanged
meanwhile (``Frozen``): the files are copied as they lie, a write-ahead log that a crash left behind along with its
database. The view is left out: it is derived, and
is worked out again where a backup is opened.

A chain is a full generation and what changed after it. The newest days have all that changed; of older ones
only the entries and keys stay, because these are the acts of that day, and the database of the day on which
bulk rows were last published takes them in again (its segment is replayed at unlocking). What all of it takes
is held under four times the database: beyond that the oldest chain goes.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.domain import entries
from app.domain.message import Refused
from app.storage import database
from app.storage import folder as places
from app.storage.backups import backup_file
from app.storage.backups.backup_file import Generation, Progress, TooLargeError
from app.storage.folder import FileLock
from app.storage.keyring import keyfile
from app.storage.offices import views

BUDGET = 3.8
"""All generations together, as so many times the database."""
SHARE = 1.0
"""What changed after a full generation, as a share of its size, before the next full one."""
DETAILED = 7
"""So many newest generations keep every changed page."""
LONGEST = 400
"""Generations in a chain: each one more must be sound for the last to be laid out."""
_SUFFIX = ".kizuki"
_LOST = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENOTCONN, errno.ESTALE, errno.EHOSTDOWN})


@dataclass(frozen=True)
class Frozen:
    """How an office lies whose database file somebody keeps unchanged meanwhile: its log is left out, and of the
    ``segment`` (a path) the first ``applied`` bytes are what the database has. ``still`` says whether that holds."""

    segment: Path
    applied: int
    still: Callable[[], bool]


def keep(
    folder: Path, into: Path, *, time: datetime, progress: Progress = lambda _done, _all: None,
    frozen: Frozen | None = None,
) -> Generation:  # fmt: skip
    """Copy the office into the next generation; it counts only when it was read back and is sound.

    ``frozen``: the office is open. A generation of the same day is replaced. Refused:
    ``backup.folder_missing``, a full disk, a damaged source; then the generations that were there still stand.
    """
    try:
        if not into.is_dir():
            raise Refused("backup.folder_missing", folder=str(into))
        return _keep(folder, into, time, progress, frozen)
    except OSError as error:
        if error.errno in _LOST or not _still_there(into):
            raise Refused("backup.folder_missing", folder=str(into)) from error
        raise database.refused_by_system(error) from error


def _still_there(into: Path) -> bool:
    try:
        return into.is_dir()
    except OSError:
        return False


def _keep(folder: Path, into: Path, time: datetime, progress: Progress, frozen: Frozen | None) -> Generation:
    office = keyfile.read(folder).office
    _clear_parts(into, office)
    kept = sound(into, office)
    chain, replaced = _continued(kept, time)
    fresh = _write(folder, into, office, chain, time, progress, frozen)
    found = backup_file.read(fresh)
    backup_file.check_own([*(chain if found.base else []), found])
    if frozen is not None and not frozen.still():
        fresh.unlink(missing_ok=True)
        raise Refused("backup.office_moved")
    path = into / _name(found)
    os.replace(fresh, path)
    with suppress(OSError):  # some shares cannot sync a folder
        places.sync_folder(into)
    if replaced is not None and replaced.path != path:
        replaced.path.unlink(missing_ok=True)
    _thin(into, office)
    _within_budget(into, office)
    return backup_file.read(path)


def _continued(kept: list[Generation], time: datetime) -> tuple[list[Generation], Generation | None]:
    """The chain that the next generation goes on with (empty: begin with a full one), and whom it replaces."""
    if not kept:
        return [], None
    chain = chain_of(kept[-1], kept)
    last = kept[-1]
    same_day = datetime.fromisoformat(last.made).astimezone().date() == time.astimezone().date()
    if same_day and not last.full:
        return chain[:-1], last
    return (chain if len(chain) < LONGEST else []), None


def _write(
    folder: Path, into: Path, office: str, chain: list[Generation], time: datetime, progress: Progress,
    frozen: Frozen | None,
) -> Path:  # fmt: skip
    fresh = into / f"{office}{_SUFFIX}.part"
    files = _files(folder, frozen is None)
    upto = {name: frozen.applied for name, path in files.items() if path == frozen.segment} if frozen else None
    said = {
        "id": secrets.token_hex(16), "office": office, "made": entries.moment(time),
        "view": max(views.numbers(folder), default=0),
    }  # fmt: skip
    try:
        if chain:
            known = backup_file.layout(chain).digests
            most = int(SHARE * chain[0].size) - sum(one.size for one in chain[1:])
            with suppress(TooLargeError):
                going_on = {**said, "base": chain[-1].id}
                backup_file.write(fresh, files, known, going_on, most=max(0, most), progress=progress, upto=upto)
                return fresh
        backup_file.write(fresh, files, {}, {**said, "base": ""}, most=None, progress=progress, upto=upto)
    except BaseException:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    return fresh


def _files(folder: Path, log_counts: bool) -> dict[str, Path]:
    """What of an office is truth: the database with a log that was left, the key file, the segments."""
    truth = places.office_db(folder)
    if not truth.exists():
        raise Refused("office.database_missing", folder=str(folder))
    found = {"office.db": truth, "keys.json": places.keys_json(folder)}
    log = truth.with_name(truth.name + "-wal")
    if log_counts and log.exists() and log.stat().st_size:
        found[log.name] = log
    for path in sorted((folder / "segments").glob("*.seg")):
        found[f"segments/{path.name}"] = path
    return found


def _name(generation: Generation) -> str:
    made = generation.made.replace("-", "").replace(":", "").partition(".")[0]
    return f"kizuki-{generation.office[:8]}-{made}-{generation.id[:8]}{'-full' if generation.full else ''}{_SUFFIX}"


def _clear_parts(into: Path, office: str) -> None:
    (into / f"{office}{_SUFFIX}.part").unlink(missing_ok=True)


def _thin(into: Path, office: str) -> None:
    """Generations that are no longer new hand their pages on to the next one and keep entries and keys.

    Not the full one, and not the first after a publication: bulk rows stand in no segment.
    """
    kept = sound(into, office)
    ends = [one for one in kept if not any(other.base == one.id for other in kept)]
    for end in ends:
        chain = chain_of(end, kept)
        newest = end is kept[-1]
        for at in range(1, len(chain) - (DETAILED if newest else 0)):
            if chain[at].pages and chain[at].view == chain[at - 1].view:
                _hand_on(into / f"{office}{_SUFFIX}.part", chain, at)


def _hand_on(fresh: Path, chain: list[Generation], at: int) -> None:
    """In this order: killed between the two, both can still be laid out."""
    for number, pages in ((at + 1, True), (at, False)):
        if number < len(chain):
            backup_file.rewrite(fresh, chain[: number + 1], chain[:at], pages=pages)
            os.replace(fresh, chain[number].path)
            chain[number] = backup_file.read(chain[number].path)


def _within_budget(into: Path, office: str) -> None:
    """The oldest chains go, whole, while everything takes too much; what cannot be read stays to be looked at."""
    kept = sound(into, office)
    most = BUDGET * kept[-1].parts[places.office_db(into).name].size if kept else 0
    full = [one for one in kept if one.full]
    for oldest in full[:-1]:
        if sum(one.size for one in kept) <= most:
            return
        gone = [one for one in kept if chain_of(one, kept)[:1] == [oldest]]
        for one in reversed(gone):
            one.path.unlink(missing_ok=True)
        kept = [one for one in kept if one not in gone]


# ---------------------------------------------------------------------------- looking


def sound(into: Path, office: str = "") -> list[Generation]:
    """The generations in a folder whose heads are whole and whose chain is there, oldest first."""
    found = []
    for path in sorted(into.glob(f"*{_SUFFIX}")):
        with suppress(Refused, OSError):
            found.append(backup_file.read(path))
    found = [one for one in found if not office or one.office == office]
    return sorted((one for one in found if chain_of(one, found)), key=lambda one: (one.made, not one.full))


def damaged(into: Path) -> list[Path]:
    """Generations that cannot be laid out: torn or altered heads, or one that they continue is gone."""
    good = {one.path for one in sound(into)}
    return [path for path in sorted(into.glob(f"kizuki-*{_SUFFIX}")) if path not in good]


def chain_of(generation: Generation, kept: list[Generation]) -> list[Generation]:
    """From the full one to this one; empty if one between is missing."""
    by_id = {one.id: one for one in kept}
    chain = [generation]
    while chain[0].base:
        before = by_id.get(chain[0].base)
        if before is None or before in chain:
            return []
        chain.insert(0, before)
    return chain


def chain_at(path: Path) -> list[Generation]:
    """The chain behind a generation's file, or behind the newest in a folder. Refused: none, damaged, incomplete."""
    try:
        if path.is_dir():
            kept = sound(path)
            if not kept:
                raise Refused("backup.none_here", file=str(path))
            return chain_of(kept[-1], kept)
        wanted = backup_file.read(path)
        chain = chain_of(wanted, [wanted, *(one for one in sound(path.parent) if one.id != wanted.id)])
    except OSError as error:
        raise database.refused_by_system(error) from error
    if not chain:
        raise Refused("backup.chain_broken", file=path.name)
    return chain


def check(chain: list[Generation]) -> None:
    """Read the newest generation of a chain as a whole against its digests. Needs no key. Refused if damaged."""
    where = backup_file.layout(chain)
    with open(os.devnull, "wb") as nowhere:
        for name in chain[-1].parts:
            backup_file.lay_out(chain, name, where, nowhere)


def is_idle(folder: Path) -> bool:
    """Whether no worker process still has the databases open."""
    for path in folder.glob("work-*.lock"):
        lock = FileLock(path)
        if not lock.acquire(0.0):
            return False
        lock.remove()
    return True
