"""Nobody has a record of seeing a small child; somebody goes there; the child no longer stands on top."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain import ids
from app.domain.decisions import Decision, DecisionKind
from app.domain.priority import Level
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, contacts, reviewing
from app.services.deriving import rebuilding
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW, bring_in, opened, person_of

REGISTER, UNSEEN, SIBLING = "juki_R0811.csv", "9900000001", "9900000002"
ROWS = (
    f"{UNSEEN},小暮 結衣,コグレ ユイ,R040601,2,,青葉1-2-3,,小暮 純,H99,子,R040601,出生,,,\r\n",
    f"{SIBLING},小暮 蓮,コグレ レン,R030502,1,,青葉1-2-3,,小暮 純,H99,子,R030502,出生,,,\r\n",
)


@pytest.fixture(scope="module")
def with_unseen(empty_office: Path, extracts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office whose register alone knows two small children of one household."""
    files = Path(shutil.copytree(extracts, tmp_path_factory.mktemp("unseen") / "extracts"))
    with (files / REGISTER).open("a", encoding="utf-8", newline="") as register:
        register.writelines(ROWS)
    folder = Path(shutil.copytree(empty_office, files.parent / "office"))
    with opened(folder) as office:
        bring_in(office, files)
    return folder


@pytest.fixture
def unseen(with_unseen: Path, tmp_path: Path) -> Iterator[tuple[Office, int]]:
    with opened(Path(shutil.copytree(with_unseen, tmp_path / "office"))) as office:
        yield office, person_of(office, "resident_register", UNSEEN)


def _levels(office: Office) -> tuple[Level, Level]:
    """The levels of the two children, first the one that is visited."""
    children = [person_of(office, "resident_register", number) for number in (UNSEEN, SIBLING)]
    first, second = caseload.rows(office, children, AS_OF)
    return first.level, second.level


def _visit(office: Office, child: int, *, seen: bool, day: date = AS_OF) -> frozenset[int]:
    noted = contacts.note_contact(
        office, child, kind="home_visit", result="met" if seen else "absent", seen=seen, day=day, words="",
        next_day=None, now=NOW,
    )  # fmt: skip
    return noted.changes.persons


def test_a_visit_that_saw_the_child_takes_it_from_the_top(unseen: tuple[Office, int]) -> None:
    office, child = unseen
    assert _levels(office) == (Level.URGENT, Level.URGENT)
    assert child in _visit(office, child, seen=True)
    level, sibling = _levels(office)
    assert (level is Level.URGENT, sibling) == (False, Level.URGENT)
    assert caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[0] != child
    assert "not_seen" not in _signs(office, child)


def test_a_visit_that_met_nobody_answers_nothing(unseen: tuple[Office, int]) -> None:
    office, child = unseen
    _visit(office, child, seen=False)
    assert _levels(office)[0] is Level.URGENT


def test_a_visit_long_ago_answers_nothing(unseen: tuple[Office, int]) -> None:
    office, child = unseen
    _visit(office, child, seen=True, day=AS_OF - timedelta(days=366))
    assert _levels(office)[0] is Level.URGENT


def test_that_nothing_is_needed_takes_the_urgency_until_it_is_taken_back(unseen: tuple[Office, int]) -> None:
    office, child = unseen
    needless = Decision(DecisionKind.OUT_OF_SCOPE, "転出を確認した。", AS_OF, None, ())
    entry = reviewing.decide(office, child, needless, NOW, on_screen="").value
    assert _levels(office)[0] is not Level.URGENT
    assert "not_seen" in _signs(office, child)
    reviewing.withdraw_decision(office, child, entry, "別の児童だった。", NOW)
    assert _levels(office)[0] is Level.URGENT


def test_watching_does_not_say_that_somebody_saw_the_child(unseen: tuple[Office, int]) -> None:
    office, child = unseen
    watch = Decision(DecisionKind.WATCH, "来月訪ねる。", AS_OF, AS_OF + timedelta(days=30), ())
    reviewing.decide(office, child, watch, NOW, on_screen="")
    assert _levels(office)[0] is Level.URGENT


def test_a_kill_between_the_visit_and_the_view_is_made_good_at_the_next_start(unseen: tuple[Office, int]) -> None:
    office, child = unseen
    said = {
        "person": ids.code(child), "contact": "home_visit", "result": "met", "seen": True,
        "day": AS_OF.isoformat(), "words": "", "next": None,
    }  # fmt: skip
    office.write("contact.noted", said, time=NOW)
    assert "not_seen" in _signs(office, child)
    rebuilding.ensure_view(office)
    assert "not_seen" not in _signs(office, child)


def test_a_rebuild_comes_to_the_same_after_visits_and_decisions(unseen: tuple[Office, int]) -> None:
    office, child = unseen
    _visit(office, child, seen=True)
    for other in caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[:3]:
        decision = Decision(DecisionKind.NONE, "担任に確かめた。", AS_OF, None, ())
        reviewing.decide(office, other, decision, NOW, on_screen="")
    assert rebuilding.differences(office) == []


def _signs(office: Office, child: int) -> set[str]:
    return {reason.criterion for reason in reviewing.child_file(office, child, NOW).reasons}
