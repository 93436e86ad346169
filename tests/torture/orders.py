"""Departments send their files in whatever order they like: who is who comes out the same.

All orders of four files, and all four at once; then another month, and one file taken back and given back:
each office comes to what a rebuild of it comes to. The short form is in tests/journeys/test_any_order.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

from app.services.deriving import rebuilding
from app.services.imports import withdrawing
from app.services.measuring.months import write_next_month
from app.storage.offices import verify
from app.storage.offices.office import Office
from tests.builders import NOW, bring_in, groups, opened
from tests.torture.place import Place

LATER = date(2026, 12, 1)

FOUR = ("juki_", "gakureibo", "jidou_soudan", "nyuyoji_kenshin")
"""The register and three departments that write people down in their own way."""


def all_of_them(place: Place, times: int) -> list[str]:
    """Four files in ``times`` of their 24 orders, one after the other, against all at once."""
    files = newest_of(place.extracts, FOUR)
    wanted = linked(place.office(), [files])
    failures: list[str] = []
    for number, order in enumerate(permutations(files), start=1):
        if number > times:
            break
        office = place.office()
        words = ", ".join(file.name for file in order)
        if linked(office, [[file] for file in order]) != wanted:
            failures.append(f"other persons with {words}")
        failures += [
            f"{one}, after {words}" for one in lived_on(office, order, place.folder / f"next-{number}", number)
        ]
        shutil.rmtree(office)
        place.say(f"orders {number}/24: {len(failures)} failures")
    return failures


def lived_on(folder: Path, order: Sequence[Path], place: Path, number: int) -> list[str]:
    """Another month with one row in fifty changed, then a file of either month taken back and given back: whether
    the view is each time what follows from the truth. What is not, in words."""
    sources = place / "sources"
    sources.mkdir(parents=True)
    for file in order:
        shutil.copyfile(file, sources / file.name)
    write_next_month(sources, place / "month")
    wrong: list[str] = []
    with opened(folder) as office:

        def check(when: str) -> None:
            wrong.extend(f"{when}: {one.values}" for one in rebuilding.differences(office))
            wrong.extend(f"{when}: {one}" for one in verify.verify(office))

        for file in order:
            bring_in(office, place / "month" / file.name, as_of=LATER)
        check("another month")
        shared = office.reader().execute("SELECT count(*) FROM batch_run").fetchone()[0]
        if not shared:
            wrong.append("no line was known again, so that nothing was shown")
        batches = [row[0] for row in office.reader().execute("SELECT batch_id FROM batch ORDER BY batch_id").fetchall()]
        taken = batches[number % len(batches)]
        withdrawing.withdraw(office, taken, "違うファイルでした", NOW)
        check(f"batch {taken} taken back")
        withdrawing.restore(office, taken, "やはり正しいファイルでした", NOW)
        check(f"batch {taken} given back")
    return wrong


def newest_of(folder: Path, starts: Sequence[str]) -> list[Path]:
    """The last file of every kind whose name begins so."""
    return [max(path for path in folder.iterdir() if path.name.startswith(start)) for start in starts]


def linked(folder: Path, deliveries: Sequence[Sequence[Path]]) -> tuple[Any, ...]:
    """What an office makes of files that come in these deliveries."""
    with opened(folder) as office:
        for files in deliveries:
            bring_in(office, *files)
        return what_was_linked(office)


def what_was_linked(office: Office) -> tuple[Any, ...]:
    """Groups, the newest state of every edge, and the open questions."""
    db = office.reader()
    edges = {(a, b): said for a, b, *said in db.execute("SELECT a, b, weight, state FROM edge ORDER BY run_id")}
    asked = sorted(db.execute("SELECT a, b, weight FROM view.review").fetchall())
    standing = {pair: said for pair, said in edges.items() if said[1] != "withdrawn"}
    return groups(office), standing, asked
