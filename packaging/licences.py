"""The licence texts of what is frozen into the program: which files, and where they go.

Packages bring their own texts in their metadata; BY_HAND names the few that do not, whose texts lie in
packaging/licenses/. A test holds that no package of the run lock is without one.
"""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, PackagePath, distribution

import environment

BY_HAND = frozenset({"pyside6-essentials", "shiboken6"})
TEXT = re.compile(r"(licen[cs]e|copying|notice|copyright|authors)", re.IGNORECASE)
PINNED = re.compile(r"^([a-z0-9-]+)==", re.MULTILINE)


def collected() -> list[tuple[str, str]]:
    """(file, folder in the program) for PyInstaller's datas."""
    return [(str(text.locate()), folder(package, text)) for package in packages() for text in texts(package)]


def packages() -> list[Distribution]:
    """The packages of the run lock that this system needs; some are only for others."""
    found = (installed(name) for name in names())
    return [package for package in found if package is not None]


def names() -> list[str]:
    return sorted(set(PINNED.findall(environment.lock("run").read_text(encoding="ascii"))))


def installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def texts(package: Distribution) -> list[PackagePath]:
    """Licence texts within the package's metadata folder."""
    metadata = [file for file in package.files or [] if file.parts[0].endswith(".dist-info")]
    return [file for file in metadata if TEXT.search("/".join(file.parts[1:]))]


def folder(package: Distribution, text: PackagePath) -> str:
    """As deep as in the package, since one package may hold several files of one name."""
    inner = [part for part in text.parts[1:-1] if part != "licenses"]
    return "/".join(["licenses", package.name, *inner])
