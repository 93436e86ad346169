"""Fields for numbers in the forms of the page: typed, never turned by a passing mouse wheel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox

from ui.theme import theme
from ui.tokens import FIELD_SMALL


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
