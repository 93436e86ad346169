"""Long work on the links: one piece at a time, with its progress, what came of it and how to stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from app.services.imports.import_jobs import Ended, Failed, Finished, Step, Stopped
from ui.imports.progress import ProgressStrip
from ui.widgets.states import ErrorPanel
from ui.words import _

Start = Callable[[Callable[[Any], None]], Any]
"""Begins a job; it is given whom to tell."""


class LongWork(QObject):
    """``busy`` says whether something runs, ``ended`` that the next piece may begin."""

    busy = Signal(bool)
    ended = Signal()
    _heard = Signal(object)

    def __init__(self, progress: ProgressStrip, trouble: ErrorPanel) -> None:
        super().__init__(progress)
        self._progress, self._trouble = progress, trouble
        self._job: Any = None
        self._when_done: Callable[[Any], None] | None = None
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        progress.cancelled.connect(self.cancel)
        progress.hide()

    @property
    def running(self) -> bool:
        """Whether a job is on its way."""
        return self._job is not None

    def begin(self, start: Start, then: Callable[[Any], None]) -> None:
        """Begin a job, unless one runs; ``then`` gets its outcome."""
        if self._job is not None:
            return
        self._trouble.hide()
        self._when_done = then
        self._progress.put(_("training.stage_read"), "", 0.0, "")
        self._show(True)
        self._job = start(self._heard.emit)

    def cancel(self) -> None:
        """Stop it: nothing of it is to be seen."""
        if self._job is not None:
            self._job.cancel()

    def _show(self, working: bool) -> None:
        self._progress.setVisible(working)
        self.busy.emit(working)

    def _hear(self, news: object) -> None:
        if isinstance(news, Step):
            self._progress.put(_(f"training.stage_{news.stage}"), "", news.done, "")
        elif isinstance(news, Finished):
            if self._when_done is not None and news.outcome is not None:
                self._when_done(news.outcome)
        elif isinstance(news, Failed):
            self._trouble.put(news.trouble)
        elif isinstance(news, Stopped):
            self._trouble.put(_("quality.stopped"))
        elif isinstance(news, Ended):
            self._job = None
            self._show(False)
            self.ended.emit()
