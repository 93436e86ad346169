"""Nothing readable on the disk: no name of anybody in any file that the program wrote, however ended.

Searched are the offices, backups and sealed exports, the HOME and TMPDIR it was given and the
folder it was called from, for names and kana in UTF-8, UTF-16 and CP932. That the search finds
what is there is tried on the extracts themselves.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from tests.builders import opened
from tests.torture.killing import killed
from tests.torture.place import Place

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp932")
WORD = 8  # bytes; what is shorter would be found in any noise
REASON = "祖母宅の合言葉は菜の花畑"


def everywhere(place: Place, times: int) -> list[str]:
    """Do everything once, kill some imports on the way, then search all that was written."""
    office = place.office()
    for number in range(max(1, times // 10)):
        command = ["import", *place.signed_in(office), "--as-of", "2026-10-31", str(place.extracts)]
        killed(place, command, 0.0, number, by_word=True)
    _work(place, place.filled())
    names = set(_names(place.filled()))
    control = found_in(place.extracts.rglob("*.csv"), names)
    places = (place.folder / part for part in ("offices", "home", "tmp", "cwd"))
    written = [path for folder in places for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in written)
    place.say(f"canary: {len(names)} names in {len(written)} files of {size >> 20} MiB")
    if not control:
        return ["the search finds no name even in the extracts"]
    return [f"“{name}” stands in {path}" for path, name in found_in(written, names)]


def _work(place: Place, office: Path) -> None:
    signed_in = place.signed_in(office)
    child = place.export(office, "caseload").splitlines()[1].split(",")[1]
    line = {"ref": "canary", "child": child, "decision": "none", "reason": REASON, "date": "2026-10-31"}
    file = place.folder / "given" / "canary.jsonl"
    file.write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
    place.expect(place.run("decide", *signed_in, "--file", file), 0)
    sealed = ["--purpose", "proof", "--seal-with", str(place.secret), f"child:{child}"]
    place.expect(place.run("export", *signed_in, *sealed, "--out", office.parent / "sealed"), 0)
    backup = office.parent / "backup.kizuki"
    place.expect(place.run("backup", *signed_in, "--out", backup), 0)
    restored = place.signed_in(office.parent / "restored")
    place.expect(place.run("restore", backup, *restored), 0)
    place.expect(place.verify(office, "--rebuild"), 0)


def _names(office: Path) -> Iterator[str]:
    """Everybody's name and kana, as stored and without the space between."""
    yield REASON
    with opened(office) as unlocked:
        columns = "SELECT name FROM {0} UNION SELECT kana FROM {0}"
        for table in ("view.record", "view.spelling"):
            for (name,) in unlocked.reader().execute(columns.format(table)).fetchall():
                if name:
                    yield from (name, "".join(name.split()), " ".join(name.split()), "　".join(name.split()))


def found_in(paths: Iterable[Path], names: set[str]) -> list[tuple[Path, str]]:
    """Which names stand in which files."""
    wanted: dict[bytes, list[tuple[bytes, str]]] = defaultdict(list)
    for name in names:
        for spelling in _spellings(name):
            wanted[spelling[:WORD]].append((spelling, name))
    heads = np.sort(np.frombuffer(b"".join(wanted), dtype="<u8"))
    return [(path, name) for path in paths for name in sorted(_in_bytes(path.read_bytes(), heads, wanted))]


def _spellings(name: str) -> Iterator[bytes]:
    for encoding in ENCODINGS:
        spelling = name.encode(encoding, "ignore")
        if len(spelling) >= WORD:
            yield spelling


def _in_bytes(content: bytes, heads: np.ndarray, wanted: dict[bytes, list[tuple[bytes, str]]]) -> set[str]:
    """All windows of WORD bytes against all heads at once; what fits is compared in full."""
    found: set[str] = set()
    for shift in range(WORD):
        end = shift + (len(content) - shift) // WORD * WORD
        windows = np.frombuffer(content[shift:end], dtype="<u8")
        at = np.minimum(np.searchsorted(heads, windows), len(heads) - 1)
        for place in np.flatnonzero(heads[at] == windows):
            start = shift + int(place) * WORD
            for spelling, name in wanted[content[start : start + WORD]]:
                if content.startswith(spelling, start):
                    found.add(name)
    return found
