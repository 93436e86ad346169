"""Who is looked at first: three answers, points that add up, ranks, and who is left out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.criteria import Criterion
from app.domain.criteria_reading import CriterionError, criterion_from
from app.domain.criteria_writing import table_of
from app.domain.priority import Level
from app.domain.sectors import SECTORS
from app.domain.weighing import PrioritySettings
from tests.services.town import AS_OF, FOURTH_GRADER, Town

TODDLER = date(2024, 3, 1)
NURSERY = date(2022, 6, 1)


def rule(kind: str, measure: str, needs: str, **words: Any) -> Criterion:
    """A criterion of the test's own."""
    texts = {"ja": "x", "en": "x"}
    return criterion_from(
        {
            "key": words.pop("key", "rule"), "sector": words.pop("sector", "education"),
            "source": "test", "kind": kind, "measure": measure, "needs": [needs],
            "applies": words.pop("applies", {"months": [0, 230]}), "sentence": texts,
            "short": texts, "name": texts, **words,
        }
    )  # fmt: skip


def absence(**words: Any) -> Criterion:
    return rule(
        "attendance", words.pop("measure", "sum"), "attendance",
        **{
            "attributes": ["sick", "other"], "window": {"school_year": 120},
            "applies": {"grades": ["小1", "中3"]}, "roster": ["school_register"],
            "silence": "cannot_tell", "steps": [{"at_least": 7}, {"at_least": 30}], **words,
        },
    )  # fmt: skip


class TestThreeAnswers:
    def test_holds_with_its_value_and_the_facts_that_carry_it(self) -> None:
        town = Town()
        child = town.child()
        carried = [town.month(child, 2026, month, sick=2, other=2) for month in (5, 6)]
        town.month(child, 2026, 7, sick=0, other=0)
        town.prioritise(absence())
        found = town.findings(child)["rule"]
        assert (found["answer"], found["value"], found["count"]) == ("holds", 8, 2)
        assert (found["first"], found["last"]) == ("2026-05-01", "2026-06-30")
        assert sorted(found["facts"]) == carried

    def test_does_not_hold_leaves_no_row(self) -> None:
        town = Town()
        child = town.child()
        town.month(child, 2026, 5, sick=6)
        town.prioritise(absence())
        assert town.findings(child) == {}
        assert town.priority(child)["s_education"] == "nothing"

    def test_cannot_tell_without_a_delivery_for_the_window(self) -> None:
        town = Town()
        child = town.child()
        town.covered("attendance", date(2024, 4, 1), date(2026, 3, 31))
        town.prioritise(absence(window={"school_year": 1}))
        assert town.findings(child)["rule"]["answer"] == "cannot_tell"
        assert town.priority(child)["s_education"] == "unknown"
        assert town.priority(child)["has_unknown"] == 1

    def test_cannot_tell_of_a_child_whom_the_school_does_not_know(self) -> None:
        town = Town()
        child = town.child()
        town.unknown_to(child, "school_register")
        town.prioritise(absence(silence="no"))
        assert town.findings(child)["rule"]["answer"] == "cannot_tell"

    def test_cannot_tell_from_empty_cells(self) -> None:
        town = Town()
        child = town.child()
        town.month(child, 2026, 5, school_days=20)
        town.prioritise(absence())
        assert town.findings(child)["rule"]["answer"] == "cannot_tell"

    def test_no_answer_in_a_survey_is_no_answer(self) -> None:
        survey = rule(
            "carer_survey", "count", "young_carer_survey", where={"cares": ["有"]},
            known={"cares": ["有", "無"]}, silence="cannot_tell", steps=[{"at_least": 1}],
        )  # fmt: skip
        town = Town()
        silent, no, yes = town.child(), town.child(), town.child()
        for child, said in ((silent, "無回答"), (no, "無"), (yes, "有")):
            town.fact(child, "carer_survey", date(2026, 6, 16), cares=said)
        town.prioritise(survey)
        found = [town.findings(child).get("rule", {}) for child in (silent, no, yes)]
        assert [one.get("answer") for one in found] == ["cannot_tell", None, "holds"]

    def test_a_sector_that_does_not_speak_of_that_age_is_not_applicable(self) -> None:
        town = Town()
        toddler, pupil = town.child(TODDLER), town.child()
        town.prioritise()
        assert town.priority(toddler)["s_education"] == "not_applicable"
        assert town.priority(pupil)["s_childcare"] == "not_applicable"


class TestWindows:
    def test_last_days(self) -> None:
        visits = rule("nurse_visit", "count", "nurse_room", window={"days": 30}, steps=[{"at_least": 1}])
        town = Town()
        new, old = town.child(), town.child()
        town.fact(new, "nurse_visit", AS_OF - timedelta(days=30))
        town.fact(old, "nurse_visit", AS_OF - timedelta(days=31))
        town.prioritise(visits)
        assert town.findings(new)
        assert not town.findings(old)

    def test_nothing_after_the_day_counts(self) -> None:
        town = Town()
        child = town.child()
        town.fact(child, "nurse_visit", AS_OF + timedelta(days=1))
        visits = rule("nurse_visit", "count", "nurse_room", steps=[{"at_least": 1}])
        town.prioritise(visits)
        assert not town.findings(child)

    def test_a_month_that_is_not_over_counts_only_if_it_was_delivered_by_then(self) -> None:
        town = Town()
        child = town.child()
        town.month(child, 2026, 10, sick=8)
        town.prioritise(absence(), as_of=date(2026, 10, 20))
        assert town.findings(child)["rule"]["answer"] == "cannot_tell"
        town.covered("attendance", date(2024, 4, 1), date(2026, 10, 20))
        town.prioritise(absence(), as_of=date(2026, 10, 20))
        assert town.findings(child)["rule"]["answer"] == "holds"

    def test_months_of_age_and_around_birth(self) -> None:
        town = Town()
        child = town.child(TODDLER)
        town.fact(child, "immunisation", TODDLER + timedelta(days=100), vaccine="BCG")
        pregnancy = rule(
            "pregnancy", "max", "pregnancy", key="late", attributes=["weeks"], who="home",
            window={"around_birth": 290}, steps=[{"at_least": 20}],
        )  # fmt: skip
        first_year = rule(
            "immunisation", "count", "immunisation", key="first",
            window={"months_of_age": [0, 11]}, steps=[{"at_least": 1}],
        )  # fmt: skip
        second_year = rule(
            "immunisation", "count", "immunisation", key="second",
            window={"months_of_age": [12, 23]}, steps=[{"at_least": 1}],
        )  # fmt: skip
        mother = town.person(date(1990, 1, 1), f"h{child}", "妻")
        town.fact(mother, "pregnancy", TODDLER - timedelta(days=60), weeks=31.0)
        town.fact(mother, "pregnancy", TODDLER - timedelta(days=900), weeks=36.0)
        town.prioritise(pregnancy, first_year, second_year)
        assert set(town.findings(child)) == {"late", "first"}
        assert town.findings(child)["late"]["value"] == 31

    def test_ongoing_spans_only(self) -> None:
        town = Town()
        over, open_one = town.child(), town.child()
        town.fact(over, "consultation", date(2026, 9, 1), date(2026, 9, 30), type="養護")
        town.fact(open_one, "consultation", date(2026, 9, 1), type="養護")
        case = rule("consultation", "count", "consultation", ongoing=True, steps=[{"at_least": 1}])
        town.prioritise(case)
        assert [bool(town.findings(child)) for child in (over, open_one)] == [False, True]


class TestMeasures:
    @pytest.mark.parametrize(("measure", "value"), [("sum", 9), ("max", 5), ("min", 1), ("latest", 3), ("change", -2)])
    def test_of_three_values(self, measure: str, value: float) -> None:
        town = Town()
        child = town.child()
        for month, months in ((5, 1), (6, 5), (7, 3)):
            town.fact(child, "school_arrears", date(2026, month, 1), months=months)
        step = {"at_most": -1} if measure == "change" else {"at_least": 1}
        town.prioritise(rule("school_arrears", measure, "school_arrears", attributes=["months"], steps=[step]))
        assert town.findings(child)["rule"]["value"] == value

    def test_change_of_subjects_tested_on_one_day_is_of_their_mean(self) -> None:
        town = Town()
        child = town.child()
        for year, scores in ((2025, (50, 60)), (2026, (40, 54))):
            for score in scores:
                town.fact(child, "achievement", date(year, 5, 14), deviation=score)
        town.prioritise(
            rule("achievement", "change", "achievement", attributes=["deviation"],
                 steps=[{"at_most": -5}])
        )  # fmt: skip
        found = town.findings(child)["rule"]
        assert (found["value"], len(found["facts"])) == (-8, 4)

    def test_change_against_the_year_before(self) -> None:
        town = Town()
        child, newcomer = town.child(), town.child()
        town.month(child, 2025, 9, sick=1)
        for one in (child, newcomer):
            town.month(one, 2026, 9, sick=7)
        more = absence(measure="change", against="year", window={"days": 100}, steps=[{"at_least": 5}])
        town.prioritise(more)
        assert town.findings(child)["rule"]["value"] == 6
        assert town.findings(newcomer)["rule"]["answer"] == "cannot_tell"

    def test_days_since_and_words(self) -> None:
        town = Town()
        child = town.child()
        town.fact(child, "school_aid", AS_OF - timedelta(days=400), **{"class": "要保護"})
        town.fact(child, "school_aid", AS_OF - timedelta(days=40), **{"class": "準要保護"})
        steps = [{"words": ["準要保護"]}, {"words": ["要保護"]}]
        town.prioritise(
            rule("school_aid", "days_since", "school_aid", key="since", steps=[{"at_least": 30}]),
            rule("school_aid", "latest", "school_aid", key="class", attributes=["class"],
                 steps=steps),
        )  # fmt: skip
        assert town.findings(child)["since"]["value"] == 40
        assert town.findings(child)["class"]["step"] == 1

    def test_per_cent_of_the_weight_before(self) -> None:
        town = Town()
        child = town.child()
        town.fact(child, "school_checkup", date(2025, 5, 1), weight=40.0)
        town.fact(child, "school_checkup", date(2026, 5, 1), weight=36.0)
        lost = rule(
            "school_checkup", "change", "school_health", attributes=["weight"], relative=True,
            steps=[{"at_most": -5}],
        )  # fmt: skip
        town.prioritise(lost)
        assert town.findings(child)["rule"]["value"] == -10


class TestExpectedButAbsent:
    def vaccine(self) -> Criterion:
        return rule(
            "immunisation", "absent", "immunisation", where={"vaccine": ["MR"]},
            window={"months_of_age": [12, 23]}, applies={"months": [25, 71]},
        )  # fmt: skip

    def test_holds_only_where_it_is_missing(self) -> None:
        town = Town()
        given, missing = town.child(TODDLER), town.child(TODDLER)
        town.fact(given, "immunisation", TODDLER + timedelta(days=400), vaccine="MR")
        town.prioritise(self.vaccine())
        assert town.findings(missing)["rule"]["answer"] == "holds"
        assert not town.findings(given)

    @pytest.mark.parametrize("state", [{"uncertain": 1}, {"moved_out": 1}, {"has_register": 0}])
    def test_cannot_tell_where_it_may_stand_elsewhere(self, state: dict[str, int]) -> None:
        town = Town()
        child = town.child(TODDLER, **state)
        town.prioritise(self.vaccine())
        assert town.findings(child)["rule"]["answer"] == "cannot_tell"

    def test_cannot_tell_of_a_child_of_whom_the_kind_was_never_delivered(self) -> None:
        """A system that begins with the young ones hands over nothing about their elders."""
        town = Town()
        unheard, missing = town.child(TODDLER), town.child(TODDLER)
        town.fact(missing, "immunisation", TODDLER + timedelta(days=90), vaccine="BCG")
        said = table_of(self.vaccine())
        town.prioritise(criterion_from(said | {"silence": "unheard"}))
        assert town.findings(unheard)["rule"]["answer"] == "cannot_tell"
        assert town.findings(missing)["rule"]["answer"] == "holds"
        with pytest.raises(CriterionError):
            criterion_from(table_of(absence()) | {"silence": "unheard"})

    def test_cannot_tell_of_a_child_who_came_later(self) -> None:
        town = Town()
        child = town.child(TODDLER)
        town.fact(child, "residence_change", date(2026, 8, 1), reason="転入")
        town.prioritise(self.vaccine())
        assert town.findings(child)["rule"]["answer"] == "cannot_tell"

    def test_cannot_tell_before_the_deliveries_begin(self) -> None:
        town = Town()
        child = town.child(TODDLER)
        town.covered("immunisation", date(2026, 4, 1), AS_OF)
        town.prioritise(self.vaccine())
        assert town.findings(child)["rule"]["answer"] == "cannot_tell"

    def test_a_small_child_whom_nobody_has_seen_is_urgent(self) -> None:
        town = Town()
        unseen, nursery = town.child(NURSERY), town.child(NURSERY)
        town.fact(nursery, "childcare_use", date(2025, 4, 1), state="在園")
        summary = town.prioritise()
        assert town.priority(unseen)["level"] == "urgent"
        assert town.priority(nursery)["level"] != "urgent"
        assert town.ranking()[0] == unseen
        assert summary.levels[Level.URGENT] == 1


class TestConditions:
    def test_an_ill_relative_counts_only_in_the_same_household(self) -> None:
        town = Town()
        carer, other = town.child(FOURTH_GRADER, "a"), town.child(FOURTH_GRADER, "b")
        grandmother = town.person(date(1950, 1, 1), "a", "祖母")
        certificate = town.fact(grandmother, "disability", date(2024, 1, 1), kind="介護")
        late = [town.month(child, 2026, 9, late=6) for child in (carer, other)]
        town.prioritise()
        found = town.findings(carer)["late_with_ill_relative"]
        assert sorted(found["facts"]) == sorted([certificate, late[0]])
        assert "late_with_ill_relative" not in town.findings(other)

    def test_not_and_any(self) -> None:
        calm = {"kind": "nurse_visit", "at_least": 2}
        poor = {"kind": "school_arrears", "measure": "max", "attributes": ["months"],
                "at_least": 3}  # fmt: skip
        town = Town()
        quiet, restless, poor_and_restless = town.child(), town.child(), town.child()
        for child in (quiet, restless, poor_and_restless):
            town.month(child, 2026, 5, sick=9)
        for child in (restless, poor_and_restless):
            for day in (1, 2):
                town.fact(child, "nurse_visit", date(2026, 6, day))
        town.fact(poor_and_restless, "school_arrears", date(2026, 7, 31), months=3)
        town.prioritise(absence(also={"any": [{"not": calm}, {"all": [poor]}]}))
        held = [bool(town.findings(child)) for child in (quiet, restless, poor_and_restless)]
        assert held == [True, False, True]

    def test_siblings_findings_walk_back_to_the_siblings_facts(self) -> None:
        town = Town()
        child, sibling = town.child(FOURTH_GRADER, "a"), town.child(date(2013, 5, 5), "a")
        notice = town.fact(sibling, "consultation", date(2026, 1, 5), date(2026, 2, 1), type="虐待")
        town.prioritise()
        assert town.findings(child)["sibling_notices"]["facts"] == [notice]
        assert "sibling_notices" not in town.findings(sibling)


class TestPoints:
    def full_town(self) -> Town:
        town = Town()
        for number in range(40):
            child = town.child(date(2016, 5, 1) + timedelta(days=number * 5))
            town.month(child, 2026, 5, sick=8 if number % 2 else 0)
            if number % 20 == 1:
                town.fact(child, "school_arrears", date(2026, 7, 31), months=2)
                town.fact(child, "consultation", date(2026, 5, 1), date(2026, 6, 1), type="養護")
                town.fact(child, "residence_change", date(2026, 5, 1), reason="転居")
        return town

    def test_a_rare_sign_is_worth_more_than_a_common_one(self) -> None:
        town = self.full_town()
        town.prioritise()
        found = town.findings(2)
        assert found["school_fees"]["points"] > found["absence_days"]["points"]
        assert found["school_fees"]["share"] < 0.1 < found["absence_days"]["share"]

    def test_totals_are_the_sum_of_the_sectors_and_of_the_reasons(self) -> None:
        town = self.full_town()
        town.prioritise()
        for child in town.ranking():
            line, found = town.priority(child), town.findings(child).values()
            assert line["points"] == sum(line[f"p_{sector}"] for sector in SECTORS)
            assert line["points"] == sum(one["points"] for one in found)

    def test_rare_signs_in_several_sectors_raise_each_other(self) -> None:
        town = self.full_town()
        town.prioritise(settings=PrioritySettings(breadth_step=0))
        flat = town.priority(2)
        town.prioritise(settings=PrioritySettings(breadth_step=1))
        broad = town.priority(2)
        assert broad["breadth"] == 3
        assert broad["points"] > 2 * flat["points"]
        assert town.priority(4)["breadth"] == 0

    def test_a_further_finding_from_the_same_facts_counts_half(self) -> None:
        town = Town()
        child = town.child()
        for _ in range(30):
            town.month(town.child(), 2026, 5, sick=0)
        town.month(child, 2026, 5, sick=9)
        first, second = absence(key="a"), absence(key="b")
        town.prioritise(first, second, settings=PrioritySettings(scale=20))
        found = town.findings(child)
        assert found["a"]["points"] == pytest.approx(2 * found["b"]["points"], abs=1)

    def pupils_absent_in(self, *months: tuple[int, float]) -> Town:
        """Thirty pupils who were never ill, and one who was in these months."""
        town = Town()
        child = town.child()
        for _ in range(30):
            town.month(town.child(), 2026, 5, sick=0)
        for number, days in months:
            town.month(child, 2026, number, sick=days)
        return town

    def weight(self, town: Town, **steps: float) -> float:
        town.prioritise(absence(), settings=PrioritySettings(scale=20, **steps))
        return float(town.priority(1)["weight"])

    def test_what_is_recent_weighs_more(self) -> None:
        plain = {"recency_step": 0.0, "worsening_step": 0.0}
        recent, old = self.pupils_absent_in((10, 9), (6, 9)), self.pupils_absent_in((5, 9), (6, 9))
        assert self.weight(recent, **plain) == self.weight(old, **plain)
        assert self.weight(recent, **plain | {"recency_step": 0.5}) > self.weight(old, recency_step=0.5)

    def test_what_got_worse_of_late_weighs_more(self) -> None:
        plain = {"recency_step": 0.0, "worsening_step": 0.0}
        worse, steady = self.pupils_absent_in((6, 2), (10, 8)), self.pupils_absent_in((6, 5), (10, 5))
        assert self.weight(worse, **plain) == self.weight(steady, **plain)
        rising = plain | {"worsening_step": 0.5}
        assert self.weight(worse, **rising) > self.weight(steady, **rising)
        assert worse.findings(1)["rule"]["rise"] == 1

    def test_a_criterion_that_is_switched_off_says_nothing(self) -> None:
        town = self.full_town()
        town.prioritise(settings=PrioritySettings(disabled=("school_fees",)))
        assert "school_fees" not in town.findings(2)


class TestWhoIsListed:
    def test_living_children_only_each_with_a_place_of_its_own(self) -> None:
        town = Town()
        children = [town.child(date(2010 + n, 5, 1)) for n in range(9)]
        town.person(date(1985, 1, 1))
        town.person(date(2008, 4, 1))
        town.person(AS_OF + timedelta(days=1))
        town.child(dead=1)
        town.person(date(2015, 1, 1), birth="", born=None, last_child_day=None)
        summary = town.prioritise()
        assert sorted(town.ranking()) == children
        assert len({town.priority(child)["rank"] for child in children}) == 9
        assert summary.children == 9

    def test_a_child_born_some_day_of_a_month_is_listed(self) -> None:
        town = Town()
        child = town.child(date(2016, 9, 1), birth="2016-09-00")
        town.prioritise()
        assert town.ranking() == [child]

    def test_a_death_after_the_day_does_not_count_yet(self) -> None:
        town = Town()
        child = town.child(dead=1)
        town.fact(child, "residence_change", date(2026, 10, 1), reason="死亡")
        town.prioritise()
        assert town.priority(child) == {}
        town.prioritise(as_of=date(2026, 9, 1))
        assert town.priority(child)

    def test_who_moved_out_stays_with_the_level(self) -> None:
        town = Town()
        child = town.child(moved_out=1)
        town.fact(child, "consultation", AS_OF - timedelta(days=9), type="虐待")
        town.prioritise()
        assert town.priority(child)["level"] == "urgent"

    def test_already_supported_while_a_case_is_open(self) -> None:
        town = Town()
        open_case, closed, new = town.child(), town.child(), town.child()
        town.fact(open_case, "consultation", date(2026, 5, 1), council="要支援")
        town.fact(closed, "consultation", date(2026, 5, 1), date(2026, 6, 1), council="要支援")
        town.prioritise()
        marks = [town.priority(child)["already_supported"] for child in (open_case, closed, new)]
        assert marks == [1, 0, 0]
        town.prioritise(as_of=date(2026, 5, 20))
        assert town.priority(closed)["already_supported"] == 1

    def test_the_same_input_gives_the_same_list(self) -> None:
        lists = []
        for _ in range(2):
            town = TestPoints().full_town()
            town.prioritise()
            lists.append([town.priority(child) for child in town.ranking()])
        assert lists[0] == lists[1]


class TestRuns:
    def test_another_day_can_be_worked_out_without_storing_it(self) -> None:
        town = TestPoints().full_town()
        town.prioritise()
        stored = [town.priority(child) for child in town.ranking()]
        town.prioritise(as_of=date(2026, 5, 1), schema="temp")
        assert [town.priority(child) for child in town.ranking()] == stored
        assert town.priority(2, "temp")["points"] < town.priority(2)["points"]

    def test_one_child_anew_gives_what_the_whole_run_gives(self) -> None:
        town = TestPoints().full_town()
        town.prioritise()
        whole = {child: (town.priority(child), town.findings(child)) for child in town.ranking()}
        summary = town.prioritise(persons=[2, 3])
        assert summary.children == 2
        assert whole == {child: (town.priority(child), town.findings(child)) for child in town.ranking()}

    def test_a_new_fact_lifts_one_child_and_moves_the_others_down(self) -> None:
        town = TestPoints().full_town()
        town.prioritise()
        last = town.ranking()[-1]
        town.fact(last, "consultation", AS_OF - timedelta(days=3), type="虐待")
        town.prioritise(persons=[last])
        assert town.ranking()[0] == last
        assert sorted(town.ranking()) == list(range(1, 41))

    def test_nothing_temporary_is_left_behind(self) -> None:
        town = TestPoints().full_town()
        town.prioritise()
        assert town.db.execute("SELECT count(*) FROM temp.sqlite_master").fetchone() == (0,)
