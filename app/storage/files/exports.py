"""Files that leave the office on purpose: written beside a note of their origin, sealed if asked.

A file appears under its name only when it is whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from app.domain.message import Refused, WrongUse
from app.storage.database import refused_by_system
from app.storage.keyring.sealing import seal, unseal

_SEALED_MOST = 2_000_000_000
"""Bytes; what we seal is far smaller."""


def check_out(out: Path, office: Path) -> None:
    """WrongUse for a place where nothing may be written, before anything is worked out.

    A file that comes out replaces what has its name; in the office's own folder that would be the
    office, and a device or a folder is no file.
    """
    check_place(out)
    if out.resolve().is_relative_to(office.resolve()):
        raise WrongUse("out.in_office", file=out.name)


def check_place(out: Path) -> None:
    """WrongUse where no file can be: in no folder, or in place of what is no file."""
    if not out.parent.is_dir():
        raise WrongUse("out.no_folder", folder=str(out.parent))
    if out.exists() and not out.is_file():
        raise WrongUse("out.not_a_file", file=str(out))


def write_whole(out: Path, text: str) -> None:
    """Write ``text`` to ``out``, readable by its owner only; Refused if that cannot be."""
    _replace(out, text.encode("utf-8", "surrogatepass"))


def write_bytes(out: Path, content: bytes) -> None:
    """Write ``content`` to ``out``, readable by its owner only; Refused if that cannot be."""
    _replace(out, content)


def write_export(out: Path, text: str | bytes, origin: Mapping[str, object], sealed_with: str | None) -> Path:
    """Write ``text`` to ``out`` and its origin to ``out.origin.json``; Refused if that cannot be.

    ``sealed_with``: a passphrase; then the file can be read only with it.
    """
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    _replace(out, seal(content, sealed_with) if sealed_with else content)
    note = json.dumps(dict(origin), ensure_ascii=False, indent=1) + "\n"
    _replace(out.with_name(out.name + ".origin.json"), note.encode("utf-8"))
    return out


def read_sealed(file: Path, passphrase: str, out: Path) -> None:
    """Open a sealed file into ``out``, which must not be there yet. Refused for a wrong passphrase or another file."""
    try:
        if file.stat().st_size > _SEALED_MOST:
            raise Refused("sealed.not_sealed", file=file.name)
        content = unseal(file.read_bytes(), passphrase, file.name)
    except FileNotFoundError:
        raise WrongUse("console.cannot_read", file=file.name) from None
    except OSError as error:
        raise refused_by_system(error) from error
    if out.exists():
        raise Refused("console.file_exists", file=out.name)
    if not out.parent.is_dir():
        raise WrongUse("out.no_folder", folder=str(out.parent))
    _replace(out, content)


def write_new_file(path: Path, text: str) -> None:
    """Write a file that must not be there yet, readable by its owner only."""
    try:
        with open(path, "x", encoding="utf-8", opener=_private) as stream:
            stream.write(text)
    except FileExistsError:
        raise Refused("console.file_exists", file=path.name) from None
    except OSError as error:
        raise refused_by_system(error) from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(path.name + ".part")
    try:
        with open(fresh, "wb", opener=_private) as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(fresh, path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise refused_by_system(error) from error
