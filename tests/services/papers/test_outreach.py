"""Who is probably entitled and does not receive: told by the same engine, checked here against the facts themselves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.demo.city import make_city
from app.demo.writing import write_extracts
from app.domain.message import WrongUse
from app.services.casework import reviewing
from app.services.imports import purposes
from app.services.papers import outreach
from app.services.papers.outreach import ReachList
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW, bring_in, new_office, opened

ENTITLED = ("要保護", "準要保護")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outreach")
    write_extracts(make_city(160, 5, AS_OF), folder / "files")
    new_office(folder / "office")
    with opened(folder / "office") as office:
        bring_in(office, folder / "files")
    return folder / "office"


@pytest.fixture
def office(city: Path, tmp_path: Path) -> Iterator[Office]:
    with opened(Path(shutil.copytree(city, tmp_path / "office"))) as it:
        yield it


def _list(office: Office, key: str) -> ReachList:
    return next(one for one in outreach.lists(office, AS_OF) if one.key == key)


def test_every_list_of_the_shelf_is_answered(office: Office) -> None:
    found = {one.key: one for one in outreach.lists(office, AS_OF)}
    assert set(found) == {"allowance", "assistance", "checkup", "nursery", "school_aid", "vaccination"}
    assert all(found[key].people for key in ("school_aid", "vaccination", "checkup"))


def test_nobody_on_the_list_of_school_aid_has_any(office: Office) -> None:
    since = (AS_OF - timedelta(days=400)).isoformat()
    for one in _list(office, "school_aid").people:
        facts = reviewing.child_file(office, one.person_id, NOW).facts
        aided = [
            line for line in facts
            if line.fact.kind == "school_aid" and line.fact.attributes.get("class") in ENTITLED
            and line.fact.start.isoformat() > since
        ]  # fmt: skip
        assert not aided, one.name
        assert one.grade[0] in "小中"


def test_whoever_was_written_to_is_marked_and_one_that_came_back_is_not(office: Office) -> None:
    person = _list(office, "school_aid").people[0].person_id
    outreach.note(office, "school_aid", [person], "sent", AS_OF, NOW)
    sent = _list(office, "school_aid").people[0]
    assert sent.recent
    assert sent.letter is not None
    assert (sent.letter.state, sent.letter.day) == ("sent", AS_OF)
    assert not any(one.recent for one in _list(office, "vaccination").people), "another list is another letter"
    outreach.note(office, "school_aid", [person], "returned", AS_OF, NOW + timedelta(minutes=1))
    assert not _list(office, "school_aid").people[0].recent


def test_a_family_that_objected_stands_on_no_list(office: Office) -> None:
    person = _list(office, "school_aid").people[0].person_id
    purposes.note_stance(
        office, person, extract="school_aid", item="", stance="objection", day=AS_OF, words="使わないでほしい", now=NOW
    )
    after = _list(office, "school_aid")
    assert person not in {one.person_id for one in after.people}


def test_letters_say_no_reason_and_no_department(office: Office) -> None:
    people = _list(office, "school_aid").people
    letters = outreach.letters(office, "school_aid", people, NOW, purpose="案内")
    assert len(letters) == sum(not one.protected for one in people)
    assert all(letter.to_family and letter.addressee for letter in letters)
    with pytest.raises(WrongUse):
        outreach.letters(office, "school_aid", people, NOW, purpose="")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_words_of_each_letter_are_there_and_name_nothing_that_hurts(language: str) -> None:
    with open(f"resources/locale/{language}/kizuki.po", "rb") as file:
        said = {str(one.id): str(one.string) for one in read_po(file, locale=language) if one.id}
    never = ("優先", "点数", "リスク", "虐待", "生活保護", "要保護", "score", "priority", "risk", "abuse")
    for one in outreach.shelf():
        assert said[f"outreach.{one.key}.name"]
        assert said[f"outreach.{one.key}.who"]
        for part in ("title", "opening", "offer", "how"):
            words = said[f"outreach.{one.key}.{part}"]
            assert not [word for word in never if word in words.lower()], (one.key, part)


def test_what_cannot_be_recorded_is_refused(office: Office) -> None:
    for key, state, persons, day in (
        ("nothing", "sent", [1], AS_OF), ("school_aid", "lost", [1], AS_OF), ("school_aid", "sent", [], AS_OF),
        ("school_aid", "sent", [1], AS_OF + timedelta(days=1)),
    ):  # fmt: skip
        with pytest.raises(WrongUse):
            outreach.note(office, key, persons, state, day, NOW)
