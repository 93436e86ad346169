"""Departments send their files in whatever order they like: who is who comes out the same."""

from __future__ import annotations

import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from app.demo.city import make_city
from app.demo.model import ErrorRates
from app.demo.writing import write_extracts
from app.linkage.matching import match
from app.services import rebuilding
from app.services.deriving.links import spellings
from app.storage.office import Office
from app.storage.profiles import shipped_profiles
from tests.builders import AS_OF, SCHOOL, bring_in, extract, groups, opened, pupil

FOUR = ("juki_", "gakureibo", "jidou_soudan", "nyuyoji_kenshin")
"""The register and three departments that write people down in their own way."""


@pytest.fixture(scope="module")
def four_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The newest file of each, of a city that makes four times the usual errors."""
    usual = ErrorRates()
    raised = {one.name: min(0.9, getattr(usual, one.name) * 4) for one in fields(usual)}
    folder = tmp_path_factory.mktemp("four")
    write_extracts(make_city(60, 78, AS_OF, ErrorRates(**raised)), folder)
    return [max(path for path in folder.iterdir() if path.name.startswith(start)) for start in FOUR]


def what_was_linked(office: Office) -> tuple[Any, ...]:
    """Groups, the newest state of every edge, and the open questions."""
    db = office.reader()
    edges = {(a, b): said for a, b, *said in db.execute("SELECT a, b, weight, state FROM edge ORDER BY run_id")}
    asked = sorted(db.execute("SELECT a, b, weight FROM view.review").fetchall())
    standing = {pair: said for pair, said in edges.items() if said[1] != "withdrawn"}
    return groups(office), standing, asked


def linked_in_order(files: list[Path], empty_office: Path, place: Path) -> tuple[Any, ...]:
    """Each file by itself, one after the other."""
    shutil.copytree(empty_office, place)
    with opened(place) as office:
        for file in files:
            bring_in(office, file)
        return what_was_linked(office)


def test_the_order_of_four_files_changes_nobody(four_files: list[Path], empty_office: Path, tmp_path: Path) -> None:
    wanted = linked_in_order(four_files, empty_office, tmp_path / "first")
    with_register_last = [*four_files[1:], four_files[0]]
    assert linked_in_order(with_register_last, empty_office, tmp_path / "last") == wanted
    shutil.copytree(empty_office, tmp_path / "at once")
    with opened(tmp_path / "at once") as office:
        bring_in(office, *four_files)
        assert what_was_linked(office) == wanted
        assert len(wanted[1]) > 50  # else nothing was shown


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
