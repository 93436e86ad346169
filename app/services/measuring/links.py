"""Measuring the matching: against Splink's own predict, alone in memory, and when a month brings little new."""

from __future__ import annotations

import csv
import random
import time as clocks
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

from app.linkage.frame import normalise
from app.linkage.matching import match
from app.linkage.model import shipped_model, shipped_variants
from app.linkage.scoring import score
from app.services.deriving.links import spellings
from app.services.deriving.profiles_in_force import profiles_of
from app.services.imports import importing
from app.services.offices import opening
from app.storage.office import Office

CHANGED = 2000
AT_ONCE = 100_000


def splink_alone(office: Path, person: str, passphrase: str, now: datetime) -> float:
    """Seconds of Splink's predict alone, on the records that the import has just linked."""
    with opening.open_office(office, person, passphrase, now) as it:
        lines = normalise(_stock(it), shipped_variants())
    begun = clocks.perf_counter()
    score(lines, shipped_model())
    return clocks.perf_counter() - begun


def links_alone(office: Path, person: str, passphrase: str, now: datetime) -> dict[str, float]:
    """Seconds of the whole matching without the database: framing, Splink, judging, grouping, naming."""
    with opening.open_office(office, person, passphrase, now) as it:
        stock = _stock(it)
    begun = clocks.perf_counter()
    match(_parts(stock), person_id_of=lambda record: record ^ 1)
    return {"seconds": clocks.perf_counter() - begun, "spellings": len(stock)}


def month_with_changes(office: Path, extracts: Path, person: str, passphrase: str, now: datetime) -> dict[str, float]:
    """Seconds by stage of an import in which 2,000 residents (or half of them) have another telephone."""
    register = next(path for path in sorted(extracts.iterdir()) if path.name.startswith("juki"))
    with register.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    place = rows[0].index("電話番号")
    chance = random.Random(1)
    for row in chance.sample(rows[1:], min(CHANGED, len(rows) // 2)):
        row[place] = f"0000-{chance.randrange(100):02d}-{chance.randrange(10000):04d}"
    later = office.parent / "juki_next_month.csv"
    with later.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    day = (now + timedelta(days=30)).date()
    with opening.open_office(office, person, passphrase, now) as it:
        return importing.import_extracts(it, [later], now=now, as_of=day).value.seconds


def _stock(office: Office) -> pd.DataFrame:
    return spellings(office.reader(), "view", profiles_of(office))


def _parts(stock: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The stock some records at a time, as an import reads it."""
    records = stock["record_id"].to_numpy()
    start = 0
    while start < len(stock):
        end = min(start + AT_ONCE, len(stock))
        while end < len(stock) and records[end] == records[end - 1]:
            end += 1
        yield stock.iloc[start:end]
        start = end
