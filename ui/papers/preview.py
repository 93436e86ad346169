"""How a paper will look: its pages below each other, drawn by the same hand as the PDF."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QScrollArea, QWidget

from app.services.papers.paper import Paper
from ui.printing.output import Laid, laid_out
from ui.theme import theme
from ui.words import _

WIDTH = 470
GAP = 14
SHOWN = 40
"""Pages drawn; the rest are counted."""


class _Pages(QWidget):
    """The pages; each is drawn once, when it comes into sight."""

    def __init__(self) -> None:
        super().__init__()
        self._laid: list[tuple[Laid, int]] = []
        self._drawn: dict[int, QPixmap] = {}

    def put(self, papers: Sequence[Paper]) -> int:
        """Show these papers; how many pages they have."""
        every = [(laid, number) for laid in map(laid_out, papers) for number in range(1, laid.pages + 1)]
        self._laid, self._drawn = every[:SHOWN], {}
        self.setFixedSize(WIDTH, self._top(len(self._laid)))
        self.update()
        return len(every)

    def _height(self, at: int) -> int:
        page = self._laid[at][0].page
        return round(WIDTH * page.height / page.width)

    def _top(self, at: int) -> int:
        return sum(self._height(one) + GAP for one in range(at))

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, self._top(len(self._laid)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for at in range(len(self._laid)):
            place = QRectF(0, self._top(at), WIDTH, self._height(at))
            if place.intersects(QRectF(event.rect())):
                painter.drawPixmap(place.topLeft(), self._picture(at))
                painter.setPen(theme.color("line2"))
                painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))

    def _picture(self, at: int) -> QPixmap:
        found = self._drawn.get(at)
        if found is None:
            laid, number = self._laid[at]
            ratio = self.devicePixelRatioF()
            found = QPixmap(round(WIDTH * ratio), round(self._height(at) * ratio))
            found.setDevicePixelRatio(ratio)
            found.fill(QColor("#ffffff"))
            painter = QPainter(found)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(WIDTH / laid.page.width, WIDTH / laid.page.width)
            laid.draw(painter, number)
            painter.end()
            self._drawn[at] = found
        return found


class Preview(QScrollArea):
    """The pages in a frame of their own that scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self._pages = _Pages()
        self.setWidget(self._pages)
        self.setFixedWidth(WIDTH + 24)
        self.setMinimumHeight(480)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setAccessibleName(_("print.preview"))

    def put(self, papers: Sequence[Paper]) -> int:
        """Show these papers; how many pages they have."""
        many = self._pages.put(papers)
        self.verticalScrollBar().setValue(0)
        self.setAccessibleName(_("print.pages", n=many))
        return many
