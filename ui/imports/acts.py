"""What the import page does beside importing: mapping a file, taking an import back, the rules of reading,
rejected rows on their way out."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.services.answers.outcomes import Changes
from app.services.imports.batches import BatchLine
from ui.desk import Desk
from ui.imports.dialogs import ask_where
from ui.imports.lines import FileLine
from ui.imports.rules import RulesDialog
from ui.imports.withdrawal import BatchDialog
from ui.imports.wizard import MappingDialog
from ui.page import Done
from ui.runner import Runner
from ui.words import _, count, language


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

    def save_rejected(self, line: FileLine | None) -> None:
        """Ask where the rejected rows of a published file are written, and write them."""
        if line is not None:
            ask_where(self._page, line.preview.file, lambda out: self.write_rejected(line, out))

    def write_rejected(self, line: FileLine, out: Path) -> None:
        """Write the rejected rows of a published file to ``out``."""
        call = partial(
            self._desk.rejections.save,
            self._desk.office,
            line.report.batch.batch_id,
            out,
            language=language(),
            purpose=_("imports.save.purpose"),
            now=self._desk.now(),
        )
        self._runner.do(call, then=lambda path: self._saved(line, path))

    def _saved(self, line: FileLine, path: Path) -> None:
        """Say that it is written, and what was kept back."""
        said = partial(self._desk.rejections.kept_back, self._desk.office, line.report.batch.batch_id)

        def tell(many: int) -> None:
            words = _("imports.saved", file=path.name)
            more = _("imports.kept_back", n=count(many)) if many else ""
            self.done.emit(Done(Changes(), words=words + more))

        self._runner.ask(said, topic="imports.kept_back", then=tell)

    def rules(self) -> RulesDialog:
        """Look at how each extract is read, and change it."""
        dialog = RulesDialog(self._page, self._desk, self._runner)
        dialog.published.connect(self.done)
        dialog.changed.connect(lambda changes: self.done.emit(Done(changes, words=_("rules.saved"))))
        dialog.open()
        return dialog
