"""Criteria as data: what they may say, what is refused, and how they speak."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.domain.criteria import (
    Criterion,
    Measure,
    Span,
    Window,
    day_words,
    sentence,
    short,
)
from app.domain.criteria_reading import CriterionError, criterion_from
from app.domain.priority import Reason
from app.domain.sectors import Sector

LATENESS: dict[str, Any] = {
    "key": "lateness",
    "sector": "education",
    "source": "YOSS",
    "kind": "attendance",
    "measure": "sum",
    "attributes": ["late", "early"],
    "window": {"days": 92},
    "applies": {"grades": ["小1", "中3"]},
    "needs": ["attendance"],
    "steps": [{"at_least": 4}, {"at_least": 12, "points": 1.5}],
    "name": {"ja": "遅刻", "en": "Lateness"},
    "sentence": {
        "ja": "{first}から{last}まで遅刻・早退が{value}回あります。",
        "en": "Late or left early {value} times.",
    },
    "short": {"ja": "遅刻・早退 {value}回", "en": "Late {value} times"},
}


def reason(value: float | None, first: date | None = None, last: date | None = None) -> Reason:
    return Reason("lateness", Sector.EDUCATION, 3, False, (), first, last, {"value": value, "count": 2})


def test_a_criterion_is_read_from_plain_words() -> None:
    lateness = criterion_from(LATENESS)
    assert lateness.signal.measure is Measure.SUM
    assert [step.points for step in lateness.steps] == [1, 1.5]
    assert lateness.ages.grades == (6, 14)
    assert lateness.signal.window == Window(Span.DAYS, 92)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("measure", "median"),
        ("attributes", ["tardiness"]),
        ("kind", "horoscope"),
        ("window", {"fortnight": 2}),
        ("window", {"days": 3, "ever": True}),
        ("steps", []),
        ("steps", [{"at_least": 1, "at_most": 2}]),
        ("steps", [{"above": 1}]),
        ("applies", {"grades": ["大1", "大4"]}),
        ("silence", "perhaps"),
        ("sentence", {"ja": "{name}さん", "en": "x"}),
        ("sentence", {"ja": "日本語だけ"}),
        ("typo", 1),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(word: str, value: object) -> None:
    with pytest.raises(CriterionError, match="lateness"):
        criterion_from({**LATENESS, word: value})


def test_it_speaks_with_dates_and_whole_numbers() -> None:
    lateness: Criterion = criterion_from(LATENESS)
    said = reason(8.0, date(2026, 4, 1), date(2026, 10, 31))
    assert sentence(lateness, said, "ja") == ("令和8年4月1日から令和8年10月31日まで遅刻・早退が8回あります。")
    assert sentence(lateness, said, "en") == "Late or left early 8 times."
    assert short(lateness, said, "ja") == "遅刻・早退 8回"
    assert short(lateness, reason(8.25), "en") == "Late 8.2 times"


def test_a_span_of_one_day_is_said_as_that_day() -> None:
    texts = {"ja": "{first}から{last}までに、{value}件あります。", "en": "Between {first} and {last}: {value}."}
    criterion = criterion_from({**LATENESS, "sentence": texts})
    one = reason(1.0, date(2026, 10, 5), date(2026, 10, 5))
    assert sentence(criterion, one, "ja") == "令和8年10月5日に、1件あります。"
    assert sentence(criterion, one, "en") == "On 5 Oct 2026: 1."
    two = reason(2.0, date(2026, 10, 5), date(2026, 10, 6))
    assert sentence(criterion, two, "ja") == "令和8年10月5日から令和8年10月6日までに、2件あります。"


def test_an_unknown_language_falls_back_to_japanese() -> None:
    assert short(criterion_from(LATENESS), reason(8.0), "fr") == "遅刻・早退 8回"


def test_days_are_spoken_in_the_era() -> None:
    assert day_words(date(2019, 5, 1), "ja") == "令和元年5月1日"
    assert day_words(date(2019, 4, 30), "ja") == "平成31年4月30日"
    assert day_words(date(2026, 11, 24), "en") == "24 Nov 2026"
    assert day_words(None, "ja") == "―"


def test_the_school_year_reaches_back_over_april() -> None:
    window = Window(Span.SCHOOL_YEAR, days=120)
    assert window.start(date(2026, 10, 31)) == date(2026, 4, 1)
    assert window.start(date(2027, 4, 10)) == date(2026, 12, 11)
    assert Window(Span.TERM).start(date(2026, 10, 31)) == date(2026, 9, 1)
    assert Window(Span.TERM).start(date(2027, 2, 1)) == date(2027, 1, 1)
    assert Window(Span.TERM).start(date(2026, 5, 1)) == date(2026, 4, 1)
