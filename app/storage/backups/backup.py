"""Backup and restore: one zip of ciphertext, with a manifest of digests, verified before it counts.

What is copied is what lies in the folder anyway: the databases as consistent keyed copies, the
segments, the key file. No key is needed to keep or to check a backup; one is needed to read it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from app.domain import entries
from app.domain.entries import Kind
from app.domain.message import Refused, WrongUse
from app.storage import database
from app.storage import folder as places
from app.storage.backups import backup_file, generations
from app.storage.backups.backup_file import Progress
from app.storage.keyring import keyfile
from app.storage.offices.office import Office
from app.storage.truth.desk import here

Lay = Callable[[Path, list[Path], Progress], None]

FORMAT = "kizuki-backup"
VERSION = 1
_MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_MANIFEST_MAX = 1_000_000


def backup(office: Office, out: Path, *, time: datetime) -> str:
    """Write a backup to ``out`` (replaced only when the new one is verified); returns its digest.

    The digest (SHA-256 of the manifest, hex) goes into the journal. Refused: role, full disk,
    a damaged database (what is damaged is not backed up over a sound file).
    """
    office.demand("backup", Kind.BACKUP_MADE)
    part = out.with_name(out.name + ".part")
    truth, view = out.with_name(out.name + ".office.part"), out.with_name(out.name + ".view.part")
    try:
        with office.reading() as connection:
            name = places.view_db(office.folder, office.view_number(connection)).name
            office.copy_to(truth)
            office.copy_to(view, schema="view")
            applied = int(here(connection, "segment"))
        copies = {"office.db": truth, name: view}
        for name, path in copies.items():
            _check_copy(office, path, name)
        digest = _pack(office, part, copies, applied, time)
        check(part)
        os.replace(part, out)
        places.sync_folder(out.parent)
    except OSError as error:
        raise database.refused_by_system(error) from error
    finally:
        for path in (part, truth, view):
            path.unlink(missing_ok=True)
    office.write(Kind.BACKUP_MADE, {"digest": digest}, time=time)
    return digest


def _check_copy(office: Office, path: Path, name: str) -> None:
    connection = office.connect_copy(path)
    try:
        quick = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if database.ciphertext_troubles(connection) or quick != "ok":
            raise Refused("backup.source_damaged", file=name)
    finally:
        connection.close()


def _pack(office: Office, part: Path, copies: dict[str, Path], applied: int, time: datetime) -> str:
    """Everything into one file. Of the own segment only what the copied database has applied."""
    sources = dict(copies)
    sources["keys.json"] = places.keys_json(office.folder)
    for path in sorted((office.folder / "segments").glob("*.seg")):
        sources[f"segments/{path.name}"] = path
    manifest = {
        "format": FORMAT, "version": VERSION, "office": office.id, "made": entries.moment(time), "files": {},
    }  # fmt: skip
    files: dict[str, dict[str, object]] = {}
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for name, path in sources.items():
            files[name] = _add(archive, name, path, applied if path == office.segment.path else None)
        content = entries.canonical({**manifest, "files": files})
        archive.writestr(_MANIFEST, content)
    database.sync_file(part)
    return hashlib.sha256(content).hexdigest()


def _add(archive: zipfile.ZipFile, name: str, path: Path, most: int | None) -> dict[str, object]:
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as source, archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK if most is None else min(_CHUNK, most - size)):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return {"sha256": digest.hexdigest(), "bytes": size}


def check(file: Path) -> dict[str, dict[str, object]]:
    """Read a whole backup against its manifest; returns the manifest's files. Needs no key.

    Refused: ``backup.none_here``, ``backup.damaged``, ``office.newer``.
    """
    with _opened(file) as archive:
        files = _manifest(archive)
        for name, said in files.items():
            _expect(archive, name, said, None)
    return files


def restore(file: Path, folder: Path, progress: Progress = lambda _done, _all: None) -> None:
    """Lay a backup out in an empty or new folder; the digests are checked on the way.

    ``file``: one file with everything, one generation, or a folder of generations (the newest).
    The folder is an office only when all is there: the key file is written last. WrongUse for a
    folder that is not empty, Refused for a damaged backup; then nothing is left behind.
    """
    places.private()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WrongUse("folder.not_empty", folder=str(folder))
    made = not folder.exists()
    done: list[Path] = []
    try:
        lay = _generation_at(file) if is_generation(file) else _archive_at(file)
        lay(folder, done, progress)
        keyfile.read(folder)
    except BaseException as error:
        _take_back(folder, done, made)
        if isinstance(error, OSError):
            raise database.refused_by_system(error) from error
        raise


def is_generation(file: Path) -> bool:
    """Whether this is a folder of generations, or one of them."""
    try:
        return file.is_dir() or backup_file.is_one(file)
    except FileNotFoundError as error:
        raise Refused("backup.none_here", file=str(file)) from error
    except OSError as error:
        raise database.refused_by_system(error) from error


def people_in(file: Path) -> tuple[str, tuple[str, ...]]:
    """The office's name and its people's, from the key file inside; needs no key. Refused if damaged."""
    keys_file = io.BytesIO()
    if is_generation(file):
        chain = generations.chain_at(file)
        backup_file.lay_out(chain, "keys.json", backup_file.layout(chain), keys_file)
    else:
        with _opened(file) as archive:
            _manifest(archive)
            if archive.getinfo("keys.json").file_size > _MANIFEST_MAX:
                raise Refused("backup.damaged", file=file.name)
            keys_file.write(archive.read("keys.json"))
    found = keyfile.parsed(keys_file.getvalue())
    return found.name, tuple(person.name for person in found.people)


def _generation_at(file: Path) -> Lay:
    chain = generations.chain_at(file)
    where = backup_file.layout(chain)
    parts = chain[-1].parts
    whole = sum(part.size for part in parts.values())

    def lay(folder: Path, done: list[Path], progress: Progress) -> None:
        _make(folder)
        written = 0
        for name in sorted(parts, key=_keys_last):
            done.append(folder / name)
            with open(folder / name, "wb") as out:
                backup_file.lay_out(chain, name, where, out)
                out.flush()
                os.fsync(out.fileno())
            written += parts[name].size
            progress(written, whole)
        _sync(folder)

    return lay


def _archive_at(file: Path) -> Lay:
    def lay(folder: Path, done: list[Path], progress: Progress) -> None:
        with _opened(file) as archive:
            files = _manifest(archive)
            _make(folder)
            for number, name in enumerate(sorted(files, key=_keys_last), start=1):
                done.append(folder / name)
                _expect(archive, name, files[name], folder / name)
                progress(number, len(files))
        _sync(folder)

    return lay


def _keys_last(name: str) -> tuple[bool, str]:
    return name == "keys.json", name


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    places.check_place(folder)
    (folder / "segments").mkdir()


def _sync(folder: Path) -> None:
    places.sync_folder(folder / "segments")
    places.sync_folder(folder)


def take_back(folder: Path) -> None:
    """Clear a folder that was just restored and cannot be opened, so that it is empty as before."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)


def _take_back(folder: Path, done: list[Path], made: bool) -> None:
    for path in done:
        path.unlink(missing_ok=True)
    if (folder / "segments").is_dir():
        (folder / "segments").rmdir()
    if made and folder.is_dir():
        folder.rmdir()


def _opened(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except FileNotFoundError as error:
        raise Refused("backup.none_here", file=str(file)) from error
    except zipfile.BadZipFile as error:
        raise Refused("backup.damaged", file=file.name) from error
    except OSError as error:
        raise database.refused_by_system(error) from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, dict[str, object]]:
    """The files a backup says it has; only names that belong into an office folder pass."""
    damaged = Refused("backup.damaged", file=Path(archive.filename or "").name)
    try:
        if archive.getinfo(_MANIFEST).file_size > _MANIFEST_MAX:
            raise damaged
        said = json.loads(archive.read(_MANIFEST))
        if said["format"] != FORMAT:
            raise damaged
        if said["version"] > VERSION:
            raise Refused("office.newer", file=Path(archive.filename or "").name)
        files: dict[str, dict[str, object]] = said["files"]
        stored = set(archive.namelist()) - {_MANIFEST}
        if stored != set(files) or "keys.json" not in files or not all(_belongs(name) for name in files):
            raise damaged
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise damaged from error
    return files


def _belongs(name: str) -> bool:
    parts = name.split("/")
    plain = all(part not in ("", ".", "..") and "\\" not in part and ":" not in part for part in parts)
    return plain and (len(parts) == 1 or (len(parts) == 2 and parts[0] == "segments"))


def _expect(archive: zipfile.ZipFile, name: str, said: dict[str, object], target: Path | None) -> None:
    """Read one file against its digest, writing it out if a target is given."""
    damaged = Refused("backup.damaged", file=Path(archive.filename or "").name)
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as source, open(target or os.devnull, "wb") as out:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
            if target is not None:
                out.flush()
                os.fsync(out.fileno())
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise damaged from error
    if digest.hexdigest() != said.get("sha256") or size != said.get("bytes"):
        raise damaged
