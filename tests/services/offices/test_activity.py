"""The activity: who did and looked at what, and the questions it raises; the printed anchor."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.domain import ids
from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Refused, WrongUse
from app.services.casework import reviewing
from app.services.imports import importing
from app.services.offices import activity, anchoring
from app.services.offices.activity import LOOKS, ActivityQuery
from app.storage.keyring import keys
from app.storage.offices import people
from app.storage.offices.office import Office
from tests.builders import AS_OF, LEAD, NOW, REGISTER, WORKER, extract, new_office, opened, resident

AUDITOR = "監査 役"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("activity")
    new_office(tmp_path / "office")
    rows = [
        resident("1", "山田 花子", "ヤマダ ハナコ", "1985-04-01", household="H1", relation="母", sex="女"),
        resident("2", "山田 葵", "ヤマダ アオイ", "2015-05-01", household="H1"),
        resident("3", "山田 湊", "ヤマダ ミナト", "2016-05-01", household="H3", address="みらい市青葉１－２－３"),
        resident("4", "山田 空", "ヤマダ ソラ", "2016-05-01", household="H4", address="みらい市桜9-9-9"),
        *[resident(str(n), f"佐藤 {n}子", "サトウ", "2014-06-01", household=f"H{n}") for n in range(10, 50)],
    ]
    with opened(tmp_path / "office") as office:
        people.add(office, AUDITOR, ["auditor"], "青い空と白い雲の下で", time=NOW, kdf=keys.FLOOR)
        importing.import_extracts(office, [extract(tmp_path / "r.csv", REGISTER, rows)], now=NOW, as_of=AS_OF)
    return tmp_path / "office"


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "office"))


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    with opened(folder) as office:
        yield office


def child(office: Office, name: str) -> int:
    found = office.reader().execute("SELECT person_id FROM view.person WHERE name = ?", (name,)).fetchone()
    return int(found[0])


def test_acts_and_looks_stand_together_newest_first(office: Office) -> None:
    aoi = child(office, "山田 葵")
    reviewing.child_file(office, aoi, NOW + timedelta(minutes=5))
    found = activity.lines(office, ActivityQuery())
    assert found.lines[0].kind == LOOKS
    assert found.lines[0].name == "山田 葵"
    assert found.lines[0].member == LEAD
    assert [line.time for line in found.lines] == sorted((line.time for line in found.lines), reverse=True)
    assert {line.kind for line in found.lines} >= {LOOKS, "batch.published", "person.added", "office.created"}


def test_by_member_child_kind_and_day(office: Office) -> None:
    aoi = child(office, "山田 葵")
    reviewing.child_file(office, aoi, NOW + timedelta(days=1))
    assert {line.children for line in activity.lines(office, ActivityQuery(child=aoi)).lines} == {(aoi,)}
    assert {line.kind for line in activity.lines(office, ActivityQuery(kinds=frozenset({"person.added"}))).lines} == {
        "person.added"
    }
    day = (NOW + timedelta(days=1)).astimezone().date()
    assert [line.kind for line in activity.lines(office, ActivityQuery(first=day, last=day)).lines] == [LOOKS]
    assert activity.lines(office, ActivityQuery(member="nobody")).lines == ()


def test_page_after_page_nothing_twice_and_nothing_lost(office: Office) -> None:
    for n in range(10, 40):
        office.log_view(child(office, f"佐藤 {n}子"), "child", time=NOW)
    whole = activity.lines(office, ActivityQuery(), limit=1000)
    assert not whole.more
    pages, after = [], None
    while True:
        page = activity.lines(office, ActivityQuery(), after=after, limit=7)
        pages += page.lines
        if not page.more:
            break
        after = page.lines[-1].key
    assert pages == list(whole.lines)


def test_an_auditor_sees_ids_and_no_child_a_worker_sees_none_of_it(folder: Path) -> None:
    with opened(folder) as office:
        aoi = child(office, "山田 葵")
        reviewing.child_file(office, aoi, NOW)
    with opened(folder, AUDITOR) as office:
        line = next(one for one in activity.lines(office, ActivityQuery()).lines if one.children == (aoi,))
        assert line.name == ""
        assert ids.number(ids.code(aoi)) == aoi
    with opened(folder, WORKER) as office:
        for ask in (
            lambda: activity.lines(office, ActivityQuery()),
            lambda: activity.questions(office, AS_OF),
            lambda: anchoring.anchor(office, NOW),
        ):
            with pytest.raises(Refused):
                ask()


def at(hour: int, day: int = 30) -> datetime:
    return datetime(2026, 10, day, hour, 0).astimezone()


def test_one_own_family_is_asked_about(office: Office) -> None:
    office.log_view(child(office, "山田 葵"), "child", time=at(10))
    found = activity.questions(office, AS_OF)
    assert [one.message.key for one in found] == ["question.own_family"]


def test_the_own_surname_at_ones_own_address_is_asked_about_too(office: Office) -> None:
    office.log_view(child(office, "山田 空"), "child", time=at(10))  # the surname alone says nothing
    office.log_view(child(office, "佐藤 10子"), "child", time=at(10))  # nor does the address alone
    assert activity.questions(office, AS_OF) == ()
    office.log_view(child(office, "山田 湊"), "child", time=at(10))
    (asked,) = activity.questions(office, AS_OF)
    assert (asked.message.key, asked.message.values["count"]) == ("question.own_family", 1)


def test_many_on_the_very_first_day_and_one_decision_among_them(office: Office) -> None:
    for n in range(10, 45):
        office.log_view(child(office, f"佐藤 {n}子"), "child", time=at(10))
    said = Decision(DecisionKind.NONE, "見守りは要らない", AS_OF, None, ())
    reviewing.decide(office, child(office, "佐藤 10子"), said, at(11), on_screen="")
    (asked,) = activity.questions(office, AS_OF)
    assert (asked.message.key, asked.message.values["count"]) == ("question.many_looks", 34)


def test_night_and_days_off_are_asked_about(office: Office) -> None:
    office.log_view(child(office, "佐藤 10子"), "child", time=at(23))
    office.log_view(child(office, "佐藤 10子"), "child", time=at(11, day=25))  # a Sunday
    office.log_view(child(office, "佐藤 10子"), "child", time=at(11))
    assert [one.message.key for one in activity.questions(office, AS_OF)] == ["question.off_hours", "question.day_off"]


def test_many_children_in_a_day_and_nothing_done_is_asked_about(office: Office) -> None:
    for day in (26, 27, 28):
        office.log_view(child(office, "佐藤 10子"), "child", time=at(10, day))
    for n in range(10, 45):
        office.log_view(child(office, f"佐藤 {n}子"), "child", time=at(10))
    found = [one for one in activity.questions(office, AS_OF) if one.message.key == "question.many_looks"]
    assert [one.message.values["count"] for one in found] == [35]
    assert len(activity.lines(office, found[0].query).lines) == 35


def test_a_printed_anchor_tells_when_a_log_was_cut_or_altered(office: Office) -> None:
    office.log_view(child(office, "佐藤 10子"), "child", time=NOW)
    printed = anchoring.anchor(office, NOW)
    assert anchoring.check(office, printed.code) is None
    assert anchoring.check(office, printed.code.lower().replace("-", " - ")) is None
    office.log_view(child(office, "佐藤 11子"), "child", time=NOW)
    assert anchoring.check(office, printed.code) is None
    office.writer.execute("UPDATE access SET digest = x'00' WHERE seq = ?", (printed.lines,))
    found = anchoring.check(office, printed.code)
    assert found is not None
    assert found.key == "anchor.differs"
    office.writer.execute("DELETE FROM access WHERE seq >= ?", (printed.lines,))
    found = anchoring.check(office, printed.code)
    assert found is not None
    assert (found.key, found.values["lines"]) == ("anchor.shorter", 1)
    with pytest.raises(WrongUse):
        anchoring.check(office, "hello")
