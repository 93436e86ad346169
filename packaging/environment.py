"""The virtual environment in .venv, made from the hashed locks in packaging/requirements/.

Each lock that is installed leaves a stamp with its digest, so an unchanged lock costs nothing and a
changed one is installed again. Packages come as wheels only: nothing is compiled on the way.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

from system import CannotPrepare

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = ROOT / "packaging" / "requirements"

RUN = ("run",)
DEV = ("run", "dev")
BUILD = ("run", "build")
SPARK = ("run", "spark")

SOURCE_ONLY = {"spark": "pyspark"}
"""Locks with one package that is published without a wheel; it is Python and jars, nothing to compile."""


def python() -> Path:
    return tool("python")


def tool(name: str) -> Path:
    """A program that a package brought, such as ruff."""
    if sys.platform == "win32":
        return VENV / "Scripts" / f"{name}.exe"
    return VENV / "bin" / name


def prepare(locks: tuple[str, ...]) -> None:
    if not is_sound():
        make()
    for name in locks:
        if installed_digest(name) != lock_digest(name):
            install(name)


def is_sound() -> bool:
    """False when it is missing, half made, or its interpreter has been removed or was replaced by another version."""
    version = "import pip, sys; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run([python(), "-c", version], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def make() -> None:
    print(f"Making {VENV}", flush=True)
    venv.create(VENV, clear=True, with_pip=True)


def install(name: str) -> None:
    print(f"Installing the packages of {lock(name).relative_to(ROOT)}", flush=True)
    pip: list[str | Path] = [python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    exactly: list[str | Path] = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", lock(name)]
    if name in SOURCE_ONLY:
        exactly += ["--no-binary", SOURCE_ONLY[name]]
    if subprocess.run([*pip, *exactly], check=False).returncode:
        raise CannotPrepare(f"pip could not install {lock(name).relative_to(ROOT)}; its own words stand above.")
    stamp(name).write_text(lock_digest(name), encoding="ascii")


def lock(name: str) -> Path:
    return LOCKS / f"{name}.txt"


def lock_digest(name: str) -> str:
    return hashlib.sha256(lock(name).read_bytes()).hexdigest()


def stamp(name: str) -> Path:
    return VENV / f"installed-{name}.sha256"


def installed_digest(name: str) -> str | None:
    return stamp(name).read_text(encoding="ascii") if stamp(name).exists() else None
