"""Against whom a household may be protected: who lived there or is named as guardian, and is not of it now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.services.protection.bewaring import Outsider, outsiders
from app.storage.offices.office import Office
from tests.builders import (
    REGISTER,
    SCHOOL,
    WORKER,
    bring_in,
    extract,
    new_office,
    opened,
    person_of,
    pupil,
    resident,
)  # fmt: skip

TODAY, NEXT = "2026-11-30", date(2026, 11, 30)
FATHER = ("1", "青木 父", "アオキ チチ", "1984-02-02")
MOTHER = ("2", "青木 母", "アオキ ハハ", "1985-01-01")
CHILD = ("3", "青木 一", "アオキ ハジメ", "2016-05-01")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    new_office(tmp_path / "office")
    with opened(tmp_path / "office") as it:
        yield it


def _together(office: Office, place: Path) -> None:
    """In October all three are one household."""
    rows = [
        resident(*FATHER, household="H1", relation="世帯主"),
        resident(*MOTHER, household="H1", relation="妻", sex="女"),
        resident(*CHILD, household="H1"),
    ]
    bring_in(office, extract(place / "october.csv", REGISTER, rows))


def _apart(office: Office, place: Path, protected: str = "有") -> None:
    """In November mother and child stand in a household of their own."""
    away = {"household": "H2", "address": "みらい市桜二丁目2番2号", "protected": protected}
    rows = [
        resident(*FATHER, household="H1", relation="世帯主"),
        resident(*MOTHER, relation="世帯主", sex="女", **away),
        resident(*CHILD, **away),
    ]
    bring_in(office, extract(place / "november.csv", REGISTER, rows), as_of=NEXT)


def _at_school(office: Office, place: Path, guardian: str) -> None:
    bring_in(office, extract(place / "school.csv", SCHOOL, [pupil("S1", *CHILD[1:], guardian=guardian)]), as_of=NEXT)


def _child(office: Office) -> int:
    return person_of(office, "resident_register", "3")


def test_who_lived_there_before_is_asked_about(office: Office, tmp_path: Path) -> None:
    _together(office, tmp_path)
    _apart(office, tmp_path)
    found = outsiders(office, _child(office), TODAY)
    assert [(one.name, one.relation, one.why) for one in found] == [("青木 父", "世帯主", "lived_with")]
    assert found[0].person == person_of(office, "resident_register", "1")


def test_without_protection_nobody_is_asked_about(office: Office, tmp_path: Path) -> None:
    _together(office, tmp_path)
    _apart(office, tmp_path, protected="")
    assert outsiders(office, _child(office), TODAY) == ()


def test_a_guardian_whom_the_household_does_not_have_is_named(office: Office, tmp_path: Path) -> None:
    _apart(office, tmp_path)
    _at_school(office, tmp_path, "木村 祖父")
    assert outsiders(office, _child(office), TODAY) == (Outsider(0, "木村 祖父", "", "guardian"),)


def test_the_mother_as_guardian_is_of_the_household(office: Office, tmp_path: Path) -> None:
    _apart(office, tmp_path)
    _at_school(office, tmp_path, "青木　母")
    assert outsiders(office, _child(office), TODAY) == ()


def test_who_lived_there_and_is_guardian_is_named_once(office: Office, tmp_path: Path) -> None:
    _together(office, tmp_path)
    _apart(office, tmp_path)
    _at_school(office, tmp_path, "青木　父")
    assert [(one.name, one.why) for one in outsiders(office, _child(office), TODAY)] == [("青木 父", "lived_with")]


def test_a_worker_is_told_too(office: Office, tmp_path: Path) -> None:
    _together(office, tmp_path)
    _apart(office, tmp_path)
    child = _child(office)
    office.close()
    with opened(tmp_path / "office", WORKER) as worker:
        assert [one.why for one in outsiders(worker, child, TODAY)] == ["lived_with"]
