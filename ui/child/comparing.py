"""Asking for the files of a child's brothers and sisters, one after the other, to put them under each other."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.domain.message import Trouble
from app.services.answers.child import ChildFile
from ui.child.course import CoursePane
from ui.desk import Desk
from ui.runner import Runner


class Comparing(QObject):
    """Beside a course; ``troubled`` where a file could not be opened."""

    troubled = Signal(object)

    def __init__(self, desk: Desk, runner: Runner, course: CoursePane, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._runner, self._course = desk, runner, course
        self._file: ChildFile | None = None
        self._wanted: list[int] = []
        self._found: list[ChildFile] = []
        course.siblings_wanted.connect(self._ask)

    def put(self, file: ChildFile) -> None:
        """Another child, or the same one with something new."""
        again = self._file is not None and self._file.person_id == file.person_id
        self._file = file
        self._course.offer_siblings(len(siblings_of(file)))
        if again and self._course.compared:
            self._ask()
        elif not again:
            self._course.compare(False)

    def _ask(self) -> None:
        if self._file is not None:
            self._wanted, self._found = siblings_of(self._file), []
            self._next()

    def _next(self) -> None:
        if self._file is None:
            return
        if not self._wanted:
            self._course.put_siblings([self._file, *self._found])
            return
        self._runner.ask(
            self._desk.reviewing.child_file,
            self._desk.office,
            self._wanted.pop(0),
            self._desk.now(),
            then=partial(self._arrived, self._file.person_id),
            failed=self._failed,
            topic="child.siblings",
        )

    def _arrived(self, whose: int, file: ChildFile) -> None:
        if self._file is not None and self._file.person_id == whose:
            self._found.append(file)
            self._next()

    def _failed(self, trouble: Trouble) -> None:
        """One that may not be opened is said, and left out; the others stand beside the child all the same."""
        self.troubled.emit(trouble)
        self._next()


def siblings_of(file: ChildFile) -> list[int]:
    """The other children of the household, the eldest first."""
    others = [one for one in file.household if one.is_child and one.person_id != file.person_id]
    return [one.person_id for one in sorted(others, key=lambda one: (one.birth is None, str(one.birth)))]
