"""A place to torture in: a made-up municipality, an office to copy, and the program as a process.

Everything that the program could write lies below one folder: the offices, its HOME, its TMPDIR
and the folder it is called from.
"""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from app import console
from app.demo.city import make_city
from app.demo.writing import write_extracts
from tests.builders import AS_OF, LEAD, PASSPHRASE, new_office
from tests.torture.program import Forker, Running

MAIN = Path(__file__).parents[2] / "main.py"
PATIENCE = 300.0


def _silent(_text: str) -> None:
    pass


@dataclass
class Result:
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def clean(self) -> bool:
        """Whether it said what happened instead of falling over."""
        return "Traceback" not in self.err

    def __str__(self) -> str:
        return f"exit {self.code}: {self.out[-300:]}{self.err[-600:]}"


@dataclass
class Place:
    """``folder`` holds it all; ``chance`` is seeded, so that a failure can be looked at again.

    ``in_process`` spares the short forms the start of a process for what is not killed.
    """

    folder: Path
    children: int = 40
    seed: int = 1
    say: Callable[[str], None] = _silent
    in_process: bool = False
    chance: random.Random = field(init=False)
    made: int = 0
    _forker: Forker = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        for part in ("home", "tmp", "cwd", "given", "offices", "out"):
            (self.folder / part).mkdir(parents=True)
        self.extracts = self.folder / "given" / "extracts"
        self.extracts.mkdir()
        write_extracts(make_city(self.children, self.seed, AS_OF), self.extracts)
        self.few = self.folder / "given" / "few"
        self.few.mkdir()
        for path in sorted(self.extracts.iterdir())[2::4]:
            shutil.copy(path, self.few)
        self.secret = self.folder / "given" / "passphrase"
        self.secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
        self.empty = self.folder / "offices" / "empty"
        new_office(self.empty)
        self._forker = Forker(self.environment(), self.folder / "cwd")

    # ------------------------------------------------------------------ offices

    def office(self, source: Path | None = None) -> Path:
        """A copy of an office, of the empty one if none is named."""
        self.made += 1
        return Path(shutil.copytree(source or self.empty, self.folder / "offices" / f"office-{self.made}"))

    def filled(self) -> Path:
        """An office with the municipality in it."""
        place = self.folder / "offices" / "filled"
        if not place.exists():
            shutil.copytree(self.empty, place)
            self.expect(self.bring_in(place), 0, 1)
        return place

    def bring_in(self, office: Path, extracts: Path | None = None) -> Result:
        return self.run("import", *self.signed_in(office), "--as-of", AS_OF.isoformat(), extracts or self.extracts)

    def verify(self, office: Path, *more: str) -> Result:
        return self.run("verify", *self.signed_in(office), *more)

    def export(self, office: Path, what: str) -> str:
        """The text of an export."""
        out = self.folder / "out" / f"{what}.csv"
        self.expect(self.run("export", *self.signed_in(office), "--purpose", "proof", what, "--out", out), 0)
        return out.read_text(encoding="utf-8")

    # ------------------------------------------------------------------ the program

    def signed_in(self, office: Path) -> list[str]:
        return [str(office), "--as", LEAD, "--passphrase-file", str(self.secret)]

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        own = {"HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "tmp"), "LANG": "C.UTF-8"}
        return {**kept, **own, "PYTHONDONTWRITEBYTECODE": "1"}

    def start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        """The program as a process whose two outputs can be read."""
        command = [sys.executable, str(MAIN), *map(str, arguments)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, env=self.environment(), cwd=self.folder / "cwd")

    def begin(self, *arguments: str | Path, module: str = "") -> Running:
        """The program (or a module of the proofs) as a process that need not read its modules first."""
        return self._forker.start(*map(str, arguments), module=module)

    def close(self) -> None:
        """No more processes."""
        self._forker.close()

    def run(self, *arguments: str | Path) -> Result:
        if self.in_process:
            return self._run_here(*map(str, arguments))
        process = self.begin(*arguments)
        out, err = process.communicate(PATIENCE)
        return Result(process.wait(), out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))

    def _run_here(self, *arguments: str) -> Result:
        out, err = io.StringIO(), io.StringIO()
        with mock.patch.dict(os.environ, self.environment()), redirect_stdout(out), redirect_stderr(err):
            try:
                code = console.run(arguments)
            except Exception:  # noqa: BLE001 - as an interpreter ends
                err.write(traceback.format_exc())
                code = 1
        return Result(code, out.getvalue(), err.getvalue())

    def expect(self, result: Result, *codes: int) -> Result:
        """The proof itself cannot go on if this did not work."""
        if result.code not in codes:
            raise AssertionError(str(result))
        return result
