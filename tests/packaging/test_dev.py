"""The set-up commands: what they answer when something is missing, and that no failure is swallowed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import checks
import dev
import environment
import pytest
import system

ABSENT = system.library("libabsent1", "libabsent.so.1")
DEV_PY = environment.ROOT / "packaging" / "dev.py"


def only_need(monkeypatch: pytest.MonkeyPatch, need: system.Need) -> None:
    monkeypatch.setattr(system, "needs", lambda _for_building: [need])


def test_an_unknown_command_shows_the_known_ones() -> None:
    answer = subprocess.run([sys.executable, DEV_PY, "dance"], capture_output=True, encoding="utf-8", check=False)
    assert answer.returncode == 2
    assert all(name in answer.stderr for name in dev.COMMANDS)


def test_nothing_is_installed_when_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    only_need(monkeypatch, system.Need("anything", lambda: True))
    monkeypatch.setattr(system, "succeeds", lambda *_: pytest.fail("called a program"))
    system.prepare()


def test_without_rights_the_one_line_to_run_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    only_need(monkeypatch, ABSENT)
    monkeypatch.setattr(system.shutil, "which", lambda _: "/usr/bin/apt-get")
    monkeypatch.setattr(system, "ways_to_root", lambda: None)
    assert dev.main(["lint"]) == dev.REFUSED
    assert "sudo apt-get install -y libabsent1" in capsys.readouterr().err


def test_without_apt_the_missing_parts_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    only_need(monkeypatch, ABSENT)
    monkeypatch.setattr(system.shutil, "which", lambda _: None)
    with pytest.raises(system.CannotPrepare, match="libabsent1"):
        system.prepare()


def test_package_lists_are_fetched_only_when_the_present_ones_do_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    called = scripted_apt(monkeypatch, [False, True, True])
    system.install(["libabsent1"])
    assert [verbs & set(command) for command, verbs in zip(called, APT_VERBS, strict=True)] == list(APT_VERBS)


APT_VERBS = ({"install"}, {"update"}, {"install"})


def test_a_refusing_apt_stops_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted_apt(monkeypatch, [False, False])
    with pytest.raises(system.CannotPrepare, match="could not install"):
        system.install(["libabsent1"])


def scripted_apt(monkeypatch: pytest.MonkeyPatch, answers: list[bool]) -> list[list[str]]:
    """An apt that answers as told; returns the commands it was given."""
    called: list[list[str]] = []
    left = iter(answers)

    def answer(command: list[str], quiet: bool = False) -> bool:
        called.append(command)
        return next(left)

    monkeypatch.setattr(system.shutil, "which", lambda _: "/usr/bin/apt-get")
    monkeypatch.setattr(system, "ways_to_root", list)
    monkeypatch.setattr(system, "succeeds", answer)
    return called


def test_a_changed_lock_is_installed_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "LOCKS", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path)
    environment.lock("run").write_text("a==1\n", encoding="ascii")
    environment.stamp("run").write_text(environment.lock_digest("run"), encoding="ascii")
    assert environment.installed_digest("run") == environment.lock_digest("run")
    environment.lock("run").write_text("a==2\n", encoding="ascii")
    assert environment.installed_digest("run") != environment.lock_digest("run")


def test_the_tools_are_found_on_both_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.sys, "platform", "win32")
    assert environment.tool("ruff") == environment.VENV / "Scripts" / "ruff.exe"
    monkeypatch.setattr(environment.sys, "platform", "linux")
    assert environment.tool("ruff") == environment.VENV / "bin" / "ruff"


def test_windows_brings_all_that_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.sys, "platform", "win32")
    assert list(system.needs(for_building=True)) == []


def test_every_stage_runs_and_one_failure_fails_all(capfd: pytest.CaptureFixture[str]) -> None:
    failing = checks.Stage("first", (sys.executable, "-c", "raise SystemExit(5)"))
    passing = checks.Stage("second", (sys.executable, "-c", "print('seen')"))
    assert checks.run(failing, passing) == 1
    said = capfd.readouterr().out
    assert "seen" in said
    assert "Failed: first" in said


def test_all_passing_stages_pass() -> None:
    assert checks.run(checks.Stage("only", (sys.executable, "-c", ""))) == 0


def test_without_a_display_qt_draws_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "has_display", lambda: False)
    assert system.qt_environment({}) == {"QT_QPA_PLATFORM": "offscreen"}
    assert system.qt_environment({"QT_QPA_PLATFORM": "vnc"}) == {"QT_QPA_PLATFORM": "vnc"}


def test_with_a_display_qt_chooses_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "has_display", lambda: True)
    assert system.qt_environment({}) == {}
