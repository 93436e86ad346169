"""Departments send their files in whatever order they like: who is who comes out the same.

All orders of four files, and all four at once; the short form is in tests/journeys/test_any_order.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

from app.storage.office import Office
from tests.builders import bring_in, groups, opened
from tests.torture.place import Place

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
        if linked(office, [[file] for file in order]) != wanted:
            failures.append("other persons with " + ", ".join(file.name for file in order))
        shutil.rmtree(office)
        place.say(f"orders {number}/24: {len(failures)} failures")
    return failures


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
