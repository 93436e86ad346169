"""Opening the encrypted databases, and nothing above: connections, their guards, transactions.

Every connection is keyed with the raw key, keeps temporary data in memory, and may attach a file
only when this module does it. What SQLite says in error is turned into the users' terms here.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time as clocks
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from app.domain.message import Refused

Connection = Any
"""A ``sqlcipher3`` connection; the package ships no types."""

Error = dbapi2.Error

CACHE_KIB = 64 * 1024
BUSY_SECONDS = 10.0
_BUSY_STEP = 0.0005
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

# Numbers of sqlite3.h; sqlcipher3 does not export them.
_PRAGMA, _ATTACH, _DETACH = 19, 24, 25
_OK, _DENY = 0, 1
_BUSY, _FULL, _READONLY, _IOERR, _CORRUPT, _NOTADB = 5, 13, 8, 10, 11, 26
_GUARDED_PRAGMAS = frozenset(
    {"temp_store", "temp_store_directory", "key", "rekey", "hexkey", "hexrekey", "cipher_plaintext_header_size",
     "cipher_log", "cipher_profile", "writable_schema"}
)  # fmt: skip


class _Guard:
    """The authorizer of one connection: no plaintext on disk, no foreign file."""

    def __init__(self) -> None:
        self.open = False

    def __call__(self, action: int, first: str | None, second: str | None, *_rest: object) -> int:
        if self.open:
            return _OK
        if action in (_ATTACH, _DETACH):
            return _DENY
        if action == _PRAGMA and (first or "").lower() in _GUARDED_PRAGMAS and second is not None:
            return _DENY
        return _OK


class _Keyed(dbapi2.Connection):
    """A connection that remembers its guard and key, so that attaching goes through here."""

    guard: _Guard
    keyspec: str
    key_of: Callable[[int], bytes | None] | None = None
    """Record -> key of what is sealed in its rows, where this member has it (``sealed_rows``)."""


def _uri(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"


def connect(path: Path, key: bytes, *, create: bool = False, any_thread: bool = False) -> Connection:
    """A keyed connection in autocommit mode, checked to be readable.

    ``key`` is 32 bytes, given raw. Raises Refused (``office.damaged``, ``disk.full``,
    ``folder.read_only``) through ``explained``.
    """
    with explained():
        connection = dbapi2.connect(
            _uri(path, "rwc" if create else "rw"), uri=True, isolation_level=None, factory=_Keyed,
            check_same_thread=not any_thread, cached_statements=256,
        )  # fmt: skip
        try:
            _prepare(connection, key)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: Connection, key: bytes) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.keyspec = f"x'{key.hex()}'"
    connection.set_key(connection.keyspec)
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.set_busy_handler(_patient)
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    connection.guard = _Guard()
    connection.set_authorizer(connection.guard)


def _patient(tries: int) -> bool:
    """Ask again twice in a millisecond: SQLite's own steps are so long that a writer who has to
    slip in between the short transactions of an import would often miss the gap."""
    clocks.sleep(_BUSY_STEP)
    return tries < BUSY_SECONDS / _BUSY_STEP


def attach(connection: Connection, path: Path, schema: str, *, synchronous: str = "FULL") -> None:
    """Attach an existing file under the same key. The one way past the guard."""
    connection.guard.open = True
    try:
        # Bound, so that neither the key nor the path stands in a statement's text.
        connection.execute("ATTACH ? AS " + schema + " KEY ?", (_uri(path, "rw"), connection.keyspec))
        connection.execute(f"PRAGMA {schema}.synchronous = {synchronous}")
        connection.execute(f"PRAGMA {schema}.cache_size = -{CACHE_KIB}")
    finally:
        connection.guard.open = False


def detach(connection: Connection, schema: str) -> None:
    """Detach; raises Error while a statement of this connection still reads from it."""
    connection.guard.open = True
    try:
        connection.execute("DETACH " + schema)
    finally:
        connection.guard.open = False


def use_wal(connection: Connection, schema: str = "main") -> None:
    """Write-ahead logging: readers see a snapshot while one writer writes."""
    connection.execute(f"PRAGMA {schema}.journal_mode = WAL")


@contextmanager
def transaction(connection: Connection) -> Iterator[Connection]:
    """``BEGIN IMMEDIATE`` ... ``COMMIT``; anything raised inside rolls all back."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(connection: Connection) -> Iterator[Connection]:
    """One unchanging sight of all attached files; writes nothing."""
    connection.execute("BEGIN")
    try:
        yield connection
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def copy(source: Connection, target: Path, key: bytes, *, schema: str = "main") -> None:
    """A consistent copy as a keyed file that stands alone (no WAL beside it), synced to the disk.

    Writers go on meanwhile. The file is never opened by its path here: closing such a descriptor
    would drop the locks that SQLite holds on it.
    """
    with explained():
        fresh = connect(target, key, create=True)
        try:
            fresh.execute("PRAGMA journal_mode = OFF")
            fresh.execute("PRAGMA synchronous = OFF")
            source.backup(fresh, name=schema)
            fresh.execute("PRAGMA journal_mode = DELETE")
        finally:
            fresh.close()
        sync_file(target)


def copy_as_it_lies(source: Connection, base: Path, target: Path) -> bool:
    """Copy the file of a database in WAL mode byte by byte, under the same key, to one that stands alone; False
    where that cannot be done now, and then nothing is left of it. Not synced.

    While a reader needs nothing of the log, nobody writes into the file itself, though others go on writing
    into the log: that reader is ``source``. Where the system counts locks by process, a descriptor of the file
    that is closed here would drop those that SQLite holds: another process copies.
    """
    log = base.with_name(base.name + "-wal")
    source.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    source.execute("PRAGMA busy_timeout = 0").fetchall()
    source.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    with snapshot(source):
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        try:
            done = (not log.exists() or log.stat().st_size == 0) and _copied(base, target)
        except OSError:
            done = False
    if not done:
        target.unlink(missing_ok=True)
    return done


def _copied(base: Path, target: Path) -> bool:
    if sys.platform == "win32":
        shutil.copyfile(base, target)
    else:
        program = shutil.which("cp", path="/usr/bin:/bin")
        if program is None:
            return False
        copying = subprocess.run(
            [program, "--", str(base), str(target)], env={}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        if copying.returncode:
            return False
    return target.stat().st_size == base.stat().st_size


def rekey(path: Path, key: bytes, fresh: bytes) -> None:
    """Encrypt a database that stands alone under another raw key, and sync it.

    Not in WAL mode: on a full disk that would answer "ok" and change nothing. Whoever calls opens
    the result with the new key before trusting it.
    """
    with explained():
        connection = connect(path, key)
        try:
            connection.guard.open = True
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
            connection.execute(f"PRAGMA rekey = \"x'{fresh.hex()}'\"").fetchall()
        finally:
            connection.close()
        sync_file(path)


def ciphertext_troubles(connection: Connection, schema: str = "main") -> list[str]:
    """What SQLCipher's own check of every page's authentication says; empty when sound.

    It reads the main file only, so the write-ahead log is folded in first; on a full disk as far as
    that goes, and reading what is left in the log checks its pages.
    """
    try:
        connection.execute(f"PRAGMA {schema}.wal_checkpoint(TRUNCATE)").fetchall()
    except Error as error:
        if _code(error) != _FULL:
            raise
    return [str(row[0]) for row in connection.execute(f"PRAGMA {schema}.cipher_integrity_check").fetchall()]


def sync_file(path: Path) -> None:
    """Make a closed file's bytes survive a power cut."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _code(error: Exception) -> int:
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


_KEY_OF_CODE = {
    _FULL: "disk.full", _READONLY: "folder.read_only", _CORRUPT: "office.damaged", _NOTADB: "office.damaged",
    _BUSY: "office.busy",
}  # fmt: skip


@contextmanager
def explained() -> Iterator[None]:
    """Turn the world's errors (full disk, read-only folder, damage) into Refused; ours pass."""
    try:
        yield
    except OSError as error:
        raise refused_by_system(error) from error
    except Error as error:
        refused = _refused_by_database(error)
        if refused is None:
            raise
        raise refused from error


@contextmanager
def damage_explained() -> Iterator[None]:
    """As ``explained``, for what the database says alone: an error of the system passes too."""
    try:
        yield
    except Error as error:
        refused = _refused_by_database(error)
        if refused is None:
            raise
        raise refused from error


def _refused_by_database(error: Exception) -> Refused | None:
    """The same in the users' terms; None where it is a mistake of ours."""
    key = _KEY_OF_CODE.get(_code(error)) or _key_of_words(str(error))
    if key is None:
        return None
    return Refused(key, reason="SQLite") if key == "disk.error" else Refused(key)


def _key_of_words(words: str) -> str | None:
    for part, key in (
        ("file is not a database", "office.damaged"), ("malformed", "office.damaged"), ("is full", "disk.full"),
        ("readonly", "folder.read_only"), ("unable to open database", "office.cannot_open"),
        ("disk I/O error", "disk.error"),
    ):  # fmt: skip
        if part in words:
            return key
    return None


def refused_by_system(error: OSError) -> Refused:
    """What the operating system refused, in the users' terms."""
    if error.errno in FULL:
        return Refused("disk.full")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Refused("folder.read_only")
    return Refused("disk.error", reason=error.strerror or "")
