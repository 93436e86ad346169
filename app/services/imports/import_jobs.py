"""The lead's import in a process of its own, so that the window never waits (law 14).

``look`` looks files over, ``start`` takes them in. The worker gets the keys through a pipe and
nowhere else; it tells what it does, and asks before it publishes. Until then ``cancel`` ends it at
once and nothing of it remains; afterwards it finishes what is true already.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time as clocks
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from app.domain.message import Message, Refused, Trouble, WrongUse
from app.services.answers.outcomes import Outcome
from app.services.imports.file_preview import FilePreview
from app.services.imports.gathering import gather
from app.services.imports.outliving import end_with_parent
from app.services.imports.previewing import look as look_over
from app.storage import database
from app.storage.batches import clearing
from app.storage.offices import views
from app.storage.offices.office import Office

SHARES = {"read": 0.42, "records": 0.13, "links": 0.22, "facts": 0.2, "priority": 0.02, "publish": 0.01}
"""Stage -> its usual share of the time, in their order; for the time left."""

_TOLD_AFTER = 1.0
"""Seconds of work before the time left is worth saying."""


@dataclass(frozen=True)
class Step:
    """Where the work stands. ``stage`` is one of ``SHARES``; file, number and rows while reading.

    ``done``: share of the whole, 0 to 1; ``left``: seconds, None while nobody can tell. Before it is
    published, ``waiting``: rows that wait for their roster, ``children``: how many change their level.
    """

    stage: str
    done: float
    left: float | None = None
    file: str = ""
    number: int = 0
    files: int = 0
    rows: int = 0
    waiting: int | None = None
    children: int | None = None


@dataclass(frozen=True)
class Looked:
    """One of the files is looked over."""

    preview: FilePreview


@dataclass(frozen=True)
class PassedOver:
    """Files in the folders that nobody means: hidden ones, and those that programs left there."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Finished:
    """The work is done. ``outcome`` is what the task came to (an ``ImportReport``, a ``RunSummary`` ...),
    None after looking."""

    outcome: Outcome[Any] | None = None


@dataclass(frozen=True)
class Stopped:
    """It was cancelled: nothing of it is to be seen."""


@dataclass(frozen=True)
class Failed:
    """It could not be done, and nothing was changed unless the trouble says so."""

    trouble: Trouble


@dataclass(frozen=True)
class Ended:
    """The last word of every job: what it left is cleared away, another one may start."""


News = Step | Looked | PassedOver | Finished | Stopped | Failed | Ended
Tell = Callable[[News], None]


class Task(Protocol):
    """What a job does: picklable, and run in the worker. ``stages``: it may leave something unpublished,
    and asks with ``MayPublish`` before it publishes."""

    @property
    def stages(self) -> bool: ...

    def run(self, office: Office, pipe: Connection[Any, Any]) -> Finished: ...


def look(
    office: Office, paths: Iterable[Path], now: datetime, tell: Tell, days: Mapping[Path, date] | None = None
) -> ImportJob:
    """Look over files and everything in folders. ``tell`` is called from a thread of the job; ``days``: the
    own days of files, where somebody said them."""
    return ImportJob(office, _Look(tuple(paths), now, dict(days or {})), tell)


def start(
    office: Office,
    paths: Iterable[Path],
    now: datetime,
    tell: Tell,
    expected: Sequence[int] = (),
    days: Mapping[Path, date] | None = None,
) -> ImportJob:
    """Import files; each one's own day is that of ``days``, else it stands in it, else it is that of ``now``.

    ``expected``: rows by file as looked over, for the time left.
    """
    return ImportJob(office, _Import(tuple(paths), now, tuple(expected), dict(days or {})), tell)


class _Workplaces:
    """In which offices something is being staged: one piece of work at a time. What ends one of them clears
    everything that is unpublished, and each builds upon the view in force at its beginning."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken: set[Path] = set()

    def take(self, folder: Path) -> bool:
        with self._guard:
            free = folder not in self._taken
            self._taken.add(folder)
        return free

    def leave(self, folder: Path) -> None:
        with self._guard:
            self._taken.discard(folder)


_workplaces = _Workplaces()


class ImportJob:
    """One piece of work on its way. Each ends with Finished, Stopped or Failed, and then Ended.

    Fails at once where another one stages in the same office.
    """

    def __init__(self, office: Office, task: Task, tell: Tell) -> None:
        self._office, self._task, self._tell = office, task, tell
        self._guard = threading.Lock()
        self._process: Any = None
        self._cancelled = self._publishing = self._unsure = False
        self._thread = threading.Thread(target=self._run, name="import", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether its last word is still to come."""
        return self._thread.is_alive()

    def cancel(self) -> bool:
        """End it now. False if it is being published already: then it finishes."""
        with self._guard:
            if self._publishing:
                return False
            self._cancelled = True
            if self._process is not None:
                self._process.kill()
        return True

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for its end; whether it has come."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    # ------------------------------------------------------------------ its thread

    def _run(self) -> None:
        try:
            if not self._task.stages:
                self._tell(self._verdict())
            elif _workplaces.take(self._office.folder):
                self._staging()
            else:
                self._tell(Failed(Refused("import.other_work")))
        finally:
            self._tell(Ended())

    def _staging(self) -> None:
        try:
            self._tell(self._verdict())
            if not self._unsure:
                _clear(self._office)
        finally:
            _workplaces.leave(self._office.folder)

    def _verdict(self) -> News:
        try:
            answer = self._converse()
        except (EOFError, OSError):
            answer = None
        if self._cancelled:
            return Stopped()
        if answer is None:  # no last word: killed from outside, or a mistake of ours, told on stderr
            self._unsure = self._publishing  # what is in the segment alone counts at the next unlock
            return Failed(Refused("import.died_publishing" if self._publishing else "import.died"))
        return answer

    def _converse(self) -> News | None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        with ours:
            process = context.Process(target=_work, args=(theirs,), name="kizuki-import", daemon=True)
            with self._guard:
                if self._cancelled:
                    return None
                process.start()
                self._process = process
            theirs.close()
            try:
                ours.send_bytes(self._office.handover())
                ours.send(self._task)
                return self._listen(ours)
            finally:
                if self._cancelled or not self._publishing:
                    process.kill()
                process.join()

    def _listen(self, pipe: Connection[Any, Any]) -> News | None:
        while True:
            said = pipe.recv()
            if isinstance(said, MayPublish):
                with self._guard:
                    self._publishing = not self._cancelled
                pipe.send(self._publishing)
            elif isinstance(said, _Trouble):
                return Failed(said.trouble())
            elif isinstance(said, Finished):
                return said
            else:
                self._tell(said)


def _clear(office: Office) -> None:
    """Delete what an import that ended left unpublished; others write in between."""
    with database.explained(), office.staging() as staging:
        clearing.clear_leftovers(staging.connection)
        current = office.view_number(staging.connection)
    views.remove(office.folder, {number for number in views.numbers(office.folder) if number <= current})


# ---------------------------------------------------------------------- in the worker


@dataclass(frozen=True)
class MayPublish:
    """The worker's question; True goes back, or nothing any more."""


@dataclass(frozen=True)
class _Trouble:
    """A trouble as it travels."""

    wrong_use: bool
    message: Message

    def trouble(self) -> Trouble:
        return (WrongUse if self.wrong_use else Refused)(self.message.key, **self.message.values)


def telling(pipe: Connection[Any, Any], shares: Mapping[str, float]) -> Callable[[Message], None]:
    """What a task hands to its service as ``progress``: each stage goes out with the share that is done when
    it begins, and before ``publish`` it is asked whether it may."""

    def progress(message: Message) -> None:
        stage = message.key.rpartition("stage_")[2]
        pipe.send(Step(stage, shares[stage]))
        if stage == "publish":
            pipe.send(MayPublish())
            if not pipe.recv():
                raise Refused("import.died")

    return progress


def _work(pipe: Connection[Any, Any]) -> None:
    """The worker's whole life."""
    end_with_parent()
    with suppress(AttributeError, OSError):
        os.nice(5)  # the window goes first; Windows has no such call
    with pipe:
        handover, task = pipe.recv_bytes(), pipe.recv()
        try:
            with database.damage_explained(), Office.from_handover(handover) as office:
                answer: Any = task.run(office, pipe)
        except Trouble as trouble:
            answer = _Trouble(isinstance(trouble, WrongUse), trouble.message)
        pipe.send(answer)


@dataclass(frozen=True)
class _Look:
    """Looking over, file by file."""

    paths: tuple[Path, ...]
    now: datetime
    days: Mapping[Path, date]
    stages = False

    def run(self, office: Office, pipe: Connection[Any, Any]) -> Finished:
        gathered = gather(self.paths)
        files = gathered.files
        if gathered.passed_over:
            pipe.send(PassedOver(gathered.names))
        for number, path in enumerate(files, start=1):

            def tell(rows: int, number: int = number, path: Path = path) -> None:
                pipe.send(Step("look", (number - 1) / len(files), None, path.name, number, len(files), rows))

            tell(0)
            pipe.send(Looked(look_over(office, path, self.now, tell, self.days.get(path))))
        return Finished()


@dataclass(frozen=True)
class _Import:
    """Taking files in."""

    paths: tuple[Path, ...]
    now: datetime
    expected: tuple[int, ...]
    days: Mapping[Path, date]
    stages = True

    def run(self, office: Office, pipe: Connection[Any, Any]) -> Finished:
        # Not at the top: matching takes seconds to load, and looking over does without it.
        from app.services.imports.importing import import_extracts

        course = Course(self.expected, clocks.monotonic)

        def progress(message: Message) -> None:
            if message.key == "import.passed_over":  # said when they were looked over
                return
            pipe.send(course.step(message))
            if message.key == "import.stage_publish":
                pipe.send(MayPublish())
                if not pipe.recv():
                    raise Refused("import.died")

        done = import_extracts(office, self.paths, now=self.now, progress=progress, short=None, days=self.days)
        return Finished(done)


class Course:
    """From an import's messages to how much of it is done and how long the rest may take.

    ``expected``: rows by file; ``clock``: seconds that only rise.
    """

    def __init__(self, expected: Sequence[int], clock: Callable[[], float]) -> None:
        self._expected, self._clock = expected, clock
        self._begun = clock()
        self._foreseen: Mapping[str, Any] = {}

    def step(self, message: Message) -> Step:
        """Where the work stands at this message."""
        said: Any = message.values
        if message.key == "import.reading":
            done = SHARES["read"] * self._read(said["number"], said["rows"])
            left = self._left(done)
            return Step("read", done, left, said["file"], said["number"], said["files"], said["rows"])
        foreseen = message.key == "import.foreseen"
        if foreseen:
            self._foreseen = said
        stage = "priority" if foreseen else message.key.removeprefix("import.stage_")
        stages = list(SHARES)
        before = stages[: stages.index(stage)] if stage in SHARES else []
        done = sum(SHARES[one] for one in before)
        return Step(stage, done, self._left(done), **self._foreseen)

    def _read(self, number: int, rows: int) -> float:
        total = sum(self._expected)
        return min(1.0, (sum(self._expected[: number - 1]) + rows) / total) if total else 0.0

    def _left(self, done: float) -> float | None:
        spent = self._clock() - self._begun
        return None if spent < _TOLD_AFTER or done < 0.02 else spent * (1 - done) / done
