"""The month's capacity is counted down by the decisions in it, and the list is cut at what is left."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.decisions import Decision, DecisionKind
from app.services.answers.caseload import CaseloadList, CaseloadQuery
from app.services.casework import caseload, explaining, reviewing
from app.services.criteria import effects
from app.services.priority.runs import settings_of
from app.storage.offices.office import Office
from tests.builders import (
    AS_OF,
    ATTENDANCE,
    NOW,
    REGISTER,
    SCHOOL,
    bring_in,
    extract,
    month,
    new_office,
    opened,
    pupil,
    resident,
)

PUPILS = [str(number) for number in range(301, 331)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty pupils with absences of their own, twenty-four of them on the list; the office can look at four."""
    place = tmp_path_factory.mktemp("school")
    folder = place / "office"
    new_office(folder)
    people = [(one, f"青木 {one}", "アオキ", "平成28年9月28日") for one in PUPILS]
    rows = [month(one, "2026", "10", sick=str((int(one) - 301) % 20)) for one in PUPILS]
    with opened(folder) as office:
        office.write("setting.changed", {"key": "priority", "value": {"scale": 30, "middle": 5}}, time=NOW)
        office.write("setting.changed", {"key": "capacity", "value": 4}, time=NOW)
        bring_in(
            office,
            extract(place / "住基.csv", REGISTER, [resident(*one) for one in people]),
            extract(place / "学籍.csv", SCHOOL, [pupil(*one) for one in people]),
            extract(place / "出欠.csv", ATTENDANCE, rows),
        )
    return folder


@pytest.fixture
def school(made: Path, tmp_path: Path) -> Iterator[Office]:
    """The school of ``made``, for one test."""
    with opened(Path(shutil.copytree(made, tmp_path / "office"))) as office:
        yield office


def _list(office: Office, today: date = AS_OF) -> CaseloadList:
    return caseload.listing(office, CaseloadQuery(view="month"), today)


def _decide(office: Office, child: int, kind: DecisionKind = DecisionKind.NONE) -> None:
    decision = Decision(kind, "確かめた。", AS_OF, None if kind is DecisionKind.NONE else AS_OF + timedelta(days=9), ())
    reviewing.decide(office, child, decision, NOW, on_screen=reviewing.on_screen(office, child))


def test_who_was_looked_at_uses_up_the_capacity(school: Office) -> None:
    first = _list(school)
    assert (first.capacity, first.looked, first.left) == (4, 0, 4)
    assert first.cut is not None
    assert first.cut >= 4
    for child in first.ids[:2]:
        _decide(school, child)
    _decide(school, first.ids[0], DecisionKind.WATCH)
    now = _list(school)
    assert (now.looked, now.left) == (2, 2)
    assert now.cut is not None
    assert now.cut == 2 or now.cut - len(now.ties) < 2 < now.cut  # those tied at the cut stay together
    assert not set(first.ids[:2]) & set(now.ids)


def test_next_month_begins_anew(school: Office) -> None:
    for child in _list(school).ids[:3]:
        _decide(school, child)
    assert _list(school).left == 1
    assert _list(school, AS_OF.replace(day=1) + timedelta(days=32)).left == 4


def test_when_nothing_is_left_nobody_is_above_the_cut(school: Office) -> None:
    for child in _list(school).ids[:5]:
        _decide(school, child)
    now = _list(school)
    assert (now.looked, now.left, now.cut) == (5, 0, 0)
    why = explaining.why_not(school, now.ids[-1] if not now.sampled else now.ids[len(now.sampled)], AS_OF)
    assert why is not None
    assert why.reason == "full"


def test_why_not_speaks_of_what_is_left(school: Office) -> None:
    below = _list(school).ids
    for child in below[:2]:
        _decide(school, child)
    now = _list(school)
    rest = [child for child in now.ids if child not in now.sampled]
    assert now.cut is not None
    assert explaining.why_not(school, rest[now.cut - 1], AS_OF) is None
    assert explaining.why_not(school, rest[now.cut], AS_OF) is not None


def test_a_foreseen_list_is_cut_where_the_list_is(school: Office) -> None:
    """Before criteria are changed the office sees what its list would be with what is left of the month."""
    settings = settings_of(school)
    assert effects.preview(school, settings, AS_OF).listed == _list(school).cut
    for child in _list(school).ids[:2]:
        _decide(school, child)
    now = effects.preview(school, settings, AS_OF)
    assert (now.listed_before, now.listed) == (_list(school).cut, _list(school).cut)
    assert effects.preview(school, settings, AS_OF, capacity=12).listed > now.listed
    for child in _list(school).ids[:3]:
        _decide(school, child)
    assert effects.preview(school, settings, AS_OF).listed == 0
