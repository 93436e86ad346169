"""Killed at any moment (SIGKILL): what was said to be stored is there, and what was not never shows.

Half of the moments are spread over the whole run; the others follow closely on something that the
program says, because it writes most just after and just before it speaks.
"""

from __future__ import annotations

import json
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from app.storage.truth.desk import id_text
from tests.builders import opened
from tests.torture.place import Place, Result

DECISIONS = 400
AFRESH = 20
"""Kills after which decisions go on in another copy: verifying takes as long as the journal is."""

CLOSELY = 0.06  # seconds


def imports(place: Place, times: int) -> list[str]:
    """Kill imports; nothing half may show, and importing again completes it."""
    begun, whole = time.monotonic(), place.office()
    spoken = len(place.expect(place.bring_in(whole, place.few), 0, 1).err.splitlines())
    lasts = time.monotonic() - begun
    links = place.export(whole, "links")
    failures: list[str] = []
    outcomes: dict[str, int] = {}
    for number in range(times):
        office = place.office()
        word = place.chance.randrange(spoken)
        moment = killed(place, _import_of(place, office), lasts, number, by_word=number % 2 == 1, skip=word)
        state = _state(office)
        outcomes[state] = outcomes.get(state, 0) + 1
        failures += [f"import killed {moment}: {one}" for one in _after_import(place, office, state, links)]
        place.say(f"import {number + 1}/{times}: killed {moment}, found {state}")
        shutil.rmtree(office)
    place.say(f"import: {outcomes}")
    return failures


def _import_of(place: Place, office: Path) -> list[str]:
    return ["import", *place.signed_in(office), "--as-of", "2026-10-31", str(place.few)]


def _state(office: Path) -> str:
    """What shows of the import right after the kill."""
    with opened(office) as unlocked:
        db = unlocked.reader()
        batches = db.execute("SELECT count(*) FROM batch WHERE state = 'published'").fetchone()[0]
        entries = db.execute("SELECT count(*) FROM entry WHERE kind = 'batch.published'").fetchone()[0]
        left = db.execute("SELECT count(*) FROM batch WHERE state = 'staged'").fetchone()[0]
        rows = db.execute("SELECT (SELECT count(*) FROM row), (SELECT count(*) FROM batch_row)").fetchone()
        records = db.execute("SELECT count(*) FROM view.record").fetchone()[0]
        files = sorted(path.name for path in office.glob("view-*.db"))
    if left or len(files) != 1:
        return f"leftovers ({left} batches, {files})"
    if batches == entries == records == 0 and rows == (0, 0):
        return "nothing"
    return "everything" if batches == entries and records and rows[0] else "a part"


def _after_import(place: Place, office: Path, state: str, links: str) -> list[str]:
    failures = [] if state in ("nothing", "everything") else [f"shows {state}"]
    failures += _unsound(place.verify(office))
    again = place.bring_in(office, place.few)
    if again.code not in (0, 1) or not again.clean:
        return [*failures, f"importing again: {again}"]
    if place.export(office, "links") != links:
        failures.append("importing again gave other links")
    return failures + _unsound(place.verify(office, "--rebuild"))


def decisions(place: Place, times: int) -> list[str]:
    """Kill `decide`; every decision that was printed as stored is there, under its entry."""
    office = place.office(place.filled())
    children = [line.split(",")[1] for line in place.export(office, "caseload").splitlines()[1:]]
    promised: dict[str, str] = {}
    failures: list[str] = []
    for number in range(times):
        if number and number % AFRESH == 0:
            shutil.rmtree(office)
            office, promised = place.office(place.filled()), {}
        file = place.folder / "given" / "decisions.jsonl"
        file.write_text(_lines(children, number), encoding="utf-8")
        said: list[str] = []
        command = ["decide", *place.signed_in(office), "--file", str(file)]
        moment = killed(place, command, 1.0, number, by_word=True, said=said, skip=place.chance.randrange(DECISIONS))
        promised.update(line.split()[1:3] for line in said if line.startswith("stored ") and line.endswith("\n"))
        found = stored(office)
        lost = [ref for ref, entry in promised.items() if found.get(ref) != entry]
        if lost:
            failures.append(f"decide killed {moment}: {len(lost)} printed decisions are missing, first {lost[0]}")
        failures += [f"decide killed {moment}: {one}" for one in _unsound(place.verify(office))]
        place.say(f"decide {number + 1}/{times}: killed {moment}, {len(promised)} printed, {len(found)} stored")
    return failures


def _lines(children: list[str], number: int) -> str:
    lines = (
        {"ref": f"{number}-{at}", "child": children[at % len(children)], "decision": "watch",
         "reason": "担任に確かめる。", "date": "2026-10-31", "next": "2026-11-20"}
        for at in range(DECISIONS)
    )  # fmt: skip
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def stored(office: Path) -> dict[str, str]:
    """ref -> entry of every decision that stands."""
    with opened(office) as unlocked:
        rows = unlocked.reader().execute("SELECT ref, entry FROM decision WHERE ref IS NOT NULL").fetchall()
    return {ref: id_text(entry) for ref, entry in rows}


def _unsound(result: Result) -> list[str]:
    return [] if result.code == 0 and result.clean else [f"verify: {result}"]


def killed(
    place: Place,
    command: list[str],
    lasts: float,
    number: int,
    *,
    by_word: bool,
    said: list[str] | None = None,
    skip: int | None = None,
) -> str:
    """Run and kill; says when. ``said`` collects the lines of standard output."""
    process = place.begin(*command)
    counted = _Lines(process.stderr if said is None else process.stdout, said)
    other = _Lines(process.stdout if said is None else process.stderr, None)
    if by_word:
        wanted = place.chance.randrange(60) if skip is None else skip
        counted.wait_for(wanted + 1, lambda: process.poll() is not None)
        pause = place.chance.uniform(0, CLOSELY)
        moment = f"{pause * 1000:.0f} ms after line {wanted + 1}"
    else:
        pause = place.chance.uniform(0, lasts)
        moment = f"after {pause:.2f} s"
    time.sleep(pause)
    process.kill()
    moment += "" if process.wait() == -signal.SIGKILL else " (it had ended)"
    counted.join()
    other.join()
    return moment


class _Lines(threading.Thread):
    """Reads one output to its end, so that the program never waits for us."""

    def __init__(self, stream: IO[bytes] | None, kept: list[str] | None) -> None:
        super().__init__(daemon=True)
        assert stream is not None
        self._stream, self._kept, self._count = stream, kept, 0
        self.start()

    def run(self) -> None:
        with self._stream:
            for line in self._stream:
                if self._kept is not None:
                    self._kept.append(line.decode("utf-8", "replace"))
                self._count += 1

    def wait_for(self, lines: int, over: Callable[[], bool]) -> None:
        while self._count < lines and not over():
            time.sleep(0.001)
