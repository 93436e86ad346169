"""The frozen program: PyInstaller's one folder in dist/kizuki, and the proof that it works.

The proof is the main job done by the frozen program itself, in an empty folder: make an office, write
and import demo extracts, export the caseload, decide, verify, and show the window offscreen.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import environment

DIST = environment.ROOT / "dist"
WORK = environment.ROOT / "build"
SPEC = environment.ROOT / "packaging" / "kizuki.spec"
Command = list["str | Path"]
PERSON = "佐藤"
UNSOUND_ROWS = 1  # the demo's extracts hold rows that are rejected on purpose


class SmokeFailed(Exception):
    """The frozen program did not do its main job; the text says at which step."""


def build() -> int:
    if freeze() != 0:
        return 1
    print(f"Frozen: {DIST / 'kizuki'}, {size_in_mib(DIST / 'kizuki')} MiB", flush=True)
    try:
        smoke()
    except SmokeFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print("The frozen program has done the main job.")
    return 0


def freeze() -> int:
    pyinstaller: Command = [environment.python(), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    places: Command = ["--distpath", DIST, "--workpath", WORK]
    return subprocess.run([*pyinstaller, *places, SPEC], cwd=environment.ROOT, check=False).returncode


def smoke() -> None:
    with tempfile.TemporaryDirectory(prefix="kizuki-smoke-") as folder:
        frozen = Frozen(Path(folder))
        frozen.make_office()
        frozen.import_demo()
        frozen.decide_on(frozen.first_child())
        frozen.verify()
        frozen.show_window()


class Frozen:
    """The frozen program at work in one throw-away folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.office = folder / "office"
        self.passphrase = folder / "passphrase.txt"
        self.passphrase.write_text("smoke run of the frozen program\n", encoding="utf-8")
        self.key = ("--as", PERSON, "--passphrase-file", self.passphrase)

    def make_office(self) -> None:
        person = ("--person", PERSON, "--passphrase-file", self.passphrase)
        self.run("office", "new", self.office, "--name", "試験事務所", *person)

    def import_demo(self) -> None:
        extracts = self.folder / "extracts"
        self.run("demo-extracts", extracts, "--children", "60", "--seed", "1")
        self.run("import", self.office, *self.key, extracts, accepted=(0, UNSOUND_ROWS))

    def first_child(self) -> str:
        out = self.folder / "caseload.csv"
        self.run("export", self.office, *self.key, "--purpose", "smoke", "caseload", "--out", out)
        with out.open(encoding="utf-8-sig", newline="") as lines:
            children = [row["child"] for row in csv.DictReader(lines)]
        if not children:
            raise SmokeFailed("The caseload of the frozen program is empty.")
        return children[0]

    def decide_on(self, child: str) -> None:
        decisions = self.folder / "decisions.jsonl"
        decision = {"ref": "smoke-1", "child": child, "decision": "watch", "reason": "smoke run"}
        dated = {**decision, "date": "2026-10-31", "next": "2026-11-20", "evidence": []}
        decisions.write_text(json.dumps(dated) + "\n", encoding="utf-8")
        if "stored smoke-1 " not in self.run("decide", self.office, *self.key, "--file", decisions):
            raise SmokeFailed("The frozen program did not say that it stored the decision.")

    def verify(self) -> None:
        self.run("verify", self.office, *self.key, "--rebuild")

    def show_window(self) -> None:
        self.run("--smoke", program="kizuki")

    def run(self, *arguments: str | Path, accepted: tuple[int, ...] = (0,), program: str | None = None) -> str:
        print(f"  {' '.join(map(str, arguments[:2]))}", flush=True)
        command = [executable(program or console_name()), *arguments]
        alone = bare_environment(self.folder)
        done = subprocess.run(command, cwd=self.folder, env=alone, capture_output=True, encoding="utf-8", check=False)
        if done.returncode not in accepted:
            raise SmokeFailed(f"{' '.join(map(str, command))}\nexit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout


def executable(name: str) -> Path:
    return DIST / "kizuki" / (f"{name}.exe" if sys.platform == "win32" else name)


def console_name() -> str:
    """On Windows a program with a window has no terminal, so there are two of them over the same files."""
    return "kizuki-console" if sys.platform == "win32" else "kizuki"


def bare_environment(home: Path) -> dict[str, str]:
    """What a machine without Python or a display offers: nothing of the checkout leaks into the run."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
    return {**kept, "HOME": str(home), "USERPROFILE": str(home), "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}


def size_in_mib(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) // 2**20
