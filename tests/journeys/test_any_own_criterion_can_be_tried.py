"""Whatever a lead puts together from the parts: it is either refused in words or it can be asked of all children."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest

from app.domain.criteria import Measure, Who
from app.domain.facts import FactKind
from app.domain.message import WrongUse
from app.domain.weighing import PrioritySettings
from app.services.criteria import composing
from app.storage.offices.office import Office

WINDOWS: tuple[dict[str, Any], ...] = (
    {"ever": True}, {"school_year": 90}, {"term": 30}, {"days": 200}, {"now": True}, {"months_of_age": [0, 60]},
    {"around_birth": 300},
)  # fmt: skip
TEXT = {"ja": "{value}", "en": "{value}"}


def _draft(kind: FactKind, measure: Measure, attributes: list[str], window: dict[str, Any], who: Who) -> dict[str, Any]:
    draft: dict[str, Any] = {
        "key": "own_1", "sector": kind.sector.value, "source": "取り決め", "kind": kind.name, "measure": measure.value,
        "attributes": attributes, "window": window, "who": who.value, "applies": {"months": [0, 230]},
        "name": TEXT, "sentence": TEXT, "short": TEXT,
    }  # fmt: skip
    by_word = measure is Measure.LATEST and attributes and attributes[0] in kind.words
    if measure is not Measure.ABSENT:
        draft["steps"] = [{"words": ["有"]} if by_word else {"at_least": 1}]
    return {**draft, "needs": list(composing.needs_of(draft))}


def test_all_that_the_form_lets_through_can_be_asked(office: Office) -> None:
    windows, whos = cycle(WINDOWS), cycle(Who)
    tried = 0
    for part in composing.kinds():
        for measure in Measure:
            for attributes in ([], list(part.kind.numbers[:2]), list(part.kind.words[:1])):
                draft = _draft(part.kind, measure, attributes, next(windows), next(whos))
                if composing.mistakes(draft):
                    with pytest.raises(WrongUse):
                        composing.found(office, draft, PrioritySettings())
                else:
                    seen = composing.found(office, draft, PrioritySettings())
                    assert 0 <= seen.holds <= seen.told
                    tried += 1
    assert tried > 100


def test_conditions_are_asked_too(office: Office) -> None:
    kind = next(part.kind for part in composing.kinds() if part.kind.name == "attendance")
    draft = _draft(kind, Measure.SUM, ["late"], {"days": 400}, Who.CHILD)
    without = composing.found(office, draft, PrioritySettings()).holds
    moved = {"kind": "residence_change", "measure": "count", "window": {"ever": True}, "at_least": 1}
    both = composing.found(office, {**draft, "also": {"all": [moved]}}, PrioritySettings()).holds
    neither = composing.found(office, {**draft, "also": {"all": [{"not": moved}]}}, PrioritySettings()).holds
    assert both + neither == without > 0
    assert composing.mistakes({**draft, "also": {"all": [{**moved, "at_least": None}]}})
