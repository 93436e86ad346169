"""Protected persons and links: whoever settles a pair learns nothing of where they are, nor of a new surname."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.services.deriving import rebuilding
from app.services.links import foreseeing, link_quality, linking, pairs, ruling_history, sampling
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW, REGISTER, SCHOOL, bring_in, extract, groups, new_office, opened, pupil, resident

HIDDEN = ("秘町", "隠山", "カクレヤマ")
"""Where she lives, and her name since."""
BIRTH = "2016-09-28"
AWAY = "みらい市南町7番1号"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A girl who was protected and bears another surname since; her school writes her name one letter apart."""
    folder = tmp_path_factory.mktemp("town")
    new_office(folder / "office")

    def girl(name: str, kana: str, **said: str) -> list[list[str]]:
        return [
            resident("101", f"{name} 颯花", f"{kana} ソウカ", BIRTH, sex="女", guardian=f"{name} 恵美", **said),
            resident("201", "森 葵", "モリ アオイ", "2015-05-05", address="みらい市緑町4番5号"),
            resident("202", "森 葵", "モリ アオイ", "2015-05-05", address="みらい市緑町4番5号", household="H201"),
            resident("301", "原 蓮", "ハラ レン", "2013-02-03", address=AWAY, guardian="原 誠"),
        ]

    pupils = [
        pupil("1", "小暮 颯香", "コグレ ソウガ", BIRTH, sex="女", guardian="小暮 恵美"),
        pupil("2", "森 葵", "モリ アオイ", "2015-05-05", address="緑町4-5"),
        pupil("3", "原 蓮", "ハラ レン", "2013-02-03", address=AWAY, guardian="原 誠", grade="中1"),
    ]
    with opened(folder / "office") as office:
        bring_in(
            office,
            extract(folder / "r.csv", REGISTER, girl("小暮", "コグレ")),
            extract(folder / "s.csv", SCHOOL, pupils),
        )
        moved = girl("隠山", "カクレヤマ", protected="1", address="みらい市秘町9番9号", day="2026-11-10")
        bring_in(office, extract(folder / "r2.csv", REGISTER, moved), as_of=date(2026, 11, 30))
    return folder / "office"


@pytest.fixture
def office(town: Path, tmp_path: Path) -> Iterator[Office]:
    with opened(Path(shutil.copytree(town, tmp_path / "office"))) as it:
        yield it


def tells(office: Office) -> str:
    """Everything that the pages on links show, as one text."""
    lines = pairs.queue(office)
    said: list[object] = [lines, ruling_history.rulings(office), link_quality.figures(office, AS_OF)]
    for line in lines:
        said += [pairs.pair(office, line.a, line.b, NOW), foreseeing.previews(office, line.a, line.b)]
    for a, b in sampling.machine_links(office.reader()):
        said.append(pairs.pair(office, a, b, NOW))
    said += [pairs.find_records(office, text) for text in ("颯花", "ソウカ", "隠山", "森")]
    return repr(said)


def silent(office: Office) -> bool:
    text = tells(office)
    return not any(word in text for word in HIDDEN)


def test_no_view_of_links_says_where_somebody_protected_is(office: Office) -> None:
    assert len(pairs.queue(office)) >= 1
    assert silent(office)


def test_it_stays_hidden_when_something_else_is_ruled_on(office: Office) -> None:
    other = next(one for one in pairs.queue(office) if one.name == "森 葵")
    entry = linking.rule(office, other.a, other.b, True, "", NOW).value
    assert silent(office)
    linking.withdraw_ruling(office, entry, "", NOW)
    assert silent(office)
    assert rebuilding.differences(office) == []


def test_it_stays_hidden_when_the_protected_childs_own_records_are_joined_and_parted(office: Office) -> None:
    register, school = (
        office.digester.record(*one) for one in (("resident_register", "101"), ("school_register", "1"))
    )
    entry = linking.rule(office, register, school, True, "", NOW).value
    assert silent(office)
    linking.withdraw_ruling(office, entry, "", NOW)
    assert silent(office)
    linking.rule(office, register, school, False, "", NOW)
    assert silent(office)
    assert rebuilding.differences(office) == []


def test_who_was_joined_with_somebody_protected_by_mistake_has_own_records_again(office: Office) -> None:
    boy, school, girl = (
        office.digester.record(*one)
        for one in (("resident_register", "301"), ("school_register", "3"), ("resident_register", "101"))
    )
    theirs = frozenset({("resident_register", "301"), ("school_register", "3")})
    assert theirs in groups(office)
    entry = linking.rule(office, boy, girl, True, "同じ児童と確認", NOW).value
    assert silent(office)
    assert rebuilding.differences(office) == []
    linking.withdraw_ruling(office, entry, "別の児童だった", NOW)
    assert theirs in groups(office)
    assert rebuilding.differences(office) == []
    shown = "SELECT name, address FROM view.record WHERE record_id IN (?, ?) ORDER BY extract"
    assert office.reader().execute(shown, (boy, school)).fetchall() == [("原 蓮", AWAY)] * 2
    assert silent(office)
