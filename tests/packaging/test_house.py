"""What holds for every file of the repository, and which no tool checks for us.

Each test names the offenders, so that a failure says where to go.
"""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import environment
import pytest

ROOT = environment.ROOT
LONGEST_MODULE = 500  # lines; a module is one subject, about 150 to 400
# In two halves, so that this file holds no host of a package registry either.
HALVES = (
    ("pypi", ".org"),
    ("pythonhosted", ".org"),
    ("npmjs", ".org"),
    ("crates", ".io"),
    ("debian", ".org/debian"),
)
REGISTRIES = tuple(name + dot_end for name, dot_end in HALVES)
SHAPELESS = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
RICH_TEXT = {"QErrorMessage", "QLabel", "QMessageBox", "QTextBrowser", "QToolTip", "setToolTip"}
NETWORK = {"QtNetwork", "QtNetworkAuth", "QtWebEngineCore", "QtWebEngineWidgets", "QtWebSockets"}


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = (ROOT / name for name in listed.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))
    yield from ROOT.glob("main.py")


def names_used(module: Path) -> set[str]:
    """Every name, attribute and imported name of a module."""
    used: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.Attribute):
            used.add(node.attr)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            used.update(part for alias in node.names for part in alias.name.split("."))
            used.update((getattr(node, "module", None) or "").split("."))
    return used


def relative(paths: Iterator[Path] | list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def test_no_file_names_a_registry() -> None:
    guilty = [path for path in tracked() if any(host.encode() in path.read_bytes() for host in REGISTRIES)]
    assert relative(guilty) == []


def test_every_module_says_what_lives_in_it() -> None:
    silent = [path for path in modules("app", "ui", "packaging") if not describes_itself(path)]
    assert relative(silent) == []


def describes_itself(module: Path) -> bool:
    text = module.read_text(encoding="utf-8")
    return not text.strip() or ast.get_docstring(ast.parse(text)) is not None


def test_no_module_grows_out_of_hand() -> None:
    long = [path for path in modules("app", "ui", "packaging") if lines(path) > LONGEST_MODULE]
    assert relative(long) == []


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_module_is_a_drawer_for_anything() -> None:
    drawers = [path for path in modules("app", "ui", "packaging", "tests") if {path.stem, path.parent.name} & SHAPELESS]
    assert relative(drawers) == []


def test_rich_text_widgets_stay_in_the_widgets_folder() -> None:
    """They open `<img src>` that stands in imported text; ui/widgets holds plain-text ones."""
    outside = [path for path in modules("ui") if "widgets" not in path.relative_to(ROOT).parts]
    assert relative([path for path in outside if names_used(path) & RICH_TEXT]) == []


def test_nothing_uses_qts_network() -> None:
    assert relative([path for path in modules("app", "ui") if names_used(path) & NETWORK]) == []


def test_the_window_imports_nothing_late() -> None:
    """Within a paint event an import that fails half way keeps the painter; packaging/README.md says how."""
    assert relative([path for path in modules("ui") if path.name != "main.py" and imports_late(path)]) == []


def imports_late(module: Path) -> bool:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return any(isinstance(node, ast.Import | ast.ImportFrom) for one in functions for node in ast.walk(one))


def test_ci_runs_the_same_checks_as_people_do() -> None:
    ci = ROOT / ".ci" / "run"
    assert "packaging/dev.py test" in ci.read_text(encoding="utf-8")
    mode = subprocess.run(["git", "ls-files", "-s", ".ci/run"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert mode.stdout.startswith("100755")
