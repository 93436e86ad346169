"""A month that is measured changes one row in fifty and nothing else."""

from __future__ import annotations

import csv
from pathlib import Path

from app.services.measuring.months import write_next_month
from tests.builders import ATTENDANCE, REGISTER, extract, month, resident


def rows_of(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as stream:
        return list(csv.reader(stream))


def test_one_row_in_fifty_differs_in_one_cell(tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    extract(place / "a.csv", ATTENDANCE, [month(str(n), "2026", "5", late="0") for n in range(200)])
    register = extract(place / "r.csv", REGISTER, [resident(str(n), "森 葵", "", "2015-01-01") for n in range(100)])
    register.write_bytes(register.read_text("utf-8").encode("cp932"))
    assert write_next_month(place, tmp_path / "next") == 4 + 2
    for name, encoding, column in (("a.csv", "utf-8", "遅刻"), ("r.csv", "cp932", "住所")):
        before, after = rows_of(place / name, encoding), rows_of(tmp_path / "next" / name, encoding)
        at = before[0].index(column)
        for old, new in zip(before, after, strict=True):
            assert [*old[:at], *old[at + 1 :]] == [*new[:at], *new[at + 1 :]]
        assert sum(old != new for old, new in zip(before, after, strict=True)) == (len(before) - 1) // 50
