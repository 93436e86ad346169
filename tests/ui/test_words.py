"""What is said: every key has its sentence in both languages; days as offices write them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from app.domain.decisions import DecisionKind
from app.domain.priority import LEVELS, Reason
from app.domain.sectors import SECTORS, Sector
from app.services.answers.caseload import SORTS
from ui import words
from ui.caseload.toolrows import VIEWS

UI = Path(__file__).resolve().parents[2] / "ui"
LITERAL = re.compile(r"""\b_\(\s*"([a-z0-9_.]+)"[,)]|KeyLine\("[^"]*",\s*"([a-z0-9_.]+)"\)""")
NOVEMBER = date(2026, 11, 24)


def used_keys() -> set[str]:
    """Every key written out in the code of the window, and those built from fixed sets."""
    found: set[str] = set()
    for path in UI.rglob("*.py"):
        for one, other in LITERAL.findall(path.read_text("utf-8")):
            found.add(one or other)
    for level in LEVELS:
        found |= {f"level.{level}", f"level.{level}.letter"}
    for sector in SECTORS:
        found |= {f"sector.{sector}", f"sector.{sector}.letter"}
    found |= {f"view.{view}" for view in VIEWS} | {f"sort.{sort}" for sort in SORTS}
    found |= {f"empty.{view}" for view in VIEWS} | {f"empty.{view}.words" for view in VIEWS}
    found |= {f"decision.{kind}" for kind in DecisionKind}
    found |= {f"mark.{state}" for state in ("points", "nothing", "unknown", "not_applicable")}
    return found


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_key_has_a_sentence(language: str) -> None:
    missing = used_keys() - set(words.read_catalogue(language))
    assert sorted(missing) == []


def test_both_languages_have_the_same_keys() -> None:
    japanese, english = (words.read_catalogue(one) for one in words.LANGUAGES)
    assert set(japanese) == set(english)


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_sentence_can_be_filled(language: str) -> None:
    """A brace that does not close, or a place without a name, would stop a screen."""
    for key, text in words.read_catalogue(language).items():
        names = [name for _text, name, _spec, _turn in Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in names), key


def test_the_japanese_sentences_blame_nobody() -> None:
    forbidden = ("問題家庭", "危険な子", "居留守", "％", "%", "エラー")
    for key, text in words.read_catalogue("ja").items():
        assert not any(word in text for word in forbidden), key


class TestJapaneseDays:
    @pytest.fixture(autouse=True)
    def _speak(self) -> None:
        words.speak("ja")

    def test_a_day_in_full_has_era_and_weekday(self) -> None:
        assert words.day_long(NOVEMBER) == "令和8年11月24日（火）"
        assert words.day_long(date(2019, 5, 1)) == "令和元年5月1日（水）"
        assert words.day_long(date(1989, 1, 7), False) == "昭和64年1月7日"

    def test_a_day_of_another_school_year_names_its_year(self) -> None:
        assert words.day_short(date(2026, 4, 1), NOVEMBER) == "4/1"
        assert words.day_short(date(2025, 12, 3), NOVEMBER) == "R7.12/3"
        assert words.day_short(NOVEMBER, NOVEMBER, with_weekday=True) == "11/24（火）"

    def test_how_long_ago(self) -> None:
        assert words.days_ago(date(2026, 11, 12), NOVEMBER) == "12日前"
        assert words.days_ago(NOVEMBER, NOVEMBER) == "今日"
        assert words.days_ago(date(2026, 11, 28), NOVEMBER) == "4日後"

    def test_a_reason_is_said_by_its_criterion(self) -> None:
        reason = Reason(
            "absence_days",
            Sector.EDUCATION,
            3,
            False,
            (1,),
            date(2026, 4, 1),
            date(2026, 10, 31),
            {"value": 23.0, "count": 7},
        )
        assert "23" in words.reason_words(reason)
        assert words.reason_words(reason, whole=True) != words.reason_words(reason)

    def test_a_missing_value_stays_visible_and_stops_nothing(self) -> None:
        assert words._("status.saved") == "保存済 {time}"
        assert words._("status.saved", other=1) == "保存済 {time}"
        assert words._("no.such.key") == "no.such.key"


def test_english_days() -> None:
    words.speak("en")
    assert words.day_long(NOVEMBER) == "Tue 24 Nov 2026"
    assert words.day_short(date(2025, 12, 3), NOVEMBER) == "3 Dec 2025"
    words.speak("ja")
