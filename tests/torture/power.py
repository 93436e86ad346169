"""The power goes at any moment: what the disk holds then is made again from the recorded writes, many times.

A process that decides is recorded under strace. At a random moment only what was synced is sure to be on the
disk; of every other write a part may be missing, torn at a sector or there. What was printed as stored must be in
the database by itself (law 3: on the disk twice; the segment is the second place, not the mender of the first).
A mutant that does not wait for the database's disk must be caught.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from app.storage.truth.desk import id_text
from tests.builders import opened
from tests.torture.place import MAIN, Place

DECISIONS = 25
SECTOR = 512
_SHARED = ("view-", "reserve")
CALLS = "openat,close,lseek,write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat"
_CALL = re.compile(r"^(\d+)\s+(\w+)\((.*)\)\s+=\s+(-?\d+)(?:<(.*)>)?(?: .*)?$")
_FD = re.compile(r"^(\d+)<([^>]*)>")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_BYTE = re.compile(rb"\\x([0-9a-f]{2})")
_MUTANT = Path(__file__).with_name("careless.py")


@dataclass(frozen=True)
class Event:
    """Something that reached the system: a write, a sync, a cut, a name that moved or went, or a printed line."""

    what: str
    path: str
    at: int = 0
    data: bytes = b""
    other: str = ""


@dataclass
class Disk:
    """What of each touched file is sure (``synced``), and what was written since."""

    before: Path
    synced: dict[str, bytearray] = field(default_factory=dict)
    loose: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    gone: set[str] = field(default_factory=set)

    def take(self, event: Event) -> None:
        name = event.path
        if event.what in ("write", "cut"):
            self._touch(name)
            self.loose[name].append(event)
        elif event.what == "sync":
            self._touch(name)
            for one in self.loose.pop(name, []):
                _apply(self.synced[name], one)
        elif event.what == "gone":
            self.synced.pop(name, None)
            self.loose.pop(name, None)
            self.gone.add(name)
        elif event.what == "moved":
            self._touch(name)
            self.synced[event.other], self.loose[event.other] = self.synced.pop(name), self.loose.pop(name, [])
            self.gone.add(name)
            self.gone.discard(event.other)

    def _touch(self, name: str) -> None:
        if name not in self.synced:
            path = self.before / name
            there = path.exists() and name not in self.gone
            self.synced[name] = bytearray(path.read_bytes() if there else b"")
            self.gone.discard(name)

    def image(self, place: Place, target: Path) -> None:
        """Lay the folder out as the power cut left it; large files that the process never touched are shared."""
        touched = self.gone | self.synced.keys()
        for path in self.before.rglob("*"):
            name = path.relative_to(self.before).as_posix()
            if path.is_dir():
                (target / name).mkdir(parents=True)
            elif name not in touched:
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                lay = os.link if name.startswith(_SHARED) else shutil.copy
                lay(path, target / name)
        for name, sure in self.synced.items():
            content = bytearray(sure)
            for one in self.loose.get(name, []):
                fate = place.chance.random()
                if fate < 0.4:
                    continue
                if fate < 0.5 and one.data:  # torn
                    one = Event(
                        one.what, name, one.at, one.data[: SECTOR * place.chance.randint(0, len(one.data) // SECTOR)]
                    )
                _apply(content, one)
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(content)
        (target / "office.db-shm").unlink(missing_ok=True)


def _apply(content: bytearray, one: Event) -> None:
    if one.what == "cut":
        del content[one.at :]
        content.extend(bytes(one.at - len(content)))
        return
    content.extend(bytes(max(0, one.at - len(content))))
    content[one.at : one.at + len(one.data)] = one.data


# ---------------------------------------------------------------------------- the proof


def cuts(place: Place, times: int) -> list[str]:
    """``5 * times`` images of a careful program are all sound; of the careless mutant some are not."""
    if shutil.which("strace") is None:
        place.say("power: skipped. It needs strace (Linux), to record what is written.")
        return []
    failures = images(place, 5 * times, careless=False)
    if not images(place, max(40, times), careless=True):
        failures.append("a mutant that does not wait for the disk was not caught")
    return failures


def images(place: Place, count: int, *, careless: bool) -> list[str]:
    """Record one process, cut its power at ``count`` moments; what does not hold."""
    office = place.office(place.filled())
    before = Path(shutil.copytree(office, place.folder / "out" / f"before-{place.made}"))
    events = list(recorded(place, office, careless=careless))
    told = [at for at, event in enumerate(events) if event.what == "told"]
    if len(told) != DECISIONS:
        return [f"{len(told)} of {DECISIONS} decisions were recorded as printed"]
    first = next(at for at, event in enumerate(events) if event.what == "write")
    # Half of the moments lie just behind a printed line, where the promise is youngest.
    moments = sorted(
        place.chance.choice(told) + 1 + place.chance.randrange(3)
        if at % 2
        else place.chance.randrange(first, len(events))
        for at in range(count)
    )
    disk, failures, done, first_state = Disk(before), [], 0, _digests(before)
    promised: dict[str, str] = {}
    for number, moment in enumerate(moments):
        for event in events[done : min(moment, len(events))]:
            disk.take(event)
            if event.what == "told":
                _stored, ref, entry = event.data.decode().split()
                promised[ref] = entry
        done = max(done, min(moment, len(events)))
        target = place.folder / "offices" / "image"
        disk.image(place, target)
        failures += [f"cut {number} after {done} of {len(events)}: {one}" for one in _unkept(target, promised)]
        shutil.rmtree(target)
    if _digests(before) != first_state:
        raise AssertionError("an image was written into the files that all images share")
    place.say(f"power: {count} cuts of {'a careless mutant' if careless else 'the program'}, {len(failures)} failures")
    return failures


def _digests(folder: Path) -> dict[str, bytes]:
    return {path.name: sha256(path.read_bytes()).digest() for path in folder.iterdir() if path.name.startswith(_SHARED)}


def _unkept(folder: Path, promised: dict[str, str]) -> list[str]:
    try:
        with opened(folder) as office:
            brought_back = {one.id for one in office.replayed}
            rows = office.writer.execute("SELECT ref, entry FROM decision WHERE ref IS NOT NULL").fetchall()
    except Exception as error:  # noqa: BLE001 - whatever it is, the office was locked out
        return [f"cannot be opened: {error!r}"]
    found = {ref: id_text(entry) for ref, entry in rows}
    lost = [ref for ref, entry in promised.items() if found.get(ref) != entry]
    once = [ref for ref, entry in promised.items() if entry in brought_back]
    return [
        *([f"{len(lost)} printed decisions are lost"] if lost else []),
        *([f"{len(once)} printed decisions were in the segment only"] if once else []),
    ]


# ---------------------------------------------------------------------------- recording


def recorded(place: Place, office: Path, *, careless: bool) -> Iterator[Event]:
    """What a process that decides asks of the system, as far as it concerns the office or its output."""
    child = place.export(office, "caseload").splitlines()[1].split(",")[1]
    file, log = place.folder / "given" / "power.jsonl", place.folder / "out" / "strace"
    lines = ({"ref": f"p{at}", "child": child, "decision": "watch", "reason": "担任に確かめる。", "date": "2026-10-31",
             "next": "2026-11-20"}
             for at in range(DECISIONS))  # fmt: skip
    file.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    shutil.rmtree(office / "x", ignore_errors=True)
    program = [str(_MUTANT)] if careless else [str(MAIN)]
    command = ["strace", "-f", "-y", "-xx", "-s", "70000", "-e", f"trace={CALLS}", "-o", str(log), sys.executable,
               *program, "decide", *place.signed_in(office), "--file", str(file)]  # fmt: skip
    environment = {**place.environment(), "PYTHONPATH": str(MAIN.parent)}
    done = subprocess.run(command, capture_output=True, env=environment, cwd=place.folder / "cwd", check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode("utf-8", "replace")[-2000:])
    yield from _events(_whole_lines(log), office)


def _whole_lines(log: Path) -> Iterator[str]:
    """Lines of strace; a call that another thread interrupted is put together again."""
    begun: dict[str, str] = {}
    with log.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            process, _, rest = line.rstrip("\n").partition(" ")
            rest = rest.strip()
            if rest.endswith("<unfinished ...>"):
                begun[process] = rest.removesuffix("<unfinished ...>").rstrip()
            elif rest.startswith("<... "):
                yield f"{process} {begun.pop(process, '')}{rest.partition('resumed>')[2]}"
            else:
                yield f"{process} {rest}"


def _events(lines: Iterator[str], office: Path) -> Iterator[Event]:
    reading = _Reading(office)
    for line in lines:
        found = _CALL.match(line)
        if found is not None and int(found[4]) >= 0:
            yield from reading.call(found[2], found[3], int(found[4]), found[5] or "")


class _Reading:
    """Follows where each open file stands, so that a plain write has its place."""

    def __init__(self, office: Path) -> None:
        self._office, self._places = str(office) + "/", defaultdict[tuple[int, str], int](int)

    def call(self, call: str, said: str, answer: int, other: str) -> Iterator[Event]:
        """One call as events; none for what concerns neither the office nor the output."""
        handle = _FD.match(said)
        key = (int(handle[1]), _plain(handle[2])) if handle else (0, "")
        name = self._inside(key[1])
        if call == "openat":
            self._places[answer, _plain(other)] = 0
            if "O_TRUNC" in said and self._inside(_plain(other)):
                yield Event("cut", self._inside(_plain(other)), 0)
        elif call == "lseek":
            self._places[key] = answer
        elif call == "write":
            yield from self._written(key, name, _data(said)[:answer])
        elif call.startswith(("rename", "unlink")):
            yield from self._named(call, said)
        elif name:
            yield from _placed(call, name, said, answer)

    def _inside(self, path: str) -> str:
        return path.removeprefix(self._office) if path.startswith(self._office) else ""

    def _written(self, key: tuple[int, str], name: str, data: bytes) -> Iterator[Event]:
        if name:
            yield Event("write", name, self._places[key], data)
            self._places[key] += len(data)
        elif data.startswith(b"stored "):
            yield Event("told", "", 0, data)

    def _named(self, call: str, said: str) -> Iterator[Event]:
        inside = [name for one in _TEXT.findall(said) if (name := self._inside(_plain(one)))]
        if call.startswith("unlink") and inside:
            yield Event("gone", inside[0])
        elif len(inside) == 2:
            yield Event("moved", inside[0], other=inside[1])


def _placed(call: str, name: str, said: str, answer: int) -> Iterator[Event]:
    last = said.rpartition(",")[2]
    if call == "pwrite64":
        yield Event("write", name, int(last), _data(said)[:answer])
    elif call in ("fsync", "fdatasync"):
        yield Event("sync", name)
    elif call == "ftruncate":
        yield Event("cut", name, int(last))


def _plain(text: str) -> str:
    return _data(f'"{text}"').decode("utf-8", "replace") if "\\x" in text else text


def _data(said: str) -> bytes:
    found = _TEXT.search(said)
    return _BYTE.sub(lambda one: bytes([int(one[1], 16)]), found[1].encode()) if found else b""
