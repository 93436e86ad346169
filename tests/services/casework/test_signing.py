"""Sign-off: what a worker decided waits for a lead, who signs it or sends it back; all of it can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.decisions import Decision, DecisionKind, SignOffState
from app.domain.message import Refused, WrongUse
from app.services.answers.child import DecisionLine
from app.services.casework import reviewing, signing
from app.services.desk import undoing
from app.services.offices import verifying
from app.storage.offices.office import Office
from tests.builders import (
    AS_OF,
    LEAD,
    NOW,
    REGISTER,
    WORKER,
    bring_in,
    extract,
    new_office,
    opened,
    person_of,
    resident,
)

WATCH = Decision(DecisionKind.WATCH, "学校と様子を見ます", AS_OF, AS_OF + timedelta(days=30), ())
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    new_office(tmp_path / "office")
    rows = [resident(str(one), f"森 {one}", "モリ", f"2016-0{one}-01") for one in (1, 2)]
    with opened(tmp_path / "office") as it:
        bring_in(it, extract(tmp_path / "r.csv", REGISTER, rows))
    return tmp_path / "office"


@pytest.fixture
def decided(folder: Path) -> str:
    """What the worker decided about the first child."""
    with opened(folder, WORKER) as it:
        return reviewing.decide(it, _child(it), WATCH, NOW, on_screen="{}").value


@pytest.fixture
def office(folder: Path, decided: str) -> Iterator[Office]:
    with opened(folder) as it:
        yield it


def _child(office: Office, number: str = "1") -> int:
    return person_of(office, "resident_register", number)


def _last(office: Office) -> DecisionLine:
    return reviewing.child_file(office, _child(office), LATER).decisions[-1]


def _state(office: Office) -> SignOffState | None:
    return found.state if (found := _last(office).sign_off) else None


def test_a_workers_decision_waits_and_is_signed(office: Office, decided: str) -> None:
    (line,) = signing.waiting(office)
    assert (line.entry, line.author, line.kind, line.reason) == (decided, WORKER, DecisionKind.WATCH, WATCH.reason)
    assert _state(office) is SignOffState.WAITING
    signing.sign(office, {decided: line.person_id}, LATER)
    assert signing.waiting(office) == ()
    found = _last(office).sign_off
    assert found is not None
    assert (found.state, found.author) == (SignOffState.SIGNED, LEAD)
    assert verifying.verify(office, rebuild=False) == []


def test_a_leads_own_decision_waits_for_nobody(office: Office) -> None:
    reviewing.decide(office, _child(office, "2"), WATCH, NOW, on_screen="{}")
    assert [line.author for line in signing.waiting(office)] == [WORKER]


def test_sent_back_it_is_the_authors_to_follow(folder: Path, office: Office, decided: str) -> None:
    with pytest.raises(WrongUse, match="words_missing"):
        signing.send_back(office, decided, _child(office), "  ", LATER)
    signing.send_back(office, decided, _child(office), "家庭訪問の結果を書き足してください", LATER)
    assert (signing.waiting(office), _state(office)) == ((), SignOffState.RETURNED)
    office.close()
    with opened(folder, WORKER) as it:
        (back,) = signing.returned(it)
        assert (back.author, back.words) == (LEAD, "家庭訪問の結果を書き足してください")
        again = replace(WATCH, reason="11/2 に訪問し、本人に会えました")
        reviewing.decide(it, _child(it), again, LATER, on_screen="{}")
        assert signing.returned(it) == ()
    with opened(folder) as it:
        assert [line.reason for line in signing.waiting(it)] == [again.reason]


def test_what_was_followed_waits_no_more(folder: Path, office: Office, decided: str) -> None:
    reviewing.decide(office, _child(office), replace(WATCH, reason="会議で決めました"), LATER, on_screen="{}")
    assert signing.waiting(office) == ()
    assert [line.sign_off for line in reviewing.child_file(office, _child(office), LATER).decisions] == [None, None]
    with pytest.raises(Refused, match=r"sign_off\.over"):
        signing.sign(office, {decided: _child(office)}, LATER)


def test_who_was_slower_is_told(office: Office, decided: str) -> None:
    signing.sign(office, {decided: _child(office)}, LATER)
    with pytest.raises(Refused, match=r"sign_off\.over"):
        signing.send_back(office, decided, _child(office), "もう一度", LATER)
    assert _state(office) is SignOffState.SIGNED


def test_only_a_lead_signs_and_sees_what_waits(folder: Path, decided: str) -> None:
    with opened(folder, WORKER) as it:
        for act in (
            lambda: signing.waiting(it),
            lambda: signing.sign(it, {decided: _child(it)}, LATER),
            lambda: signing.send_back(it, decided, _child(it), "x", LATER),
        ):
            with pytest.raises(Refused, match=r"role\.not_allowed"):
                act()


@pytest.mark.parametrize("back", [False, True])
def test_it_is_taken_back_also_after_a_restart(folder: Path, office: Office, decided: str, back: bool) -> None:
    if back:
        signing.send_back(office, decided, _child(office), "もう一度", LATER)
    else:
        signing.sign(office, {decided: _child(office)}, LATER)
    office.close()
    with opened(folder) as it:
        line = undoing.recent(it)[0]
        assert (line.what.key, line.possible) == ("undo.line.sign_off", True)
        undoing.undo(it, line.entry, LATER)
        assert [one.entry for one in signing.waiting(it)] == [decided]
        assert _state(it) is SignOffState.WAITING


def test_a_decision_of_another_child_is_not_signed_under_this_one(office: Office, decided: str) -> None:
    with pytest.raises(WrongUse, match=r"decision\.unknown"):
        signing.sign(office, {decided: _child(office, "2")}, LATER)
    assert _state(office) is SignOffState.WAITING
