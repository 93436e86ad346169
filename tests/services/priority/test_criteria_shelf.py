"""Every criterion on the shelf: it fires on its own sample, speaks both languages, walks back."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.criteria import LANGUAGES, Criterion, Measure, named, origin, sentence, short
from app.domain.facts import KINDS
from app.domain.priority import Reason
from app.domain.sectors import SECTORS
from app.storage.definitions.criteria_files import load_criteria
from app.storage.truth.notices import EXTRACT as NOTICE
from tests.services.firing import fire, fitting_birth
from tests.services.town import PROFILES, Town

CRITERIA = load_criteria()
SHELF = {criterion.key: criterion for criterion in CRITERIA}
BLAME = ("させていない", "怠", "問題家庭", "危険な子", "居留守", "％の確率")


def each_criterion() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("criterion", CRITERIA, ids=lambda criterion: criterion.key)


@pytest.fixture(scope="module")
def fired() -> tuple[Town, dict[str, int]]:
    """One town in which every criterion has a child of whom its first step holds."""
    town = Town()
    children = {criterion.key: fire(town, criterion, SHELF) for criterion in CRITERIA}
    town.prioritise()
    return town, children


def reason_of(found: dict[str, object]) -> Reason:
    def day(text: object) -> date | None:
        return date.fromisoformat(str(text)) if text else None

    return Reason(
        criterion=str(found["criterion"]),
        sector=SHELF[str(found["criterion"])].sector,
        points=int(str(found["points"])),
        urgent=bool(found["urgent"]),
        facts=tuple(found["facts"]),  # type: ignore[arg-type]
        first=day(found["first"]),
        last=day(found["last"]),
        values={"value": found["value"], "count": found["count"]},
    )


@each_criterion()
def test_fires_on_a_child_made_from_its_own_definition(
    criterion: Criterion, fired: tuple[Town, dict[str, int]]
) -> None:
    town, children = fired
    found = town.findings(children[criterion.key])[criterion.key]
    assert found["answer"] == "holds"
    assert found["step"] == 1 or criterion.signal.measure is Measure.SIBLINGS
    assert found["points"] > 0
    assert 0 < found["share"] < 1


STEPPED = [
    criterion for criterion in CRITERIA if len(criterion.steps) > 1 and criterion.signal.measure is not Measure.SIBLINGS
]


@pytest.mark.parametrize("criterion", STEPPED, ids=lambda criterion: criterion.key)
def test_every_higher_step_can_be_reached(criterion: Criterion) -> None:
    town = Town()
    children = [fire(town, criterion, SHELF, step) for step in range(len(criterion.steps))]
    town.prioritise(criterion)
    reached = [town.findings(child)[criterion.key]["step"] for child in children]
    assert reached == list(range(1, len(criterion.steps) + 1))


@each_criterion()
def test_walks_back_to_facts_of_its_household(criterion: Criterion, fired: tuple[Town, dict[str, int]]) -> None:
    town, children = fired
    facts = town.findings(children[criterion.key])[criterion.key]["facts"]
    if criterion.signal.measure is Measure.ABSENT:
        return
    assert facts
    kinds = {signal.kind for signal in criterion.signals()}
    for fact in facts:
        (kind,) = town.db.execute("SELECT kind FROM fact WHERE fact_id = ?", (fact,)).fetchone()
        assert criterion.signal.measure is Measure.SIBLINGS or kind in kinds


@each_criterion()
def test_speaks_plainly_in_both_languages(criterion: Criterion, fired: tuple[Town, dict[str, int]]) -> None:
    town, children = fired
    reason = reason_of(town.findings(children[criterion.key])[criterion.key])
    for language in LANGUAGES:
        for text in (sentence(criterion, reason, language), short(criterion, reason, language)):
            assert text.strip()
            assert not {"{", "}", "?", "―"} & set(text), text
            assert not any(word in text for word in BLAME)
    assert len(short(criterion, reason, "ja")) <= 18
    assert sentence(criterion, reason, "ja").endswith("。")


@each_criterion()
def test_its_source_is_told_in_the_language_of_the_window(criterion: Criterion) -> None:
    told = [origin(criterion, language) for language in LANGUAGES]
    assert all(told)
    assert any("ぁ" <= sign <= "ヿ" or "一" <= sign <= "鿿" for sign in told[0]), told[0]
    assert told[1].isascii(), told[1]


@each_criterion()
def test_is_named_in_both_languages_without_a_value(criterion: Criterion) -> None:
    names = [named(criterion, language) for language in LANGUAGES]
    assert all(text and not {"{", "?", "。", "："} & set(text) for text in names)
    assert len(names[0]) <= 18
    assert names[0] != names[1]


def test_no_two_criteria_have_one_name() -> None:
    for language in LANGUAGES:
        assert len({named(criterion, language) for criterion in CRITERIA}) == len(CRITERIA)


@each_criterion()
def test_asks_for_extracts_and_facts_that_exist(criterion: Criterion) -> None:
    assert criterion.needs
    assert {*criterion.needs, *criterion.roster} <= set(PROFILES)
    told = {rule.kind for extract in criterion.needs for rule in PROFILES[extract].facts}
    for signal in criterion.signals():
        assert signal.measure is Measure.SIBLINGS or signal.kind in told
    assert fitting_birth(criterion)


def test_every_extract_and_every_sector_has_a_criterion() -> None:
    needed = {extract for criterion in CRITERIA for extract in criterion.needs}
    assert set(PROFILES) - {NOTICE} == needed  # the office's own notice changes no points
    assert {criterion.sector for criterion in CRITERIA} == set(SECTORS)
    read = {signal.kind for criterion in CRITERIA for signal in criterion.signals()}
    assert set(KINDS) <= read


def test_no_child_without_anything_to_tell_shows_a_sign() -> None:
    town = Town()
    child = town.child()
    town.fact(child, "enrolment", date(2023, 4, 1), state="在籍")
    town.prioritise()
    assert {found["answer"] for found in town.findings(child).values()} == {"cannot_tell"}
    assert town.priority(child)["points"] == 0
