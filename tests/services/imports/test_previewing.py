"""A file is looked over: how it will be read, what differs from the last delivery, what is asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.services.imports import importing, previewing
from app.services.imports.file_preview import FilePreview
from app.storage.offices.office import Office
from tests.builders import AS_OF, ATTENDANCE, NOW, REGISTER, bring_in, extract, month, new_office, opened, resident

NAMES = (("1", "青葉 花", "2016-05-01"), ("2", "川辺 陸", "2015-07-02"), ("3", "森 空", "2014-01-09"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "office"
    new_office(folder)
    return folder


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    shutil.copytree(made, tmp_path / "office")
    with opened(tmp_path / "office") as it:
        yield it


def _register(path: Path, *people: tuple[str, str, str], **more: str) -> Path:
    return extract(path, REGISTER, [resident(n, name, "", birth, **more) for n, name, birth in people])


def _look(office: Office, path: Path) -> FilePreview:
    return previewing.look(office, path, NOW, lambda _rows: None)


def test_new_changed_unchanged_and_gone_are_counted(office: Office, tmp_path: Path) -> None:
    bring_in(office, _register(tmp_path / "a.csv", *NAMES))
    later = [NAMES[0], ("2", "川辺 陸斗", "2015-07-02"), ("4", "原 凪", "2018-02-03")]
    seen = _look(office, _register(tmp_path / "b.csv", *later))
    assert seen.difference == previewing.Difference(new=1, changed=1, unchanged=1, gone=1)
    assert seen.last is not None
    assert (seen.last.file, seen.last.rows, seen.last.as_of) == ("a.csv", 3, AS_OF)
    assert not seen.small


def test_of_a_ledger_nothing_is_gone(office: Office, tmp_path: Path) -> None:
    bring_in(office, extract(tmp_path / "a.csv", ATTENDANCE, [month("1", "2026", "4"), month("1", "2026", "5")]))
    seen = _look(office, extract(tmp_path / "b.csv", ATTENDANCE, [month("1", "2026", "5"), month("1", "2026", "6")]))
    assert seen.difference == previewing.Difference(new=1, changed=0, unchanged=1, gone=None)
    assert seen.covers == (date(2026, 5, 1), date(2026, 6, 1))


def test_a_file_a_third_as_long_is_asked_about(office: Office, tmp_path: Path) -> None:
    bring_in(office, _register(tmp_path / "a.csv", *NAMES))
    assert _look(office, _register(tmp_path / "b.csv", NAMES[0])).small


def test_the_same_file_and_an_older_one_are_known(office: Office, tmp_path: Path) -> None:
    path = _register(tmp_path / "a.csv", *NAMES)
    bring_in(office, path)
    assert _look(office, path).known
    bring_in(office, _register(tmp_path / "c.csv", *NAMES, address="青葉9"), as_of=AS_OF + timedelta(days=30))
    other = _look(office, _register(tmp_path / "b.csv", *NAMES[:2]))
    assert other.older
    assert not other.known
    assert not _look(office, path).known  # another register came after it


def test_cells_are_shown_with_what_they_mean(office: Office, tmp_path: Path) -> None:
    header = [*REGISTER, "メモ"]
    rows = [[*resident("1", "青葉 花", "", "平成28年5月1日"), "x"], [*resident("2", "川辺 陸", "", "2026-02-30"), ""]]
    seen = _look(office, extract(tmp_path / "a.csv", header, rows))
    at = REGISTER.index("生年月日")
    assert seen.first[0].cells[at].meaning == date(2016, 5, 1)
    assert seen.first[1].cells[at].state == "rejected"
    assert seen.first[0].cells[-1].state == "unused"
    assert (seen.columns[-1].name, seen.columns[-1].filled) == ("", 1)
    assert (seen.columns[at].needed, seen.columns[at].rejected) == (True, 1)
    assert [(one.line, one.column, one.outcome) for one in seen.problems] == [(3, "生年月日", "rejected")]
    assert (seen.rows, seen.accepted, seen.rejected) == (2, 1, 1)


def test_of_many_problems_the_first_are_shown_and_all_are_counted(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "SHOWN_PROBLEMS", 3)
    seen = _look(office, extract(tmp_path / "a.csv", ATTENDANCE, [month("1", "2026", "13")] * 50))
    assert len(seen.problems) == 3
    assert seen.rejected == 50
    assert seen.columns[2].rejected == 50


def test_a_day_that_somebody_said_is_how_it_is_read_and_taken_in(office: Office, tmp_path: Path) -> None:
    path = _register(tmp_path / "a.csv", *NAMES)
    assert _look(office, path).day_from == "today"
    said = AS_OF - timedelta(days=40)
    seen = previewing.look(office, path, NOW, lambda _rows: None, said)
    assert (seen.as_of, seen.day_from, seen.dated) == (said, "said", True)
    other = _register(tmp_path / "b.csv", NAMES[0])
    done = importing.import_extracts(office, [path, other], now=NOW, short=None, days={path: said}).value
    assert {one.file: one.as_of for one in done.files} == {"a.csv": said, "b.csv": NOW.date()}


def test_a_register_that_cannot_say_who_is_protected_is_named(office: Office, tmp_path: Path) -> None:
    assert _look(office, extract(tmp_path / "juki.csv", REGISTER, [])).unguarded == ""
    less = [one for one in REGISTER if one != "支援措置"]
    assert _look(office, extract(tmp_path / "juki2.csv", less, [])).unguarded == "支援措置"
    assert _look(office, extract(tmp_path / "shukketsu.csv", ATTENDANCE, [])).unguarded == ""
