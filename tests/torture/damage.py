"""Damage that no crash makes: flipped bits, old files put back, a write-ahead log cut or lost.

Verify says so, or the office is refused, or it was mended from the second copy and says that. A
whole folder put back as it once was is not told apart here: nothing outside the folder knows better.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from app.domain.decisions import Decision, DecisionKind
from app.services.casework import reviewing
from tests.builders import NOW, SCHOOL, bring_in, extract, opened, pupil
from tests.torture.killing import stored
from tests.torture.place import Place, Result

MENDED = ("written again", "brought back", "cut off", "worked out again")


def all_kinds(place: Place, times: int) -> list[str]:
    """Flip ``times`` bits in each kind of file, cut ``times`` logs, put each old file back."""
    return [*flipped(place, times), *old_files(place), *logs(place, times)]


def flipped(place: Place, times: int) -> list[str]:
    """One bit of one file each. Nothing is killed here, so one process verifies them all."""
    failures: list[str] = []
    whole = place.filled()
    with mock.patch.object(place, "in_process", True):
        place.expect(place.verify(place.office(whole)), 0)
    for pattern in ("office.db", "view-*.db", "keys.json", "segments/*.seg"):
        for _ in range(times):
            office = place.office(whole)
            path = max(office.glob(pattern))
            bit = place.chance.randrange(8 * path.stat().st_size)
            _flip(path, bit)
            with mock.patch.object(place, "in_process", True):
                failures += [f"{pattern}, bit {bit}: {one}" for one in _unnoticed(place.verify(office))]
            shutil.rmtree(office)
        place.say(f"damage: {times} bits of {pattern}, {len(failures)} failures")
    return failures


def _flip(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def _unnoticed(result: Result) -> list[str]:
    """Empty if the damage was reported, refused, or mended and told."""
    noticed = result.code in (1, 3) or (result.code == 0 and any(word in result.err for word in MENDED))
    return [] if noticed and result.clean else [str(result)]


def old_files(place: Place) -> list[str]:
    """Each file alone as it was before the last import and the last person."""
    older, newer = place.office(place.filled()), place.office(place.filled())
    more = ["--name", "佐藤", "--role", "worker", "--new-passphrase-file", str(place.secret)]
    place.expect(place.run("person", "add", *place.signed_in(newer), *more), 0)
    new_pupil = pupil("9001", "小暮 颯太", "コグレ ソウタ", "2016-09-28")
    later = extract(place.folder / "given" / "later.csv", SCHOOL, [new_pupil])
    accepted = ["--as-of", "2026-11-30", "--accept-short", later.name]
    place.expect(place.run("import", *place.signed_in(newer), *accepted, later), 0)
    failures: list[str] = []
    for name in ("keys.json", "office.db", "segments", "view"):
        office = place.office(newer)
        if name == "view":
            shutil.copy(max(older.glob("view-*.db")), max(office.glob("view-*.db")))
        elif name == "segments":
            shutil.rmtree(office / name)
            shutil.copytree(older / name, office / name)
        else:
            shutil.copy(older / name, office / name)
        failures += [f"old {name}: {one}" for one in _unnoticed(place.verify(office, "--rebuild"))]
    place.say(f"damage: old files put back, {len(failures)} failures")
    return failures


def logs(place: Place, times: int) -> list[str]:
    """The office as a power cut leaves it, and its write-ahead log cut, flipped or gone besides."""
    image, promised = _image(place)
    failures: list[str] = []
    for number in range(times):
        office = place.office(image)
        said = _hurt(office / "office.db-wal", number, place.chance.randrange)
        with mock.patch.object(place, "in_process", True):
            result = place.verify(office)
        if not result.clean or result.code not in (0, 1, 3):
            failures.append(f"log {said}: {result}")
        elif result.code == 0 and not promised.items() <= stored(office).items():
            failures.append(f"log {said}: sound, but a decision is missing")
        shutil.rmtree(office)
    place.say(f"damage: {times} logs, {len(failures)} failures")
    return failures


def _image(place: Place) -> tuple[Path, dict[str, str]]:
    """What lies on the disk while an office is open and has just been worked in."""
    live = place.office()
    with opened(live) as office:
        bring_in(office, place.extracts)
        child = office.reader().execute("SELECT person_id FROM view.priority ORDER BY rank").fetchone()[0]
        decision = Decision(DecisionKind.NONE, "理由", NOW.date(), None, ())
        promised: dict[str, str] = {}
        for ref in map(str, range(50)):
            promised[ref] = reviewing.decide(office, child, decision, NOW, on_screen="", ref=ref).value
        image = place.office(live)
    return image, promised


def _hurt(log: Path, number: int, choose: Callable[[int], int]) -> str:
    size = log.stat().st_size
    if number % 3 == 0:
        log.unlink()
        return "gone"
    at = choose(size)
    if number % 3 == 1:
        with log.open("r+b") as stream:
            stream.truncate(at)
        return f"cut at {at} of {size}"
    _flip(log, 8 * at)
    return f"flipped at {at} of {size}"
