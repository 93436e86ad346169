"""Measuring the matching: against Splink's own predict, alone in memory, and when a month brings little new.

Here seconds are those of the processor, all its cores together: that is what can be compared where
other programs run beside it, and where one side works on several cores.
"""

from __future__ import annotations

import csv
import random
import time as clocks
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

from app.linkage.frame import normalise
from app.linkage.matching import match
from app.linkage.model import shipped_model, shipped_variants
from app.linkage.scoring import closed_database, lowest, wanted
from app.linkage.settings import splink_settings
from app.linkage.training import train
from app.services.deriving.links import spellings
from app.services.deriving.profiles_in_force import profiles_of
from app.services.imports import importing
from app.services.offices import opening
from app.storage.offices.office import Office

CHANGED = 2000
AT_ONCE = 100_000


def splink_alone(office: Path, person: str, passphrase: str, now: datetime) -> dict[str, float]:
    """Splink's predict as its manual shows it, on the records that the import has just linked.

    The same settings and normal forms, a table of texts, Splink's own blocking, one call; nothing
    of what the program does before and after.
    """
    from splink import DuckDBAPI, Linker

    with opening.open_office(office, person, passphrase, now) as it:
        lines = normalise(_stock(it), shipped_variants()).frame()
    model = shipped_model()
    with closed_database(lines) as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        begun, since = clocks.process_time(), clocks.perf_counter()
        table = DuckDBAPI(connection=connection).register("lines")
        linker = Linker(table, splink_settings(model), log_level=None, validate_settings=False)
        scored = linker.inference.predict(threshold_match_weight=lowest(model), warning_mode="never")
        pairs = connection.execute(f"select {', '.join(wanted())} from {scored.physical_name}").df()
        taken = {"seconds": clocks.process_time() - begun, "elapsed": clocks.perf_counter() - since}
    return taken | {"pairs": len(pairs)}


def links_alone(office: Path, person: str, passphrase: str, now: datetime) -> dict[str, float]:
    """The whole matching without the database: framing, scoring, judging, grouping, naming."""
    with opening.open_office(office, person, passphrase, now) as it:
        stock = _stock(it)
    begun = clocks.process_time()
    found = match(_parts(stock), person_id_of=lambda record: record ^ 1)
    return {"seconds": clocks.process_time() - begun, "records": len(found.persons), "pairs": len(found.edges)}


def training_alone(office: Path, person: str, passphrase: str, now: datetime) -> dict[str, float]:
    """Learning a model from these records, as a lead may; nothing where they are too few to learn from."""
    with opening.open_office(office, person, passphrase, now) as it:
        stock = _stock(it)
    begun = clocks.process_time()
    try:
        train(stock, shipped_model(), shipped_variants())
    except ValueError:
        return {}
    return {"seconds": clocks.process_time() - begun}


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
