"""The commands of the checkout, for people and for CI: `python3 packaging/dev.py COMMAND`.

Only the table of commands and what each one does, in a few lines. Standard library only: this runs
before anything is installed. What the operating system must bring is in system.py, the virtual
environment in environment.py, the stages of the checks in checks.py, the frozen program in freezing.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import checks
import environment
import freezing
import system

OLDEST_PYTHON = (3, 11)
REFUSED = 3


def setup(_arguments: list[str]) -> int:
    """Prepare system packages and .venv for working on the program."""
    prepare(environment.DEV)
    print(f"Ready: {environment.python()}")
    return 0


def demo(arguments: list[str]) -> int:
    """Make a demo office and open it; without a display, write screenshots."""
    prepare(environment.RUN)
    folder = environment.ROOT / "demo-output"
    places = ["--folder", str(folder / "office"), "--screenshots", str(folder / "screenshots")]
    return run_program("demo", *places, *arguments)


def test(arguments: list[str]) -> int:
    """Run every check; further arguments go to pytest."""
    prepare(environment.DEV)
    return checks.run(*checks.LINT, checks.tests(arguments))


def lint(arguments: list[str]) -> int:
    """Run the checks that need no tests; with --fix, repair what ruff can."""
    prepare(environment.DEV)
    if "--fix" in arguments:
        return checks.run(*checks.FIX, *checks.LINT)
    return checks.run(*checks.LINT)


def bench(arguments: list[str]) -> int:
    """Measure each stage against its floor: main.py bench; with --filled, then the window on the last office."""
    prepare(environment.RUN)
    if "--filled" not in arguments or "--keep" in arguments:
        return run_program("bench", *arguments)
    with tempfile.TemporaryDirectory(prefix="kizuki-bench-") as place:
        office = Path(place) / "office"
        code = run_program("bench", *arguments, "--keep", str(office))
        return code or run_module("ui.measuring", str(office))


def torture(arguments: list[str]) -> int:
    """Kill, fill, flip and search, many times: tests/torture."""
    prepare(environment.DEV)
    command = [str(environment.python()), "-m", "tests.torture", *arguments]
    return subprocess.run(command, cwd=environment.ROOT, check=False).returncode


def spark(arguments: list[str]) -> int:
    """Prove that Spark and DuckDB find the same links in the same files; needs Java."""
    prepare(environment.SPARK)
    command = [str(environment.python()), "-m", "tests.engines", *arguments]
    return subprocess.run(command, cwd=environment.ROOT, check=False).returncode


def build(_arguments: list[str]) -> int:
    """Freeze the program into dist/kizuki and try the frozen one."""
    prepare(environment.BUILD)
    return freezing.build()


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "setup": setup,
    "demo": demo,
    "test": test,
    "lint": lint,
    "bench": bench,
    "torture": torture,
    "spark": spark,
    "build": build,
}


def prepare(locks: tuple[str, ...]) -> None:
    system.prepare(for_building=locks == environment.BUILD)
    environment.prepare(locks)


def run_program(*arguments: str) -> int:
    command = [str(environment.python()), str(environment.ROOT / "main.py"), *arguments]
    return subprocess.run(command, env=system.qt_environment(os.environ), check=False).returncode


def run_module(name: str, *arguments: str) -> int:
    command = [str(environment.python()), "-m", name, *arguments]
    surroundings = {**system.qt_environment(os.environ), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(command, env=surroundings, cwd=environment.ROOT, check=False).returncode


def usage() -> str:
    lines = [f"  {name:8}{(command.__doc__ or '').strip()}" for name, command in COMMANDS.items()]
    return "\n".join(["usage: python3 packaging/dev.py COMMAND [ARGUMENT...]", *lines])


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST_PYTHON:
        print("Kizuki needs Python 3.11 or newer; this is " + sys.version.split()[0], file=sys.stderr)
        return REFUSED
    if not arguments or arguments[0] not in COMMANDS:
        print(usage(), file=sys.stderr)
        return 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except system.CannotPrepare as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
