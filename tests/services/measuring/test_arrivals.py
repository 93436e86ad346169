"""Arrivals are measured on real files, by the way that every import takes, and leave nothing behind."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from app.services.imports import importing
from app.services.measuring import arrivals
from tests.builders import AS_OF, LEAD, NOW, PASSPHRASE, new_office, opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    new_office(tmp_path / "office")
    return tmp_path / "office"


def test_one_large_file_is_read_to_its_last_row_and_left_unpublished(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    arrivals.write_one_file(place / "one.csv", 5000, AS_OF)
    with (place / "one.csv").open(encoding="cp932", newline="") as stream:
        assert len(list(csv.reader(stream))) == 5001
    measured = arrivals.read_and_stored(folder, LEAD, PASSPHRASE, place, NOW)
    assert measured["rows"] == 5000
    assert measured["seconds"] > 0
    with opened(folder) as office:
        counts = office.reader().execute("SELECT (SELECT count(*) FROM row), (SELECT count(*) FROM batch)").fetchone()
        assert counts == (0, 0), "what was not published is cleared at the next unlock"


def test_its_rows_are_sound(folder: Path, tmp_path: Path) -> None:
    arrivals.write_one_file(tmp_path / "one.csv", 60, date(2026, 10, 31))
    with opened(folder) as office:
        report = importing.import_extracts(office, [tmp_path / "one.csv"], now=NOW).value
    (one,) = report.files
    assert (one.extract, one.rows, one.rejected, one.warned) == ("attendance", 60, 0, 0)
    assert one.waiting == 60


def test_a_caller_stands_still_no_longer_than_it_took(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    arrivals.write_one_file(place / "one.csv", 60, AS_OF)
    found = arrivals.stillest(folder, LEAD, PASSPHRASE, place, NOW)
    assert found.keys() == {"quiet", "importing"}
    assert all(0 <= seconds < 30 for seconds in found.values())
    with opened(folder) as office:
        assert office.reader().execute("SELECT count(*) FROM batch WHERE state = 'published'").fetchone() == (1,)
