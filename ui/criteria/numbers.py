"""Fields for numbers in the forms of the page: typed, never turned by a passing mouse wheel."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QLineEdit

from ui.theme import theme
from ui.tokens import FIELD_SMALL, RADIUS
from ui.widgets.ground import draw_box


class _Edge(QLineEdit):
    """The field in which one types, with the edge of all fields."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        focused = self.hasFocus()
        edge = "focus" if focused else "line2" if self.isEnabled() else "line"
        draw_box(QPainter(self), QRectF(self.rect()), None, edge, RADIUS, 2 if focused else 1)


class NumberField(QDoubleSpinBox):
    """A number from ``least`` to ``most``; whole ones are shown without a fraction."""

    def __init__(self, value: float, least: float, most: float, says: str, suffix: str = "", places: int = 0) -> None:
        super().__init__()
        self.setFont(theme.font())
        self.setDecimals(places)
        self.setRange(least, most)
        self.setSingleStep(0.1 if places else 1)
        self.setSuffix(suffix)
        self.setValue(value)
        self.setLineEdit(_Edge())
        self.lineEdit().setAccessibleName(says)
        self.setFrame(False)  # the frame of a spin box follows no theme; the field within draws it
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setKeyboardTracking(False)
        self.setFixedHeight(FIELD_SMALL + 2)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName(says)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def textFromValue(self, value: float) -> str:
        return f"{value:.0f}" if value == int(value) else f"{value:.{self.decimals()}f}".rstrip("0").rstrip(".")

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
