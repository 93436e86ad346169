"""The locks install exactly what was tried: pinned, hashed, without an address, with every part's licence."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution

import environment
import licences
import pytest

EXACTLY = {
    "pyside6-essentials": "6.11.3",  # 6.12.0 aborts on Python 3.11
    "splink": "5.0.0",
    "duckdb": "2.0.0",
    "sqlcipher3": "0.6.4",
}
NAMES = ("run", "dev", "build")
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def lock_text(name: str) -> str:
    return environment.lock(name).read_text(encoding="ascii")


@pytest.mark.parametrize("name", NAMES)
def test_every_package_is_pinned_and_hashed(name: str) -> None:
    blocks = re.split(r"\n(?! )", lock_text(name).strip())
    assert [block for block in blocks if not PIN.match(block) or "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_names_no_address(name: str) -> None:
    assert "://" not in lock_text(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_holds_what_was_asked_for(name: str) -> None:
    asked = (environment.LOCKS / f"{name}.in").read_text(encoding="utf-8")
    wanted = {match.lower() for match in re.findall(r"^([A-Za-z][\w.-]*)", asked, re.MULTILINE)}
    assert wanted - {package for package, _ in PIN.findall(lock_text(name))} == set()


@pytest.mark.parametrize("name", ["dev", "build"])
def test_locks_agree_on_what_they_share(name: str) -> None:
    run = set(PIN.findall(lock_text("run")))
    shared = {package for package, _ in run}
    assert {pin for pin in PIN.findall(lock_text(name)) if pin[0] in shared} - run == set()


def test_parts_that_were_measured_are_pinned_exactly() -> None:
    pins = dict(PIN.findall(lock_text("run")))
    assert {package: pins.get(package) for package in EXACTLY} == EXACTLY


def test_every_installed_part_has_its_licence_text() -> None:
    bare = {package.name.lower().replace("_", "-") for package in licences.packages() if not licences.texts(package)}
    assert bare == licences.BY_HAND


def test_no_two_licence_texts_share_a_place() -> None:
    places = [(folder, path.rsplit("/", 1)[-1]) for path, folder in licences.collected()]
    assert len(places) == len(set(places))


def test_the_metapackage_of_qt_is_not_needed() -> None:
    with pytest.raises(PackageNotFoundError):
        distribution("PySide6")
