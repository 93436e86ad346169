"""Killed while persons are joined and parted: what was printed stands, and everything derived follows from it.

Run as a program (`python -m tests.torture.joining OFFICE SEED`) it joins and parts until somebody kills it.
"""

from __future__ import annotations

import random
import shutil
import sys
import time
from datetime import timedelta
from pathlib import Path

from app.services.links import linking
from app.services.offices import opening
from app.storage.offices.office import Office
from app.storage.truth.desk import id_text
from tests.builders import LEAD, NOW, PASSPHRASE, opened
from tests.torture.killing import AFRESH
from tests.torture.place import Place

PATIENCE = 60.0


def merges(place: Place, times: int) -> list[str]:
    """Kill it ``times`` times; every printed ruling is an entry, and a rebuild comes to the same persons."""
    office = place.office(place.filled())
    failures: list[str] = []
    promised: list[str] = []
    for number in range(times):
        if number and number % AFRESH == 0:
            shutil.rmtree(office)
            office, promised = place.office(place.filled()), []
        promised += _killed(place, office)
        result = place.verify(office, "--rebuild")
        if result.code != 0 or not result.clean:
            failures.append(f"merge {number}: {result}")
        with opened(office) as unlocked:
            stand = {id_text(row[0]) for row in unlocked.writer.execute("SELECT id FROM entry").fetchall()}
        lost = [entry for entry in promised if entry not in stand]
        failures += [f"merge {number}: {len(lost)} printed rulings are missing"] if lost else []
        place.say(f"merge {number + 1}/{times}: {len(promised)} rulings printed, {len(failures)} failures")
    return failures


def _killed(place: Place, office: Path) -> list[str]:
    process = place.begin(str(office), str(place.chance.randrange(10**6)), module="tests.torture.joining")
    said = [process.stdout.readline() for _ in range(place.chance.randint(1, 6))]
    time.sleep(place.chance.uniform(0, 0.15))
    process.kill()
    rest, errors = process.communicate(PATIENCE)
    if not said[0]:
        raise AssertionError(errors.decode("utf-8", "replace")[-2000:])
    lines = [*said, *rest.splitlines(keepends=True)]
    return [line.split()[1].decode() for line in lines if line.startswith(b"stored ") and line.endswith(b"\n")]


def _join_and_part(office: Office, chance: random.Random) -> None:
    for number in range(10_000):
        rows = office.reader().execute("SELECT record_id, person_id FROM view.record ORDER BY record_id").fetchall()
        (a, one), (b, other) = chance.sample(rows, 2)
        if one == other:
            continue
        now = NOW + timedelta(seconds=number)
        entry = linking.rule(office, a, b, True, "同じ児童と確認", now).value
        _tell(entry)
        if chance.random() < 0.6:
            _tell(linking.withdraw_ruling(office, entry, "確認し直した", now).value)


def _tell(entry: str) -> None:
    sys.stdout.write(f"stored {entry}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _join_and_part(opening.open_office(Path(sys.argv[1]), LEAD, PASSPHRASE, NOW), random.Random(int(sys.argv[2])))
