"""Measuring arrivals: files read, checked and stored, and nothing after that; and how still the caller stands.

One file as large as all others together is written here: memory must not grow with a file.
"""

from __future__ import annotations

import csv
import time as clocks
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from app.domain.message import Message
from app.services.imports import import_jobs
from app.services.imports.import_jobs import Ended
from app.services.imports.importing import import_extracts
from app.services.offices import opening

_HEADER = ("学籍番号", "年度", "月", "授業日数", "病欠", "事故欠", "出停忌引", "遅刻", "早退", "最長連続欠席")
_MONTHS = (4, 5, 6, 7, 9, 10, 11, 12, 1, 2)
_TICK = 0.005
_QUIET = 2.0


class _Enough(Exception):
    """The rows are stored: what would follow is measured elsewhere."""


def write_one_file(path: Path, rows: int, today: date) -> None:
    """A count of absences with so many rows, as one department sends it for some school years that are over."""
    year = today.year - 2
    with path.open("w", encoding="cp932", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_HEADER)
        for at in range(rows):
            pupil, which = divmod(at, len(_MONTHS))
            writer.writerow([f"{pupil:07d}", year, _MONTHS[which], 18, at % 3, int(at % 7 == 0), 0, at % 5, 0, 0])


def read_and_stored(folder: Path, person: str, passphrase: str, extracts: Path, now: datetime) -> dict[str, float]:
    """Bring files in up to the last row, and leave it there: nothing is published. Seconds, and rows."""
    told: dict[object, int] = {}

    def progress(message: Message) -> None:
        if message.key == "import.reading":
            told[message.values["number"]] = int(str(message.values["rows"]))
        if message.key == "import.stage_records":
            raise _Enough

    with opening.open_office(folder, person, passphrase, now) as office:
        begun = clocks.perf_counter()
        with suppress(_Enough):
            import_extracts(office, [extracts], now=now, progress=progress, alone=True, short=None)
        return {"seconds": clocks.perf_counter() - begun, "rows": sum(told.values())}


def stillest(folder: Path, person: str, passphrase: str, extracts: Path, now: datetime) -> dict[str, float]:
    """The longest that a caller stands still, in seconds: with nothing to do, and while a worker process imports."""
    with opening.open_office(folder, person, passphrase, now) as office:
        quiet = clocks.perf_counter() + _QUIET
        nothing = _longest(lambda: clocks.perf_counter() > quiet)
        ended: list[object] = []
        import_jobs.start(
            office, [extracts], now + timedelta(days=31), lambda news: ended.extend([1] * isinstance(news, Ended))
        )
        return {"quiet": nothing, "importing": _longest(lambda: bool(ended))}


def _longest(done: Callable[[], bool]) -> float:
    """The longest gap between two ticks of a thread that wants to go on every few milliseconds."""
    longest, last = 0.0, clocks.perf_counter()
    while not done():
        clocks.sleep(_TICK)
        now = clocks.perf_counter()
        longest, last = max(longest, now - last - _TICK), now
    return longest
