"""Months of work, and then the view is lost: a rebuild shows every child as it was shown, and what was on
screen at each decision stands as it stood."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.decisions import Decision, DecisionKind
from app.domain.weighing import PrioritySettings
from app.services.casework import contacts, reviewing
from app.services.criteria import running, settling
from app.services.deriving import rebuilding
from app.services.links import linking, pairs
from app.storage.batches import results
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.builders import (
    ATTENDANCE,
    NOW,
    REGISTER,
    SCHOOL,
    bring_in,
    extract,
    month,
    opened,
    person_of,
    pupil,
    resident,
)

BIRTH = "平成28年9月28日"
PUPILS = [str(number) for number in range(201, 219)]
WORRIED, DOUBTED = "201", "219"
Priorities = dict[int, dict[str, Any]]


def _month(of: int, sick: int) -> list[list[str]]:
    """A month in which one child is ill, and another is late."""
    rows = [month(one, "2026", str(of), sick=str(sick) if one == WORRIED else "0") for one in PUPILS]
    return [*rows, month(DOUBTED, "2026", str(of), late="6")]


@pytest.fixture
def office(fresh_folder: Path, tmp_path: Path) -> Iterator[Office]:
    people = [(one, f"青木 {one}", "アオキ") for one in PUPILS]
    residents = [resident(*one, BIRTH) for one in people] + [resident("301", "小暮 颯太", "コグレ ソウタ", BIRTH)]
    pupils = [pupil(*one, BIRTH) for one in people] + [pupil(DOUBTED, "小暮 颯大", "コグレ ソウダ", BIRTH)]
    with opened(fresh_folder) as it:
        it.write("setting.changed", {"key": "priority", "value": {"scale": 8}}, time=NOW)
        bring_in(
            it,
            extract(tmp_path / "住基.csv", REGISTER, residents),
            extract(tmp_path / "学籍.csv", SCHOOL, pupils),
            extract(tmp_path / "出欠.csv", ATTENDANCE, [*_month(9, 0), *_month(10, 4)]),
        )
        yield it


def _priorities(office: Office) -> Priorities:
    """Everything that the list and the reasons are made of, of every child."""
    db = office.reader()
    found = {}
    for table in ("priority", "finding"):
        cursor = db.execute(f"SELECT * FROM view.{table} ORDER BY 1, 2")
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            found.setdefault(row[0], {}).setdefault(table, []).append(dict(zip(names, row, strict=True)))
    return found


def _sound(office: Office) -> bool:
    return rebuilding.differences(office) == []


def _decide(office: Office, child: int, day: date) -> str:
    seen = reviewing.on_screen(office, child)
    decision = Decision(DecisionKind.WATCH, "担任が声をかける。", day, day + timedelta(days=21), ())
    reviewing.decide(office, child, decision, NOW, on_screen=seen)
    return seen


def _screens(office: Office) -> list[str]:
    rows = office.reader().execute("SELECT d.on_screen FROM decision d JOIN entry e ON e.id = d.entry ORDER BY e.seq")
    return [row[0] for row in rows.fetchall()]


def _shown(office: Office) -> list[tuple[int, list[results.Shown]]]:
    db = office.reader()
    return [(run.run_id, list(results.all_shown(db, run.results))) for run in results.runs_made(db)]


def test_after_every_step_a_rebuild_gives_the_same_and_no_screen_of_a_decision_changes(
    office: Office, tmp_path: Path
) -> None:
    child = person_of(office, "school_register", WORRIED)
    assert _sound(office)

    screens = [_decide(office, child, date(2026, 11, 1))]
    assert json.loads(screens[0])["findings"]
    assert _sound(office)

    bring_in(office, extract(tmp_path / "11.csv", ATTENDANCE, _month(11, 6)), as_of=date(2026, 11, 30))
    assert _sound(office)
    screens.append(_decide(office, child, date(2026, 12, 1)))
    assert screens[1] != screens[0], "the child's absence has grown"

    line = pairs.queue(office)[0]
    ruling = linking.rule(office, line.a, line.b, True, "母子手帳で確かめた。", NOW).value
    assert _sound(office)

    settings = settling.read(office).settings
    harder = replace(settings, changed={"absence_days": {"steps": [{"at_least": 8}]}}, disabled=("absence_other",))
    settling.save(office, harder, NOW)
    assert _sound(office), "settings wait for the next run"
    running.run_again(office, NOW)
    assert _sound(office)
    screens.append(_decide(office, child, date(2026, 12, 2)))

    contacts.note_contact(
        office, child, kind="school_visit", result="met", seen=True, day=NOW.date(), words="会えた。",
        next_day=None, now=NOW,
    )  # fmt: skip
    bring_in(office, extract(tmp_path / "12.csv", ATTENDANCE, _month(12, 2)), as_of=date(2026, 12, 31))
    assert _sound(office)
    linking.withdraw_ruling(office, ruling, "別の子だった。", NOW)
    assert _sound(office)
    settling.save(office, PrioritySettings(), NOW)
    running.run_again(office, NOW)
    assert _sound(office)

    assert verify(office) == []
    assert _screens(office) == screens
    assert len(_shown(office)) == 5


def test_a_lost_view_comes_back_from_the_journal_with_the_same_priorities(office: Office, tmp_path: Path) -> None:
    child = person_of(office, "school_register", WORRIED)
    screen = _decide(office, child, date(2026, 11, 1))
    bring_in(office, extract(tmp_path / "11.csv", ATTENDANCE, _month(11, 6)), as_of=date(2026, 11, 30))
    line = pairs.queue(office)[0]
    linking.rule(office, line.a, line.b, True, "母子手帳で確かめた。", NOW)
    before, shown, folder = _priorities(office), _shown(office), office.folder
    assert before[child]["finding"]
    office.close()
    for path in folder.glob("view-*.db*"):
        path.unlink()
    with opened(folder) as again:
        rebuilding.ensure_view(again)
        assert _priorities(again) == before
        assert _shown(again) == shown
        assert _screens(again) == [screen]
