"""A year of daily backups with an import each month: all generations together cost under four times the database, and
those that stand open with all their entries.

The first import brings most lines of each file, every later one the same files again with some more of their lines.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from app.domain import ids
from app.domain.entries import Kind
from app.services.imports import importing
from app.storage.backups import generations
from app.storage.backups.backup import restore
from app.storage.keyring.handover import Keys
from app.storage.offices.office import Office
from tests.builders import NOW, opened
from tests.torture.place import Place

DAYS, MOST = 365, 4.0
FIRST, HEAD = 0.7, 8
"""The share of lines that come first, and how many lines at the top of a file may be titles."""
ACTS, LOOKS = 24, 90
"""Of a working day: decisions and contacts of an office of four, and children that they opened."""


def of_backups(place: Place, times: int) -> list[str]:
    """Work ``7 * times`` days, at most a year; keep a generation each night, import on the first of each month."""
    office = place.office()
    files = _Files(place)
    into = place.folder / "kept"
    into.mkdir()
    with opened(office) as unlocked:
        importing.import_extracts(unlocked, files.of_the_month(), now=NOW, as_of=NOW.date())
        held, count = unlocked.held, unlocked.last_seq()
        children = [row[0] for row in unlocked.reader().execute("SELECT person_id FROM view.priority").fetchall()]
    days = min(DAYS, 7 * times)
    marks: list[tuple[Path, int]] = []
    for day in range(days):
        now = NOW + timedelta(days=day)
        if now.day == 1:
            with _again(office, held) as unlocked:
                importing.import_extracts(unlocked, files.of_the_month(), now=now, as_of=now.date())
                count = unlocked.last_seq()
        if now.weekday() < 5:
            with _again(office, held) as unlocked:
                _work(place, unlocked, children, now)
                count = unlocked.last_seq()
        marks.append((generations.keep(office, into, time=now).path, count))
    kept = sum(path.stat().st_size for path in into.iterdir())
    truth = (office / "office.db").stat().st_size
    place.say(
        f"year: {days} days, {files.month - 1} imports later, {len(list(into.iterdir()))} generations, "
        f"{kept / truth:.2f} times {truth >> 10} KiB"
    )
    failures = [] if kept < MOST * truth else [f"{kept / truth:.2f} times the database"]
    gone = [path.name for path, _ in marks if not path.exists()]
    if gone:
        place.say(f"year: the oldest {len(gone)} days went to keep within the bound")
    if gone and (gone != [path.name for path, _ in marks[: len(gone)]] or len(gone) > days / 2):
        failures.append(f"{len(gone)} of {days} generations are gone, last {gone[-1]}")
    standing = marks[len(gone) :]
    for path, count in [standing[0], standing[-1], *place.chance.sample(standing, min(5, len(standing)))]:
        failures += _laid_out(place, path, count, held)
    return failures


class _Files:
    """The files of each month: all of the workbooks, and of each text so many lines."""

    def __init__(self, place: Place) -> None:
        self._place, self.month = place, 0
        self._lines = {path: path.read_bytes().splitlines(keepends=True) for path in sorted(place.extracts.iterdir())}
        self._drawn = {path: [place.chance.random() for _ in lines] for path, lines in self._lines.items()}

    def of_the_month(self) -> list[Path]:
        """Write the next month's files; a line that came once comes again."""
        share, folder = FIRST + self.month * (1 - FIRST) / 12, self._place.folder / "given" / f"month-{self.month}"
        self.month += 1
        folder.mkdir()
        for path, lines in self._lines.items():
            text = path.suffix != ".xlsx" and not lines[0].startswith((b"\xff\xfe", b"\xfe\xff"))
            drawn = zip(lines, self._drawn[path], strict=True)
            chosen = [line for at, (line, luck) in enumerate(drawn) if at < HEAD or luck < share or not text]
            (folder / path.name).write_bytes(b"".join(chosen))
        return [folder]


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
