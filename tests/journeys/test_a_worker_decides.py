"""A worker looks at a child, decides, and finds the decision again after a restart."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Refused, WrongUse
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import assigning, caseload, contacts, reviewing
from app.storage.offices.office import Office
from tests.builders import AS_OF, LEAD, NOW, WORKER, opened

WATCH = Decision(DecisionKind.WATCH, "担任に確かめる。", AS_OF, date(2026, 11, 20), ())


def _list(office: Office, **more: object) -> tuple[int, ...]:
    return caseload.listing(office, CaseloadQuery(**more), AS_OF).ids  # type: ignore[arg-type]


def test_a_decision_is_there_after_a_restart_and_moves_the_child(folder: Path) -> None:
    with opened(folder, WORKER) as office:
        first = _list(office)[0]
        seen = reviewing.child_file(office, first, NOW)
        reviewing.decide(office, first, WATCH, NOW, on_screen=seen.on_screen)
    with opened(folder, WORKER) as office:
        file = reviewing.child_file(office, first, NOW)
        assert [(one.kind, one.author) for one in file.decisions] == [(DecisionKind.WATCH, WORKER)]
        assert first not in _list(office)
        assert first in _list(office, view="all")
        row = caseload.rows(office, [first], AS_OF)[0]
        assert (row.last_decision, row.next_day) == (DecisionKind.WATCH, WATCH.next)


def test_the_same_ref_again_changes_nothing(office: Office) -> None:
    child = _list(office)[0]
    first = reviewing.decide(office, child, WATCH, NOW, on_screen="", ref="a-1").value
    assert reviewing.decide(office, child, WATCH, NOW, on_screen="", ref="a-1").value == first
    assert len(reviewing.child_file(office, child, NOW).decisions) == 1


def test_a_decision_without_a_reason_is_refused(office: Office) -> None:
    empty = Decision(DecisionKind.NONE, "  ", AS_OF, None, ())
    with pytest.raises(WrongUse, match="reason_missing"):
        reviewing.decide(office, _list(office)[0], empty, NOW, on_screen="")


def test_opening_a_child_is_journalled_before_the_page_shows(office: Office) -> None:
    child = _list(office)[0]
    reviewing.child_file(office, child, NOW)
    seen = office.reader().execute("SELECT person_id, what FROM access").fetchall()
    assert (child, "child") in seen


def test_every_number_walks_back_to_a_row_as_received(office: Office) -> None:
    for child in _list(office)[:5]:
        file = reviewing.child_file(office, child, NOW)
        lines = {one.fact.id: one for one in file.facts}
        for reason in file.reasons:
            for fact in reason.facts:
                if fact in lines:
                    row = reviewing.raw_row(office, lines[fact].batch, lines[fact].line)
                    assert row.file
                    assert any(value for _, value in row.cells)


def test_the_points_on_screen_add_up(office: Office) -> None:
    for row in caseload.rows(office, _list(office, view="all"), AS_OF):
        assert row.points == sum(mark.points for mark in row.sectors)
        assert row.points == sum(reason.points for reason in row.reasons)


def test_a_lead_reassigns_a_selection_and_takes_it_back(office: Office) -> None:
    children = _list(office, view="all")[:5]
    assigning.assign(office, children[:2], LEAD, NOW)
    entry = assigning.assign(office, children, WORKER, NOW).value
    assert {row.assignee for row in caseload.rows(office, children, AS_OF)} == {WORKER}
    assigning.undo_assign(office, entry, NOW)
    after = [row.assignee for row in caseload.rows(office, children, AS_OF)]
    assert after == [LEAD, LEAD, "", "", ""]


def test_a_worker_may_take_a_free_child_but_not_a_colleagues(folder: Path) -> None:
    with opened(folder) as office:
        children = _list(office, view="all")[:2]
        assigning.assign(office, children[:1], LEAD, NOW)
    with opened(folder, WORKER) as office:
        assigning.assign(office, children[1:], WORKER, NOW)
        with pytest.raises(Refused, match="not_allowed"):
            assigning.assign(office, children[:1], WORKER, NOW)


@pytest.mark.parametrize("sort", ["rank", "-rank", "name", "-age", "points", "last_seen", "next", "-assignee"])
def test_any_order_lists_the_same_children(office: Office, sort: str) -> None:
    assert sorted(_list(office, view="all", sort=sort)) == sorted(_list(office, view="all"))


def test_a_child_is_found_by_kanji_kana_and_number(office: Office) -> None:
    child = _list(office, view="all")[0]
    file = reviewing.child_file(office, child, NOW)
    numbers = [one.local_id for one in file.records]
    for typed in (file.name, file.kana, file.name.split()[0], file.kana[:2], numbers[0]):
        assert child in _list(office, view="all", text=typed)


def test_a_decision_overrules_what_was_agreed_before_it(office: Office) -> None:
    child = _list(office)[0]
    contact = {"kind": "phone", "result": "guardian_only", "seen": False, "day": AS_OF, "words": "母と話した。"}
    contacts.note_contact(office, child, **contact, next_day=AS_OF, now=NOW)  # type: ignore[arg-type]
    assert caseload.rows(office, [child], AS_OF)[0].next_day == AS_OF
    reviewing.decide(office, child, WATCH, NOW + timedelta(minutes=1), on_screen="")
    assert caseload.rows(office, [child], AS_OF)[0].next_day == WATCH.next
    assert child not in _list(office)
    sooner = date(2026, 11, 5)
    contacts.note_contact(office, child, **contact, next_day=sooner, now=NOW + timedelta(minutes=2))  # type: ignore[arg-type]
    assert caseload.rows(office, [child], AS_OF)[0].next_day == sooner
