"""What stands at the head of a paper is whole, and a title is not said twice."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.services.papers.paper import Paper, Span
from tests.ui.fakes import JST
from ui.printing.composing import Composer
from ui.printing.output import _header, compose
from ui.printing.saying import addressed, said
from ui.words import speak

pytestmark = pytest.mark.usefixtures("typeface", "japanese")


def _paper(purpose: str, by: str = "佐伯 千景") -> Paper:
    made = datetime(2026, 11, 24, 9, 30, tzinfo=JST)
    return Paper(
        form="case_record", what="child:1", office="凪浜市", by=by, made=made, purpose=purpose, about="", blocks=()
    )


def test_a_long_purpose_and_a_long_name_do_not_cut_the_day_off() -> None:
    paper = _paper("要保護児童対策地域協議会 個別ケース検討会議" * 2, "伊集院勅使河原 長曽我部権左衛門之丞太郎")
    page = Composer()
    lines = _header(paper, page.inner)
    assert len(lines) > 1
    assert "".join(lines).endswith("9:30")
    assert compose(paper).y >= compose(_paper("会議")).y + 100


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("青葉小学校長", "青葉小学校長　様"),
        ("青葉小学校長 様", "青葉小学校長 様"),
        ("青葉小学校　御中", "青葉小学校　御中"),
    ],
)
def test_a_title_after_a_name_is_said_once(typed: str, shown: str) -> None:
    assert addressed(typed) == shown


def test_two_days_are_said_as_from_and_to() -> None:
    span = Span(date(2026, 4, 1), date(2026, 4, 30))
    assert said(span) == "R8.4.1〜\nR8.4.30"
    speak("en")
    assert said(span) == "1 Apr 2026 to\n30 Apr 2026"
