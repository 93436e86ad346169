"""Words on the screen: always plain text. Imported text never reaches a rich-text widget.

``Label`` shows and wraps, ``ElidedLabel`` cuts with an ellipsis and says the rest in its tooltip,
``tip`` sets a tooltip safely. Nothing here decides what is said.
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QTableWidgetItem, QToolTip, QWidget

from ui.theme import theme
from ui.tokens import BODY

_BETWEEN = ("　", "·")
"""What stands between the clauses of a line, by language."""


def tip_text(text: str) -> str:
    """A tooltip's text that Qt cannot take for HTML; lines stay lines."""
    return f"<p style='white-space:pre-wrap'>{escape(text)}</p>" if text else ""


def tip(widget: QWidget, text: str) -> None:
    widget.setToolTip(tip_text(text))


def tip_at(widget: QWidget, place: QPoint, text: str) -> None:
    """Show a tooltip of plain text at ``place``, in the widget's own coordinates."""
    QToolTip.showText(widget.mapToGlobal(place), tip_text(text), widget)


def cell_with_tip(text: str, says: str = "") -> QTableWidgetItem:
    """A table's cell that says its whole text, or more, in a tooltip too."""
    item = QTableWidgetItem(text)
    item.setToolTip(tip_text(says or text))
    return item


class Label(QLabel):
    """Plain text in a colour role. ``px`` and ``bold`` as the type scale says."""

    def __init__(
        self,
        text: str = "",
        role: str = "text",
        px: int = BODY,
        bold: bool = False,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font(px, bold))
        self.setWordWrap(wrap)
        self.setMinimumHeight(round(px * 1.3))
        self._role = role
        self.setText(text)
        self._dress()
        theme.changed.connect(self._dress)

    def set_role(self, role: str) -> None:
        if role != self._role:
            self._role = role
            self._dress()

    def _dress(self) -> None:
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, theme.color(self._role))
        self.setPalette(palette)


class ElidedLabel(QWidget):
    """One line of plain text that gives way: cut with an ellipsis, whole in the tooltip."""

    def __init__(
        self,
        text: str = "",
        role: str = "text",
        px: int = BODY,
        bold: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text, self._role, self._px, self._bold = "", role, px, bold
        self.setFont(theme.font(px, bold))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.setText(text)

    def text(self) -> str:
        return self._text

    def setText(self, text: str) -> None:
        if text == self._text:
            return  # nothing to lay out anew
        self._text = text
        self.setAccessibleName(text)
        self._tell()
        self.updateGeometry()
        self.update()

    def set_role(self, role: str) -> None:
        if role != self._role:
            self._role = role
            self.update()

    def sizeHint(self) -> QSize:
        metrics = theme.metrics(self._px, self._bold)
        return QSize(theme.width(self._text, self._px, self._bold) + 1, max(metrics.height(), 16))

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(theme.color(self._role if self.isEnabled() else "text3"))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect(), flags, self.shown())

    def shown(self) -> str:
        """What there is room for."""
        return theme.metrics(self._px, self._bold).elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def _tell(self) -> None:
        tip(self, self._text if self.sizeHint().width() > self.width() + 1 else "")


class ClauseLabel(ElidedLabel):
    """Gives way by whole clauses, the last first, and says nothing rather than half a sentence."""

    def shown(self) -> str:
        """The leading clauses that there is room for."""
        cut = self._text
        while cut and theme.width(cut, self._px, self._bold) > self.width():
            cut = cut[: max(cut.rfind(mark) for mark in _BETWEEN) + 1].rstrip("".join(_BETWEEN) + " ")
        return cut
