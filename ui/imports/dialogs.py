"""The dialogs in which files are chosen, and the place for rejected rows. None of them waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from ui.words import _

Chosen = Callable[[Sequence[Path]], None]


def ask_files(parent: QWidget, then: Chosen) -> None:
    """One file or several."""
    _ask(parent, _("imports.add_files"), QFileDialog.FileMode.ExistingFiles, then)


def ask_folder(parent: QWidget, then: Chosen) -> None:
    """A folder with everything in it."""
    _ask(parent, _("imports.add_folder"), QFileDialog.FileMode.Directory, then)


def _ask(parent: QWidget, title: str, mode: QFileDialog.FileMode, then: Chosen) -> None:
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(mode)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def ask_where(parent: QWidget, file: str, then: Callable[[Path], None]) -> None:
    """Where the rejected rows of a file are written, as a workbook or as text."""
    dialog = QFileDialog(parent, _("imports.save"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([_("imports.save.xlsx"), _("imports.save.csv")])
    dialog.setDefaultSuffix("xlsx")
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("csv" if "csv" in chosen else "xlsx"))
    dialog.selectFile(_("imports.save.name", file=Path(file).stem))
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
