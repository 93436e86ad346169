"""Threads of the window: answers arrive in its thread, stale ones do not, troubles are told."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.domain.message import Refused, Trouble
from app.storage import database
from ui.runner import Runner


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[Runner]:
    made = Runner()
    yield made
    made.close()


def test_an_answer_arrives_in_the_windows_thread(runner: Runner, qtbot: QtBot) -> None:
    seen: list[tuple[str, bool]] = []
    here = threading.current_thread()

    def read() -> str:
        return threading.current_thread().name

    runner.ask(read, then=lambda name: seen.append((name, threading.current_thread() is here)))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0].startswith("reader")
    assert seen[0][1]


def test_the_answer_of_an_older_question_is_dropped(runner: Runner, qtbot: QtBot) -> None:
    gate, seen = threading.Event(), []

    def slow() -> str:
        gate.wait(5)
        return "old"

    runner.ask(slow, then=seen.append, topic="list")
    runner.ask(lambda: "new", then=seen.append, topic="list")
    qtbot.waitUntil(lambda: seen == ["new"])
    gate.set()
    qtbot.waitUntil(lambda: not runner.busy)
    assert seen == ["new"]


def test_writes_follow_each_other(runner: Runner, qtbot: QtBot) -> None:
    seen: list[int] = []
    for number in range(20):
        runner.do(lambda number=number: number, then=seen.append)
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert seen == list(range(20))


def test_a_trouble_of_the_world_is_told(runner: Runner, qtbot: QtBot) -> None:
    seen: list[Trouble] = []

    def refuse() -> None:
        raise Refused("office.full")

    runner.ask(refuse, failed=seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0].message.key == "office.full"
    with qtbot.waitSignal(runner.troubled):
        runner.do(refuse)


def test_a_page_that_went_bad_is_a_trouble_of_the_world(runner: Runner, qtbot: QtBot) -> None:
    seen: list[Trouble] = []

    def read() -> None:
        raise database.Error("database disk image is malformed")

    runner.ask(read, failed=seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0].message.key == "office.damaged"


def test_after_locking_no_answer_comes_and_writes_are_finished(qtbot: QtBot) -> None:
    runner, gate = Runner(), threading.Event()
    seen: list[object] = []
    written: list[str] = []
    runner.ask(gate.wait, 5, then=seen.append)
    runner.do(written.append, "decision", then=seen.append)
    runner.retire(lambda: written.append("closed"))
    runner.ask(lambda: "late", then=seen.append)
    gate.set()
    qtbot.waitUntil(lambda: not runner.busy)
    assert seen == []
    assert written == ["decision", "closed"]
