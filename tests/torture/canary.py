"""Nothing readable on the disk: no name of anybody in any file that the program wrote, however ended.

Searched are the offices, backups and sealed exports, the HOME and TMPDIR it was given and the
folder it was called from, for names and kana in UTF-8, UTF-16 and CP932, as they are, in base64 and
inside compressed data (zip, gzip, zlib). That the search finds what is there is tried on the extracts
themselves, and on a leak in each of these guises (``leaked``).
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from tests.builders import LEAD, NOW, opened
from tests.torture import every_command
from tests.torture.every_command import REASON
from tests.torture.killing import killed
from tests.torture.place import Place
from tests.torture.window_walk import FULL, LEAKING, SHORT

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp932")
WORD = 8  # bytes; what is shorter would be found in any noise


def everywhere(place: Place, times: int) -> list[str]:
    """Do everything once, kill some imports on the way, then search all that was written."""
    office = place.office()
    for number in range(max(1, times // 10)):
        command = ["import", *place.signed_in(office), "--as-of", "2026-10-31", str(place.extracts)]
        killed(place, command, 0.0, number, by_word=True)
    _aborted(place)
    failures = _commands(place, place.filled())
    names = {*_names(place.filled()), *_where_they_live(place)}
    leaking = place.office(place.filled())
    more, elsewhere = _window(place, place.filled(), SHORT if place.in_process else FULL)
    failures += more + _leaking(place, leaking, names)
    control = found_in(place.extracts.rglob("*.csv"), names)
    written = _written(place) + elsewhere
    size = sum(path.stat().st_size for path in written)
    place.say(f"canary: {len(names)} names in {len(written)} files of {size >> 20} MiB")
    if not control:
        return ["the search finds no name even in the extracts"]
    unseen = leaked(place, sorted(names)[:40])
    return [*failures, *unseen, *(f"“{name}” stands in {path}" for path, name in found_in(written, names))]


def leaked(place: Place, names: list[str]) -> list[str]:
    """A program that leaks would be caught, however it writes; what the search does not see."""
    folder = place.folder / "leaks"
    folder.mkdir(exist_ok=True)
    text = "\n".join(names).encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("x/draft.txt", text)
    noise = place.chance.randbytes(5000)
    guises = {
        "plain": text, "utf-16": text.decode().encode("utf-16-le"), "base64": base64.b64encode(b"x" + text),
        "url": base64.urlsafe_b64encode(b"xy" + text), "zip": archive.getvalue(), "gzip": gzip.compress(text),
        "zlib": noise + zlib.compress(text) + noise, "both": base64.b64encode(zlib.compress(text)),
        "json": json.dumps(names).encode(), "repr": repr(text).encode(),
    }  # fmt: skip
    for guise, content in guises.items():
        (folder / guise).write_bytes(noise[:777] + content if guise in ("plain", "base64", "gzip") else content)
    seen = {path.name for path, _name in found_in(folder.iterdir(), set(names))}
    shutil.rmtree(folder)
    return [f"the search does not see a leak as {guise}" for guise in guises if guise not in seen]


def _commands(place: Place, office: Path) -> list[str]:
    """Every command; what they said lies where the search looks."""
    failures, said = every_command.every_one(place, office, long=not place.in_process)
    (place.folder / "cwd" / "said").write_text(said, encoding="utf-8")
    return failures


def _aborted(place: Place) -> None:
    """A program that falls over with the keys in its memory: where the system would write a core, none must lie."""
    limit = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (limit[1], limit[1]))
    try:
        process = place.start("import", *place.signed_in(place.office()), place.extracts)
        assert process.stderr is not None
        process.stderr.readline()  # by its first word the office is open
        process.send_signal(signal.SIGABRT)
        process.communicate()
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, limit)


def _window(place: Place, office: Path, manner: str) -> tuple[list[str], list[Path]]:
    """Walk through every page and dialog of the window; what went wrong, and which files it wrote outside of here.

    In the long form each button is pressed, under strace where there is one; else only what lies in this place is
    searched.
    """
    trace = place.folder / "window.trace"
    unknown = place.folder / "given" / "unknown.csv"
    unknown.write_text(f"番号,名前,何か\n1,{REASON},x\n", encoding="utf-8")
    chosen = (unknown, min(place.extracts.glob("*.csv")))
    command = [
        sys.executable, "-m", "tests.torture.window_walk", str(office), LEAD, str(place.secret), NOW.isoformat(),
        manner, REASON, str(place.folder / "out"), *map(str, chosen),
    ]  # fmt: skip
    if shutil.which("strace") and manner == FULL:
        command = ["strace", "-f", "-qq", "-e", "trace=openat,open,creat,connect", "-o", str(trace), *command]
    root = Path(__file__).parents[2]
    said = subprocess.run(command, env=place.environment(), cwd=root, capture_output=True, check=False)
    place.say(f"canary: {said.stdout.decode('utf-8', 'replace').strip()}")
    failures = [] if said.returncode == 0 else [f"the window: {said.stderr.decode('utf-8', 'replace')[-500:]}"]
    (place.folder / "cwd" / f"window-{manner}").write_bytes(said.stdout + said.stderr)
    text = trace.read_text(encoding="utf-8", errors="replace") if trace.exists() else ""
    trace.unlink(missing_ok=True)
    failures += [f"the window calls the network: {call}" for call in calls_out(text)]
    found = {Path(path) for path in _WRITTEN.findall(text)}
    return failures, sorted(one for one in found if one.is_file() and not one.is_relative_to(place.folder))


def calls_out(trace: str) -> list[str]:
    """Each call to another machine, or to this one over the network, that strace wrote down; each once.

    The dialog for printing asks this PC's own printer service what printers there are.
    """
    return sorted(call for call in set(_CALLED.findall(trace)) if not _PRINTERS.search(call))


_PRINTERS = re.compile(r'port=htons\(631\).*"(?:127\.0\.0\.1|::1)"')
_CALLED = re.compile(r"connect\(\d+, (\{sa_family=AF_INET6?,[^}]*\})")
_WRITTEN = re.compile(r'(?:openat|open|creat)\([^"]*"(/[^"]+)"[^)]*(?:O_WRONLY|O_RDWR|O_CREAT)')


def _leaking(place: Place, office: Path, names: set[str]) -> list[str]:
    """A window that writes a child's name into a log, a temporary file and its settings is caught at each."""
    before = set(_written(place))
    failures, _elsewhere = _window(place, office, LEAKING)
    fresh = [path for path in _written(place) if path not in before and office not in path.parents]
    caught = {path.suffix for path, _name in found_in(fresh, names)}
    for path in fresh:
        path.unlink()
    return failures + [f"a leak into a {one} is not seen" for one in (".log", ".draft", ".ini") if one not in caught]


def _written(place: Place) -> list[Path]:
    """All that the program wrote below the place, but what somebody asked for readable."""
    places = (place.folder / part for part in ("offices", "home", "tmp", "cwd"))
    return [path for folder in places for path in folder.rglob("*") if path.is_file()]


def _where_they_live(place: Place) -> Iterator[str]:
    """Every telephone number and every address in the extracts."""
    for path in place.extracts.rglob("*.csv"):
        content = path.read_bytes()
        text = content.decode("utf-8-sig" if _is_utf8(content) else "cp932", "replace")
        yield from _PHONE.findall(text)
        yield from (one.strip() for one in _ADDRESS.findall(text))


_PHONE = re.compile(r"\b0\d{1,4}-\d{2,4}-\d{4}\b")
_ADDRESS = re.compile(r'[^,\t"\n]+(?:丁目|番地)[^,\t"\n]*\d[^,\t"\n]*')


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


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
    return [
        (path, name)
        for path in paths
        for name in sorted(set[str]().union(*(_in_bytes(one, heads, wanted) for one in guises_of(path.read_bytes()))))
    ]


def guises_of(content: bytes, depth: int = 2) -> Iterator[bytes]:
    """The content, and what unfolds from it: base64 at each of its four phases, escapes, whatever inflates."""
    yield content
    if not depth:
        return
    if _ESCAPED.search(content):
        yield _ESCAPED.sub(_unescaped, content)
    for run in _BASE64.findall(content):
        letters = run.translate(_STANDARD)
        for phase in range(4):
            part = letters[phase:]
            yield from guises_of(base64.b64decode(part[: len(part) // 4 * 4]), depth - 1)
    for at in (found.start() for found in _PACKED.finditer(content)):
        yield from (inflated for inflated in _inflated(content, at) if inflated)


_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}")
_ESCAPED = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
_STANDARD = bytes.maketrans(b"-_", b"+/")
_PACKED = re.compile(rb"PK\x03\x04|\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")


def _unescaped(found: re.Match[bytes]) -> bytes:
    """A sign as JSON writes it, or a byte as Python and Qt write it."""
    sign, byte = found.groups()
    return chr(int(sign, 16)).encode("utf-8", "replace") if sign else bytes([int(byte, 16)])


_INFLATED_MOST, _CHUNK = 50_000_000, 4096


def _inflated(content: bytes, at: int) -> Iterator[bytes]:
    """What a stream that begins here unfolds to; ciphertext begins like one now and then, and gives nothing."""
    bits, start = zlib.MAX_WBITS, at
    if content[at : at + 2] == b"PK":
        bits, start = -zlib.MAX_WBITS, at + 30 + sum(struct.unpack_from("<HH", content.ljust(at + 30, b"\0"), at + 26))
    elif content[at : at + 2] == b"\x1f\x8b":
        bits = zlib.MAX_WBITS | 16
    stream, found, whole = zlib.decompressobj(bits), bytearray(), memoryview(content)
    for begin in range(start, len(content), _CHUNK):
        try:
            found += stream.decompress(whole[begin : begin + _CHUNK])
        except zlib.error:
            break
        if stream.eof or len(found) > _INFLATED_MOST:
            break
    yield bytes(found)


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
