"""What goes out of the office as a list: a purpose, no formulas, a seal, and remembered until it is erased."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.message import Refused, WrongUse
from app.services.answers.caseload import CaseloadQuery
from app.services.imports import importing
from app.services.papers import exporting, handing_out
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.builders import AS_OF, NOW, REGISTER, WORKER, extract, new_office, opened, resident

FORMULA = "=HYPERLINK(1)"
SEAL = "たんぽぽの綿毛が飛ぶ春の朝"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("handing")
    new_office(place / "office")
    rows = [resident("1", FORMULA, "ヤマダ", "2015-05-01"), resident("2", "佐藤 葵", "サトウ アオイ", "2014-05-01")]
    with opened(place / "office") as office:
        importing.import_extracts(office, [extract(place / "r.csv", REGISTER, rows)], now=NOW, as_of=AS_OF)
    return place / "office"


@pytest.fixture
def office(finished: Path, tmp_path: Path) -> Iterator[Office]:
    with opened(Path(shutil.copytree(finished, tmp_path / "office"))) as office:
        yield office


def caseload(office: Office) -> handing_out.Listing:
    return handing_out.listed(office, "caseload", NOW, "ja", lambda one: one.criterion, CaseloadQuery(view="all"))


@pytest.mark.parametrize("what", handing_out.WHATS)
def test_every_list_comes_in_every_form(office: Office, what: str) -> None:
    listing = handing_out.listed(office, what, NOW, "ja", lambda one: one.criterion)
    assert handing_out.table(listing).startswith(b"\xef\xbb\xbf")
    assert handing_out.workbook(office, listing, "会議", NOW, "ja").startswith(b"PK")
    assert handing_out.paper(office, listing, "会議", NOW).purpose == "会議"


def test_no_cell_is_a_formula(office: Office) -> None:
    listing = caseload(office)
    assert any(FORMULA in line for line in listing.lines)
    assert f"'{FORMULA}" in handing_out.table(listing).decode()
    with zipfile.ZipFile(io.BytesIO(handing_out.workbook(office, listing, "=1+1", NOW, "ja"))) as book:
        sheets = b"".join(book.read(name) for name in book.namelist() if "worksheets/sheet" in name)
    assert b"<f>" not in sheets
    assert b"hyperlink" not in sheets.lower()


def test_a_workbook_says_who_made_it_and_why(office: Office) -> None:
    with zipfile.ZipFile(io.BytesIO(handing_out.workbook(office, caseload(office), "会議のため", NOW, "ja"))) as book:
        words = b"".join(book.read(name) for name in book.namelist()).decode()
    assert words.count("会議のため") >= 2
    assert office.member.name in words


def test_a_sealed_list_opens_with_its_passphrase_and_the_register_remembers_it(office: Office, tmp_path: Path) -> None:
    content = handing_out.table(caseload(office))
    out = handing_out.hand_out(office, "caseload", "csv", content, tmp_path / "l.sealed", "会議", NOW, SEAL)
    assert "佐藤".encode() not in out.read_bytes()
    exporting.unseal(out, SEAL, tmp_path / "l.csv")
    assert (tmp_path / "l.csv").read_bytes() == content
    (line,) = handing_out.register(office)
    assert (line.what, line.purpose, line.form, line.sealed, line.erased_on) == ("caseload", "会議", "csv", True, None)
    origin = json.loads((tmp_path / "l.sealed.origin.json").read_text(encoding="utf-8"))
    assert origin["entry"] == line.entry


def test_an_erased_file_says_when_how_and_by_whom_and_goes_to_the_end(office: Office, tmp_path: Path) -> None:
    for name in ("a", "b"):
        handing_out.hand_out(office, "caseload", "csv", b"", tmp_path / name, "会議", NOW, None)
    newest = handing_out.register(office)[0]
    handing_out.erased(office, newest.entry, "シュレッダー", NOW.date(), NOW + timedelta(hours=1))
    waiting, gone = handing_out.register(office)
    assert waiting.erased_on is None
    assert (gone.entry, gone.erased_how, gone.erased_by) == (newest.entry, "シュレッダー", office.member.name)
    assert verify(office) == []


def test_what_is_no_erasure_is_refused(office: Office, tmp_path: Path) -> None:
    handing_out.hand_out(office, "caseload", "csv", b"", tmp_path / "a", "会議", NOW, None)
    entry = handing_out.register(office)[0].entry
    founding = str(office.entries_since(0)[0].id)
    for made, how, day in (
        (entry, " ", NOW.date()), (entry, "消した", date(2099, 1, 1)), (founding, "消した", NOW.date())
    ):  # fmt: skip
        with pytest.raises(WrongUse):
            handing_out.erased(office, made, how, day, NOW)


def test_without_a_purpose_or_the_role_nothing_goes_out(office: Office, tmp_path: Path) -> None:
    with pytest.raises(WrongUse):
        handing_out.hand_out(office, "caseload", "csv", b"", tmp_path / "a", " ", NOW, None)
    folder = office.folder
    office.close()
    with opened(folder, WORKER) as worker:
        with pytest.raises(Refused):
            caseload(worker)
        with pytest.raises(Refused):
            handing_out.hand_out(worker, "caseload", "csv", b"", tmp_path / "a", "会議", NOW, None)
    assert not (tmp_path / "a").exists()
