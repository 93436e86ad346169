"""What somebody did yesterday is taken back by name today; what cannot be says why."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Refused, WrongUse
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import assigning, caseload, contacts, reviewing
from app.services.criteria import settling
from app.services.desk import undoing
from app.storage.offices.office import Office
from tests.builders import AS_OF, LEAD, NOW, WORKER, opened


def _children(office: Office, many: int) -> list[int]:
    return list(caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[:many])


def _first(office: Office, kind: str) -> undoing.UndoLine:
    return next(one for one in undoing.recent(office) if one.kind == kind)


def test_twelve_children_go_back_to_whom_they_had(folder: Path) -> None:
    with opened(folder) as office:
        children = _children(office, 12)
        assigning.assign(office, children[:5], WORKER, NOW)
        assigning.assign(office, children, LEAD, NOW)
    with opened(folder) as office:
        line = _first(office, "assignment.made")
        assert line.possible
        assert line.what.key == "undo.line.assign"
        assert line.what.values["n"] == 12
        undoing.undo(office, line.entry, NOW)
        rows = caseload.rows(office, children, AS_OF)
        assert [row.assignee for row in rows] == [WORKER] * 5 + [""] * 7
        again = next(one for one in undoing.recent(office) if one.entry == line.entry)
        assert not again.possible
        with pytest.raises(Refused):
            undoing.undo(office, line.entry, NOW)


def test_who_was_assigned_again_since_stays(office: Office) -> None:
    children = _children(office, 3)
    assigning.assign(office, children, WORKER, NOW)
    entry = _first(office, "assignment.made").entry
    assigning.assign(office, children[:1], LEAD, NOW)
    line = next(one for one in undoing.recent(office) if one.entry == entry)
    assert line.possible
    assert (line.means.values["n"], line.means.values["of"]) == (2, 3)
    undoing.undo(office, entry, NOW)
    assert [row.assignee for row in caseload.rows(office, children, AS_OF)] == [LEAD, "", ""]


def test_a_decision_and_a_contact_are_withdrawn_and_stay_on_record(folder: Path) -> None:
    with opened(folder) as office:
        (child,) = _children(office, 1)
        decision = Decision(DecisionKind.WATCH, "様子を見る", AS_OF, AS_OF + timedelta(days=7), ())
        reviewing.decide(office, child, decision, NOW, on_screen="")
        contacts.note_contact(
            office, child, kind="phone", result="met", seen=True, day=AS_OF, words="会えた", next_day=None, now=NOW
        )
    with opened(folder) as office:
        for kind in ("contact.noted", "decision.recorded"):
            undoing.undo(office, _first(office, kind).entry, NOW)
        file = reviewing.child_file(office, child, NOW)
        assert file.decisions == ()
        assert file.contacts == ()
        kinds = [row[0] for row in office.reader().execute("SELECT kind FROM entry ORDER BY seq").fetchall()]
        assert kinds[-4:] == ["decision.recorded", "contact.noted", "contact.withdrawn", "decision.withdrawn"]


def test_a_setting_goes_back_step_by_step(office: Office) -> None:
    settling.save_size(office, NOW, capacity=30, sample=5)
    settling.save_size(office, NOW, capacity=40, sample=5)
    sizes = [one for one in undoing.recent(office) if "setting.capacity" in str(one.what)]
    newest, older = sizes
    assert newest.possible
    assert (older.possible, older.means.key) == (False, "undo.later")
    undoing.undo(office, newest.entry, NOW)
    assert office.setting("capacity") == 30


def test_what_cannot_be_taken_back_says_so_and_others_acts_are_theirs(folder: Path) -> None:
    with opened(folder) as office:
        children = _children(office, 2)
        assigning.assign(office, children, WORKER, NOW)
        entry = _first(office, "assignment.made").entry
        batch = _first(office, "batch.published")
        assert not batch.possible
        assert batch.means.key == "undo.elsewhere.batch"
    with opened(folder, WORKER) as office:
        assert undoing.recent(office) == ()
        with pytest.raises(WrongUse):
            undoing.undo(office, entry, NOW)
