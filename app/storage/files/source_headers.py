"""The header of a department file: found among its first rows, under title lines, over one row or two.

What comes nearest to a header is kept, so that a file which no profile knows is refused with what it lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from app.domain.extracts.dates import UnreadableDate, read_date
from app.domain.extracts.headers import together
from app.domain.extracts.my_number import without_numbers
from app.domain.extracts.profile import Profile
from app.domain.extracts.recognising import Recognition, number_column, plan_columns, recognise
from app.domain.message import Refused
from app.storage.files.delimited import Row

_TITLE_LINES = 5
_HEADER_LENGTH = 24
_TITLE_DAY = re.compile(r"出力日\s*[:：]?(.*)", re.DOTALL)


@dataclass(frozen=True)
class Found:
    """A header among the first rows, with what stood above it."""

    header: tuple[str, ...]
    line: int
    profile: Profile
    titles: list[tuple[str, ...]]


def find_header(
    name: str, first: Iterator[Row], profiles: Mapping[str, Profile], columns: int
) -> Found | Recognition | None:
    """The header among the first rows, else what came nearest to being one."""
    titles: list[tuple[str, ...]] = []
    nearest: Recognition | None = None
    above = islice(first, _TITLE_LINES + 1)
    for row in above:
        if len(row.cells) > columns:
            raise Refused("file.too_many_columns", file=name, limit=columns)
        header = _without_empty_end(row.cells)
        column = number_column(header)
        if column is not None:
            raise Refused("file.my_number_column", file=name, column=without_numbers(column))
        recognition = recognise(profiles.values(), header)
        if recognition.profile is None and titles:
            header = together(titles[-1], header)
            recognition = recognise(profiles.values(), header)
        if recognition.profile is not None:
            second = next(first, None)
            _refuse_second_header(name, second)
            alone = Found(header, row.line, recognition.profile, titles)
            return _two_rows(alone, second, profiles) or alone
        nearest = nearer(nearest, recognition)
        titles.append(row.cells)
    return nearest


def _two_rows(alone: Found, second: Row | None, profiles: Mapping[str, Profile]) -> Found | None:
    """The header with the row below it, where that says more columns than it says alone."""
    if second is None:
        return None
    header = _without_empty_end(together(alone.header, second.cells))
    profile = recognise(profiles.values(), header).profile
    if profile is None or _known(profile, header) <= _known(alone.profile, alone.header):
        return None
    return Found(header, second.line, profile, alone.titles)


def _known(profile: Profile, header: tuple[str, ...]) -> int:
    return len(plan_columns(profile, header).positions)


def _refuse_second_header(name: str, row: Row | None) -> None:
    """Some systems print two lines of headers; what the second one says counts too."""
    column = number_column(cell for cell in row.cells if len(cell) <= _HEADER_LENGTH) if row else None
    if column is not None:
        raise Refused("file.my_number_column", file=name, column=without_numbers(column))


def _without_empty_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def nearer(one: Recognition | None, other: Recognition | None) -> Recognition | None:
    """The one of two that lacks less of being a header."""
    if one is None or one.nearest is None:
        return other
    if other is None or other.nearest is None:
        return one
    return other if len(other.missing) < len(one.missing) else one


def unknown(name: str, nearest: Recognition | None, profiles: Mapping[str, Profile]) -> Refused:
    """What to raise for a file that no profile knows."""
    if nearest is None or nearest.nearest is None:
        first = dict.fromkeys(next(iter(profile.needed(True))) for profile in profiles.values())
        return Refused("file.no_known_column", file=name, columns="、".join(first))
    names = nearest.nearest.names
    return Refused(
        "file.no_profile",
        file=name,
        nearest_ja=names["ja"],
        nearest_en=names["en"],
        missing="、".join(nearest.missing),
    )


def title_day(titles: Iterable[tuple[str, ...]]) -> tuple[date | None, str]:
    """The day beside 出力日, in the same cell or the next filled one, and what stood there if it is none."""
    for cells in titles:
        for at, cell in enumerate(cells):
            found = _TITLE_DAY.search(cell)
            if found is None:
                continue
            said = found[1].strip() or next((one for one in cells[at + 1 :] if one.strip()), "")
            day = _whole_day(said) or _whole_day(said.split()[0] if said else "")
            return day, "" if day else said
    return None, ""


def _whole_day(text: str) -> date | None:
    try:
        day = read_date(text)
    except UnreadableDate:
        return None
    return None if day is None or day.partial else day.first
