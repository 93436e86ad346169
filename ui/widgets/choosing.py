"""Dialogs that come and go: files are asked for without waiting, and a form that Esc took away is not closed again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget
from shiboken6 import isValid


def ask_files(parent: QWidget, title: str, kind: str, then: Callable[[Sequence[Path]], None]) -> QFileDialog:
    """Files that are there; ``kind`` names them as Qt wants it: ``Pictures (*.png)``."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilter(kind)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    return _shown(dialog)


def ask_where(
    parent: QWidget, title: str, name: str, then: Callable[[Path], None], *, left: Callable[[], None] | None = None
) -> QFileDialog:
    """Where something is to be written; ``left`` is called if nothing was chosen."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    if left is not None:
        dialog.rejected.connect(left)
    return _shown(dialog)


def _shown(dialog: QFileDialog) -> QFileDialog:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def close_form(dialog: QDialog) -> None:
    """What was asked for is on the disk: the form goes, where Esc was not quicker."""
    if isValid(dialog):
        dialog.accept()
