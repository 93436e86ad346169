"""Puts a city's rows into files as its departments would hand them over, and its truth into files that only tests
and measurements read."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import xlsxwriter

from app.demo.layout import LAYOUTS
from app.demo.model import Cell, City, Row
from app.demo.spelling import spell, spell_address, spell_date, spell_kana, spell_name
from app.demo.styles import STYLES, XLSX, FileStyle

NAMES = {"氏名", "保護者氏名", "受給者氏名"}
DATES = {"生年月日", "支援措置期限", "有効期限"}
YES_NO = {"支援措置", "受診報告"}
CP932_LACKS = {"𠮷": "吉"}
"""What a CP932 system writes for a character that it has not; 〓 for any other."""

Speller = Callable[[Cell], str]


def write_extracts(city: City, out: Path) -> list[Path]:
    """Write all eighteen extracts into the folder `out` (made if need be): at least one file each. Returns the
    paths written.

    The same city gives the same bytes.
    """
    out.mkdir(parents=True, exist_ok=True)
    return [path for extract, style in STYLES.items() for path in _write_extract(city, extract, style, out)]


def _write_extract(city: City, extract: str, style: FileStyle, out: Path) -> Iterable[Path]:
    for part, rows in _parts(city.extracts[extract], style).items():
        path = out / style.filename.format(month=_handed_over(city.as_of), year=part)
        columns = list(LAYOUTS[extract].columns)
        rng = random.Random(path.name)
        if style.shuffled:
            rng.shuffle(columns)
        write = _write_workbook if style.encoding == XLSX else _write_text
        write(path, columns, rows, style, rng, city.as_of)
        yield path


def _parts(rows: list[Row], style: FileStyle) -> dict[str, list[Row]]:
    """The rows of each file: one file for all, or one for each 年度. A row whose 年度 is lost goes into the last."""
    if "{year}" not in style.filename:
        return {"": rows}
    parts: dict[str, list[Row]] = defaultdict(list)
    years = {row["年度"] for row in rows if isinstance(row["年度"], int)}
    for row in rows:
        year = row["年度"] if isinstance(row["年度"], int) else max(years)
        parts[f"R{year - 2018:02d}"].append(row)
    return dict(sorted(parts.items()))


def _handed_over(as_of: dt.date) -> str:
    """The month of the next day in the form R0811: extracts of a month's last day are named after the month they
    are used in."""
    next_day = as_of + dt.timedelta(days=1)
    return f"R{next_day.year - 2018:02d}{next_day.month:02d}"


def _write_text(
    path: Path, columns: list[str], rows: list[Row], style: FileStyle, rng: random.Random, as_of: dt.date
) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=style.delimiter, lineterminator=style.newline)
    writer.writerow(_header(columns, style))
    writer.writerows(_spelled(columns, rows, style, rng))
    path.write_bytes(_encoded(buffer.getvalue(), style.encoding))


def _write_workbook(
    path: Path, columns: list[str], rows: list[Row], style: FileStyle, rng: random.Random, as_of: dt.date
) -> None:
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": dt.datetime.combine(as_of, dt.time(9))})
    sheet = book.add_worksheet("一覧")
    day_format = book.add_format({"num_format": "yyyy/m/d"})
    for line, title in enumerate(style.titles):
        sheet.write_string(line, 0, title.format(day=as_of.isoformat()))
    first = len(style.titles)
    sheet.write_row(first, 0, _header(columns, style))
    for line, (row, texts) in enumerate(zip(rows, _spelled(columns, rows, style, rng), strict=True), first + 1):
        for position, text in enumerate(texts):
            value = row[columns[position]] if position < len(columns) else None
            if style.excel_dates and isinstance(value, dt.date):
                sheet.write_datetime(line, position, dt.datetime.combine(value, dt.time()), day_format)
            elif isinstance(value, (int, float)):
                sheet.write_number(line, position, value)
            elif text:
                sheet.write_string(line, position, text)
    book.close()


def _header(columns: list[str], style: FileStyle) -> list[str]:
    return [style.headers.get(column, column) for column in columns] + list(style.extra)


def _spelled(columns: list[str], rows: list[Row], style: FileStyle, rng: random.Random) -> Iterable[list[str]]:
    """The cells of each row as text. Where a file mixes styles, each row keeps to one."""
    mixes = [
        [(column, _speller(column, style, dates, addresses)) for column in columns]
        for dates in style.dates
        for addresses in style.addresses
    ]
    notes = list(style.extra.values())
    for row in rows:
        spellers = mixes[0] if len(mixes) == 1 else rng.choice(mixes)
        yield [spell_as(row[column]) for column, spell_as in spellers] + [rng.choice(texts) for texts in notes]


def _speller(column: str, style: FileStyle, dates: str, addresses: str) -> Speller:
    if column == "氏名カナ":
        return lambda cell: spell_kana(cell, style.kana, style.kana_space, style.large_kana)
    if column in NAMES:
        return lambda cell: spell_name(cell, style.name_space)
    if column == "住所":
        return lambda cell: spell_address(cell, addresses, style.prefix, style.building)
    if column == "性別":
        return lambda cell: style.sex.get(spell(cell), spell(cell))
    if column in YES_NO:
        return lambda cell: style.yes_no.get(spell(cell), spell(cell))
    if column in DATES or column.endswith("日"):
        return lambda cell: spell_date(cell, dates)
    return spell


def _encoded(text: str, encoding: str) -> bytes:
    """The bytes of a file. UTF-16 gets its byte order mark; CP932 what its systems would show for a character that
    it has not."""
    if encoding != "cp932":
        return text.encode(encoding)
    for char in {char for char in set(text) if not _has_cp932(char)}:
        text = text.replace(char, CP932_LACKS.get(char, "〓"))
    return text.encode("cp932")


def _has_cp932(char: str) -> bool:
    return bool(char.encode("cp932", errors="ignore"))


def write_truth(city: City, path: Path) -> None:
    """Write what is true about the city, for tests and measurements only; never into a folder of extracts.

    `path`: CSV `extract,local_id,person`, a two-part local ID joined with `+`. Beside it `twins.csv`
    (`person,twin`), `stories.csv` (`person,need,since`), `persons.csv` (`person,role,sex,born,name,kana`) and
    `flaws.csv` (`extract,local_id,column,outcome`).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_table(path, "extract,local_id,person", ((one.extract, one.local_id, one.person) for one in city.truth))
    _write_table(path.parent / "twins.csv", "person,twin", city.twins)
    _write_table(
        path.parent / "stories.csv", "person,need,since", ((one.person, one.need, one.since) for one in city.stories)
    )
    _write_table(
        path.parent / "persons.csv",
        "person,role,sex,born,name,kana",
        (
            (one.key, one.role, one.sex, one.born, one.name_on(city.as_of).full, one.name_on(city.as_of).kana)
            for one in city.persons
        ),
    )
    _write_table(
        path.parent / "flaws.csv",
        "extract,local_id,column,outcome",
        ((one.extract, one.local_id, one.column, one.outcome) for one in city.flaws),
    )


def _write_table(path: Path, header: str, rows: Iterable[Iterable[object]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
