"""How good the links are: what is counted, numbers in conflict, links that may be missing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.services.links import link_quality, linking, missing
from app.storage.definitions.profiles import shipped_profiles
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW, REGISTER, SCHOOL, bring_in, extract, new_office, opened, pupil, resident


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five pupils with an entry in the register, one whose words differ too much, a baby, an adult."""
    folder = tmp_path_factory.mktemp("town")
    new_office(folder / "office")
    known = [(str(at), f"森 {name}", f"モリ {kana}", f"201{at}-05-0{at + 1}") for at, (name, kana) in enumerate(
        (("葵", "アオイ"), ("蓮", "レン"), ("陽菜", "ヒナ"), ("湊", "ミナト"), ("樹", "イツキ"))
    )]  # fmt: skip
    homes = [f"みらい市緑町{at}番5号" for at in range(1, 6)]
    residents = [resident("20" + one[0], *one[1:], address=home) for one, home in zip(known, homes, strict=True)]
    residents += [
        resident("301", "井波 紗英", "イナミ サエ", "2017-03-03", sex="女", address="みらい市南町7番1号"),
        resident("401", "辻 凛", "ツジ リン", "2026-08-01"),
        resident("501", "辻 恵", "ツジ メグミ", "1990-01-01", relation="世帯主"),
    ]
    pupils = [pupil(*one, address=home) for one, home in zip(known, homes, strict=True)]
    pupils.append(pupil("9", "井並 さえ子", "イナミ サエコ", "2017-08-03", sex="女", address="北町1-1"))
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


def test_every_record_is_counted_once_in_each_table(office: Office) -> None:
    tallies = link_quality.figures(office, AS_OF).tallies
    assert {kind: sum(one.records for one in lines) for kind, lines in tallies.items()} == {
        "source": 14,
        "age": 14,
        "since": 14,
    }
    by_source = {one.group: one for one in tallies["source"]}
    assert (by_source["school_register"].linked, by_source["school_register"].alone) == (5, 1)
    assert (by_source["resident_register"].linked, by_source["resident_register"].alone) == (5, 3)
    ages = {one.group: one.records for one in tallies["age"]}
    assert (ages["infant"], ages["adult"]) == (1, 1)
    assert [one.group for one in tallies["since"]] == ["month"]


def test_the_time_since_a_record_came_is_that_of_its_first_delivery(office: Office) -> None:
    lines = link_quality.figures(office, date(2027, 10, 1)).tallies["since"]
    assert [(one.group, one.records) for one in lines] == [("year", 14)]


def test_a_lonely_record_of_a_linked_source_is_worth_a_look(office: Office) -> None:
    (line,) = missing.missed(office, shipped_profiles())
    assert (line.name, line.extract) == ("井並 さえ子", "school_register")


def test_what_somebody_ruled_apart_is_not_offered(office: Office) -> None:
    (line,) = missing.missed(office, shipped_profiles())
    if line.b:
        linking.rule(office, line.a, line.b, False, "別の人", NOW)
        assert line.b not in {one.b for one in missing.missed(office, shipped_profiles())}


def test_one_number_with_two_names_is_listed(tmp_path: Path) -> None:
    header = ["宛名番号" if one == "学籍番号" else one for one in SCHOOL]
    assert header != SCHOOL
    new_office(tmp_path / "office")
    with opened(tmp_path / "office") as office:
        bring_in(
            office,
            extract(
                tmp_path / "resident_register.csv",
                REGISTER,
                [
                    resident("101", "森 葵", "モリ アオイ", "2021-05-05"),
                    resident("102", "原 蓮", "ハラ レン", "2020-04-04", address="みらい市南町7番1号"),
                ],
            ),
        )
        assert link_quality.figures(office, AS_OF).numbers == ()


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (("井上　獅音", ""), ("伊藤獅音", ""), True),
        (("森 葵", "モリ アオイ"), ("林 葵", "ハヤシ アオイ"), True),
        (("レチシア　シルバ", ""), ("シルバ レチシア", ""), True),
        (("森 葵", "モリ アオイ"), ("森 蓮", "モリ レン"), False),
        (("秋元　凪", "アキモト ナギ"), ("松村瑛斗", "マツムラエイト"), False),
        (("森 葵", "モリ アオイ"), ("", ""), False),
    ],
)
def test_a_family_that_was_renamed_is_no_conflict(one: tuple[str, str], other: tuple[str, str], alike: bool) -> None:
    rows = [("1", at, "childcare", *names) for at, names in enumerate((one, other))]
    assert link_quality._given_alike(*rows) is alike
