"""Links that may be missing: of records that stand alone, and between persons of several records each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.message import Refused
from app.services.links import linking, missing, pairs
from app.storage.definitions.profiles import shipped_profiles
from app.storage.offices.office import Office
from tests.builders import NOW, REGISTER, SCHOOL, WORKER, bring_in, extract, new_office, opened, pupil, resident

AWAY = "みらい市緑町4番5号"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One child under two register entries, each with a school of its own, a year apart by a slip of the pen;
    and twins, as near to each other."""
    folder = tmp_path_factory.mktemp("town")
    new_office(folder / "office")
    residents = [
        resident("201", "森 葵", "モリ アオイ", "2015-05-05", guardian="森 恵"),
        resident("701", "森 葵", "モリ アオイ", "2014-05-06", address=AWAY, guardian="森 健"),
        resident("801", "辻 凛", "ツジ リン", "2016-08-01", sex="女", address="みらい市南町7番1号"),
        resident("802", "辻 蘭", "ツジ ラン", "2016-08-01", sex="女", address="みらい市南町7番1号", household="H801"),
    ]
    pupils = [
        pupil("1", "森 葵", "モリ アオイ", "2015-05-05", guardian="森 恵"),
        pupil("7", "森 葵", "モリ アオイ", "2014-05-06", address=AWAY, guardian="森 健", school="緑小学校"),
        pupil("8", "辻 凛", "ツジ リン", "2016-08-01", sex="女", address="南町7-1"),
        pupil("9", "辻 蘭", "ツジ ラン", "2016-08-01", sex="女", address="南町7-1"),
    ]
    with opened(folder / "office") as office:
        bring_in(
            office,
            extract(folder / "resident_register.csv", REGISTER, residents),
            extract(folder / "school_register.csv", SCHOOL, pupils),
        )
    return folder / "office"


@pytest.fixture
def office(town: Path, tmp_path: Path) -> Iterator[Office]:
    with opened(Path(shutil.copytree(town, tmp_path / "office"))) as it:
        yield it


def persons(office: Office, *records: int) -> set[int]:
    marks = ", ".join(map(str, records))
    rows = office.reader().execute(f"SELECT person_id FROM view.record WHERE record_id IN ({marks})").fetchall()
    return {row[0] for row in rows}


def test_two_persons_of_several_records_who_nearly_were_asked_about_are_found(office: Office) -> None:
    assert pairs.queue(office) == ()
    lines = missing.missed(office, shipped_profiles())
    (line,) = [one for one in lines if one.why == "groups"]
    assert (line.name, line.other_name) == ("森 葵", "森 葵")
    assert {line.birth, line.other_birth} == {"2015-05-05", "2014-05-06"}
    assert len(persons(office, line.a, line.b)) == 2
    assert "辻 凛" not in {one.name for one in lines}, "two given names are two children"
    file = pairs.pair(office, line.a, line.b, NOW, line.evidence)
    assert any(field.push for field in file.fields)
    linking.rule(office, line.a, line.b, True, "戸籍で確認", NOW)
    assert len(persons(office, line.a, line.b)) == 1
    assert missing.missed(office, shipped_profiles()) == ()


def test_what_was_ruled_apart_is_not_offered_again(office: Office) -> None:
    (line,) = missing.missed(office, shipped_profiles())
    linking.rule(office, line.a, line.b, False, "別の児童", NOW)
    assert missing.missed(office, shipped_profiles()) == ()


def test_looking_through_everybody_is_for_who_may_rule_on_everybody(town: Path, tmp_path: Path) -> None:
    with opened(Path(shutil.copytree(town, tmp_path / "office")), WORKER) as office, pytest.raises(Refused):
        missing.missed(office, shipped_profiles())
