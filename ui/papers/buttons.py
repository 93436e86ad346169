"""The buttons that open the print dialog: of one child, and of a list as it is filtered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.answers.caseload import CaseloadQuery
from app.services.answers.child import ChildFile
from app.services.papers.paper import Paper
from app.services.papers.papers import CHILD_FORMS
from ui.desk import Desk
from ui.papers.dialog import PaperDialog
from ui.runner import Runner
from ui.widgets.buttons import Button
from ui.words import _


class ChildPrint(Button):
    """印刷… on the child page: the forms about this child."""

    done = Signal(object)

    def __init__(self, desk: Desk, runner: Runner, over: QWidget) -> None:
        super().__init__(_("print.button"), icon="printer-outline", keys="Ctrl+P")
        self._desk, self._runner, self._over = desk, runner, over
        self._file: ChildFile | None = None
        self.clicked.connect(self.open_dialog)

    def put(self, file: ChildFile) -> None:
        """The child to print of."""
        self._file = file

    def open_dialog(self, form: str = "") -> PaperDialog | None:
        """The dialog, on this form if one is named."""
        if self._file is None:
            return None
        desk, person = self._desk, self._file.person_id

        def make(form: str, purpose: str, addressee: str, words: str) -> Sequence[Paper]:
            paper: Paper = desk.papers.child_paper(
                desk.office, person, form, desk.now(), purpose=purpose, addressee=addressee, words=words
            )
            return (paper,)

        dialog = PaperDialog(desk, self._runner, self._over, CHILD_FORMS, make)
        if isinstance(form, str) and form:
            dialog.form.setCurrentIndex(dialog.form.findData(form))
        dialog.done_with.connect(self.done.emit)
        dialog.open()
        return dialog


class ListPrint(Button):
    """印刷… above a list: the meeting list of what is filtered. ``query`` says what that is."""

    done = Signal(object)

    def __init__(self, desk: Desk, runner: Runner, over: QWidget, query: Callable[[], CaseloadQuery]) -> None:
        super().__init__(icon="printer-outline", says=_("print.list"), height=26)
        self._desk, self._runner, self._over, self._query = desk, runner, over, query
        self.clicked.connect(self.open_dialog)

    def open_dialog(self) -> PaperDialog:
        """The dialog over the list as it is filtered now."""
        desk, query = self._desk, self._query()

        def make(_form: str, purpose: str, _addressee: str, _words: str) -> Sequence[Paper]:
            return (desk.papers.meeting_list(desk.office, query, desk.now(), purpose=purpose),)

        dialog = PaperDialog(desk, self._runner, self._over, ("meeting_list",), make)
        dialog.done_with.connect(self.done.emit)
        dialog.open()
        return dialog
