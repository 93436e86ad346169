"""Codes without a meaning are found to the end of a long file, with what other tables of the office say of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter

from app.domain.extracts.meanings import Meaning
from app.domain.message import Refused
from app.services.imports import mapping, profiling
from app.services.imports.import_jobs import Finished, News
from app.storage.files import unknown_files
from app.storage.files.unknown_files import SAMPLED, tally
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW, new_office, opened

HEADER = ["園児番号", "園児名", "誕生日", "男女", "在園区分", "時点"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    new_office(tmp_path / "office")
    with opened(tmp_path / "office") as it:
        yield it


def _file(path: Path, rows: int) -> Path:
    """A nursery list; its last row alone has a code of its own."""
    lines = [HEADER, *([str(at), "森 葵", "R2.5.2", "3" if at % 2 else "4", "1:在園", "R8.10.1"] for at in range(rows))]
    lines.append([str(rows), "林 湊", "R3.5.2", "3", "休園", "R8.10.1"])
    path.write_bytes("".join(",".join(line) + "\r\n" for line in lines).encode("cp932"))
    return path


def test_a_code_in_the_last_row_of_a_long_file_is_known(office: Office, tmp_path: Path) -> None:
    found = mapping.open_unknown(office, _file(tmp_path / "long.csv", SAMPLED + 50))
    assert not found.sample.whole
    draft = mapping.propose(office, found.sample, "childcare", 0, 1)
    assert (draft.columns["利用状況"], draft.columns["性別"]) == ((4,), (3,)), (
        "a number before the words is seen through"
    )
    first = mapping.attempt(office, found.sample, draft, AS_OF)
    assert "休園" not in [one.text for one in first.unknown]
    told: list[News] = []
    job = mapping.count_codes(office, found.sample, told.append)
    assert job.wait(60)
    (whole,) = [one.outcome.value for one in told if isinstance(one, Finished) and one.outcome]
    assert whole.columns[0] is None, "numbers of children are no codes"
    trial = mapping.attempt(office, found.sample, draft, AS_OF, whole)
    counted = {one.text: one.count for one in trial.unknown if one.column == "利用状況"}
    assert counted == {"1:在園": SAMPLED + 50, "休園": 1}, "the header is no code"
    assert (trial.counted, first.counted) == (SAMPLED + 51, SAMPLED - 1)


def test_meanings_are_suggested_by_words_and_by_what_the_office_said_elsewhere(office: Office, tmp_path: Path) -> None:
    said = {"base": "school_register", "codes": {"性別": {"M": ["3"], "F": ["4"]}}}
    profiling.save(office, "school_register", said, NOW)
    found = mapping.open_unknown(office, _file(tmp_path / "short.csv", 4))
    draft = mapping.propose(office, found.sample, "childcare", 0, 1)
    likely = {one.text: one.likely for one in mapping.attempt(office, found.sample, draft, AS_OF).unknown}
    assert likely == {
        "3": Meaning("M", "school_register", "性別"), "4": Meaning("F", "school_register", "性別"),
        "1:在園": Meaning("在園"), "休園": None,
    }  # fmt: skip
    assert not mapping.document(found.sample, draft).get("codes"), "nothing is taken over unasked"


def test_of_a_workbook_the_same_sheet_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, ["説明"])
        sheet = book.add_worksheet()
        for at, row in enumerate([HEADER, ["1", "森 葵", "R2.5.2", "3", "退園", "R8.10.1"]]):
            sheet.write_row(at, 0, row)
    found = unknown_files.sample(path)
    counted = tally(found, lambda rows: None)
    assert (found.sheet, counted.rows) == (1, 2)
    assert counted.columns[4] == {"在園区分": 1, "退園": 1}


def test_a_file_that_is_gone_or_another_now_is_a_sentence(tmp_path: Path) -> None:
    path = _file(tmp_path / "short.csv", 4)
    found = unknown_files.sample(path)
    path.write_bytes("a,b\r\n".encode("utf-16"))
    with pytest.raises(Refused, match="changing"):
        tally(found, lambda rows: None)
    path.unlink()
    with pytest.raises(Refused, match="unreadable"):
        tally(found, lambda rows: None)
