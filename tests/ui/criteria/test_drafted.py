"""What the list of criteria shows while a draft is being made."""

from __future__ import annotations

from dataclasses import replace

from app.domain.weighing import PrioritySettings
from app.services.criteria import composing
from app.services.criteria.settling import CriteriaSettings, CriterionLine, rules_of
from app.services.priority.runs import criteria
from ui import words
from ui.criteria.draft import Draft
from ui.criteria.drafted import draft_words, lines_of

RULE = next(one for one in criteria() if one.key == "lateness")
READ = CriteriaSettings(PrioritySettings(), 60, 5, (CriterionLine(RULE, RULE, True, False, 7, 2),), False)


def test_a_new_criterion_can_be_switched_off_before_it_is_applied() -> None:
    draft = Draft.of(PrioritySettings(), 60, 5).with_own(composing.as_table(RULE, "own_1"))
    rules = {one.key: one for one in rules_of(draft.settings)}
    assert lines_of(READ, draft, rules)["own_1"].enabled
    assert not lines_of(READ, draft.with_use("own_1", False), rules)["own_1"].enabled


def test_counts_of_the_last_run_stay_while_the_steps_do() -> None:
    words.speak("ja")
    draft = Draft.of(PrioritySettings(), 60, 5)
    line = lines_of(READ, draft, {RULE.key: RULE})[RULE.key]
    assert (line.holds, line.unknown, line.changed) == (7, 2, False)
    assert lines_of(READ, draft, {RULE.key: replace(RULE, urgent=True)})[RULE.key].changed
    assert draft_words(draft, {}) == ""
    assert "遅刻" in draft_words(draft.with_use(RULE.key, False), {RULE.key: line})
