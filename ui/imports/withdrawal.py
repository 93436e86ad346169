"""Taking an import back, and taking that back: what would follow is worked out first, then a reason."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPlainTextEdit, QProgressBar, QVBoxLayout, QWidget

from app.services.imports.batches import BatchLine
from app.services.imports.import_jobs import Ended, Failed, Finished, News, Step, Stopped
from ui.desk import Desk
from ui.page import Done
from ui.theme import theme
from ui.tokens import SECOND, TITLE
from ui.widgets.buttons import Button
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label
from ui.words import _, count, day_long, moment, say, term

_FIGURES = ("facts", "otherwise", "children", "rises", "falls", "leaves", "decisions")


class BatchDialog(QDialog):
    """``done`` carries what was published. Closing it while something is worked out gives that up."""

    done_with = Signal(object)
    _heard = Signal(object)

    def __init__(self, parent: QWidget, desk: Desk, line: BatchLine) -> None:
        super().__init__(parent)
        self._desk, self._line = desk, line
        self._undo = line.state == "withdrawn"
        self._job: Any = None
        self._doing = self._finished = False
        kind = "undo" if self._undo else "do"
        self.setWindowTitle(_(f"withdrawal.{kind}.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(560)
        self.stage = Label(_("withdrawal.looking"), "text2", SECOND)
        self.bar = QProgressBar()
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(_("withdrawal.looking"))
        self.figures = QGridLayout()
        self.figures.setHorizontalSpacing(16)
        self.figures.setVerticalSpacing(4)
        self.reason = QPlainTextEdit()
        self.reason.setFont(theme.font())
        self.reason.setFixedHeight(58)
        self.reason.setTabChangesFocus(True)
        self.reason.setAccessibleName(_("withdrawal.reason"))
        self.trouble = ErrorPanel()
        self.confirm = Button(_(f"withdrawal.{kind}.confirm"), kind="primary")
        self.confirm.setEnabled(False)
        self.confirm.clicked.connect(self._confirm)
        self.cancel = Button(_("withdrawal.cancel"), keys="Esc")
        self.cancel.clicked.connect(self.reject)
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._lay(kind)
        self._job = desk.withdrawals.foresee(desk.office, line.batch, self._undo, self._tell)

    def _lay(self, kind: str) -> None:
        line = self._line
        what = _(
            "withdrawal.what",
            file=line.file,
            extract=term("extract", line.extract),
            day=day_long(line.as_of) if line.as_of else "—",
            rows=count(line.rows),
            author=line.author,
            time=moment(line.time.astimezone()),
        )
        foot = QHBoxLayout()
        foot.addWidget(Label(_("withdrawal.always_undo"), "text2", SECOND), 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(Label(_(f"withdrawal.{kind}.title"), px=TITLE, bold=True))
        column.addWidget(Label(what, wrap=True))
        if line.moved is not None:
            time = moment(line.moved.astimezone())
            moved = _("withdrawal.moved", author=line.moved_by, time=time, reason=line.reason)
            column.addWidget(Label(moved, "text2", wrap=True))
        column.addWidget(Label(_("withdrawal.follows"), bold=True))
        column.addWidget(self.stage)
        column.addWidget(self.bar)
        column.addLayout(self.figures)
        column.addWidget(Label(_("withdrawal.reason"), "text2", SECOND))
        column.addWidget(self.reason)
        column.addWidget(self.trouble)
        column.addLayout(foot)
        self.reason.setFocus()

    # ------------------------------------------------------------ the job

    def _tell(self, news: News) -> None:
        """Called on the job's thread; the dialog may be gone by then."""
        with suppress(RuntimeError):
            self._heard.emit(news)

    def _hear(self, news: News) -> None:
        if isinstance(news, Step):
            self.bar.setValue(round(100 * news.done))
            self.stage.setText(_(f"import.stage_{news.stage}"))
            if news.stage == "publish":
                self.cancel.setEnabled(False)
        elif isinstance(news, Finished):
            self._finished = True
            self._show(news)
        elif isinstance(news, Failed):
            self._doing = False
            self.trouble.put(news.trouble)
            self.cancel.setEnabled(True)
        elif isinstance(news, Ended):
            self._job = None
            self.confirm.setEnabled(self._finished and not self._doing)
            if self._doing and self._finished:
                self.accept()
        elif isinstance(news, Stopped):
            self._doing = False

    def _show(self, news: Finished) -> None:
        assert news.outcome is not None
        if self._doing:
            self.done_with.emit(Done(news.outcome.changes, words=say(news.outcome.value.message())))
            return
        self.stage.hide()
        self.bar.hide()
        kind = "undo" if self._undo else "do"
        for at, name in enumerate(_FIGURES):
            value = getattr(news.outcome.value, name)
            if self._undo and name in ("leaves", "decisions"):
                continue
            alarming = name in ("leaves", "decisions") and value
            words = Label(_(f"withdrawal.{kind}.{name}"), "caution" if alarming else "text2", wrap=True)
            number = Label(count(value), "caution" if alarming else "text", bold=True)
            self.figures.addWidget(words, at, 0)
            self.figures.addWidget(number, at, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.figures.setColumnStretch(0, 1)

    def _confirm(self) -> None:
        words = self.reason.toPlainText().strip()
        if not words:
            self.trouble.put(_("withdrawal.reason_missing"))
            self.reason.setFocus()
            return
        self.trouble.dismiss()
        self._doing, self._finished = True, False
        self.confirm.setEnabled(False)
        self.reason.setEnabled(False)
        self.bar.setValue(0)
        self.stage.show()
        self.bar.show()
        start = self._desk.withdrawals.start
        self._job = start(self._desk.office, self._line.batch, self._undo, words, self._desk.now(), self._tell)

    def reject(self) -> None:
        """Give up what is on its way; what is being published finishes."""
        if self._job is not None and not self._job.cancel():
            return
        super().reject()
