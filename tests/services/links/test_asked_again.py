"""「別の人」 is asked about once more only where a record changed in a way that matters, and says what."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.services.deriving.rulings import CHANGED
from app.services.links import linking, pairs
from app.storage.offices.office import Office
from tests.builders import NOW, REGISTER, SCHOOL, bring_in, extract, new_office, opened, pupil, resident

BIRTH = "2016-09-28"
NEXT_MONTH = date(2026, 11, 30)


def school(folder: Path, **said: str) -> Path:
    """The school's file; what is not said stands as it was ruled on."""
    boy = {"name": "小暮 颯大", "kana": "コグレ ソウダ", "birth": BIRTH, "guardian": "小暮 恵美", **said}
    name, kana, birth = boy.pop("name"), boy.pop("kana"), boy.pop("birth")
    rows = [
        pupil("1", name, kana, birth, **{"address": "北町9-9", **boy}),
        pupil("2", "森 葵", "モリ アオイ", "2015-05-05"),
    ]
    return extract(folder / "s.csv", SCHOOL, rows)


def register(folder: Path, **said: str) -> Path:
    rows = [
        resident("101", "小暮 颯太", "コグレ ソウタ", BIRTH, guardian="小暮 恵美", household="H1", **said),
        resident("201", "森 葵", "モリ アオイ", "2015-05-05", address="みらい市緑町4番5号"),
    ]
    return extract(folder / "r.csv", REGISTER, rows)


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One letter apart, at two addresses; ruled not the same."""
    folder = tmp_path_factory.mktemp("ruled")
    new_office(folder / "office")
    with opened(folder / "office") as office:
        bring_in(office, register(folder), school(folder))
        (line,) = pairs.queue(office)
        linking.rule(office, line.a, line.b, False, "学校に確認、別の児童", NOW)
    return folder / "office"


@pytest.fixture
def office(ruled: Path, tmp_path: Path) -> Iterator[Office]:
    with opened(Path(shutil.copytree(ruled, tmp_path / "office"))) as it:
        yield it


@pytest.mark.parametrize(
    "said",
    [
        {"grade": "小5", "school": "みどり小学校"},
        {"kana": "ｺｸﾞﾚ ｿｳﾀﾞ", "address": "みらい市北町9番9号"},
        {"name": "小暮 健", "kana": "コグレ ケン"},
        {"birth": "2016-10-28", "guardian": ""},
    ],
    ids=["another class", "written otherwise", "another name", "further apart"],
)
def test_a_change_that_does_not_speak_for_the_same_is_not_asked_about(
    office: Office, tmp_path: Path, said: dict[str, str]
) -> None:
    bring_in(office, school(tmp_path, **said), as_of=NEXT_MONTH)
    assert pairs.queue(office) == ()


@pytest.mark.parametrize(
    ("said", "field", "before", "now"),
    [
        ({"name": "小暮 颯太", "kana": "コグレ ソウタ"}, "name", "小暮 颯大", "小暮 颯太"),
        ({"address": "青葉1-2-3"}, "address", "北町9-9", "青葉1-2-3"),
    ],
    ids=["name", "address"],
)
def test_a_change_that_matters_is_asked_about_and_said_in_the_records_own_words(
    office: Office, tmp_path: Path, said: dict[str, str], field: str, before: str, now: str
) -> None:
    bring_in(office, school(tmp_path, **said), as_of=NEXT_MONTH)
    (line,) = pairs.queue(office)
    assert line.reason == CHANGED
    file = pairs.pair(office, line.a, line.b, NOW)
    (told,) = [one for one in file.news if one.key == field]
    assert (told.extract, told.before, told.now) == ("school_register", before, now)
    assert {one.key for one in file.news} <= {field, "kana"}
    linking.rule(office, line.a, line.b, False, "もう一度、学校に確認", NOW)
    bring_in(office, school(tmp_path, **said, school="みどり小学校"), as_of=date(2026, 12, 31))
    assert pairs.queue(office) == (), "asked about once for one change"


def test_what_protection_hides_is_not_told_as_a_change(office: Office, tmp_path: Path) -> None:
    bring_in(
        office,
        register(tmp_path, protected="1"),
        school(tmp_path, address="青葉1-2-3", name="小暮 颯太", kana="コグレ ソウタ"),
        as_of=NEXT_MONTH,
    )
    (line,) = pairs.queue(office)
    file = pairs.pair(office, line.a, line.b, NOW)
    assert {one.key for one in file.news} == {"name", "kana"}
    assert "青葉" not in repr(file)
    assert "北町" not in repr(file)
