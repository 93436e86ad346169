"""What stands at the head of a paper is whole, and a title is not said twice."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.services.papers.paper import Cell, Grid, Paper, Prose, Span
from tests.ui.fakes import JST
from ui.printing.blocks import lay
from ui.printing.composing import BODY, FAMILY_BODY, Composer
from ui.printing.output import _header, compose
from ui.printing.saying import MAY_BREAK, addressed, cell_words, said
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
    assert said(span).replace(MAY_BREAK, "") == "R8.4.1〜R8.4.30"
    speak("en")
    assert said(span).replace(MAY_BREAK, "") == "1 Apr 2026 to 30 Apr 2026"


def test_notes_that_follow_each_other_are_said_as_a_run() -> None:
    cell = Cell("欠席", tuple(range(1, 16)))
    assert cell_words(cell) == "欠席（注1〜15）"
    assert cell_words(Cell("欠席", (1, 2, 4, 5, 6))) == "欠席（注1・2・4〜6）"
    speak("en")
    assert cell_words(Cell("absent", (1, 2, 4, 5, 6))) == "absent (note 1, 2, 4–6)"


@pytest.mark.parametrize("before", range(40, 62))
def test_a_table_does_not_begin_at_the_foot_of_a_page_with_its_head_alone(before: int) -> None:
    page = Composer()
    lay(page, Prose("", "一行\n" * before))
    where: list[tuple[str, int]] = []
    inner = page.words

    def words(x: float, y: float, width: float, lines: list[str], *rest: object, **more: object) -> None:
        where.extend((line, len(page.sheets)) for line in lines)
        inner(x, y, width, lines, *rest, **more)  # type: ignore[arg-type]

    page.words = words  # type: ignore[method-assign]
    row = (Cell(date(2026, 4, 1)), Cell("一つめの行\n二行め\n三行め"))
    lay(page, Grid("paper.course", (("paper.day", 8), ("paper.words", 22)), (row,)))
    pages = {sheet for line, sheet in where if line.strip()}
    assert len(pages) == 1, f"{where}"


def test_what_a_family_reads_in_a_table_is_as_large_as_the_rest() -> None:
    small, large = (
        Composer(body=BODY),
        Composer(body=FAMILY_BODY),
    )
    block = Grid("", (("plan.what", 1),), ((Cell("朝の電話をかける"),),))
    lay(small, block)
    lay(large, block)
    assert large.y > small.y
