"""The history of imports says how rows stand now: those that wait for their roster are not accepted ones."""

from __future__ import annotations

from pathlib import Path

from app.services.imports import batches
from tests.builders import ATTENDANCE, SCHOOL, bring_in, extract, month, new_office, opened, pupil


def test_rows_that_wait_are_named_until_their_roster_comes(tmp_path: Path) -> None:
    new_office(tmp_path / "office")
    with opened(tmp_path / "office") as office:
        bring_in(office, extract(tmp_path / "a.csv", ATTENDANCE, [month("1", "2026", "4"), month("2", "2026", "4")]))
        (line,) = batches.history(office)
        assert (line.rows, line.accepted, line.waiting, line.rejected) == (2, 0, 2, 0)
        bring_in(office, extract(tmp_path / "b.csv", SCHOOL, [pupil("1", "森 葵", "", "2016-05-02")]))
        line = next(one for one in batches.history(office) if one.file == "a.csv")
        assert (line.rows, line.accepted, line.waiting, line.rejected) == (2, 1, 1, 0)
