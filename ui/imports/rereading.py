"""Under the rules of reading: rows that are in are still read by the old ones; read them again now, after seeing
what that changes."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from app.services.imports.import_jobs import Ended, Failed, Finished, News, Step
from ui.desk import Desk
from ui.imports.progress import Bar
from ui.page import Done
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground
from ui.widgets.states import Icon
from ui.widgets.text import Label
from ui.words import _, count, say


class RereadStrip(Ground):
    """Hidden while nothing waits. First a look at what would change, then the act. ``done`` carries what was
    published, ``troubled`` why it could not be."""

    done = Signal(object)
    troubled = Signal(object)
    _heard = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__("caution_tint", "tb", "caution")
        self._desk = desk
        self._job: Any = None
        self._acting = self._waits = False
        self._foreseen: Any = None
        self.words = Label(wrap=True)
        self.bar = Bar()
        self.look = Button(_("rereading.look"), icon="magnify", height=26)
        self.go = Button(_("rereading.go"), kind="primary", icon="refresh", height=26)
        self.cancel = Button(_("imports.cancel"), icon="close", height=26)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(10)
        row.addWidget(Icon("clock-alert-outline", "caution"))
        row.addWidget(self.words, 1)
        for part in (self.bar, self.look, self.go, self.cancel):
            row.addWidget(part)
        self.setMinimumHeight(40)
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self.look.clicked.connect(self._look)
        self.go.clicked.connect(self._go)
        self.cancel.clicked.connect(self.give_up)
        self._show()

    @property
    def busy(self) -> bool:
        """Whether its work is still on its way."""
        return self._job is not None

    def put(self, waits: bool) -> None:
        """Whether rows are still read by rules of before. What was foreseen counts no more."""
        self._waits, self._foreseen = waits, None
        self._show()

    def give_up(self) -> bool:
        """End what is on its way; False where it is being published already, and finishes."""
        return self._job is None or bool(self._job.cancel())

    def _look(self) -> None:
        self._begin(False)
        self._job = self._desk.rereading_jobs.foresee(self._desk.office, self._tell)
        self._show()

    def _go(self) -> None:
        self._begin(True)
        self._job = self._desk.rereading_jobs.start(self._desk.office, self._desk.now(), self._tell)
        self._show()

    def _begin(self, acting: bool) -> None:
        self._acting = acting
        self.bar.put(0.0)
        self.cancel.setEnabled(True)
        self.words.setText(_("rereading.begins"))

    def _tell(self, news: News) -> None:
        """Called on the job's thread; the dialog may be gone by then."""
        with suppress(RuntimeError):
            self._heard.emit(news)

    def _hear(self, news: News) -> None:
        if isinstance(news, Step):
            self.bar.put(news.done)
            self.words.setText(_(f"import.stage_{news.stage}"))
            self.cancel.setEnabled(news.stage != "publish")
        elif isinstance(news, Failed):
            self._foreseen = None
            self.troubled.emit(news.trouble)
        elif isinstance(news, Finished) and news.outcome is not None:
            self._finished(news)
        elif isinstance(news, Ended):
            self._job = None
            self._show()

    def _finished(self, news: Finished) -> None:
        assert news.outcome is not None
        if self._acting:
            self._waits, self._foreseen = False, None
            self.done.emit(Done(news.outcome.changes, words=say(news.outcome.value.message())))
        else:
            self._foreseen = news.outcome.value

    def _show(self) -> None:
        busy = self.busy
        self.setVisible(self._waits or busy)
        self.bar.setVisible(busy)
        self.cancel.setVisible(busy)
        self.look.setVisible(not busy and self._foreseen is None)
        self.go.setVisible(not busy and self._foreseen is not None)
        if not busy:
            self.words.setText(_("rereading.waits") if self._foreseen is None else _words(self._foreseen))
        self.setAccessibleName(self.words.text())


def _words(found: Any) -> str:
    """Of a ``services.rereading.Rereading``: its module is not loaded here, since it brings all that matches."""
    return _(
        "rereading.foreseen",
        rows=count(found.rows),
        facts=count(found.facts),
        children=count(found.children),
        rises=count(found.rises),
        falls=count(found.falls),
    )
