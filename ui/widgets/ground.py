"""Flat fills and one-pixel lines: the grounds on which everything else stands."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import theme


class Ground(QWidget):
    """A surface in a colour role, with lines at the edges named (of ``lrtb``)."""

    def __init__(
        self,
        role: str = "surface",
        edges: str = "",
        edge_role: str = "line",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role, self._edges, self._edge_role = role, edges, edge_role
        theme.changed.connect(self.update)

    def set_role(self, role: str) -> None:
        self._role = role
        self.update()

    def set_ground(self, role: str, edge_role: str) -> None:
        """Another fill, and lines of another colour."""
        self._edge_role = edge_role
        self.set_role(role)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color(self._role))
        draw_edges(painter, QRectF(self.rect()), self._edges, self._edge_role)


class Rule(QWidget):
    """A one-pixel line between things, lying or standing."""

    def __init__(self, standing: bool = False, role: str = "line") -> None:
        super().__init__()
        self._role = role
        if standing:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), theme.color(self._role))


def draw_edges(painter: QPainter, rect: QRectF, edges: str, role: str = "line") -> None:
    """Sharp one-pixel lines just inside ``rect`` at the edges named (of ``lrtb``)."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(theme.color(role), 1))
    left, top, right, bottom = rect.left() + 0.5, rect.top() + 0.5, rect.right() - 0.5, rect.bottom() - 0.5
    for edge in edges:
        if edge == "l":
            painter.drawLine(QLineF(left, top, left, bottom))
        elif edge == "r":
            painter.drawLine(QLineF(right, top, right, bottom))
        elif edge == "t":
            painter.drawLine(QLineF(left, top, right, top))
        else:
            painter.drawLine(QLineF(left, bottom, right, bottom))


def draw_box(
    painter: QPainter,
    rect: QRectF,
    fill: str | None,
    edge: str | None,
    radius: float = 4,
    width: float = 1,
    dashed: bool = False,
) -> None:
    """A flat rounded box inside ``rect``: fill and edge are colour roles."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(theme.color(fill) if fill else Qt.BrushStyle.NoBrush)
    if edge:
        pen = QPen(theme.color(edge), width)
        if dashed:
            pen.setDashPattern([3, 2])
        painter.setPen(pen)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    inset = width / 2 if edge else 0
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)
