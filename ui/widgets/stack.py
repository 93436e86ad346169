"""A stack whose hidden pages cost nothing.

Qt's own asks every page of a stack, also those that nobody sees, how high its words would stand at each width, and
does so again whenever one word of the window changes: with a dozen pages that takes longer than painting.
"""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget


class Stack(QStackedWidget):
    """Pages upon each other in the room that is given to them; it asks for none by itself."""

    def hasHeightForWidth(self) -> bool:
        return False

    def sizeHint(self) -> QSize:
        return QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)
