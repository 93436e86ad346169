"""The demo's files: every extract is there, decodes, keeps its rows, and is spelled as its department spells."""

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from app.demo.city import make_city
from app.demo.layout import LAYOUTS
from app.demo.model import Address, City, PartialDate
from app.demo.spelling import DATE_STYLES, kanji_number, spell_address, spell_date, spell_kana, spell_name
from app.demo.styles import STYLES, XLSX
from app.demo.writing import write_extracts, write_truth

AS_OF = dt.date(2026, 10, 31)


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(80, 7, AS_OF)


@pytest.fixture(scope="module")
def folder(city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("extracts")
    write_extracts(city, out)
    return out


def table(folder: Path, extract: str) -> list[list[str]]:
    """Header and rows of an extract; the titles of a workbook are left out, and so are the headers of its second
    and later files."""
    style = STYLES[extract]
    result: list[list[str]] = []
    for path in sorted(folder.glob(style.filename.format(month="*", year="*"))):
        if style.encoding == XLSX:
            rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
            rows = rows[len(style.titles) :]
        else:
            text = path.read_bytes().decode(style.encoding)
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=style.delimiter))
        result += rows if not result else rows[1:]
    return result


def test_every_extract_has_a_file_with_all_its_rows(city: City, folder: Path) -> None:
    for extract, layout in LAYOUTS.items():
        header, *rows = table(folder, extract)
        assert len(rows) == len(city.extracts[extract]), extract
        assert {len(row) for row in rows} == {len(header)}
        usual = {spelled: column for column, spelled in STYLES[extract].headers.items()}
        assert {usual.get(name, name) for name in header} == {*layout.columns, *STYLES[extract].extra}


def test_the_same_city_gives_the_same_bytes(city: City, folder: Path, tmp_path: Path) -> None:
    for path in write_extracts(city, tmp_path):
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_files_are_named_after_their_month_and_school_year(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    assert {"juki_R0811.csv", "gakureibo.xlsx", "shukketsu_R06.csv", "shukketsu_R08.csv"} <= names


def test_each_encoding_occurs_with_its_mark(folder: Path) -> None:
    assert (folder / "juki_R0811.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (folder / "yc_chousa.csv").read_bytes()[:2] in (b"\xff\xfe", b"\xfe\xff")
    assert {style.encoding for style in STYLES.values()} == {"utf-8", "utf-8-sig", "utf-16", "cp932", XLSX}
    assert {style.delimiter for style in STYLES.values()} == {",", "\t"}
    assert {date for style in STYLES.values() for date in style.dates} == set(DATE_STYLES)


def test_some_quoted_cell_holds_a_line_break(folder: Path) -> None:
    assert any("\n" in cell for row in table(folder, "nurse_room") for cell in row)


def test_workbooks_name_their_day_above_the_header(folder: Path) -> None:
    sheet = CalamineWorkbook.from_path(str(folder / "gakureibo.xlsx")).get_sheet_by_index(0).to_python()
    assert sheet[1][0] == "出力日 2026-10-31"


def test_a_character_that_cp932_lacks_is_replaced(tmp_path: Path) -> None:
    city = make_city(60, 1, AS_OF)
    city.extracts["childcare"][0]["氏名"] = "𠮷田 鷗𩸽"
    write_extracts(city, tmp_path)
    header, first, *_ = table(tmp_path, "childcare")
    assert first[header.index("児童氏名")] == "吉田〓〓"


def test_truth_goes_beside_and_never_among_the_extracts(city: City, folder: Path, tmp_path: Path) -> None:
    write_truth(city, tmp_path / "truth.csv")
    assert {path.name for path in tmp_path.iterdir()} == {
        "truth.csv", "twins.csv", "stories.csv", "persons.csv", "flaws.csv",
    }  # fmt: skip
    with open(tmp_path / "truth.csv", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["extract", "local_id", "person"]
    assert len(rows) == len(city.truth)
    assert any("+" in local_id for _, local_id, _ in rows)
    assert not any(path.name in {"truth.csv", "stories.csv"} for path in folder.iterdir())


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("2026-04-02", "2026-04-02"),
        ("2026/4/2", "2026/4/2"),
        ("20260402", "20260402"),
        ("令和8年4月2日", "令和8年4月2日"),
        ("令和８年４月２日", "令和８年４月２日"),
        ("R8.4.2", "R8.4.2"),
        ("R080402", "R080402"),
        ("5080402", "5080402"),
    ],
)
def test_a_date_in_every_style(style: str, text: str) -> None:
    assert spell_date(dt.date(2026, 4, 2), style) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.date(1989, 1, 7), "昭和64年1月7日"),
        (dt.date(1989, 1, 8), "平成元年1月8日"),
        (dt.date(2019, 4, 30), "平成31年4月30日"),
        (dt.date(2019, 5, 1), "令和元年5月1日"),
        (PartialDate(2012, 5), "平成24年5月不詳"),
        (PartialDate(2012), "平成24年不詳"),
    ],
)
def test_eras_change_on_their_day(day: dt.date | PartialDate, text: str) -> None:
    assert spell_date(day, "令和8年4月2日") == text


def test_a_partial_date_has_zeros() -> None:
    assert spell_date(PartialDate(2012, 5), "2026-04-02") == "2012-05-00"
    assert spell_date(PartialDate(2012), "R080402") == "H240000"


def test_addresses_in_every_style() -> None:
    home = Address("中央", 1, 4, 15, "コーポあさひ", 203)
    assert (
        spell_address(home, "一丁目四番五号", "prefecture", True)
        == "青波県凪浜市中央一丁目四番十五号　コーポあさひ 203"
    )
    assert spell_address(home, "1丁目4-5", "city", False) == "凪浜市中央1丁目4-15"
    assert spell_address(home, "１－４－５", "", True) == "中央１－４－１５　コーポあさひ２０３"
    assert spell_address(home, "1-4-5", "", False) == "中央1-4-15"
    assert kanji_number(40) == "四十"


def test_kana_and_names() -> None:
    assert spell_kana("キムラ ショウ", "narrow", "", True) == "ｷﾑﾗｼﾖｳ"
    assert spell_kana("キムラ ショウ", "hiragana", "　", False) == "きむら　しょう"
    assert spell_name("木村 翔", "　") == "木村　翔"
    assert spell_name("NGUYEN THI LAN", "") == "NGUYEN THI LAN"
