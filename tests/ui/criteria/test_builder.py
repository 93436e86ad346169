"""The form for own criteria can say whatever a shipped one says: each is opened as a copy and comes out the same."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.criteria import Condition, Criterion, Measure, Signal
from app.domain.criteria_reading import criterion_from
from app.domain.weighing import PrioritySettings
from app.services.criteria import composing
from app.services.priority.runs import criteria
from ui import words
from ui.criteria.builder import Builder
from ui.criteria.signals import SignalForm
from ui.desk import Desk
from ui.theme import load_fonts


class Nobody:
    """A runner for a form that is only looked at."""

    def ask(self, *_arguments: Any, **_named: Any) -> None:
        """Nothing is asked."""


def _form(qtbot: QtBot, key: str, table: Any) -> Builder:
    load_fonts()
    words.speak("ja")
    words.know_criteria(criteria())
    desk = Desk.__new__(Desk)
    object.__setattr__(desk, "composing", composing)
    object.__setattr__(desk, "office", None)
    form = Builder(desk, Nobody(), PrioritySettings(), key, table)  # type: ignore[arg-type]
    qtbot.addWidget(form)
    return form


def _meant(condition: Condition | None) -> Condition | None:
    """The same with the limit that a condition has where nothing is written."""
    if condition is None:
        return None
    signal = condition.signal
    if signal is not None and signal.measure is not Measure.ABSENT and signal.at_least is signal.at_most is None:
        signal = replace(signal, at_least=1)
    parts = {word: tuple(_meant(one) for one in getattr(condition, word)) for word in ("all", "any")}
    return replace(condition, signal=signal, negated=_meant(condition.negated), **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", criteria(), ids=lambda rule: rule.key)
def test_a_copy_of_a_shipped_criterion_says_the_same(qtbot: QtBot, rule: Criterion) -> None:
    form = _form(qtbot, "own_1", composing.as_table(rule, "own_1"))
    said = form.table()
    assert composing.mistakes(said) == ()
    copied = criterion_from(said)
    assert set(copied.signal.attributes) == set(rule.signal.attributes), "in whatever order they are added up"
    signal = replace(rule.signal, attributes=copied.signal.attributes)
    assert copied == replace(rule, key="own_1", signal=signal, also=_meant(rule.also), only_if=_meant(rule.only_if))


def test_groups_siblings_limits_and_points_are_kept(qtbot: QtBot) -> None:
    rule = next(one for one in criteria() if one.key == "lateness")
    at_home = {
        "measure": "count", "kind": "disability", "attributes": [], "window": {"now": True}, "who": "adults",
        "relation": ["父", "母"], "at_most": 2,
    }  # fmt: skip
    brothers = {
        "measure": "siblings",
        "criteria": ["lateness"],
        "who": "child",
        "window": {"ever": True},
        "at_least": 2,
    }
    aid = {
        "measure": "count", "kind": "school_aid", "attributes": [], "window": {"days": 400}, "who": "child",
        "where": {"class": ["要保護", ""]}, "at_least": 1,
    }  # fmt: skip
    table = composing.as_table(rule, "own_2") | {
        "also": {"any": [{"not": at_home}, {"all": [brothers, aid]}, {"not": {"any": [aid, brothers]}}]},
        "only_if": aid,
        "steps": [{"points": 1, "fixed": 3, "at_least": 2}, {"points": 1, "fixed": 8, "at_least": 5}],
        "seen_within": 90,
    }
    said = _form(qtbot, "own_2", table).table()
    assert said["also"] == table["also"]
    assert said["only_if"] == aid
    assert said["steps"] == table["steps"]
    assert criterion_from(said).seen_within == 90
    assert composing.mistakes(said) == ()


def test_what_a_new_criterion_needs_follows_what_it_looks_at(qtbot: QtBot) -> None:
    form = _form(qtbot, "own_3", None)
    form.signal.put({"kind": "attendance", "measure": "sum", "attributes": ["late"], "window": {"days": 90}})
    assert form.table()["needs"] == ["attendance"]
    assert form.table()["sector"] == "education"
    assert form.table()["roster"] == ["school_register"]
    form.only_if.add.click()
    (condition,) = form.only_if.members
    assert isinstance(condition, SignalForm)
    condition.put({"kind": "disability", "measure": "count", "who": "household"})
    assert form.table()["needs"] == ["attendance", "disability_care"]
    condition.dropped.emit()
    assert form.table()["needs"] == ["attendance"]
    assert "only_if" not in form.table()


def test_growth_of_something_else_is_refused_in_words() -> None:
    signal = Signal(kind="attendance", measure=Measure.GROWTH, attributes=("late",))
    table = {"kind": signal.kind, "measure": "growth", "attributes": ["late"], "window": {"ever": True}}
    assert "compose.growth" in {one.key for one in composing.mistakes(table)}


def test_tab_goes_as_the_eye_does(qtbot: QtBot) -> None:
    rule = next(one for one in criteria() if one.key == "late_with_ill_relative")
    form = _form(qtbot, "own_4", composing.as_table(rule, "own_4"))
    form.show()
    qtbot.wait(50)
    names: list[str] = []
    field: Any = form.signal.measure.nextInFocusChain()
    while field is not form.also.add and len(names) < 400:
        if field.isVisibleTo(form) and field.focusPolicy() & Qt.FocusPolicy.TabFocus:
            names.append(field.accessibleName() or getattr(field, "text", str)())
        field = field.nextInFocusChain()
    wanted = ["記録の種類", "授業日数", "期間", "段階を足す", "続柄を限る", "当てはまらないこと"]
    said = [one for one in names if one in wanted]
    assert said[:4] == wanted[:4], names
    assert "当てはまらないこと" in said[4:], "the condition comes before the button that adds one more"
