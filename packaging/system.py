"""What the operating system must bring before Qt and .venv can work, and how to get it on Debian.

A need is found missing by trying it (a shared library is loaded, a module is looked up), so the second
run calls no package manager. Windows and macOS bring all of it. Nothing here knows the project's own files.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


class CannotPrepare(Exception):
    """Something is missing that we may not or cannot install; the text says what to do."""


@dataclass(frozen=True)
class Need:
    package: str  # as Debian names it
    present: Callable[[], bool]


def prepare(for_building: bool = False) -> None:
    """Install what is missing, after saying what; raise CannotPrepare where we may not."""
    missing = [need.package for need in needs(for_building) if not need.present()]
    if not missing:
        return
    install(missing)
    importlib.invalidate_caches()
    still = [need.package for need in needs(for_building) if not need.present()]
    if still:
        raise CannotPrepare(f"Installed, and yet not usable from {sys.executable}: {' '.join(still)}")


def needs(for_building: bool) -> Iterable[Need]:
    if sys.platform != "linux":
        return
    yield Need("python3-venv", has_ensurepip)
    yield from (library(package, soname) for package, soname in QT_LIBRARIES)
    if has_display() or for_building:  # a frozen program carries them along
        yield from (library(package, soname) for package, soname in QT_DISPLAY_LIBRARIES)
    if for_building:
        yield Need("binutils", lambda: shutil.which("objdump") is not None)
        yield python_library()


QT_LIBRARIES = (
    ("libegl1", "libEGL.so.1"),
    ("libgl1", "libGL.so.1"),
    ("libxkbcommon0", "libxkbcommon.so.0"),
    ("libdbus-1-3", "libdbus-1.so.3"),
    ("libfontconfig1", "libfontconfig.so.1"),
    ("libglib2.0-0", "libglib-2.0.so.0"),
)

QT_DISPLAY_LIBRARIES = (
    ("libxcb-cursor0", "libxcb-cursor.so.0"),
    ("libxcb-icccm4", "libxcb-icccm.so.4"),
    ("libxcb-keysyms1", "libxcb-keysyms.so.1"),
    ("libxcb-shape0", "libxcb-shape.so.0"),
    ("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
    ("libwayland-cursor0", "libwayland-cursor.so.0"),
)


def library(package: str, soname: str) -> Need:
    return Need(package, lambda: loads(soname))


def loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def has_ensurepip() -> bool:
    """Debian packs it apart, and without it `python3 -m venv` stops half way."""
    return importlib.util.find_spec("ensurepip") is not None


def python_library() -> Need:
    """The interpreter as a shared library, which a frozen program carries with it."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    soname = sysconfig.get_config_var("INSTSONAME") or f"libpython{version}.so.1.0"
    own_folder = os.path.join(sysconfig.get_config_var("LIBDIR") or "", soname)
    return Need(f"libpython{version}", lambda: os.path.exists(own_folder) or loads(soname))


def install(packages: list[str]) -> None:
    """apt-get install, with fresh lists only if the present ones do not suffice."""
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise CannotPrepare(f"Missing on this system (under Debian's names), please install: {names}")
    become_root = ways_to_root()
    if become_root is None:
        raise CannotPrepare(f"System packages are missing. First run this:\n  sudo apt-get install -y {names}")
    print(f"Installing system packages: {names}", flush=True)
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    wanted = [*apt, "install", "--no-install-recommends", *packages]
    if succeeds(wanted):
        return
    print("Trying again with fresh package lists", flush=True)
    if not (succeeds([*apt, "update"]) and succeeds(wanted)):
        raise CannotPrepare(f"apt-get could not install: {names}")


def ways_to_root() -> list[str] | None:
    """What to put before a command so that it runs as root; None where only a person can do it."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and succeeds(["sudo", "-n", "true"], quiet=True):
        return ["sudo", "-n"]
    return None


def succeeds(command: list[str], quiet: bool = False) -> bool:
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False).returncode == 0


def has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def qt_environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """Without a display Qt aborts unless it is told to draw into memory."""
    given = dict(inherited)
    if not has_display():
        given.setdefault("QT_QPA_PLATFORM", "offscreen")
    return given
