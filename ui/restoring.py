"""Restoring in the window: which backup, which day, where to, who; then it is laid out, opened and walked.

Works on a PC that has no office: everything is in the backup and in the sealed envelope (the recovery code
works in the passphrase's place).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from app.domain.message import Trouble
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import FIELD, NAME, SECOND
from ui.widgets.buttons import Button
from ui.widgets.forms import combo
from ui.widgets.ground import Ground
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label
from ui.words import _, day_long

_WHOLE = 1000


class RestoreDialog(QDialog):
    """``restored`` says the folder in which the office now lies. ``keeping`` is the service of backups."""

    restored = Signal(object)
    _went = Signal(int, int)

    def __init__(self, keeping: Any, runner: Runner, parent: QWidget) -> None:
        super().__init__(parent)
        self._keeping, self._runner = keeping, runner
        self._source: Path | None = None
        self._target: Path | None = None
        self._busy = False
        self.setWindowTitle(_("restore.title"))
        self.setModal(True)
        self.setMinimumWidth(620)
        self._make_fields()
        self._build()
        self._went.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._ready()

    def _make_fields(self) -> None:
        self.source, self.target = _shown(_("restore.source")), _shown(_("restore.target"))
        self.folder = Button(_("restore.choose_folder"), icon="folder-open-outline")
        self.file = Button(_("restore.choose_file"), icon="file-outline")
        self.where = Button(_("restore.choose_target"), icon="folder-open-outline")
        self.generation = _tall(combo([], _("restore.generation")))
        self.person = _tall(combo([], _("unlock.person")))
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setFixedHeight(FIELD)
        self.passphrase.setFont(theme.font())
        self.passphrase.setAccessibleName(_("restore.secret"))
        self.passphrase.setPlaceholderText(_("restore.secret.hint"))
        self.office = Label(role="text2", px=SECOND, wrap=True)
        self.error = ErrorPanel(closable=False)
        self.bar = QProgressBar()
        self.bar.setRange(0, _WHOLE)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.hide()
        self.step = Label(role="text2", px=SECOND)
        self.start = Button(_("restore.start"), kind="primary")
        self.leave = Button(_("restore.leave"))
        self.folder.clicked.connect(lambda: self._ask(QFileDialog.FileMode.Directory, self.choose_source))
        self.file.clicked.connect(lambda: self._ask(QFileDialog.FileMode.ExistingFile, self.choose_source))
        self.where.clicked.connect(lambda: self._ask(QFileDialog.FileMode.Directory, self.choose_target))
        self.generation.currentIndexChanged.connect(self._ask_people)
        self.passphrase.textChanged.connect(self._ready)
        self.passphrase.returnPressed.connect(self.restore)
        self.start.clicked.connect(self.restore)
        self.leave.clicked.connect(self.reject)

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows: Sequence[tuple[str, tuple[QWidget, ...]]] = (
            ("restore.source", (self.source, self.folder, self.file)),
            ("restore.generation", (self.generation,)),
            ("restore.target", (self.target, self.where)),
            ("unlock.person", (self.person,)),
            ("restore.secret", (self.passphrase,)),
        )
        for row, (key, parts) in enumerate(rows):
            grid.addWidget(Label(_(key), "text2"), row, 0)
            line = QHBoxLayout()
            line.setSpacing(8)
            for at, part in enumerate(parts):
                line.addWidget(part, 0 if at else 1)
            grid.addLayout(line, row, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.step, 1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.start)
        ground = Ground("surface")
        column = QVBoxLayout(ground)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(Label(_("restore.title"), px=NAME, bold=True))
        column.addWidget(Label(_("restore.words"), "text2", SECOND, wrap=True))
        column.addLayout(grid)
        for part in (self.office, self.error, self.bar):
            column.addWidget(part)
        column.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(ground)

    # ------------------------------------------------------------ choosing

    def _ask(self, mode: QFileDialog.FileMode, then: Any) -> None:
        dialog = QFileDialog(self, _("restore.title"))
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(lambda name: then(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def choose_source(self, place: Path) -> None:
        """A folder of generations, or one file."""
        self._source = place
        self.source.setText(str(place))
        self.generation.clear()
        self.person.clear()
        self.error.hide()
        self._runner.ask(self._keeping.choices, place, then=self._know, failed=self._refused, topic="restore.choices")
        self._ready()

    def _know(self, found: Sequence[Any]) -> None:
        if not found:
            self.error.put(_("backup.none_here", file=str(self._source)))
        for one in found:
            words = f"{day_long(one.made.astimezone().date())} {one.made.astimezone():%H:%M}" if one.made else ""
            self.generation.addItem(words or one.path.name, one.path)
        self._ready()

    def _ask_people(self, *_at: object) -> None:
        path = self.generation.currentData()
        if path is not None:
            self._runner.ask(
                self._keeping.people_in, path, then=self._know_people, failed=self._refused, topic="restore.people"
            )

    def _know_people(self, found: tuple[str, tuple[str, ...]]) -> None:
        name, people = found
        self.office.setText(_("restore.office", office=name))
        chosen = self.person.currentText()
        self.person.clear()
        self.person.addItems(people)
        self.person.setCurrentIndex(max(0, self.person.findText(chosen)))
        self._ready()

    def choose_target(self, folder: Path) -> None:
        """Where the office is to lie: an empty folder."""
        self._target = folder
        self.target.setText(str(folder))
        self._ready()

    def _ready(self, *_what: object) -> None:
        chosen = self.generation.currentData() is not None and self.person.count() > 0
        self.start.setEnabled(
            chosen and self._target is not None and bool(self.passphrase.text()) and not self._busy
        )  # fmt: skip
        for part in (self.folder, self.file, self.where, self.generation, self.person, self.passphrase, self.leave):
            part.setEnabled(not self._busy)

    # ------------------------------------------------------------ laying out

    def restore(self) -> None:
        """Lay it out, open it, walk it; the passphrase is handed over and forgotten."""
        if not self.start.isEnabled():
            return
        secret = self.passphrase.text()
        self.passphrase.clear()
        self._busy = True
        self.error.hide()
        self.bar.setValue(0)
        self.bar.show()
        self.step.setText(_("restore.going"))
        call = partial(
            self._keeping.restore, self.generation.currentData(), self._target, self.person.currentText(), secret,
            datetime.now().astimezone(), progress=self._went.emit,
        )  # fmt: skip
        self._runner.do(call, then=self._done, failed=self._refused)
        self._ready()

    def _show(self, done: int, whole: int) -> None:
        self.bar.setValue(_WHOLE * done // max(1, whole))
        if done >= whole:
            self.bar.setRange(0, 0)
            self.step.setText(_("restore.walking"))

    def _done(self, _nothing: object) -> None:
        self.restored.emit(self._target)
        self.accept()

    def _refused(self, trouble: Trouble) -> None:
        self._busy = False
        self.bar.setRange(0, _WHOLE)
        self.bar.hide()
        self.step.setText("")
        self.error.put(trouble)
        self._ready()

    def reject(self) -> None:
        """Not while it is being laid out: half an office would be left."""
        if not self._busy:
            super().reject()


def _shown(says: str) -> QLineEdit:
    field = QLineEdit()
    field.setReadOnly(True)
    field.setFixedHeight(FIELD)
    field.setFont(theme.font())
    field.setAccessibleName(says)
    return field


def _tall(box: QComboBox) -> QComboBox:
    box.setFixedHeight(FIELD)
    return box
