"""Laying things on pages: ruled lines, words, boxes; a new page where one is full.

Pages are put together first and drawn afterwards, so that each can say how many there are. Units are
tenths of a point. Text is drawn as it stands: nothing here can take it for HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QTextLayout, QTextOption

from ui.tokens import FAMILY, LIGHT

POINT = 10
"""Units of a point."""
BODY, SMALL, TITLE, HEAD = 9 * POINT, 7 * POINT + 5, 14 * POINT, 10 * POINT + 5
FAMILY_BODY = 11 * POINT + 5
"""What families read is larger."""
LEADING = 1.45
A4 = (5950, 8420)
MARGIN_X, MARGIN_TOP, MARGIN_BOTTOM = 480, 420, 420
INK, SOFT = QColor(LIGHT.text), QColor("#8a8f92")
HAIR, FIRM = 5.0, 8.0

Draw = Callable[[QPainter], None]


@lru_cache(maxsize=16)
def font(size: int = BODY, bold: bool = False) -> QFont:
    """Our typeface in units of the page."""
    made = QFont(FAMILY)
    made.setPixelSize(size)
    made.setBold(bold)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def line_height(size: int = BODY) -> float:
    """From one base line to the next."""
    return size * LEADING


def broken(text: str, width: float, size: int = BODY, bold: bool = False) -> list[str]:
    """The lines of a text in this width; a word longer than it is broken too. At least one line."""
    lines: list[str] = []
    for part in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        lines += _wrapped(part.replace("\t", " "), width, size, bold)
    return lines or [""]


def _wrapped(text: str, width: float, size: int, bold: bool) -> list[str]:
    if not text:
        return [""]
    layout = QTextLayout(text, font(size, bold))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    # Qt counts in UTF-16, Python in characters: cut where Qt cuts.
    units = text.encode("utf-16-le", "surrogatepass")
    lines = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, size))
        first, last = line.textStart(), line.textStart() + line.textLength()
        lines.append(units[2 * first : 2 * last].decode("utf-16-le", "replace").rstrip())
    layout.endLayout()
    return lines


def text_width(text: str, size: int = BODY, bold: bool = False) -> float:
    """How wide one line is."""
    return float(QFontMetricsF(font(size, bold)).horizontalAdvance(text))


@dataclass
class Sheet:
    """One page: what is drawn on it, in order."""

    ops: list[Draw] = field(default_factory=list)


class Composer:
    """Fills pages from the top. ``top`` and ``bottom`` keep room for header and footer."""

    def __init__(self, landscape: bool = False, head: float = 200, body: int = BODY) -> None:
        self.width, self.height = (A4[1], A4[0]) if landscape else A4
        self.landscape = landscape
        self._head = head
        self.body = body
        self.sheets: list[Sheet] = []
        self.on_new_page: Callable[[], None] | None = None
        self.new_page()

    @property
    def left(self) -> float:
        return MARGIN_X

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.width - 2 * MARGIN_X

    @property
    def bottom(self) -> float:
        return self.height - MARGIN_BOTTOM

    @property
    def room(self) -> float:
        """What is left on this page."""
        return self.bottom - self.y

    def new_page(self) -> None:
        """Begin another page; a table lays its header again."""
        self.sheets.append(Sheet())
        self.y = MARGIN_TOP + self._head
        if self.on_new_page is not None:
            self.on_new_page()

    def need(self, height: float) -> None:
        """Another page unless so much is left on this one."""
        if height > self.room and self.y > MARGIN_TOP + self._head + 1:
            self.new_page()

    def skip(self, height: float) -> None:
        self.y = min(self.y + height, self.bottom)

    # ------------------------------------------------------------ drawing

    def draw(self, op: Draw) -> None:
        self.sheets[-1].ops.append(op)

    def words(
        self, x: float, y: float, width: float, lines: Sequence[str], size: int = BODY, bold: bool = False,
        ink: QColor = INK, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:  # fmt: skip
        """Lines that are broken already, from the upper left corner."""
        self.draw(lambda painter: put(painter, x, y, width, lines, size, bold, ink, align))

    def rule(self, x1: float, y1: float, x2: float, y2: float, pen: float = HAIR, ink: QColor = SOFT) -> None:
        def op(painter: QPainter) -> None:
            painter.setPen(QPen(ink, pen))
            painter.drawLine(QLineF(x1, y1, x2, y2))

        self.draw(op)

    def box(self, at: QRectF, fill: QColor | None = None, pen: float = HAIR, ink: QColor = SOFT) -> None:
        def op(painter: QPainter) -> None:
            if fill is not None:
                painter.fillRect(at, fill)
            painter.setPen(QPen(ink, pen))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(at)

        self.draw(op)

    def shape(self, paint: Draw) -> None:
        """Anything else."""
        self.draw(paint)


def put(
    painter: QPainter, x: float, y: float, width: float, lines: Sequence[str], size: int, bold: bool,
    ink: QColor, align: Qt.AlignmentFlag,
) -> None:  # fmt: skip
    """Draw lines of plain text below each other."""
    painter.setFont(font(size, bold))
    painter.setPen(QPen(ink))
    step = line_height(size)
    metrics = QFontMetricsF(font(size, bold))
    # Noto's own line is tall; the letters stand in the middle of ours.
    base = (step + metrics.capHeight()) / 2
    for at, line in enumerate(lines):
        shift = 0.0
        if align != Qt.AlignmentFlag.AlignLeft:
            rest = width - metrics.horizontalAdvance(line)
            shift = rest if align == Qt.AlignmentFlag.AlignRight else rest / 2
        painter.drawText(QPointF(x + shift, y + at * step + base), line)
