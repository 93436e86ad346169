"""Backups: where the daily ones go, how the last one went, what is there; and one file with everything, now."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.services.answers.outcomes import Changes, Outcome
from app.services.offices.backing_up import Standing
from ui.desk import Desk
from ui.page import Done
from ui.runner import Runner
from ui.tokens import NAME, SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Rule
from ui.widgets.states import Icon
from ui.widgets.text import Label
from ui.words import _, count, moment, say

_MIB = 1 << 20


class BackupsSection(QWidget):
    """``done`` says what was committed. For administrators."""

    done = Signal(object)

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self.folder = Label(bold=True, wrap=True)
        self.state = Label(wrap=True)
        self._mark = Icon("help-circle-outline", "text2")
        self.held = Label(role="text2", px=SECOND, wrap=True)
        self.choose = Button(_("backups.choose"), icon="folder-open-outline")
        self.stop = Button(_("backups.stop"), kind="quiet")
        self.file = Button(_("backups.file"), icon="content-save-outline")
        self._build()
        self.choose.clicked.connect(self._ask_folder)
        self.stop.clicked.connect(lambda _on=False: self.set_folder(None))
        self.file.clicked.connect(self._ask_file)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(10)
        column.addWidget(Label(_("backups.daily"), px=NAME, bold=True))
        column.addWidget(Label(_("backups.daily.words"), "text2", SECOND, wrap=True))
        column.addWidget(self.folder)
        said = QHBoxLayout()
        said.setSpacing(8)
        said.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self.state, 1)
        column.addLayout(said)
        column.addWidget(self.held)
        column.addLayout(_row(self.choose, self.stop))
        column.addWidget(Rule())
        column.addWidget(Label(_("backups.one"), px=NAME, bold=True))
        column.addWidget(Label(_("backups.one.words"), "text2", SECOND, wrap=True))
        column.addLayout(_row(self.file))
        column.addStretch(1)

    def ask(self) -> None:
        """How things stand; the folder may be a share that takes its time."""
        self._runner.ask(
            self._desk.backing_up.standing, self._desk.office.folder, then=self.put, topic="settings.backups"
        )

    def put(self, found: Standing) -> None:
        self.folder.setText(str(found.into) if found.into else _("backups.none"))
        self.stop.setVisible(found.into is not None)
        icon, role, words = self._said(found)
        self._mark.set_icon(icon, role)
        self.state.setText(words)
        held = _("backups.held", n=count(len(found.choices)), size=count(max(1, found.size // _MIB)))
        if found.choices and found.choices[-1].made:
            held += " " + _("backups.oldest", day=moment(found.choices[-1].made.astimezone()))
        if found.damaged:
            held += " " + _("backups.damaged", n=len(found.damaged))
        self.held.setText(held if found.reachable else "")

    def _said(self, found: Standing) -> tuple[str, str, str]:
        state = found.state
        if found.into is None:
            return "alert-outline", "caution", _("backups.none.words")
        if not found.reachable:
            return "alert-circle-outline", "error", _("backup.folder_missing", folder=str(found.into))
        if state.why is not None:
            return "alert-circle-outline", "error", say(state.why)
        if state.done is None:
            return "clock-outline", "text2", _("backups.not_yet")
        return "check-circle-outline", "ok", _("backups.last", time=moment(state.done.astimezone()))

    # ------------------------------------------------------------ acts

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, _("backups.choose"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.set_folder(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def set_folder(self, into: Path | None) -> None:
        """Where generations go from now on."""
        desk = self._desk
        call = partial(desk.backing_up.set_folder, desk.office, into, desk.now())
        self._runner.do(call, then=self._folder_set)

    def _folder_set(self, outcome: Outcome[None]) -> None:
        self.done.emit(Done(outcome.changes, words=_("backups.folder_set")))
        self.ask()

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, _("backups.file"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(f"kizuki-{self._desk.today():%Y%m%d}.zip")
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, out: Path) -> None:
        """One file with everything, checked before it counts."""
        desk = self._desk
        self.file.setEnabled(False)
        self.file.set_words(_("backups.file.going"))
        call = partial(desk.backing_up.backup, desk.office, out, desk.now())
        self._runner.do(call, then=lambda _digest: self._saved(out), failed=self._not_saved)

    def _saved(self, out: Path) -> None:
        self._again()
        self.done.emit(Done(Changes(), words=_("imports.saved", file=out.name)))

    def _not_saved(self, trouble: object) -> None:
        self._again()
        self._runner.troubled.emit(trouble)

    def _again(self) -> None:
        self.file.setEnabled(True)
        self.file.set_words(_("backups.file"))


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return row
