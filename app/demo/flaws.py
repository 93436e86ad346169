"""Deliberately bad rows: copies of sound rows, broken so that they must be rejected, or under a local ID that no
roster knows.

They are added, never put in place of a sound row, so what is true about the city does not depend on them.
"""

from __future__ import annotations

import random

from app.demo.chance import Streams
from app.demo.layout import LAYOUTS, Layout
from app.demo.model import City, ErrorRates, Flaw, Row
from app.demo.recording import empty_cells

TOO_MANY_DAYS = {"attendance": ("病欠", "授業日数"), "childcare_attendance": ("欠席", "開所日数")}
COUNTS = ("滞納月数", "保育料滞納月数", "う歯数", "妊娠週数", "遅刻", "遅い迎え")
UNREADABLE_DATE = "2026/13/45"


def spoil(city: City, streams: Streams, errors: ErrorRates) -> None:
    """Lose cells and add bad rows in every extract, at the rates given; what was added stands in `city.flaws`."""
    for extract, layout in LAYOUTS.items():
        rng, rows = streams.of(f"{extract} flaws"), city.extracts[extract]
        empty_cells(rng, rows, layout.may_be_empty, errors.missing_cell)
        sound = len(rows)
        for _ in range(_how_many(rng, sound, errors.broken_row)):
            row = dict(rows[rng.randrange(sound)])
            column = _break(rng, extract, layout, row)
            _add(rng, city, extract, row, column, "rejected")
        for _ in range(_how_many(rng, sound, errors.unknown_id) if layout.roster else 0):
            row = dict(rows[rng.randrange(sound)])
            row[layout.local_id[0]] = f"99{rng.randrange(10**5):05d}9"
            _add(rng, city, extract, row, layout.local_id[0], "waiting")


def _how_many(rng: random.Random, rows: int, rate: float) -> int:
    return int(rows * rate + rng.random()) if rate else 0


def _add(rng: random.Random, city: City, extract: str, row: Row, column: str, outcome: str) -> None:
    rows = city.extracts[extract]
    rows.insert(rng.randint(0, len(rows)), row)
    local_id = "+".join(str(row[part] or "") for part in LAYOUTS[extract].local_id)
    city.flaws.append(Flaw(extract, local_id, column, outcome))


def _break(rng: random.Random, extract: str, layout: Layout, row: Row) -> str:
    """Break one cell of the row in a way that the extract knows, and return its column."""
    dates = [column for column in layout.needed if column.endswith("日")]
    counts = [column for column in layout.columns if column in COUNTS]
    ways = [
        "empty",
        "date" if dates else "empty",
        "negative" if counts else "empty",
        "days" if extract in TOO_MANY_DAYS else "empty",
    ]
    way = rng.choice(ways)
    if way == "date":
        column = rng.choice(dates)
        row[column] = UNREADABLE_DATE
    elif way == "negative":
        column = rng.choice(counts)
        row[column] = -1
    elif way == "days":
        column, limit = TOO_MANY_DAYS[extract]
        row[column] = int(str(row[limit] or 20)) + 5
        row[limit] = row[limit] or 20
    else:
        column = rng.choice((*layout.local_id, *layout.needed))
        row[column] = None
    return column
