"""Files of every shipped profile with random damage, and the account of what became of their rows."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.extracts.profile import Column, Profile
from app.domain.extracts.reading import RowReader, plan_columns
from app.domain.message import Refused
from app.services.imports.keeping import Account, Keeper
from app.storage.batches.rows import RowProblem
from app.storage.definitions.profiles import shipped_profiles
from app.storage.digests import Digester
from app.storage.files.source_files import open_source
from tests.torture.place import Place

PROFILES = shipped_profiles()
AS_OF = date(2026, 10, 31)
_WHOLE = frozenset({"", "order", "extra", "titles", "encoding", "delimiter", "ends"})
"""Damage after which the lines of the file are still those that were written."""


@dataclass(frozen=True)
class Damaged:
    """A file's bytes, made for an extract, and the kinds of damage done to it."""

    extract: str
    data: bytes
    kinds: frozenset[str]


def _cell(column: Column) -> st.SearchStrategy[str]:
    odd = st.one_of(
        st.text(max_size=6),
        st.sampled_from(
            [
                "",
                " ",
                "不詳",
                "=1+1",
                '"',
                ",",
                "〓〓",
                "令和99年99月99日",
                "-1",
                "1e308",
                "NaN",
                "９９９９９９",
                "\x1f",
                "\t",
            ]
        ),
    )
    sound = {
        "date": st.dates(date(2010, 1, 1), AS_OF).map(str),
        "birth": st.dates(date(2008, 4, 2), date(2024, 4, 1)).map(str),
        "fiscal_year": st.sampled_from(["2025", "令和8年度", "2026"]),
        "month": st.integers(1, 12).map(str),
        "number": st.integers(0, 200).map(str),
        "name": st.sampled_from(["青木 一", "髙橋　花子", "ｱｵｷ ﾊｼﾞﾒ", "𠮷田 翔"]),
        "sex": st.sampled_from(["男", "2", "F"]),
        "yes_no": st.sampled_from(["有", "0", "○"]),
        "id": st.integers(1, 400).map(lambda number: f"S{number:04}"),
        "code": st.sampled_from(sorted(column.codes) or ["x"]),
    }.get(column.type, st.sampled_from(["", "青葉1-2-3", "1-4"]))
    return st.one_of(sound, sound, sound, sound, odd)


@st.composite
def damaged_files(draw: st.DrawFn) -> Damaged:
    """A file of one of the profiles, damaged in up to three ways."""
    profile: Profile = PROFILES[draw(st.sampled_from(sorted(PROFILES)))]
    names = list(profile.columns)
    kinds = set(
        draw(st.lists(st.sampled_from(sorted([*_WHOLE, "bytes", "cut", "twice", "quote", "short"])), max_size=3))
    )
    if "order" in kinds:
        names = draw(st.permutations(names))
    row = st.tuples(*(_cell(profile.columns[name]) for name in names)).map(list)
    rows = draw(st.lists(row, min_size=1, max_size=12))
    table = [list(names), *rows]
    if "extra" in kinds:
        table = [[*cells, draw(st.text(max_size=4))] for cells in table]
    if "short" in kinds:
        table[-1] = table[-1][: draw(st.integers(1, len(names)))]
    if "titles" in kinds:
        table = [["題名"], ["出力日 2026-10-31"], *table]
    text = io.StringIO()
    ends = "\n" if "ends" in kinds else "\r\n"
    csv.writer(text, delimiter="\t" if "delimiter" in kinds else ",", lineterminator=ends).writerows(table)
    encoding = draw(st.sampled_from(["cp932", "utf-16", "utf-8-sig"])) if "encoding" in kinds else "utf-8"
    data = bytearray(text.getvalue().encode(encoding, "replace"))
    return Damaged(profile.key, bytes(_spoilt(draw, data, kinds)), frozenset(kinds))


def _spoilt(draw: st.DrawFn, data: bytearray, kinds: set[str]) -> bytearray:
    if "bytes" in kinds:
        for _ in range(draw(st.integers(1, 8))):
            data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    if "quote" in kinds:
        at = draw(st.integers(0, len(data)))
        data[at:at] = b'"'
    if "twice" in kinds:
        data += data[len(data) // 2 :]
    if "cut" in kinds:
        del data[draw(st.integers(1, len(data))) :]
    return data


def accounted(made: Damaged, folder: Path) -> str:
    """What is wrong with the account of this file; "" when nothing is.

    Every row that the reader hands on ends as exactly one of accepted and rejected, its line rises, a
    rejected one says why, and no line with anything in it is passed over.
    """
    path = folder / "file.csv"
    path.write_bytes(made.data)
    try:
        with open_source(path, PROFILES) as source:
            plan = plan_columns(source.profile, source.header)
            reader = RowReader(source.profile, plan, AS_OF)
            keeper = Keeper(source.profile, plan.has_block, Digester(bytes(32)), source)
            account, problems, lines, outcomes = Account(), list[RowProblem](), list[int](), list[int]()
            for chunk in source.chunks(5):
                for row in keeper.rows(chunk, reader, account, problems):
                    lines.append(row.line)
                    outcomes.append(row.outcome)
            return _wrong(made, source.header_line, source.encoding, lines, outcomes, account, problems)
    except Refused as refused:
        return "" if refused.message.key.startswith("file.") else str(refused)


def _wrong(
    made: Damaged, header_line: int, encoding: str, lines: list[int], outcomes: list[int], account: Account,
    problems: list[RowProblem],
) -> str:  # fmt: skip
    if lines != sorted(set(lines)):
        return f"lines do not rise: {lines}"
    if account.rows != len(lines) or account.rejected != sum(one == 2 for one in outcomes):
        return f"{account.rows} rows and {account.rejected} rejected in the account, {len(lines)} came"
    silent = {line for line, outcome in zip(lines, outcomes, strict=True) if outcome == 2} - {
        problem.line for problem in problems if problem.outcome == "rejected"
    }
    if silent:
        return f"rejected without a reason: {silent}"
    if made.kinds <= _WHOLE and b'"' not in made.data and encoding != "xlsx":
        text = made.data.decode(encoding if not encoding.startswith("utf-16") else "utf-16")
        filled = [
            at for at, line in enumerate(text.split("\n"), 1) if line.strip("\r").replace(",", "").replace("\t", "")
        ]
        if [at for at in filled if at > header_line] != lines:
            return f"lines {filled} became {lines}"
    return ""


def many(place: Place, times: int) -> list[str]:
    """So many times twenty files."""
    place.folder.mkdir(parents=True, exist_ok=True)
    failures: list[str] = []

    @given(damaged_files())
    @settings(max_examples=20 * times, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def each(made: Damaged) -> None:
        wrong = accounted(made, place.folder)
        assert not wrong, wrong

    try:
        each()
    except AssertionError as error:
        failures.append(str(error))
    place.say(f"files: {20 * times} made and damaged, {len(failures)} failures")
    return failures
