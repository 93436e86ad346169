"""A disk that is full at a random step: refused in one sentence, nothing lost, done when there is room.

Needs root, for a small tmpfs to fill; elsewhere it says so and proves nothing.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Refused
from app.services.casework import reviewing
from tests.builders import NOW, opened
from tests.torture.killing import stored
from tests.torture.place import Place, Result

SIZE = 40 << 20
_SMALL = (1500 << 10, 3 << 20, 6 << 20, 20 << 20)
"""Free bytes beside the office on disks for which a whole reserve is too large, and on one for which it is not."""
LOOKS = 100
DECIDE_ROOM = 400 << 10
FULL, CODES = "The disk is full", (0, 1, 3)


def steps(place: Place, times: int) -> list[str]:
    """Small disks that are full, then imports and decisions with too little room, each time with another amount."""
    return [*reading(place), *_steps(place, times)]


def reading(place: Place) -> list[str]:
    """On a disk however small, once it was opened there: full to the last byte, it is opened, read and says so."""
    failures: list[str] = []
    source = place.office(place.filled())
    (source / "reserve").unlink()
    for free in _SMALL:
        with small_disk(place, _size(source) + free) as disk:
            if disk is None:
                return []
            office = Path(shutil.copytree(source, disk / "office"))
            place.expect(place.verify(office), 0)
            with filled_but(disk, 0):
                failures += [f"{free >> 10} KiB beside it: {one}" for one in _read_while_full(place, office)]
            failures += [f"with room again: {one}" for one in (place.verify(office),) if one.code != 0]
    place.say(f"disk: {len(_SMALL)} small disks, full, {len(failures)} failures")
    return failures


def _read_while_full(place: Place, office: Path) -> list[str]:
    with opened(office) as unlocked:
        said = {note.key for note in unlocked.notes}
        children = [row[0] for row in unlocked.reader().execute("SELECT person_id FROM view.priority").fetchall()]
        for number in range(LOOKS):
            reviewing.child_file(unlocked, children[number % len(children)], NOW)
        kept = unlocked.reader().execute("SELECT count(*) FROM access WHERE what = 'child'").fetchone()[0]
        decision = Decision(DecisionKind.NONE, "理由", NOW.date(), None, ())
        try:
            reviewing.decide(unlocked, children[0], decision, NOW, on_screen="")
            acted = "an act was taken"
        except Refused as refused:
            acted = "" if refused.message.key == "disk.full" else str(refused)
    failures = [] if "disk.full_reading" in said else [f"it did not say so: {said}"]
    failures += [] if kept >= LOOKS else [f"{kept} of {LOOKS} openings are logged"]
    return failures + ([acted] if acted else [])


def _steps(place: Place, times: int) -> list[str]:
    links = place.export(place.filled(), "links")
    with small_disk(place) as disk:
        if disk is None:
            return []
        failures: list[str] = []
        for number in range(times):
            office = disk / "office"
            if number % 2 == 0:
                needs = _size(place.filled())
                shutil.copytree(place.empty, office)
                failures += import_without_room(place, office, place.chance.randrange(2 * needs), links)
            else:
                shutil.copytree(place.filled(), office)
                failures += decide_without_room(place, office, place.chance.randrange(DECIDE_ROOM))
            shutil.rmtree(office)
            place.say(f"disk {number + 1}/{times}: {len(failures)} failures")
        return failures


@contextmanager
def small_disk(place: Place, size: int = SIZE) -> Iterator[Path | None]:
    """A tmpfs of so many bytes, or None where this machine gives none."""
    disk = place.folder / "disk"
    disk.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "kizuki-torture", str(disk)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        place.say("disk: skipped. It needs root (and Linux), to mount a small tmpfs that can be filled.")
        yield None
        return
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=False)


def import_without_room(place: Place, office: Path, room: int, links: str) -> list[str]:
    """Import with ``room`` bytes free, then again with all of it."""
    with filled_but(office.parent, room):
        first = place.bring_in(office)
        failures = _said_plainly(first)
        failures += [f"while the disk is full: {result}" for result in (place.verify(office),) if result.code != 0]
    failures += [f"with room again: {result}" for result in (place.verify(office),) if result.code != 0]
    again = place.bring_in(office)
    if again.code not in (0, 1) or place.export(office, "links") != links:
        failures.append(f"importing again: {again}")
    return [f"import with {room} bytes free: {one}" for one in failures]


def decide_without_room(place: Place, office: Path, room: int) -> list[str]:
    """Decide until the disk is full; what was printed is stored, the rest is when there is room."""
    child = place.export(office, "caseload").splitlines()[1].split(",")[1]
    file = place.folder / "given" / "full.jsonl"
    lines = [
        {"ref": str(at), "child": child, "decision": "none", "reason": "理由" * 400, "date": "2026-10-31"}
        for at in range(150)
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    with filled_but(office.parent, room):
        first = place.run("decide", *place.signed_in(office), "--file", file)
        failures = _said_plainly(first)
        printed = dict(line.split()[1:3] for line in first.out.splitlines())
    found = stored(office)
    if any(found.get(ref) != entry for ref, entry in printed.items()):
        failures.append("a printed decision is missing")
    again = place.run("decide", *place.signed_in(office), "--file", file)
    if again.code != 0 or len(again.out.splitlines()) != len(lines):
        failures.append(f"deciding again: {again}")
    failures += [f"after all: {result}" for result in (place.verify(office),) if result.code != 0]
    return [f"decide with {room} bytes free: {one}" for one in failures]


def _said_plainly(result: Result) -> list[str]:
    plain = result.clean and result.code in CODES and (result.code != CODES[-1] or FULL in result.err)
    return [] if plain else [str(result)]


@contextmanager
def filled_but(disk: Path, room: int) -> Iterator[None]:
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free
    with filler.open("wb") as stream:
        stream.write(bytes(max(0, free - room)))
    try:
        yield
    finally:
        filler.unlink()


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
