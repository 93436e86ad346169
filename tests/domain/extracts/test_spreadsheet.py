"""What a spreadsheet changed by itself is told from what somebody corrected."""

from __future__ import annotations

import pytest

from app.domain.extracts.spreadsheet import spoiled


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("00012", "12"),
        ("0000", "0"),
        ("0012", "12.0"),
        ("3000287", "3000287.0"),
        ("０３１２", "312"),
        ("0312345678", "312345678"),
        ("123456789012", "1.23457E+11"),
        ("100000000000", "1E+11"),
        ("1234567890123456789", "1234567890123450000"),
        ("1-4-5", "2001/4/5"),
        ("1-4-5", "2001-04-05"),
        ("1-4-5", "1/4/2005"),
        ("1-2", "1月2日"),
        ("1-2", "2-Jan"),
        ("1-2", "2026-01-02"),
    ],
)
def test_a_spreadsheet_did_it(before: str, now: str) -> None:
    assert spoiled(before, now)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("00012", "00012"),
        ("00012", "13"),
        ("12", "00012"),
        ("12", "12.5"),
        ("00012", ""),
        ("123456789012", "1.23467E+11"),
        ("1-4-5", "1-4-6"),
        ("1-4-5", "2001/4/6"),
        ("2016-13-02", "2016-12-02"),
        ("13-2", "1月2日"),
        ("森 葵", "森 蒼"),
    ],
)
def test_somebody_meant_it(before: str, now: str) -> None:
    assert not spoiled(before, now)
