"""A generation of an office that is open: made by the process that has it open, while work goes on.

Once a day, and when the nightly backup finds the office in use and asks for it. A child process without any key
copies the ciphertext; it dies with its parent, and then what it wrote never counts.
"""

from __future__ import annotations

import multiprocessing
import threading
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from app.domain.message import Refused
from app.storage.backups import backup_notes, generations
from app.storage.backups.generations import Frozen
from app.storage.backups.stillness import still
from app.storage.offices.office import Office

DAILY = timedelta(hours=20)
"""After so long without a generation an open office makes one by itself."""
AGAIN = timedelta(hours=1)
"""After one that failed: the share may be back."""
LONGEST = 1800.0
"""Seconds after which a share that hangs is given up."""

_one = threading.Lock()
_at_work: list[Any] = []
"""The child that copies, while it does."""


def give_up() -> None:
    """The office is about to be shut: a copy that is being made ends, and what it wrote does not count."""
    for process in list(_at_work):
        process.kill()
    if _one.acquire(timeout=10.0):
        _one.release()


def due(office: Office, now: datetime) -> bool:
    """Whether a generation is to be made now: somebody asked, or the last one is a day old. Looks at no share."""
    folder = office.folder
    if backup_notes.target(folder) is None:
        return False
    known = backup_notes.state(folder)
    if backup_notes.asked(folder):
        return True
    if known.failed is not None and now - known.failed < AGAIN:
        return False
    return known.done is None or now - known.done > DAILY


def keep_open(office: Office, now: datetime) -> Path | None:
    """Keep a generation of the open office; None where another one is being made or no folder is set.

    Refused as by ``backing_up.nightly``; the next start says it. What was kept stands in the access log.
    """
    into = backup_notes.target(office.folder)
    if into is None or not _one.acquire(blocking=False):
        return None
    try:
        backup_notes.answer(office.folder)
        with still(office) as applied:
            kept = _in_a_child(office, into, now, applied)
    except Refused as refused:
        if refused.message.key not in ("keys.work_running", "backup.busy"):  # a moment later it can be done
            backup_notes.went_wrong(office.folder, now, refused.message)
        raise
    finally:
        _one.release()
    backup_notes.went_well(office.folder, now)
    note(office, now)
    return kept


def note(office: Office, now: datetime) -> None:
    """The last generation, whoever kept it, as a line of the access log, once."""
    done = backup_notes.state(office.folder).done
    if done is None:
        return
    said = done.isoformat(timespec="seconds")
    if office.remembered(_NOTED) != said:
        office.log_view(0, f"backup:{said}", time=now)
        office.remember(_NOTED, said)


_NOTED = "backup_noted"


def _in_a_child(office: Office, into: Path, now: datetime, applied: int) -> Path:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with ours:
        said = (theirs, office.folder, into, now, office.segment.path, applied)
        process = context.Process(target=_copy, args=said, name="kizuki-backup", daemon=True)
        process.start()
        _at_work.append(process)
        theirs.close()
        try:
            answer: Any = ours.recv() if ours.poll(LONGEST) else None
        except (EOFError, OSError):
            answer = None
        finally:
            _at_work.remove(process)
            process.join(1.0)
            if process.is_alive():
                process.kill()
    if isinstance(answer, Path):
        return answer
    if isinstance(answer, tuple):
        raise Refused(answer[0], **answer[1])
    raise Refused("backup.broken_off")


def _copy(pipe: Connection, folder: Path, into: Path, now: datetime, segment: Path, applied: int) -> None:
    """In the child: no key is here. A parent that is gone keeps nothing still any more."""

    def holds() -> bool:
        return not pipe.poll(0.0)  # the other end never speaks: what can be read is its end

    try:
        kept = generations.keep(folder, into, time=now, frozen=Frozen(segment, applied, holds))
        pipe.send(kept.path)
    except Refused as refused:
        pipe.send((refused.message.key, dict(refused.message.values)))
    except OSError:
        return  # nobody listens any more
