"""A small office, made once and copied for each test; the clock stands still."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.storage.keyring import keys
from app.storage.offices import office_files, people
from app.storage.offices.office import Office
from tests.storage.desk import LEAD, NOW, PASSPHRASE, WORKER, clock


@pytest.fixture(scope="session")
def finished_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "office"
    office_files.create(folder, "みらい市", LEAD, PASSPHRASE, clock=clock, kdf=keys.FLOOR)
    with office_files.unlock(folder, LEAD, PASSPHRASE, clock=clock) as office:
        people.add(office, WORKER, ["worker"], PASSPHRASE, time=NOW, kdf=keys.FLOOR)
    return folder


@pytest.fixture
def folder(finished_office: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished_office, tmp_path / "office"))


@pytest.fixture
def unlock(folder: Path) -> Iterator[Callable[..., Office]]:
    """Opens the office for somebody; what is still open at the end is closed."""
    opened: list[Office] = []

    def _unlock(person: str = LEAD, place: Path = folder) -> Office:
        opened.append(office_files.unlock(place, person, PASSPHRASE, clock=clock, lock_patience=0.0))
        return opened[-1]

    yield _unlock
    for office in opened:
        office.close()


@pytest.fixture
def office(unlock: Callable[..., Office]) -> Office:
    return unlock()
