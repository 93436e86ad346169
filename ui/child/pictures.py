"""The pictures of a contact: thumbnails in a row, more of them by button or drag and drop, each whole by a press.

Bytes go straight from the file into the encrypted database and from there to the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.domain.pictures import COUNT_LIMIT
from app.services.answers.child import PictureLine
from ui.desk import Desk
from ui.runner import Runner
from ui.widgets.buttons import Button
from ui.widgets.chips import FlowLayout
from ui.widgets.choosing import ask_files
from ui.widgets.pictures import LARGEST, THUMB, PictureDialog, Thumb, image_of
from ui.words import _


def load(desk: Desk, digest: str, largest: QSize) -> QImage:
    """A picture from the database, decoded; for the reading threads. Refused when it is not there."""
    return image_of(desk.contacts.picture(desk.office, digest), largest)


def open_whole(desk: Desk, runner: Runner, picture: PictureLine, over: QWidget) -> PictureDialog:
    """Show a picture whole."""
    dialog = PictureDialog(picture.name, over)
    dialog.open()
    runner.ask(
        load, desk, picture.digest, LARGEST, then=dialog.put, failed=lambda _trouble: dialog.put(QImage()),
        topic="picture.whole",
    )  # fmt: skip
    return dialog


class PictureStrip(QWidget):
    """``changed`` says that a picture came or went, ``failed`` brings a trouble. Where the button ``add`` stands is
    the form's business."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self.lines: tuple[PictureLine, ...] = ()
        self.thumbs: list[Thumb] = []
        self._place = QWidget()
        self._flow = FlowLayout(4, self._place)
        self.add = Button(_("picture.add"), icon="image-plus-outline", height=24)
        self.add.clicked.connect(self._ask_files)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._place)
        self.hide()

    def put(self, lines: Sequence[PictureLine]) -> None:
        """Show these."""
        self.lines = tuple(lines)
        while (item := self._flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        self.thumbs = []
        for line in self.lines:
            thumb = Thumb(line.name, removable=True)
            thumb.clicked.connect(partial(self._open, line))
            thumb.removed.connect(partial(self._remove, line))
            self.thumbs.append(thumb)
            self._flow.addWidget(thumb)
            self._runner.ask(
                load, self._desk, line.digest, THUMB * 2, then=thumb.put, failed=partial(self._not_shown, thumb),
                topic=("picture", line.digest),
            )  # fmt: skip
        self.setVisible(bool(self.lines))

    def add_files(self, files: Sequence[Path]) -> None:
        """Lay these files into the database and show them."""
        for file in files:
            if file.is_file():
                self._runner.do(
                    self._desk.contacts.keep_picture_file, self._desk.office, file, then=self._added,
                    failed=self.failed.emit,
                )  # fmt: skip

    def _added(self, line: PictureLine) -> None:
        if line.digest in {one.digest for one in self.lines}:
            return
        if len(self.lines) >= COUNT_LIMIT:
            self.failed.emit(Trouble("picture.too_many", limit=COUNT_LIMIT))
            return
        self.put((*self.lines, line))
        self.changed.emit()

    def _remove(self, line: PictureLine) -> None:
        self.put([one for one in self.lines if one is not line])
        self.add.setFocus()
        self.changed.emit()

    def _open(self, line: PictureLine, _on: bool = False) -> None:
        open_whole(self._desk, self._runner, line, self)

    @staticmethod
    def _not_shown(thumb: Thumb, _trouble: Any) -> None:
        thumb.put(QImage())

    def _ask_files(self) -> None:
        kinds = f"{_('picture.files')} (*.jpg *.jpeg *.png *.JPG *.JPEG *.PNG)"
        ask_files(self, _("picture.add"), kinds, self.add_files)
