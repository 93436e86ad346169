"""The anchor code of the day: shown large, printed or saved, and a printed one checked against what stands."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QPageSize, QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.domain.message import Message
from app.services.offices.anchoring import Anchor
from ui.tokens import BODY, FAMILY, NAME, SECOND, TITLE
from ui.widgets.buttons import Button
from ui.widgets.forms import line
from ui.widgets.ground import Ground, Rule
from ui.widgets.states import Icon
from ui.widgets.text import Label
from ui.words import _, count, day_long, moment, say

_DOTS = 720
_A4 = (5950.0, 8420.0)


def code_lines(code: str) -> tuple[str, str]:
    """The counts and the letters of a code, so that each fits a narrow line."""
    words = code.split("-")
    return "-".join(words[:2]) + "-", "-".join(words[2:])


class AnchorPanel(Ground):
    """``asked``: a code for now; ``saved``, ``printed``; ``checked``: the code typed in."""

    asked = Signal()
    saved = Signal()
    printed = Signal()
    checked = Signal(str)

    def __init__(self) -> None:
        super().__init__("surface", "l")
        self.anchor: Anchor | None = None
        self._day = Label(px=BODY, role="text2")
        self._counts = Label(px=NAME)
        self._code = Label(px=TITLE, bold=True)
        for one in (self._counts, self._code):
            one.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self._covers = Label(role="text2", px=SECOND, wrap=True)
        self.fresh = Button(_("activity.anchor.again"), kind="quiet", icon="refresh")
        self.save = Button(_("activity.anchor.save"), icon="file-pdf-box")
        self.print = Button(_("activity.anchor.print"), icon="printer-outline")
        self.typed = line(_("activity.anchor.typed"), hint="65-3-XXXX-XXXX-XXXX-XXXX")
        self.check = Button(_("activity.anchor.check"))
        self._answer = Label(wrap=True)
        self._mark = Icon("check-circle-outline", "ok")
        self._build()
        self.fresh.clicked.connect(lambda _on=False: self.asked.emit())
        self.save.clicked.connect(lambda _on=False: self.saved.emit())
        self.print.clicked.connect(lambda _on=False: self.printed.emit())
        self.check.clicked.connect(self._check)
        self.typed.returnPressed.connect(self._check)
        self.typed.textChanged.connect(self._typing)
        self._typing()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(Label(_("activity.anchor"), px=NAME, bold=True))
        column.addWidget(Label(_("activity.anchor.words"), "text2", SECOND, wrap=True))
        column.addWidget(Rule())
        for part in (self._day, self._counts, self._code, self._covers):
            column.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.print)
        row.addWidget(self.save)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.fresh, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(8)
        column.addWidget(Rule())
        column.addWidget(Label(_("activity.anchor.typed"), bold=True))
        column.addWidget(self.typed)
        column.addWidget(self.check, 0, Qt.AlignmentFlag.AlignLeft)
        said = QHBoxLayout()
        said.setSpacing(8)
        said.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self._answer, 1)
        column.addLayout(said)
        column.addStretch(1)

    def put(self, anchor: Anchor) -> None:
        """Today's code."""
        self.anchor = anchor
        counts, letters = code_lines(anchor.code)
        self._day.setText(moment(anchor.time))
        self._counts.setText(counts)
        self._code.setText(letters)
        self._covers.setText(_("activity.anchor.covers", entries=count(anchor.entries), lines=count(anchor.lines)))

    def answer(self, trouble: Message | None) -> None:
        """What the check of a printed code found."""
        self._mark.set_icon("alert-circle-outline" if trouble else "check-circle-outline", "error" if trouble else "ok")
        self._mark.show()
        self._answer.setText(say(trouble or Message("anchor.holds")))

    def _check(self) -> None:
        if self.typed.text().strip():
            self.checked.emit(self.typed.text())

    def _typing(self) -> None:
        self._answer.setText("")
        self._mark.hide()
        self.check.setEnabled(bool(self.typed.text().strip()))


# ---------------------------------------------------------------- on paper


def pdf(office: str, by: str, anchor: Anchor) -> bytes:
    """One page A4 with the code."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(_("activity.anchor"))
    writer.setCreator("Kizuki")
    writer.setResolution(_DOTS)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    _draw(painter, office, by, anchor)
    painter.end()
    buffer.close()
    return bytes(content.data())


def print_on(printer: QPrinter, office: str, by: str, anchor: Anchor) -> bool:
    """Send it to a printer; False where it did not take it."""
    printer.setFullPage(True)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    painter = QPainter()
    if not painter.begin(printer):
        return False
    scale = printer.resolution() / _DOTS
    painter.scale(scale, scale)
    _draw(painter, office, by, anchor)
    return painter.end()


def _draw(painter: QPainter, office: str, by: str, anchor: Anchor) -> None:
    width = _A4[0] - 1200
    counts, letters = code_lines(anchor.code)
    at = 700.0
    for text, size, bold in (
        (_("activity.anchor"), 180, True),
        (
            _("activity.anchor.of", office=office, day=day_long(anchor.time.date()), clock=_clock(anchor.time)),
            110,
            False,
        ),
        (counts, 200, False),
        (letters, 340, True),
        (_("activity.anchor.covers", entries=count(anchor.entries), lines=count(anchor.lines)), 100, False),
        (_("activity.anchor.keep"), 100, False),
        (_("activity.anchor.by", name=by), 100, False),
    ):
        font = QFont(FAMILY)
        font.setPixelSize(size)
        font.setBold(bold)
        painter.setFont(font)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        box = painter.boundingRect(QRectF(600, at, width, 1500), int(flags), text)
        painter.drawText(box, int(flags), text)
        at = box.bottom() + 130


def _clock(time: datetime) -> str:
    return f"{time:%H:%M}"
