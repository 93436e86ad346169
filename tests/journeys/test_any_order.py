"""Departments send their files in whatever order they like: who is who comes out the same."""

from __future__ import annotations

import shutil
from dataclasses import fields
from pathlib import Path

import pytest

from app.demo.city import make_city
from app.demo.model import ErrorRates
from app.demo.writing import write_extracts
from app.linkage.matching import match
from app.services.deriving import rebuilding
from app.services.deriving.links import spellings
from app.storage.definitions.profiles import shipped_profiles
from app.storage.offices.office import Office
from tests.builders import AS_OF, SCHOOL, bring_in, extract, pupil
from tests.torture.orders import FOUR, linked, newest_of, what_was_linked


@pytest.fixture(scope="module")
def four_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The newest file of each, of a city that makes four times the usual errors."""
    usual = ErrorRates()
    raised = {one.name: min(0.9, getattr(usual, one.name) * 4) for one in fields(usual)}
    folder = tmp_path_factory.mktemp("four")
    write_extracts(make_city(40, 78, AS_OF, ErrorRates(**raised)), folder)
    return newest_of(folder, FOUR)


def test_the_order_of_four_files_changes_nobody(four_files: list[Path], empty_office: Path, tmp_path: Path) -> None:
    def office(name: str) -> Path:
        return Path(shutil.copytree(empty_office, tmp_path / name))

    wanted = linked(office("at once"), [four_files])
    assert len(wanted[1]) > 30, "else nothing was shown"
    assert linked(office("register first"), [[file] for file in four_files]) == wanted
    assert linked(office("register last"), [[file] for file in reversed(four_files)]) == wanted


def test_a_month_that_changes_little_links_as_if_all_came_at_once(fresh: Office, tmp_path: Path) -> None:
    names = ["森 葵", "森 碧", "林 湊", "林 蓮", "原 凛", "原 鈴", "岡 樹", "岡 新", "辻 紬", "辻 結"]
    roster = [
        pupil(str(number), name, "", f"2015-0{number % 5 + 1}-11", address=f"青葉{number // 2}-1")
        for number, name in enumerate(names, 1)
    ]
    twice = [pupil("5" + row[0], *row[1:4], address=row[6]) for row in roster[:6]]
    bring_in(fresh, extract(tmp_path / "first.csv", SCHOOL, roster + twice[:3]))
    renamed = pupil("2", "森 みどり", "", "2015-03-11", address="青葉9-9")
    later = [*roster[:1], renamed, *roster[2:8], *twice[2:]]  # one renamed, two gone, three new, one as before
    bring_in(fresh, extract(tmp_path / "later.csv", SCHOOL, later))
    every = spellings(fresh.reader(), "view", shipped_profiles())
    anew = match(every, person_id_of=fresh.digester.person)
    _, edges, asked = what_was_linked(fresh)
    assert edges == {(edge.a, edge.b): [edge.weight, edge.state] for edge in anew.edges}
    assert asked, "else nothing is shown about open questions"
    assert asked == sorted((one.a, one.b, one.weight) for one in anew.reviews)
    persons = dict(fresh.reader().execute("SELECT record_id, person_id FROM view.record").fetchall())
    assert {tuple(sorted(one for one in persons if persons[one] == person)) for person in persons.values()} == {
        tuple(sorted(one for one in anew.persons if anew.persons[one] == person)) for person in anew.persons.values()
    }
    assert rebuilding.differences(fresh) == []
