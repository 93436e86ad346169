"""Department files as they come: encodings, delimiters, title lines, workbooks, and what is refused."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from app.domain.message import Refused
from app.storage.definitions.profiles import load_profile, shipped_profiles
from app.storage.files.delimited import MOST_CELLS
from app.storage.files.source_files import Limits, open_source
from app.storage.files.source_rows import Source

PROFILES = shipped_profiles()
SAMPLES = sorted((Path(__file__).parents[2] / "samples" / "extracts").glob("*.csv"))
TEXT = "学籍番号,来室日,理由\nS1,2026-05-01,けが\nS2,2026-05-02,相談\n"
ROWS = [("S1", "2026-05-01", "けが"), ("S2", "2026-05-02", "相談")]


def written(folder: Path, data: bytes | str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def opened(folder: Path, data: bytes | str, limits: Limits | None = None) -> Source:
    return open_source(written(folder, data), PROFILES, limits)


def lines_of(source: Source) -> list[tuple[int, tuple[str, ...], str]]:
    with source:
        return [
            (chunk.lines[at], cells, chunk.damage.get(at, ""))
            for chunk in source.chunks(2)
            for at, cells in enumerate(chunk.cells)
        ]


def refusal(folder: Path, data: bytes | str, limits: Limits | None = None) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refused) as caught:
        opened(folder, data, limits).close()
    return caught.value.message.key, dict(caught.value.message.values)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_is_recognised(path: Path) -> None:
    with open_source(path, PROFILES) as source:
        assert source.profile is PROFILES[path.stem]


def test_every_profile_has_a_sample() -> None:
    assert [path.stem for path in SAMPLES] == list(PROFILES)


@pytest.mark.parametrize(
    ("encoding", "mark", "name"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("cp932", b"", "cp932"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_delimiters_and_line_ends(
    tmp_path: Path, encoding: str, mark: bytes, name: str, delimiter: str, end: str
) -> None:
    text = TEXT.replace(",", delimiter).replace("\n", end)
    source = opened(tmp_path, mark + text.encode(encoding))
    assert (source.encoding, source.delimiter, source.header_line) == (name, delimiter, 1)
    assert lines_of(source) == [(2, ROWS[0], ""), (3, ROWS[1], "")]


def test_a_quoted_cell_may_hold_line_breaks_and_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    source = opened(tmp_path, '学籍番号,来室日,理由\nS1,2026-05-01,"そ\nの,他"\n\n,,\nS2,2026-05-02,相談\n')
    assert lines_of(source) == [(2, ("S1", "2026-05-01", "そ\nの,他"), ""), (6, ROWS[1], "")]


def test_a_line_of_nothing_but_commas_costs_only_itself_and_no_time(tmp_path: Path) -> None:
    endless = "S1,2026-05-01,相談," + "x," * 300_000
    source = opened(
        tmp_path, f"学籍番号,来室日,理由\n{endless}\nS2,2026-05-02,相談\n{',' * 300_000}\nS3,2026-05-03,相談\n"
    )
    assert [(line, cells[0], len(cells), why) for line, cells, why in lines_of(source)] == [
        (2, "S1", MOST_CELLS, "row.endless"), (3, "S2", 3, ""), (5, "S3", 3, ""),
    ]  # fmt: skip


def test_a_line_that_cannot_be_decoded_costs_only_itself(tmp_path: Path) -> None:
    lines = (TEXT + "S3,2026-05-03,髙い熱\n").encode("cp932").split(b"\n")
    lines[1] = lines[1].replace(b"S", b"\x81\xff")
    found = lines_of(opened(tmp_path, b"\n".join(lines)))
    assert [(line, damage) for line, _, damage in found] == [(2, "row.encoding"), (3, ""), (4, "")]
    assert found[2][1][2] == "髙い熱"


def test_a_quote_that_is_never_closed_costs_only_its_line(tmp_path: Path) -> None:
    more = 'S3,"2026-05-03,相談\nS4,"2026-05-04","相談"\nS5,2026-05-05,"相談\nS6,2026-05-06,けが\n'
    found = lines_of(opened(tmp_path, TEXT + more))
    assert [(line, damage) for line, _, damage in found] == [
        (2, ""), (3, ""), (4, "row.unclosed_quote"), (5, ""), (6, "row.unclosed_quote"), (7, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "title",
    ["出力日 2026-10-31", "室,出力日：令和8年10月31日 10:15", "出力日,,２０２６／１０／３１", "出力日:R8.10.31 教"],
)
def test_title_lines_may_name_the_day(tmp_path: Path, title: str) -> None:
    source = opened(tmp_path, f"保健室来室一覧\n\n{title}\n" + TEXT)
    assert (source.title_day, source.header_line) == (date(2026, 10, 31), 4)
    assert [line for line, _, _ in lines_of(source)] == [5, 6]


def test_a_title_day_that_is_none_is_handed_on(tmp_path: Path) -> None:
    with opened(tmp_path, "出力日 先月末\n" + TEXT) as source:
        assert (source.title_day, source.title_problem) == (None, "先月末")


def test_the_header_stands_below_five_title_lines_at_most(tmp_path: Path) -> None:
    assert lines_of(opened(tmp_path, "題\n" * 5 + TEXT))
    assert refusal(tmp_path, "題\n" * 6 + TEXT)[0] == "file.no_known_column"


def test_a_file_that_no_profile_fits_says_what_it_looked_for(tmp_path: Path) -> None:
    key, values = refusal(tmp_path, "学籍番号,年度,授業日数\nS1,2026,20\n")
    assert key == "file.no_profile"
    assert (values["nearest_ja"], values["missing"]) == ("出欠月計", "月")


NUMBERS = ("123456789018", "１２３４５６７８９０１８", "1234-5678-9018")


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16"])
@pytest.mark.parametrize("number", NUMBERS)
def test_a_column_of_individual_numbers_refuses_the_file(tmp_path: Path, number: str, encoding: str) -> None:
    text = f"学籍番号,来室日,番号\nS1,2026-05-01,{number}\nS2,2026-05-02,{number}\nS3,2026-05-03,123456789012\n"
    key, values = refusal(tmp_path, text.encode(encoding))
    assert (key, values["column"]) == ("file.my_number_values", "番号")


def test_one_such_number_among_many_does_not(tmp_path: Path) -> None:
    assert lines_of(opened(tmp_path, TEXT + "123456789018,2026-05-01,\n"))


@pytest.mark.parametrize("header", ["個人番号", "ﾏｲﾅﾝﾊﾞｰ"])
def test_a_column_headed_so_refuses_the_file(tmp_path: Path, header: str) -> None:
    assert refusal(tmp_path, f"題\n学籍番号,来室日,{header}\nS1,2026-05-01,\n")[0] == "file.my_number_column"


def test_what_is_no_table_of_text_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "")[0] == "file.empty"
    assert refusal(tmp_path, TEXT + "\0")[0] == "file.not_text"
    assert refusal(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old")[0] == "file.locked_workbook"
    assert refusal(tmp_path, b"PK\x03\x04 torn")[0] == "file.damaged_workbook"
    with pytest.raises(Refused, match=r"file\.unreadable"):
        open_source(tmp_path / "nowhere.csv", PROFILES)
    with pytest.raises(Refused, match=r"file\.not_a_file"):
        open_source(tmp_path, PROFILES)


def test_limits(tmp_path: Path) -> None:
    assert refusal(tmp_path, TEXT, Limits(size=10))[0] == "file.too_large"
    assert refusal(tmp_path, TEXT, Limits(rows=2))[0] == "file.too_many_rows"
    assert refusal(tmp_path, TEXT, Limits(columns=2))[0] == "file.too_many_columns"
    long = lines_of(opened(tmp_path, TEXT + f"S3,2026-05-03,{'長' * 70_000}\nS4,2026-05-04,\n"))
    assert [damage for _, _, damage in long] == ["", "", "row.cell_too_long", ""]


def test_nothing_but_delimiters_is_refused_and_a_sparse_table_is_not(tmp_path: Path) -> None:
    columns = TEXT.partition("\n")[0].count(",") + 1
    commas = TEXT + ("," * (columns + 90) + "\n") * 40_000
    assert refusal(tmp_path, commas, Limits(delimiters=2 << 20))[0] == "file.only_delimiters"
    sparse = TEXT + "".join(f"S{at:06d},2026-05-03,,,,,,,,,,\n" for at in range(100_000))
    assert len(lines_of(opened(tmp_path, sparse, Limits(delimiters=1 << 20)))) > 100_000


def workbook(path: Path, *, day: date | None = None, far: int = 0) -> Path:
    book = xlsxwriter.Workbook(path)
    dated = book.add_format({"num_format": "yyyy/m/d"})
    book.add_worksheet("説明").write(0, 0, "この表について")
    sheet = book.add_worksheet("一覧")
    if day:
        sheet.write(0, 1, "出力日")
        sheet.write_datetime(0, 2, datetime.combine(day, datetime.min.time()), dated)
    sheet.write_row(2, 1, ["学籍番号", "来室日", "理由"])
    sheet.write_string(3, 1, "0012")
    sheet.write_datetime(3, 2, datetime(2026, 5, 1), dated)
    sheet.write_row(5, 1, [77, "令和8年5月2日", "けが"])
    if far:
        sheet.write(far, 400, "迷子")
    book.close()
    return path


def test_a_workbook_under_any_name(tmp_path: Path) -> None:
    source = open_source(workbook(tmp_path / "list.csv", day=date(2026, 10, 30)), PROFILES)
    assert (source.encoding, source.header_line, source.title_day) == ("xlsx", 3, date(2026, 10, 30))
    assert [cell for cell in source.header if cell] == ["学籍番号", "来室日", "理由"]
    assert lines_of(source) == [
        (4, ("", "0012", "2026-05-01", ""), ""),
        (6, ("", "77", "令和8年5月2日", "けが"), ""),
    ]


def test_a_workbook_that_would_not_fit_into_memory_is_refused(tmp_path: Path) -> None:
    sound = workbook(tmp_path / "sound").read_bytes()
    stretched = workbook(tmp_path / "stretched", far=1_000_000).read_bytes()
    assert refusal(tmp_path, sound, Limits(unpacked=100))[0] == "file.workbook_too_large"
    assert refusal(tmp_path, sound, Limits(columns=2))[0] == "file.too_many_columns"
    assert refusal(tmp_path, stretched)[0] == "file.workbook_too_wide"


def test_a_damaged_or_foreign_packed_file_is_refused(tmp_path: Path) -> None:
    data = workbook(tmp_path / "w").read_bytes()
    assert refusal(tmp_path, data[: len(data) // 2])[0] == "file.damaged_workbook"
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as packed:
        packed.writestr("readme.txt", "x")
    assert refusal(tmp_path, (tmp_path / "other.zip").read_bytes())[0] == "file.not_a_workbook"


def test_the_digest_is_of_the_bytes_and_rows_can_be_read_twice(tmp_path: Path) -> None:
    with opened(tmp_path, TEXT) as one, open_source(written(tmp_path, TEXT, "other.txt"), PROFILES) as two:
        assert one.digest == two.digest
        assert [chunk.cells for chunk in one.chunks()] == [chunk.cells for chunk in one.chunks()] == [ROWS]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('kind = "ledger"', 'kind = "diary"', "kind: diary"),
        ('sector = "education"', 'sector = "sport"', "sector: sport"),
        ('start = ["来室日"]', 'start = ["来た日"]', "columns: 来た日"),
        ("reason =", "cause =", "cause"),
        ('type = "date"', 'type = "day"', "type"),
        ("columns = [", "columns = [[", "line"),
        ('key = "nurse_room"', 'key = "other"', "key: other"),
    ],
)
def test_a_profile_that_cannot_be_meant_says_what_is_wrong(tmp_path: Path, old: str, new: str, why: str) -> None:
    shelf = Path(__file__).parents[3] / "resources" / "extracts"
    text = (shelf / "nurse_room.toml").read_text(encoding="utf-8")
    with pytest.raises(Refused) as caught:
        load_profile(written(tmp_path, text.replace(old, new), "nurse_room.toml"))
    assert caught.value.message.key == "profile.unfit"
    assert why in str(caught.value.message.values["why"])
