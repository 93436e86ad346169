"""A made-up municipality, imported once and copied for each story."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo.city import make_city
from app.demo.writing import write_extracts, write_truth
from app.storage.offices.office import Office
from tests.builders import AS_OF, bring_in, new_office, opened

CHILDREN, SEED = 80, 21


@pytest.fixture(scope="session")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extracts")
    write_extracts(make_city(CHILDREN, SEED, AS_OF), folder)
    return folder


@pytest.fixture(scope="session")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("truth") / "truth.csv"
    write_truth(make_city(CHILDREN, SEED, AS_OF), path)
    return path


@pytest.fixture(scope="session")
def empty_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "office"
    new_office(folder)
    return folder


@pytest.fixture(scope="session")
def filled_office(empty_office: Path, extracts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(empty_office, tmp_path_factory.mktemp("filled") / "office"))
    with opened(folder) as office:
        bring_in(office, extracts)
    return folder


@pytest.fixture
def fresh_folder(empty_office: Path, tmp_path: Path) -> Path:
    """An office into which nothing was imported."""
    return Path(shutil.copytree(empty_office, tmp_path / "fresh"))


@pytest.fixture
def folder(filled_office: Path, tmp_path: Path) -> Path:
    """An office with the municipality in it."""
    return Path(shutil.copytree(filled_office, tmp_path / "office"))


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    with opened(folder) as it:
        yield it


@pytest.fixture
def fresh(fresh_folder: Path) -> Iterator[Office]:
    with opened(fresh_folder) as it:
        yield it
