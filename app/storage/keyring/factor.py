"""The second factor: a secret that stays on this PC and is needed beside the passphrase.

On Windows it is sealed for the signed-in user by the system (DPAPI); elsewhere it is a file that
only its user may read. It lies outside the office folder, so that a copied folder lacks it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.domain.message import Refused
from app.storage.folder import replace_safely
from app.storage.keyring import keys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _Blob(ctypes.Structure):
        _fields_ = (("size", wintypes.DWORD), ("data", ctypes.POINTER(ctypes.c_char)))


_MAX_BYTES = 10_000


def place(office: str, person: str) -> Path:
    """Where this person's factor for this office lies on this PC."""
    return _home() / f"{office}-{person}.factor"


def secret(office: str, person: str | None) -> bytes | None:
    """The 32 bytes kept here, or None. What cannot be read or opened counts as not there."""
    if person is None:
        return None
    path = place(office, person)
    try:
        if path.stat().st_size > _MAX_BYTES:
            return None
        found = _opened(path.read_bytes())
    except OSError:
        return None
    return found if found is not None and len(found) == keys.KEY_BYTES else None


def keep(office: str, person: str) -> bytes:
    """Make a fresh factor and keep it on this PC. Refused if it cannot be written."""
    fresh, path = keys.new_key(), place(office, person)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused("factor.cannot_keep", why=error.strerror or "") from error
    replace_safely(path, _sealed(fresh))
    return fresh


def forget(office: str, person: str) -> None:
    """Take the factor away from this PC; harmless when there is none."""
    place(office, person).unlink(missing_ok=True)


def _home() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "Kizuki"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "kizuki"


if sys.platform == "win32":

    def _sealed(content: bytes) -> bytes:
        sealed = _by_system(ctypes.windll.crypt32.CryptProtectData, content)
        if sealed is None:
            raise Refused("factor.cannot_keep", why="DPAPI")
        return sealed

    def _opened(content: bytes) -> bytes | None:
        return _by_system(ctypes.windll.crypt32.CryptUnprotectData, content)

    def _by_system(call: object, content: bytes) -> bytes | None:
        given = _Blob(len(content), ctypes.cast(ctypes.create_string_buffer(content), ctypes.POINTER(ctypes.c_char)))
        made = _Blob()
        if not call(ctypes.byref(given), None, None, None, None, 1, ctypes.byref(made)):  # type: ignore[operator]
            return None
        try:
            return ctypes.string_at(made.data, made.size)
        finally:
            ctypes.windll.kernel32.LocalFree(made.data)
else:

    def _sealed(content: bytes) -> bytes:
        return content

    def _opened(content: bytes) -> bytes | None:
        return content
