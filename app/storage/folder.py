"""The office folder as a place: which files stand in it, who holds it, whether it can be used.

Crash-safe replacing of small files, the lock that says who has the office open, the reserve that
keeps a full disk from blocking reading, and the refusal of network drives.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time as clocks
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from app.domain.message import Refused
from app.storage.database import FULL, refused_by_system

if sys.platform == "win32":
    import ctypes
    import msvcrt
else:
    import fcntl

RESERVE_BYTES = 4 * 1024 * 1024
_RESERVES = ((RESERVE_BYTES, 4 * RESERVE_BYTES), (1024 * 1024, 4 * 1024 * 1024), (512 * 1024, 1024 * 1024))
"""How large a reserve is, and the free room that it takes to lay it: a small disk has a small one. The smallest is
enough to open, to read, and to log some hundred openings."""

_NOTHING = 1024 * 1024

_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "afs", "ncpfs", "ceph", "glusterfs", "davfs",
     "fuse.sshfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.s3fs"}
)  # fmt: skip
_MOUNTS = Path("/proc/mounts")
_POINT_AT, _KIND_AT = 1, 2  # words of a line in there
_LOCK_AT = 1 << 30  # far behind the words, so that Windows lets others read who holds it


def office_db(folder: Path) -> Path:
    """The truth."""
    return folder / "office.db"


def view_db(folder: Path, number: int) -> Path:
    """One published state of the derived tables."""
    return folder / f"view-{number}.db"


def keys_json(folder: Path) -> Path:
    """The key file."""
    return folder / "keys.json"


def keys_previous_json(folder: Path) -> Path:
    """The key file before the last change."""
    return folder / "keys.previous.json"


def segment_file(folder: Path, device: str) -> Path:
    """The sealed operations of one device."""
    return folder / "segments" / f"{device}.seg"


def work_lock(folder: Path, process: int) -> Path:
    """Held by a worker process while it has the databases open."""
    return folder / f"work-{process}.lock"


def attempts_file(folder: Path) -> Path:
    """Counts failed unlocks; knows no names."""
    return folder / "attempts"


def private() -> None:
    """Whatever this process writes from now on is its user's alone."""
    os.umask(0o077)


def sync_folder(folder: Path) -> None:
    """Make names of new files survive a power cut (Windows does so by itself)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_safely(path: Path, content: bytes, *, previous: Path | None = None) -> None:
    """Write new, fsync, read back, keep the previous, replace. Raises Refused, then nothing changed."""
    fresh = path.with_name(path.name + ".new")
    try:
        with open(fresh, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if fresh.read_bytes() != content:
            raise Refused("disk.error", reason=path.name)
        if previous is not None and path.exists():
            replace_safely(previous, path.read_bytes())
        replace_patiently(fresh, path)
        sync_folder(path.parent)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise refused_by_system(error) from error


def replace_patiently(fresh: Path, path: Path) -> None:
    """``os.replace``, patient with a virus scanner that holds the file open on Windows."""
    for pause in (0.05, 0.1, 0.2, 0.4, 0.8):
        try:
            os.replace(fresh, path)
            return
        except PermissionError:
            if os.name != "nt":
                raise
            clocks.sleep(pause)
    os.replace(fresh, path)


def check_place(folder: Path) -> None:
    """Raise Refused where an office must not live: a network drive, or a folder without writing."""
    if on_network(folder):
        raise Refused("folder.network", folder=str(folder))
    probe = folder / ".probe"
    try:
        with open(probe, "wb") as file:
            file.write(b"k")
        probe.unlink()
    except OSError as error:
        if error.errno not in FULL:  # a full disk still lets people read
            raise refused_by_system(error) from error
        probe.unlink(missing_ok=True)


def on_network(folder: Path) -> bool:
    """Whether the folder lies on a drive of another machine, also behind a mapped letter."""
    if sys.platform == "win32":
        root = os.path.splitdrive(os.path.realpath(folder))[0]
        remote = 4
        return root.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(root + "\\") == remote
    return _file_system(os.path.realpath(folder)) in _NETWORK


def _file_system(path: str) -> str:
    """The kind of the file system that holds ``path``, by the longest mount point above it."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        words = line.split(" ")
        if len(words) <= _KIND_AT:
            continue
        point = words[_POINT_AT].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        inside = point == "/" or path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, words[_KIND_AT]
    return kind


class FileLock:
    """An operating system's lock on a file: ends with the process, however that ends.

    ``note`` is written into the file for others to read (ids only, never a name).
    """

    def __init__(self, path: Path, note: dict[str, object] | None = None) -> None:
        self.path, self._note = path, note
        self._descriptor: int | None = None

    def acquire(self, patience: float) -> bool:
        """Try for up to ``patience`` seconds; False if somebody else keeps it."""
        end = clocks.monotonic() + patience
        while not self._try():
            if clocks.monotonic() >= end:
                return False
            clocks.sleep(0.02)
        if self._note is not None and self._descriptor is not None:
            with suppress(OSError):  # a full disk: the lock holds, it only cannot say who
                os.ftruncate(self._descriptor, 0)
                os.lseek(self._descriptor, 0, os.SEEK_SET)
                os.write(self._descriptor, json.dumps(self._note).encode())
        return True

    def _try(self) -> bool:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if sys.platform == "win32":
                os.lseek(descriptor, _LOCK_AT, os.SEEK_SET)
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
                os.lseek(descriptor, 0, os.SEEK_SET)
            else:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def read_note(self) -> dict[str, object]:
        """What the holder wrote; empty if nothing readable stands there."""
        try:
            note = json.loads(self.path.read_bytes())
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    def release(self) -> None:
        """Give it up; harmless when not held."""
        if self._descriptor is None:
            return
        if sys.platform == "win32":
            os.lseek(self._descriptor, _LOCK_AT, os.SEEK_SET)
            msvcrt.locking(self._descriptor, msvcrt.LK_UNLCK, 1)
        os.close(self._descriptor)
        self._descriptor = None

    def remove(self) -> None:
        """Give it up and take its file away."""
        self.release()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> FileLock:
        if not self.acquire(10.0):
            raise Refused("office.busy")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class Reserve:
    """A file of nothing that gives its room up when the disk is full, so that reading goes on."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "reserve"
        self._needed = 0

    def lay(self) -> None:
        """Put it there, or a larger one than is there, as far as there is room for it; silent when not."""
        try:
            there = self._path.stat().st_size if self._path.exists() else 0
            free = shutil.disk_usage(self._path.parent).free
            wanted = next((size for size, needed in _RESERVES if free + there >= needed), 0)
            if wanted <= there:
                return
            with open(self._path, "wb") as file:
                file.write(bytes(wanted))
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            self._path.unlink(missing_ok=True)

    def room_again(self) -> bool:
        """Whether there is room for the reserve that was given up, and for work beside it."""
        return shutil.disk_usage(self._path.parent).free >= self._needed

    def makes_room(self, refused: Refused) -> bool:
        """Whether that was for want of room and giving up the reserve helped: then try again.

        SQLite calls a full disk an input/output error where it lays its shared memory.
        """
        for_room = refused.message.key in ("disk.full", "disk.error", "office.cannot_open")
        return for_room and shutil.disk_usage(self._path.parent).free < _NOTHING and self.release()

    def release(self) -> bool:
        """Give the room up; True if there was any."""
        try:
            given = self._path.stat().st_size
            self._needed = next((needed for size, needed in _RESERVES if size <= given), _RESERVES[-1][1])
            self._path.unlink()
        except OSError:
            return False
        return True
