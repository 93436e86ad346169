"""A department sends the same lines month after month: knowing them again changes nothing but the time."""

from __future__ import annotations

import csv
import random
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.services.deriving import rebuilding, searching
from app.services.imports import importing, taking_files
from app.services.imports.keeping import Keeper
from app.services.measuring.months import write_next_month
from app.storage.batches import clearing
from app.storage.offices.office import Office
from tests.builders import ATTENDANCE, NOW, SCHOOL, bring_in, extract, month, opened, pupil

NURSE = ["学籍番号", "来室日時", "理由", "対応"]
DECEMBER, NEXT_APRIL = date(2026, 12, 1), date(2027, 4, 10)


def forget(office: Office) -> None:
    """As if no line had ever been delivered."""
    with office.staging() as staging:
        for (batch,) in staging.connection.execute("SELECT batch_id FROM known_file").fetchall():
            clearing.forget_lines(staging.connection, batch)


def took(office: Office, folder: Path, day: date | None) -> dict[str, Any]:
    """All that an import leaves behind but the lines to be known again."""
    report = importing.import_extracts(office, [folder], now=NOW, as_of=day, short=None).value
    db = office.reader()
    tables = {
        table: sorted(map(repr, db.execute(f"SELECT * FROM {table}").fetchall()))
        for table in ("batch_row", "row_problem", "membership", "edge")
    }
    kept = sorted(map(repr, db.execute("SELECT row_id, digest, extract FROM row").fetchall()))
    files = [{**one.document(), "merkle": one.batch and one.batch.merkle} for one in report.files]
    return {**tables, "row": kept, "files": files, "view": rebuilding.digests(db, "view")}


def twice(folder: Path, place: Path, deliveries: list[tuple[Path, date | None]]) -> list[dict[str, Any]]:
    """The same deliveries with lines known again and without, which must come to the same; what they left."""
    found = []
    with opened(Path(shutil.copytree(folder, place / "knows"))) as knows:
        with opened(Path(shutil.copytree(folder, place / "forgets"))) as forgets:
            for files, day in deliveries:
                forget(forgets)
                known, anew = took(knows, files, day), took(forgets, files, day)
                assert known.keys() == anew.keys()
                for what in known:
                    assert known[what] == anew[what], what
                found.append(known)
        assert rebuilding.differences(knows) == []
    return found


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many lines were known of each file that came."""
    seen: list[int] = []
    inner = taking_files.reread

    def watch(*given: Any) -> Any:
        found = inner(*given)
        seen.append(found.lines)
        return found

    monkeypatch.setattr(taking_files, "reread", watch)
    return seen


def test_a_municipality_sends_its_files_again(
    fresh_folder: Path, extracts: Path, tmp_path: Path, counted: list[int]
) -> None:
    write_next_month(extracts, tmp_path / "next")
    twice(fresh_folder, tmp_path, [(extracts, None), (tmp_path / "next", DECEMBER), (extracts, date(2027, 1, 5))])
    assert sum(counted) > 2000, "else nothing was known"


def test_a_day_that_lay_ahead_is_judged_by_each_files_own_day(fresh_folder: Path, tmp_path: Path) -> None:
    ahead = [*(month("1001", "2026", str(at)) for at in (4, 5, 11)), month("1002", "2026", "12")]
    folder = tmp_path / "in"
    folder.mkdir()
    extract(folder / "a.csv", ATTENDANCE, ahead)
    later = Path(shutil.copytree(folder, tmp_path / "later"))
    extract(later / "a.csv", ATTENDANCE, [*ahead, month("1003", "2026", "4")])
    first, second = twice(fresh_folder, tmp_path, [(folder, date(2026, 10, 31)), (later, DECEMBER)])
    assert first["files"][0]["rejected"] == 2
    assert second["files"][0]["rejected"] == 0


def test_a_class_is_that_of_another_school_year_in_april(fresh_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    pupils = [pupil(str(at), f"森 葵{at}", "", "2016-09-28", grade="小4") for at in range(6)]
    extract(folder / "s.csv", SCHOOL, pupils)
    later = Path(shutil.copytree(folder, tmp_path / "later"))
    extract(later / "s.csv", SCHOOL, pupils[:5])
    first, second = twice(fresh_folder, tmp_path, [(folder, DECEMBER), (later, NEXT_APRIL)])
    assert first["files"][0]["warned"] == 0
    assert second["files"][0]["warned"] == 5


@pytest.mark.parametrize("seed", range(6))
def test_whatever_becomes_of_the_lines(
    seed: int, fresh_folder: Path, tmp_path: Path, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Repeated, doubled, broken, quoted, moved, over several lines, in whatever encoding."""
    chance = random.Random(seed)
    encoding = ("utf-8", "cp932", "utf-16")[seed % 3]
    visits = [[str(n % 7), f"2026-0{n % 6 + 4}-1{n % 9}", chance.choice(["けが", "腹痛"]), ""] for n in range(60)]
    counts = [month(str(n % 20), "2026", str(n % 6 + 4), sick=str(n % 3)) for n in range(80)]
    deliveries: list[tuple[Path, date | None]] = []
    for at, day in enumerate((date(2026, 10, 31), DECEMBER, DECEMBER, date(2026, 11, 5), date(2027, 1, 8))):
        folder = tmp_path / f"in{at}"
        folder.mkdir()
        write(folder / "a.csv", ATTENDANCE, counts, encoding, chance)
        write(folder / "n.csv", NURSE, visits, encoding, chance)
        deliveries.append((folder, day))
        for table in (visits, counts):
            for _ in range(6):
                change(table, chance)
    judged_again: list[int] = []
    inner = Keeper._judge_kept
    monkeypatch.setattr(Keeper, "_judge_kept", lambda *given: judged_again.append(1) or inner(*given))
    twice(fresh_folder, tmp_path, deliveries)
    assert sum(counted) > 60, "else few were known"
    assert judged_again or seed % 3, "else no known line met another row of its key"


def write(path: Path, header: list[str], table: list[list[str]], encoding: str, chance: random.Random) -> None:
    extract(path, header, table)
    lines = path.read_bytes().decode().split("\r\n")
    for _ in range(3):
        at = chance.randrange(1, len(lines))
        lines[at] = chance.choice(
            [lines[at] + '"', '"' + lines[at], lines[at][:5], "", f'"{lines[at]}', lines[at] + ","]
        )
    path.write_bytes(chance.choice(["\r\n", "\n"]).join(lines).encode(encoding))


def change(table: list[list[str]], chance: random.Random) -> None:
    at, what = chance.randrange(len(table)), chance.randrange(6)
    if what == 0:
        table.insert(chance.randrange(len(table)), list(table[at]))
    elif what == 1:
        del table[at]
    elif what == 2:
        table[at][-1] = chance.choice(["一行\n二行", '"引用"', "x", "3"])
    elif what == 3:
        table[at][1] = chance.choice(["", "2027-01-05", "不明"])
    elif what == 4:
        table.append(table.pop(at))
    else:
        table[at][0] = str(chance.randrange(30))


def test_a_city_has_more_than_one_encoding(extracts: Path) -> None:
    """Else the test above showed less than it says."""
    heads = {path.read_bytes()[:2] for path in extracts.iterdir() if path.suffix != ".xlsx"}
    assert len(heads) > 2
    with next(extracts.glob("yobou*")).open(encoding="utf-8", newline="") as stream:
        assert len(next(csv.reader(stream, delimiter="\t"))) > 2


def test_who_is_searched_for_is_found_by_the_words_of_this_month(fresh: Office, tmp_path: Path) -> None:
    """Only whose words changed is indexed anew: it must come to the same as indexing everybody."""
    pupils = [
        pupil(str(at), f"森 葵{'あいうえおかきくけこ'[at]}", "", "2016-09-28", guardian=f"森 親{at}")
        for at in range(10)
    ]
    counts = [month(str(at), "2026", "5") for at in range(10)]
    bring_in(fresh, extract(tmp_path / "s.csv", SCHOOL, pupils), extract(tmp_path / "a.csv", ATTENDANCE, counts))
    pupils[1][1], pupils[2][8], pupils[3][9], pupils[4][6] = "林 碧", "林 湊", "緑小学校", "緑9-9"
    counts[5][4] = "7"
    later = [
        extract(tmp_path / "s2.csv", SCHOOL, [*pupils[:8], pupil("77", "原 凛", "", "2017-01-02")]),
        extract(tmp_path / "a2.csv", ATTENDANCE, counts),
    ]
    bring_in(fresh, *later, as_of=DECEMBER)
    words = ["森", "林", "碧", "湊", "緑", "親2", "親3", "青葉", "原", "77", *"あいうえおかきくけこ", *"0123456789"]
    with fresh.view_writer() as db:

        def found() -> list[tuple[str, list[int]]]:
            query = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid"
            return [(word, [row[0] for row in db.execute(query, (searching.phrase(word),))]) for word in words]

        stands = found()
        db.execute("BEGIN")
        searching.index(db, False)
        anew = found()
        db.execute("ROLLBACK")
    assert stands == anew
    hits = dict(stands)
    assert [len(hits[word]) for word in ("碧", "湊", "緑", "原")] == [1, 1, 1, 1]


def test_a_file_that_is_written_to_while_its_lines_are_looked_up_is_refused(
    fresh: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = [month(str(at), "2026", "5") for at in range(40)]
    path = extract(tmp_path / "a.csv", ATTENDANCE, counts)
    bring_in(fresh, path)
    extract(path, ATTENDANCE, [*counts, month("41", "2026", "5")])
    inner = taking_files.reread

    def written_meanwhile(*given: Any) -> Any:
        found = inner(*given)
        extract(path, ATTENDANCE, counts[:20])
        return found

    monkeypatch.setattr(taking_files, "reread", written_meanwhile)
    report = bring_in(fresh, path, as_of=DECEMBER)
    refusal = report.files[0].refusal
    assert refusal is not None
    assert refusal.key == "file.changing"
