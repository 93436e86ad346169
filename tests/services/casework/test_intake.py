"""A notice about an unknown child: a person at once, the same after a rebuild, matched when extracts come."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.intake import QUESTIONS, Form, NewChild, Pointer, most_urgent, points_to
from app.domain.message import Refused, WrongUse
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, contacts, intake, reviewing
from app.services.deriving import rebuilding
from app.services.imports import withdrawing
from app.storage.keyring import keys
from app.storage.offices import people, verify
from app.storage.offices.office import Office
from tests.builders import NOW, PASSPHRASE, REGISTER, WORKER, bring_in, extract, new_office, opened, person_of, resident

FORM = Form(channel="phone", route="近隣", type="虐待", abuse="身体", seen="夜に何度も泣き声と大きな音がする。")
HARU = NewChild(
    name="野口 春",
    kana="ノグチ ハル",
    birth="2019-05-04",
    sex="女",
    address="青波県凪浜市本町1-2-3",
    guardian="野口 健",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office that knows one child."""
    place = tmp_path_factory.mktemp("made")
    new_office(place / "office")
    with opened(place / "office") as it:
        bring_in(it, extract(place / "juki.csv", REGISTER, [_resident("1", "佐藤 葵", "サトウ アオイ", "2016-05-01")]))
    return place / "office"


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    with opened(Path(shutil.copytree(made, tmp_path / "office"))) as it:
        yield it


def _resident(number: str, name: str, kana: str, birth: str, **more: str) -> list[str]:
    return resident(number, name, kana, birth, **more)


def _sound(office: Office) -> None:
    assert rebuilding.differences(office) == []
    assert verify.verify(office) == []


def test_an_unknown_child_is_there_at_once_and_after_a_rebuild(office: Office) -> None:
    outcome = intake.receive(office, FORM, NOW, NOW, child=HARU)
    file = reviewing.child_file(office, outcome.value, NOW)
    assert (file.name, file.birth, file.sex) == ("野口 春", date(2019, 5, 4), "F")
    assert [line.fact.kind for line in file.facts] == ["consultation"]
    row = reviewing.raw_row(office, file.facts[0].batch, file.facts[0].line)
    assert dict(row.cells)["氏名"] == "野口 春"
    assert outcome.value in caseload.listing(office, CaseloadQuery(view="all"), NOW.date()).ids
    assert [one.person_id for one in intake.find(office, "のぐち", NOW.date())] == [outcome.value]
    _sound(office)


def test_a_child_of_whom_only_the_age_is_known_is_listed(office: Office) -> None:
    child = NewChild(birth="2021-00-00")
    person = intake.receive(office, FORM, NOW, NOW, child=child).value
    assert person in caseload.listing(office, CaseloadQuery(view="all"), NOW.date()).ids
    assert reviewing.child_file(office, person, NOW).name == "（氏名不詳）"
    _sound(office)


def test_an_extract_that_brings_the_child_later_joins_it(office: Office, tmp_path: Path) -> None:
    person = intake.receive(office, FORM, NOW, NOW, child=HARU).value
    row = _resident(
        "7", "野口 春", "ノグチ ハル", "2019-05-04", address="青波県凪浜市本町1-2-3", guardian="野口 健", sex="女"
    )
    first = _resident("1", "佐藤 葵", "サトウ アオイ", "2016-05-01")
    bring_in(office, extract(tmp_path / "juki2.csv", REGISTER, [first, row]), as_of=date(2026, 11, 30))
    assert person_of(office, "resident_register", "7") == person, "the person that people work with keeps its id"
    assert intake.clocks(office, NOW)[0].person_id == person
    _sound(office)


def test_a_notice_during_the_month_survives_the_next_import(office: Office, tmp_path: Path) -> None:
    person = intake.receive(office, FORM, NOW, NOW, child=HARU).value
    rows = [_resident(str(one), f"別の 子{one}", f"ベツノ コ{one}", "2015-06-07") for one in range(2, 6)]
    rows.append(_resident("1", "佐藤 葵", "サトウ アオイ", "2016-05-01"))
    bring_in(office, extract(tmp_path / "juki3.csv", REGISTER, rows), as_of=date(2026, 11, 30))
    assert caseload.as_of(office) == date(2026, 11, 30)
    assert reviewing.child_file(office, person, NOW).name == "野口 春"
    _sound(office)


def test_a_notice_that_was_not_laid_before_a_kill_is_laid_at_the_next_start(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "catch_up", lambda _office: frozenset())
    person = intake.receive(office, FORM, NOW, NOW, child=HARU).value
    with pytest.raises(WrongUse):
        reviewing.child_file(office, person, NOW)
    folder = office.folder
    office.close()
    with opened(folder) as it:
        rebuilding.ensure_view(it)
        assert reviewing.child_file(it, person, NOW).name == "野口 春"
        _sound(it)


def test_a_withdrawn_delivery_leaves_the_child_of_a_notice(office: Office) -> None:
    person = intake.receive(office, FORM, NOW, NOW, child=HARU).value
    batch = office.reader().execute("SELECT batch_id FROM batch WHERE state = 'published'").fetchone()[0]
    withdrawing.withdraw(office, batch, "別の月のファイルだった", NOW)
    assert reviewing.child_file(office, person, NOW).name == "野口 春"
    assert rebuilding.differences(office) == []
    withdrawing.restore(office, batch, "やはり正しかった", NOW)
    assert reviewing.child_file(office, person, NOW).name == "野口 春"
    _sound(office)


def test_a_worker_may_take_a_notice_about_a_known_child(office: Office) -> None:
    person = person_of(office, "resident_register", "1")
    folder = office.folder
    office.close()
    with opened(folder, WORKER) as it:
        intake.receive(it, FORM, NOW, NOW, person_id=person)
        assert [one.name for one in intake.clocks(it, NOW)] == ["佐藤 葵"]
        assert intake.of_child(it, person)[0].form == FORM


def test_who_may_see_no_child_hears_of_no_notice(office: Office) -> None:
    intake.receive(office, FORM, NOW, NOW, child=HARU)
    people.add(office, "情報 担当", ["admin"], PASSPHRASE, time=NOW, kdf=keys.FLOOR)
    folder = office.folder
    office.close()
    with opened(folder, "情報 担当") as it:
        for ask in (lambda: intake.clocks(it, NOW), lambda: intake.find(it, "野口", NOW.date())):
            with pytest.raises(Refused):
                ask()


def test_only_a_sighting_after_the_notice_stops_the_clock(office: Office) -> None:
    person = person_of(office, "resident_register", "1")
    intake.receive(office, FORM, NOW - timedelta(hours=50), NOW, person_id=person)
    clock = intake.clocks(office, NOW)[0]
    assert clock.over
    assert clock.hours_left == pytest.approx(-2)

    def note(seen: bool, days: int) -> None:
        contacts.note_contact(
            office, person, kind="home_visit", result="met", seen=seen, day=(NOW - timedelta(days=days)).date(),
            words="", next_day=None, now=NOW,
        )  # fmt: skip

    note(seen=False, days=0)
    note(seen=True, days=9)
    assert intake.clocks(office, NOW), "a guardian alone, or an old sighting, stops nothing"
    note(seen=True, days=0)
    assert intake.clocks(office, NOW) == ()


def test_a_notice_noted_wrongly_is_taken_back(office: Office) -> None:
    person = person_of(office, "resident_register", "1")
    intake.receive(office, FORM, NOW, NOW, person_id=person)
    intake.withdraw(office, intake.clocks(office, NOW)[0].notice, "別の児童だった", NOW)
    assert intake.clocks(office, NOW) == ()


def test_what_nobody_could_follow_up_is_refused(office: Office) -> None:
    for form, received in ((Form("phone", "近隣", "虐待", " "), NOW), (FORM, NOW + timedelta(days=1))):
        with pytest.raises(WrongUse):
            intake.receive(office, form, received, NOW, child=HARU)
    with pytest.raises(WrongUse):
        intake.receive(office, FORM, NOW, NOW)


def test_the_sheet_points_and_never_decides() -> None:
    assert most_urgent({}) is Pointer.NOTHING
    assert most_urgent({"home": "yes", "harm_already": "unknown"}) is Pointer.WITHIN_48
    assert most_urgent({"home": "yes", "harm_already": "yes"}) is Pointer.NOW
    assert points_to(QUESTIONS[0], "no") is Pointer.NOTHING
