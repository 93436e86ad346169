"""Text on paper: nothing is lost at a line's or a page's end, and nothing is taken for HTML."""

from __future__ import annotations

import pytest

from app.services.papers.paper import Cell, Grid
from ui.printing.blocks import lay
from ui.printing.composing import Composer, broken

pytestmark = pytest.mark.usefixtures("typeface", "japanese")


def test_every_character_stands_on_some_line() -> None:
    text = "とても長い言葉が" * 60 + "\n次の行𠮷野家𠮷" + "x" * 400
    lines = broken(text, 1200)
    assert "".join(lines) == text.replace("\n", "")


def test_html_is_text() -> None:
    assert broken("<b>太字</b>", 5000) == ["<b>太字</b>"]


def test_a_row_taller_than_a_page_goes_on_on_the_next() -> None:
    page = Composer()
    long = "\n".join(f"{number}行" for number in range(150))
    lay(page, Grid("", (("paper.day", 1), ("paper.words", 3)), ((Cell("1"), Cell(long)),)))
    assert len(page.sheets) > 2
    assert page.y <= page.bottom


def test_the_header_of_a_table_stands_on_every_page() -> None:
    page = Composer()
    rows = tuple((Cell(number), Cell("語")) for number in range(200))
    lay(page, Grid("", (("paper.day", 1), ("paper.words", 3)), rows))
    heads = [len(sheet.ops) for sheet in page.sheets]
    assert len(heads) > 3
    assert min(heads) > 4
