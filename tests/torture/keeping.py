"""Backups and key changes under bad luck: killed, flipped, on a full disk, with the share gone.

What was kept before is there after; the newest sound generation opens; nobody is locked out of the office.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from app.domain.message import Refused
from app.storage import database, migrations
from app.storage.backups import generations
from app.storage.backups.backup import restore
from app.storage.keyring import keyfile
from tests.builders import NOW, opened
from tests.torture.full_disk import FULL, filled_but, small_disk
from tests.torture.killing import killed, stored
from tests.torture.place import PATIENCE, Place

UNFINISHED = "A change of keys is not finished"
"""What verify finds between the entry of a change and its key file: it opens as before, and says what to do."""


def backups(place: Place, times: int) -> list[str]:
    """Everything that can befall a generation while it is made and afterwards."""
    return [*killed_backups(place, times), *flipped(place, times), *without_room(place, times), *without_share(place)]


# ---------------------------------------------------------------------------- killed


def killed_backups(place: Place, times: int) -> list[str]:
    """Kill `backup --nightly`; whatever was kept stays sound, and the next night makes up for it."""
    office, into = place.office(place.filled()), place.folder / "kept"
    into.mkdir(exist_ok=True)
    lasts = _seconds(place, "backup", str(office), "--nightly", "--to", str(into))
    failures: list[str] = []
    for number in range(times):
        _decide(place, office, f"b{number}")
        command = ["backup", str(office), "--nightly", "--to", str(into)]
        before = {one.path.name for one in generations.sound(into)}
        moment = killed(place, command, lasts, number, by_word=False)
        lost = before - {one.path.name for one in generations.sound(into)}
        if len(lost) > 1 or generations.damaged(into):  # the same day's may have been replaced
            failures.append(f"backup killed {moment}: lost {sorted(lost)}, damaged {generations.damaged(into)}")
        result = place.run(*command)
        if result.code != 0:
            failures.append(f"the backup after one killed {moment}: {result}")
        failures += [f"backup killed {moment}: {one}" for one in _newest_opens(place, into, office)]
        place.say(f"backup {number + 1}/{times}: killed {moment}, {len(failures)} failures")
    return failures


def _seconds(place: Place, *command: str) -> float:
    """How long it takes when nobody kills it, the second time as the first."""
    begun = time.monotonic()
    place.expect(place.run(*command), 0)
    return time.monotonic() - begun


def _decide(place: Place, office: Path, ref: str) -> None:
    child = place.export(place.filled(), "caseload").splitlines()[1].split(",")[1]
    line = {"ref": ref, "child": child, "decision": "none", "reason": "理由", "date": "2026-10-31"}
    file = place.folder / "given" / "kept.jsonl"
    file.write_text(json.dumps(line) + "\n", encoding="utf-8")
    place.expect(place.run("decide", *place.signed_in(office), "--file", file), 0)


def _newest_opens(place: Place, into: Path, office: Path) -> list[str]:
    """Laid out, the newest generation holds every decision of the office."""
    target = place.folder / "offices" / "laid-out"
    try:
        restore(into, target)
        return [] if _refs(target) == _refs(office) else ["the newest generation lacks a decision"]
    except Refused as refused:
        return [f"the newest generation: {refused.message.key}"]
    finally:
        shutil.rmtree(target, ignore_errors=True)


def _refs(folder: Path) -> set[str]:
    with opened(folder) as office:
        return {row[0] for row in office.writer.execute("SELECT ref FROM decision WHERE ref IS NOT NULL").fetchall()}


def rotations(place: Place, times: int) -> list[str]:
    """Kill the change of all keys: the office opens with the same passphrase, whole, before and after."""
    office = place.office(place.filled())
    known = stored(office)
    lasts = _seconds(place, "office", "renew-keys", *place.signed_in(office))
    failures: list[str] = []
    for number in range(times):
        moment = killed(place, ["office", "renew-keys", *place.signed_in(office)], lasts, number, by_word=False)
        result = place.verify(office)
        rest = [path.name for path in office.rglob("*.epoch-*")]
        only_unfinished = all(line.startswith(UNFINISHED) for line in result.out.splitlines())
        told = result.code == 0 or (result.code == 1 and only_unfinished)
        if not told or not result.clean or rest or stored(office) != known:
            failures.append(f"rotation killed {moment}: {result} {rest}")
        place.say(f"rotation {number + 1}/{times}: killed {moment}, {len(failures)} failures")
    place.expect(place.run("office", "renew-keys", *place.signed_in(office)), 0)
    last = place.verify(office)
    return failures if last.code == 0 else [*failures, f"after all: {last}"]


def migrations_killed(place: Place, times: int) -> list[str]:
    """Kill the bringing up of an old database: the next start finishes it, and no row is lost."""
    key, failures = bytes(32), []
    for number in range(times):
        path = place.folder / "offices" / f"old-{number}.db"
        before = _old_database(place, path, key)
        process = place.begin(str(path), module="tests.torture.keeping")
        process.stdout.readline()
        time.sleep(place.chance.uniform(0, 0.12))
        process.kill()
        process.communicate(PATIENCE)
        connection = database.connect(path, key)
        reached = connection.execute("PRAGMA user_version").fetchone()[0]
        migrations.bring_up(connection)
        rows = connection.execute("SELECT count(*) FROM here").fetchone()[0]
        if migrations.schema_text(connection) != migrations.SCHEMA_FILE.read_text(encoding="utf-8") or rows != before:
            failures.append(f"migration killed at version {reached}: {rows} of {before} rows, or another schema")
        connection.close()
        path.unlink()
    place.say(f"migration: {times} killed, {len(failures)} failures")
    return failures


def _old_database(place: Place, path: Path, key: bytes) -> int:
    """One of an older program, with rows in it; how many."""
    connection = database.connect(path, key, create=True)
    database.use_wal(connection)
    steps = migrations.steps()
    for number, step in enumerate(steps[: place.chance.randrange(1, len(steps))], start=1):
        connection.executescript(step.read_text(encoding="utf-8"))
        connection.execute(f"PRAGMA user_version = {number}")
    connection.executemany("INSERT INTO here (key, value) VALUES (?, '1')", [(f"k{at}",) for at in range(500)])
    count = int(connection.execute("SELECT count(*) FROM here").fetchone()[0])
    connection.close()
    return count


# ---------------------------------------------------------------------------- flipped bits


def flipped(place: Place, times: int) -> list[str]:
    """``5 * times`` bits of generations, one at a time: each is found, and what does not need it still opens."""
    office, into = place.office(place.filled()), place.folder / "flipped"
    into.mkdir()
    for day in range(3):
        with opened(office) as unlocked:
            unlocked.log_view(1, "child", time=NOW + timedelta(days=day))
        generations.keep(office, into, time=NOW + timedelta(days=day))
    kept = [one.path for one in generations.sound(into)]
    failures = []
    for number in range(5 * times):
        path = kept[number % len(kept)]
        bit = place.chance.randrange(8 * path.stat().st_size)
        _flip(path, bit)
        try:
            generations.check(generations.chain_at(path))
        except Refused:
            pass
        else:
            failures.append(f"bit {bit} of {path.name} was not found")
        _flip(path, bit)
    for path in kept:
        generations.check(generations.chain_at(path))
    place.say(f"backup: {5 * times} flipped bits, {len(failures)} failures")
    return failures


def _flip(path: Path, bit: int) -> None:
    with path.open("r+b") as file:
        file.seek(bit // 8)
        byte = file.read(1)[0]
        file.seek(bit // 8)
        file.write(bytes([byte ^ (1 << bit % 8)]))


# ---------------------------------------------------------------------------- a full disk, a share that is gone


def without_room(place: Place, times: int) -> list[str]:
    """The disk for backups is full at a random step: said, what was kept stays, and with room it is kept."""
    office = place.office(place.filled())
    failures: list[str] = []
    with small_disk(place) as disk:
        if disk is None:
            return []
        into = disk / "kept"
        into.mkdir()
        command = ["backup", str(office), "--nightly", "--to", str(into)]
        place.expect(place.run(*command), 0)
        size = sum(path.stat().st_size for path in into.iterdir())
        for number in range(times):
            _decide(place, office, f"r{number}")
            for path in into.iterdir() if number % 2 else ():  # every other time a full generation is due
                path.rename(path.with_suffix(".aside"))
            with filled_but(disk, place.chance.randrange(size if number % 2 else 40_000)):
                result = place.run(*command)
            for path in into.glob("*.aside"):
                path.rename(path.with_suffix(".kizuki"))
            if result.code not in (0, 3) or not result.clean or (result.code == 3 and FULL not in result.err):
                failures.append(f"without room: {result}")
            if generations.damaged(into) or not generations.sound(into):
                failures.append("without room: what was kept before is damaged")
            again = place.run(*command)
            failures += [] if again.code == 0 else [f"with room again: {again}"]
            failures += _newest_opens(place, into, office)
    place.say(f"backup: {times} times without room, {len(failures)} failures")
    return failures


def without_share(place: Place) -> list[str]:
    """The folder is gone: said at once and at the next start; work goes on."""
    office, into = place.office(place.filled()), place.folder / "share"
    into.mkdir()
    signed_in = place.signed_in(office)
    place.expect(place.run("backup", *signed_in, "--set-folder", str(into)), 0)
    place.expect(place.run("backup", str(office), "--nightly"), 0)
    into.rename(into.with_name("away"))
    gone = place.run("backup", str(office), "--nightly")
    start = place.verify(office)
    into.with_name("away").rename(into)
    back = place.run("backup", str(office), "--nightly")
    failures = [] if gone.code == 3 and str(into) in gone.err else [f"share gone: {gone}"]
    failures += [] if start.code == 0 and str(into) in start.err else [f"at the next start: {start}"]
    return failures if back.code == 0 else [*failures, f"share back: {back}"]


# ---------------------------------------------------------------------------- altered key files


def key_files(place: Place, times: int) -> list[str]:
    """``5 * times`` altered key files: none is accepted, and the office is not locked out by any."""
    office = place.office(place.filled())
    whole = (office / "keys.json").read_bytes()
    original = keyfile.parsed(whole)
    failures = []
    for number in range(5 * times):
        how, content = _ALTERING[number % len(_ALTERING)](place, whole)
        try:
            found = keyfile.parsed(content)
        except Refused:
            continue
        if found != original:
            failures.append(f"an altered key file was accepted: {how}")
    place.say(f"keys: {5 * times} altered key files, {len(failures)} failures")
    with opened(office):
        return failures


def _one_bit(place: Place, whole: bytes) -> tuple[str, bytes]:
    at = place.chance.randrange(8 * len(whole))
    content = bytearray(whole)
    content[at // 8] ^= 1 << at % 8
    return f"bit {at}", bytes(content)


def _cut(place: Place, whole: bytes) -> tuple[str, bytes]:
    at = place.chance.randrange(len(whole))
    return f"cut at {at}", whole[:at]


def _value(place: Place, whole: bytes) -> tuple[str, bytes]:
    """One value anywhere is another: a number more, a word other, a list without its last, a text reversed."""
    said = json.loads(whole)
    leaves = list(_leaves(said))
    holder, key = place.chance.choice(leaves)
    before = holder[key]
    holder[key] = _other(before)
    return f"{key}: {before!r} to {holder[key]!r}", json.dumps(said, ensure_ascii=False).encode()


def _other(value: object) -> object:
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + 1
    return (value[1:] + value[:1] if len(set(value)) > 1 else value + "x") if isinstance(value, str) else "x"


def _leaves(said: object) -> list[tuple[dict[str, object] | list[object], object]]:
    found: list[tuple[dict[str, object] | list[object], object]] = []
    items = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    for key, value in items:
        if isinstance(value, (dict, list)) and value:
            found += _leaves(value)
        else:
            found.append((said, key))  # type: ignore[arg-type]
    return found


def _swapped(place: Place, whole: bytes) -> tuple[str, bytes]:
    """One person's slots, roles or keys under another's name."""
    said = json.loads(whole)
    people = said["people"]
    first, second = place.chance.sample(range(len(people)), 2)
    field = place.chance.choice([name for name in people[first] if people[first][name] != people[second].get(name)])
    people[first][field] = people[second].get(field)
    return f"{field} of another", json.dumps(said, ensure_ascii=False).encode()


def _dropped(place: Place, whole: bytes) -> tuple[str, bytes]:
    said = json.loads(whole)
    name = place.chance.choice(list(said))
    del said[name]
    return f"without {name}", json.dumps(said, ensure_ascii=False).encode()


_ALTERING: list[Callable[[Place, bytes], tuple[str, bytes]]] = [_one_bit, _cut, _value, _swapped, _dropped]


def _bring_up(path: Path) -> None:
    connection = database.connect(path, bytes(32))
    sys.stdout.write("begin\n")
    sys.stdout.flush()
    migrations.bring_up(connection)


if __name__ == "__main__":
    _bring_up(Path(sys.argv[1]))
