"""The print dialog: form, purpose, words; a preview; then PDF or printer.

Nothing leaves before its purpose is in the journal. Works for one child, for a list and for letters:
``make`` turns what was chosen into papers, on a reading thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.services.answers.outcomes import Changes
from app.services.papers.paper import Paper
from app.services.papers.papers import ADDRESSED, CHILD_FORMS
from ui.desk import Desk
from ui.page import Done
from ui.papers.preview import Preview
from ui.printing.output import pdf, print_on
from ui.printing.saying import file_name, form_name
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import SECOND, TITLE
from ui.widgets.buttons import Button
from ui.widgets.forms import combo, line
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label
from ui.words import _

PURPOSES = ("meeting", "conference", "visit", "inquiry", "hand_over", "referral", "family")
_PAUSE = 250
"""Milliseconds after a keystroke before the preview is made again."""
_WORDED = frozenset({*CHILD_FORMS, "letter"} - {"timeline", "intake", "urgency"})

Make = Callable[[str, str, str, str], Sequence[Paper]]
"""(form, purpose, addressee, words) -> papers."""


class PaperDialog(QDialog):
    """``done`` carries a ``Done`` once something has left."""

    done_with = Signal(object)

    def __init__(self, desk: Desk, runner: Runner, parent: QWidget, forms: Sequence[str], make: Make) -> None:
        super().__init__(parent)
        self._desk, self._runner, self._make = desk, runner, make
        self.papers: Sequence[Paper] = ()
        self._leaving = False
        self.setWindowTitle(_("print.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = combo([(one, form_name(one)) for one in forms], _("print.form"))
        self.purpose = _purposes()
        self.addressee = line(_("print.addressee"))
        self.words = QPlainTextEdit()
        self.words.setFont(theme.font())
        self.words.setFixedHeight(110)
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName(_("print.words"))
        self.preview = Preview()
        self.pages = Label("", "text2", SECOND)
        self.trouble = ErrorPanel()
        self.save = Button(_("print.save"), kind="primary", icon="content-save-outline")
        self.print = Button(_("print.print"), icon="printer-outline")
        self._build()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_PAUSE)
        self._typing.timeout.connect(self._ask)
        self.form.currentIndexChanged.connect(self._chosen)
        self.purpose.editTextChanged.connect(lambda _text: self._typing.start())
        self.addressee.textChanged.connect(lambda _text: self._typing.start())
        self.words.textChanged.connect(self._typing.start)
        self.save.clicked.connect(self._ask_where)
        self.print.clicked.connect(self._ask_printer)
        self._chosen()

    def _build(self) -> None:
        cancel = Button(_("print.cancel"), keys="Esc")
        cancel.clicked.connect(self.reject)
        self._addressee_label = Label(_("print.addressee"), "text2", px=SECOND)
        self._words_label = Label(_("print.words"), "text2", px=SECOND)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(Label(_("print.title"), px=TITLE, bold=True))
        for words, field in ((_("print.form"), self.form), (_("print.purpose"), self.purpose)):
            left.addWidget(Label(words, "text2", px=SECOND))
            left.addWidget(field)
        for widget in (self._addressee_label, self.addressee, self._words_label, self.words):
            left.addWidget(widget)
        left.addWidget(Label(_("print.protected"), "text2", px=SECOND, wrap=True))
        left.addWidget(Label(_("print.journalled"), "text2", px=SECOND, wrap=True))
        left.addStretch(1)
        left.addWidget(self.trouble)
        left.addWidget(self.pages)
        foot = QHBoxLayout()
        foot.addWidget(cancel)
        foot.addStretch(1)
        foot.addWidget(self.print)
        foot.addWidget(self.save)
        left.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 14)
        whole.setSpacing(16)
        whole.addLayout(left, 1)
        whole.addWidget(self.preview)
        self.resize(900, 640)

    # ------------------------------------------------------------ what is chosen

    def _chosen(self) -> None:
        form = self.form.currentData()
        for widget in (self._addressee_label, self.addressee):
            widget.setVisible(form in ADDRESSED)
        for part in (self._words_label, self.words):
            part.setVisible(form in _WORDED)
        self._ask()

    def choice(self) -> tuple[str, str, str, str]:
        """Form, purpose, addressee, words as they stand."""
        return (
            str(self.form.currentData()),
            self.purpose.currentText().strip(),
            self.addressee.text().strip(),
            self.words.toPlainText().strip(),
        )

    def _ask(self) -> None:
        """Make the papers again; without a purpose they can be looked at, but not leave."""
        form, purpose, addressee, words = self.choice()
        for button in (self.save, self.print):
            button.setEnabled(False)
        self._runner.ask(
            self._make,
            form,
            purpose or _("print.no_purpose"),
            addressee,
            words,
            then=partial(self._made, bool(purpose)),
            failed=self._failed,
            topic="papers",
        )

    def _made(self, may_leave: bool, papers: Sequence[Paper]) -> None:
        self.papers = papers
        self.trouble.dismiss()
        many = self.preview.put(papers)
        self.pages.setText(_("print.pages", n=many) if may_leave else _("print.purpose_first"))
        for button in (self.save, self.print):
            button.setEnabled(may_leave and bool(papers))

    def _failed(self, trouble: Trouble) -> None:
        self.trouble.put(trouble)

    # ------------------------------------------------------------ where it goes

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, _("print.save"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(file_name(self.papers[0]))
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_to(self, out: Path) -> None:
        """Write the PDF to ``out``; the journal first."""
        papers, desk = self.papers, self._desk
        self._busy()
        call = partial(desk.papers.save, desk.office, papers, pdf(papers), out, desk.now())
        self._runner.do(call, then=self._saved, failed=self._not_left)

    def _saved(self, path: Path) -> None:
        self._left(_("print.saved", file=path.name))

    def _ask_printer(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(form_name(self.papers[0].form))
        dialog = QPrintDialog(printer, self)
        dialog.accepted.connect(lambda: self.print_to(printer))
        dialog.finished.connect(dialog.deleteLater)
        dialog.setModal(True)
        dialog.show()

    def print_to(self, printer: QPrinter) -> None:
        """Send to this printer; the journal first."""
        self._busy()
        call = partial(self._desk.papers.release, self._desk.office, self.papers, self._desk.now())
        self._runner.do(call, then=partial(self._released, printer), failed=self._not_left)

    def _released(self, printer: QPrinter, _entry: Any) -> None:
        if print_on(printer, self.papers):
            self._left(_("print.printed"))
        else:
            self._not_left(None)

    def _busy(self) -> None:
        self._leaving = True
        for button in (self.save, self.print):
            button.setEnabled(False)

    def _not_left(self, trouble: Trouble | None) -> None:
        self._leaving = False
        self.trouble.put(trouble or _("print.refused"))
        for button in (self.save, self.print):
            button.setEnabled(True)

    def _left(self, words: str) -> None:
        self.done_with.emit(Done(Changes(), words=words))
        self.accept()

    def reject(self) -> None:
        """Not while something leaves: whether it did must be said."""
        if not self._leaving:
            super().reject()


def _purposes() -> QComboBox:
    """Usual purposes to choose from; any other can be typed."""
    box = combo([("", ""), *((one, _(f"purpose.print.{one}")) for one in PURPOSES)], _("print.purpose"))
    box.setEditable(True)
    field = box.lineEdit()
    assert field is not None
    field.setAccessibleName(_("print.purpose"))
    field.setMaxLength(200)
    field.setPlaceholderText(_("print.purpose.hint"))
    return box
