"""A year of daily backups: every generation is there at the end, opens, and all cost under four times the database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from app.domain import ids
from app.domain.entries import Kind
from app.storage.backups import generations
from app.storage.backups.backup import restore
from app.storage.keyring.handover import Keys
from app.storage.offices.office import Office
from tests.builders import NOW, opened
from tests.torture.place import Place

DAYS, MOST = 365, 4.0
ACTS, LOOKS = 24, 90
"""Of a working day: decisions and contacts of an office of four, and children that they opened."""


def of_backups(place: Place, times: int) -> list[str]:
    """Work ``7 * times`` days, at most a year; keep a generation each night."""
    office = place.office(place.filled())
    into = place.folder / "kept"
    into.mkdir()
    with opened(office) as unlocked:
        held, count = unlocked.held, unlocked.last_seq()
        children = [row[0] for row in unlocked.reader().execute("SELECT person_id FROM view.priority").fetchall()]
    days = min(DAYS, 7 * times)
    marks: list[tuple[Path, int]] = []
    for day in range(days):
        now = NOW + timedelta(days=day)
        if now.weekday() < 5:
            with _again(office, held) as unlocked:
                _work(place, unlocked, children, now)
                count = unlocked.last_seq()
        marks.append((generations.keep(office, into, time=now).path, count))
    kept = sum(path.stat().st_size for path in into.iterdir())
    truth = (office / "office.db").stat().st_size
    place.say(f"year: {days} days, {len(list(into.iterdir()))} generations, {kept / truth:.2f} times {truth >> 10} KiB")
    failures = [] if kept < MOST * truth else [f"{kept / truth:.2f} times the database"]
    gone = [path.name for path, _ in marks if not path.exists()]
    failures += [f"{len(gone)} of {days} generations are gone, first {gone[0]}"] if gone else []
    for path, count in place.chance.sample(marks, min(5, len(marks))):
        failures += _laid_out(place, path, count, held)
    return failures


@contextmanager
def _again(folder: Path, held: Keys) -> Iterator[Office]:
    with Office(folder, held) as office:
        yield office


def _work(place: Place, office: Office, children: list[int], now: datetime) -> None:
    for number in range(ACTS):
        moment = now + timedelta(minutes=10 * number)
        child = ids.code(place.chance.choice(children))
        said = {"person": child, "decision": "watch", "reason": "担任に確かめ、来月また見る。" * 3, "evidence": [],
                "day": now.date().isoformat(), "next": None, "on_screen": "0" * 64}  # fmt: skip
        office.write(Kind.DECISION_RECORDED, said, time=moment)
    for number in range(LOOKS):
        office.log_view(place.chance.choice(children), "child", time=now + timedelta(minutes=3 * number))


def _laid_out(place: Place, path: Path, count: int, held: Keys) -> list[str]:
    target = place.folder / "laid-out"
    if not path.exists():
        return []
    restore(path, target)
    with Office(target, held) as office:
        office.settle()
        found = int(office.writer.execute("SELECT max(seq) FROM entry").fetchone()[0])
        troubles = [] if found == count else [f"{path.name}: {found} entries, not {count}"]
    shutil.rmtree(target)
    return troubles
