"""Dates in every style that departments print."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.extracts.dates import UnreadableDate, read_date, read_fiscal_year

WHOLE = {
    "2026-04-02": "2026-04-02",
    "2026/4/2": "2026-04-02",
    "2026.4.2": "2026-04-02",
    "20260402": "2026-04-02",
    "2026年4月2日": "2026-04-02",
    "令和8年4月2日": "2026-04-02",
    "令和８年４月２日": "2026-04-02",
    "令和 8年 4月 2日": "2026-04-02",
    "令和元年5月1日": "2019-05-01",
    "R8.4.2": "2026-04-02",
    "Ｒ８．４．２": "2026-04-02",
    "r8/4/2": "2026-04-02",
    "R080402": "2026-04-02",
    "5080402": "2026-04-02",
    "4280928": "2016-09-28",
    "3640107": "1989-01-07",
    "昭和64年1月7日": "1989-01-07",
    "平成元年1月8日": "1989-01-08",
    "H31.4.30": "2019-04-30",
    "２０２６－０４－０２": "2026-04-02",
    "2026-04-02 00:00:00": "2026-04-02",
    "2026-04-02T09:30": "2026-04-02",
    "令和8年4月2日(木)": "2026-04-02",
    "2024-02-29": "2024-02-29",
    "平成二十五年四月一日": "2013-04-01",
    "平成二五年十二月三十一日": "2013-12-31",
    "昭和六十年十月十日": "1985-10-10",
    "令和元年五月二十日": "2019-05-20",
    "二〇一三年四月〇一日": "2013-04-01",
    "2016-09-28T00:00:00+09:00": "2016-09-28",
}

PARTIAL = {
    "2016-09-00": ("2016-09-00", date(2016, 9, 1), date(2016, 9, 30)),
    "20160900": ("2016-09-00", date(2016, 9, 1), date(2016, 9, 30)),
    "2016-00-00": ("2016-00-00", date(2016, 1, 1), date(2016, 12, 31)),
    "H280000": ("2016-00-00", date(2016, 1, 1), date(2016, 12, 31)),
    "4280900": ("2016-09-00", date(2016, 9, 1), date(2016, 9, 30)),
    "平成28年9月不詳": ("2016-09-00", date(2016, 9, 1), date(2016, 9, 30)),
    "平成28年9月不詳日": ("2016-09-00", date(2016, 9, 1), date(2016, 9, 30)),
    "平成28年9月日不詳": ("2016-09-00", date(2016, 9, 1), date(2016, 9, 30)),
    "平成28年不詳月不詳日": ("2016-00-00", date(2016, 1, 1), date(2016, 12, 31)),
    "平成28年月日不詳": ("2016-00-00", date(2016, 1, 1), date(2016, 12, 31)),
    "2016年不詳": ("2016-00-00", date(2016, 1, 1), date(2016, 12, 31)),
    "2016/9/不詳": ("2016-09-00", date(2016, 9, 1), date(2016, 9, 30)),
}

UNREADABLE = {
    "2026-13-01": "cell.date.month",
    "R081301": "cell.date.month",
    "2026-02-30": "cell.date.no_such_day",
    "2025/2/29": "cell.date.no_such_day",
    "20260431": "cell.date.no_such_day",
    "4/2/2026": "cell.date.unreadable",
    "26-4-2": "cell.date.unreadable",
    "46114": "cell.date.unreadable",
    "6080402": "cell.date.unreadable",
    "令和0年4月2日": "cell.date.unreadable",
    "0000-00-00": "cell.date.unreadable",
    "2026-04-": "cell.date.unreadable",
    "きのう": "cell.date.unreadable",
    "平成二十五": "cell.date.unreadable",
    "平成十十年四月一日": "cell.date.unreadable",
    "平成二十五年十三月一日": "cell.date.month",
    "平成二十五年二月三十日": "cell.date.no_such_day",
}


@pytest.mark.parametrize(("text", "iso"), WHOLE.items())
def test_every_style_is_read(text: str, iso: str) -> None:
    day = read_date(text)
    assert day is not None
    assert (day.iso, day.first, day.partial) == (iso, date.fromisoformat(iso), False)
    assert not day.outside_era


@pytest.mark.parametrize(("text", "known"), PARTIAL.items())
def test_the_known_part_is_kept(text: str, known: tuple[str, date, date]) -> None:
    day = read_date(text)
    assert day is not None
    assert day.partial
    assert (day.iso, day.first, day.last) == known


def test_a_date_stated_as_unknown_has_no_known_part() -> None:
    assert read_date("不詳") is None


@pytest.mark.parametrize(("text", "reason"), UNREADABLE.items())
def test_what_is_no_date_says_why(text: str, reason: str) -> None:
    with pytest.raises(UnreadableDate, match=reason):
        read_date(text)


@pytest.mark.parametrize(
    ("text", "iso"),
    [("昭和64年1月8日", "1989-01-08"), ("平成31年5月1日", "2019-05-01"), ("R1.4.30", "2019-04-30")],
)
def test_a_day_outside_its_era_is_read_and_marked(text: str, iso: str) -> None:
    day = read_date(text)
    assert day is not None
    assert (day.iso, day.outside_era) == (iso, True)


ERAS = (
    ("令和", "R", "5", date(2019, 5, 1)),
    ("平成", "H", "4", date(1989, 1, 8)),
    ("昭和", "S", "3", date(1926, 12, 25)),
)


@given(st.dates(date(1927, 1, 1), date(2099, 12, 31)))
def test_every_day_comes_back_from_every_style(day: date) -> None:
    name, letter, digit, began = next(era for era in ERAS if day >= era[3])
    count = day.year - began.year + 1
    styles = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y%m%d}",
        f"{name}{count if count > 1 else '元'}年{day.month}月{day.day}日",
        f"{letter}{count}.{day.month}.{day.day}",
        f"{letter}{count:02}{day:%m%d}",
        f"{digit}{count:02}{day:%m%d}",
        day.isoformat().translate(str.maketrans("0123456789-", "０１２３４５６７８９－")),
    ]
    assert {getattr(read_date(style), "iso", None) for style in styles} == {day.isoformat()}


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(UnreadableDate):
        read_date(text)


@pytest.mark.parametrize("text", ["2026", "２０２６年度", "令和8年度", "R8", "R08", "令和8"])
def test_fiscal_years(text: str) -> None:
    assert read_fiscal_year(text) == 2026


@pytest.mark.parametrize("text", ["8", "26", "来年度", "12026"])
def test_a_year_that_could_be_any_is_not_guessed(text: str) -> None:
    with pytest.raises(UnreadableDate):
        read_fiscal_year(text)
