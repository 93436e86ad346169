"""A line that two batches share is written once, and every batch still lists all its lines."""

from __future__ import annotations

import random
import sqlite3
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from app.services.deriving import rebuilding
from app.services.imports import withdrawing
from app.storage.batches import line_runs
from app.storage.batches.line_runs import LONGEST, Run, Written, batches_of, not_shared
from app.storage.offices import verify
from app.storage.offices.office import Office
from tests.builders import ATTENDANCE, NOW, bring_in, extract, month

DAYS = [date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 31)]


def counts(tmp_path: Path, sick: dict[int, str], drop: int = -1) -> Path:
    rows = [month(f"{at:04d}", "2026", "5", sick=sick.get(at, "0")) for at in range(300) if at != drop]
    return extract(tmp_path / "a.csv", ATTENDANCE, rows)


def lines(office: Office, table: str, batch: int) -> int:
    return int(office.reader().execute(f"SELECT count(*) FROM {table} WHERE batch_id = ?", (batch,)).fetchone()[0])


def bring_months(office: Office, tmp_path: Path) -> list[int]:
    months: list[tuple[dict[int, str], int]] = [({}, -1), ({7: "3"}, -1), ({7: "3", 200: "5"}, 100), ({9: "1"}, -1)]
    found = []
    for day, (sick, drop) in zip(DAYS, months, strict=True):
        (one,) = bring_in(office, counts(tmp_path, sick, drop), as_of=day).files
        assert one.batch is not None
        found.append(one.batch.batch_id)
    return found


def test_a_month_writes_only_what_differs(office: Office, tmp_path: Path) -> None:
    first, second, third, fourth = bring_months(office, tmp_path)
    assert [lines(office, "batch_row", one) for one in (first, second, third, fourth)] == [300, 300, 299, 300]
    assert [lines(office, "batch_line", one) for one in (first, second, third)] == [300, 1, 1]
    db = office.reader()
    homes = {row[0] for row in db.execute("SELECT from_batch FROM batch_run WHERE batch_id = ?", (third,)).fetchall()}
    assert homes == {first, second}, "each run names where its lines are written, never a batch that names others"
    assert max(row[0] for row in db.execute("SELECT count FROM batch_run").fetchall()) <= LONGEST
    assert verify.verify(office) == []
    assert rebuilding.differences(office) == []


@pytest.mark.parametrize("taken", range(4))
def test_the_batch_in_which_lines_are_written_is_withdrawn(office: Office, tmp_path: Path, taken: int) -> None:
    batches = bring_months(office, tmp_path)
    withdrawing.withdraw(office, batches[taken], "違うファイルでした", NOW)
    assert verify.verify(office) == []
    assert rebuilding.differences(office) == []
    facts = office.reader().execute("SELECT count(*) FROM view.fact").fetchone()[0]
    assert facts == 300, "the other deliveries still say it"
    withdrawing.restore(office, batches[taken], "やはり正しいファイルでした", NOW)
    assert rebuilding.differences(office) == []


def test_the_batches_of_a_row_are_found_by_either_way(office: Office, tmp_path: Path) -> None:
    bring_months(office, tmp_path)
    db = office.reader()
    for (row,) in db.execute("SELECT DISTINCT row_id FROM batch_row").fetchall():
        plain = db.execute("SELECT batch_id FROM batch_row WHERE row_id = ? ORDER BY 1", (row,)).fetchall()
        assert sorted(db.execute(batches_of("?1"), (row,)).fetchall()) == plain


def test_lines_that_lie_strewn_are_written_again(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_runs, "SCATTERED", 60)  # 5 runs of 60 lines are strewn
    _first, second, third, fourth = bring_months(office, tmp_path)
    assert lines(office, "batch_line", second) == 1
    assert lines(office, "batch_line", third) == 299, "the batch before is named in too many runs"
    assert lines(office, "batch_run", third) == 0
    assert lines(office, "batch_row", fourth) == 300
    assert verify.verify(office) == []
    assert rebuilding.differences(office) == []


def test_where_lines_are_written(office: Office, tmp_path: Path) -> None:
    _first, second, *_ = bring_months(office, tmp_path)
    where = Written(office.reader(), second)
    every = {
        line: (batch, at)
        for line, batch, at in [
            (row[0] + step, row[2], row[3] + step)
            for row in office.reader()
            .execute("SELECT line, count, from_batch, from_line FROM batch_run WHERE batch_id = ?", (second,))
            .fetchall()
            for step in range(row[1])
        ]
    }
    wanted = [every.get(line, (second, line)) for line in range(2, 302)]
    batches, places = where.at(np.arange(2, 302, dtype=np.int64))
    assert list(zip(batches.tolist(), places.tolist(), strict=True)) == wanted
    assert list(where.runs(np.empty(0, np.int64), np.empty(0, np.uint32))) == []


@pytest.mark.parametrize("seed", range(40))
def test_what_another_batch_does_not_share_is_found(seed: int) -> None:
    chance = random.Random(seed)
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE batch_run (batch_id INT, line INT, count INT, from_batch INT, from_line INT)")
    runs = {batch: some_runs(chance) for batch in (4, 5)}
    for batch, some in runs.items():
        db.executemany("INSERT INTO batch_run VALUES (?, ?, ?, ?, ?)", ((batch, *run) for run in some))
    others = {place for run in runs[4] for place in places(run)}
    wanted = [run for run in runs[5] if run[2] != 4 and not places(run) <= others]
    assert sorted(not_shared(db, 5, 4)) == sorted(wanted)


def some_runs(chance: random.Random) -> list[Run]:
    """Runs that name lines of batches 1 to 4, no line twice."""
    found, line = [], 1
    for source in range(1, 5):
        at = chance.randrange(1, 30)
        for _ in range(chance.randrange(4)):
            count = chance.randrange(1, LONGEST + 1)
            found.append((line, count, source, at))
            line, at = line + count + chance.randrange(3), at + count + chance.randrange(2) * chance.randrange(40)
    return [run for run in found if chance.random() < 0.8]


def places(run: Run) -> set[tuple[int, int]]:
    _, count, source, at = run
    return {(source, one) for one in range(at, at + count)}
