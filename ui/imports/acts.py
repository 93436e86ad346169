"""What the import page opens dialogs for: mapping a file, taking an import back, the rules of reading."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.services.batches import BatchLine
from ui.desk import Desk
from ui.imports.rules import RulesDialog
from ui.imports.withdrawal import BatchDialog
from ui.imports.wizard import MappingDialog
from ui.page import Done
from ui.runner import Runner
from ui.words import _


class ImportActs(QObject):
    """``mapped`` carries the path of a file that can be looked over again; ``done`` what was committed."""

    mapped = Signal(object)
    done = Signal(object)

    def __init__(self, page: QWidget, desk: Desk, runner: Runner) -> None:
        super().__init__(page)
        self._page, self._desk, self._runner = page, desk, runner

    def map_file(self, path: Path) -> MappingDialog:
        """Say what the columns of this file are."""
        dialog = MappingDialog(self._page, self._desk, self._runner, path)
        dialog.kept.connect(lambda: self.mapped.emit(path))
        dialog.open()
        return dialog

    def withdraw(self, line: BatchLine) -> BatchDialog:
        """Take an import back, or bring it back."""
        dialog = BatchDialog(self._page, self._desk, line)
        dialog.done_with.connect(self.done)
        dialog.open()
        return dialog

    def rules(self) -> RulesDialog:
        """Look at how each extract is read, and change it."""
        dialog = RulesDialog(self._page, self._desk, self._runner)
        dialog.changed.connect(lambda changes: self.done.emit(Done(changes, words=_("rules.saved"))))
        dialog.open()
        return dialog
