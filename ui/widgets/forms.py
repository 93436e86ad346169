"""Choices and lines of forms, of one height and named for screen readers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit

from ui.theme import theme
from ui.tokens import FIELD_SMALL


def combo(items: Sequence[tuple[str, str]], says: str) -> QComboBox:
    """A choice of (key, words)."""
    box = QComboBox()
    box.setFont(theme.font())
    box.setFixedHeight(FIELD_SMALL + 2)
    box.setAccessibleName(says)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    for key, words in items:
        box.addItem(words, key)
    return box


def choose(box: QComboBox, key: str) -> None:
    at = box.findData(key)
    if at >= 0:
        box.setCurrentIndex(at)


def line(says: str, text: str = "", hint: str = "") -> QLineEdit:
    field = QLineEdit(text)
    field.setFont(theme.font())
    field.setFixedHeight(FIELD_SMALL + 2)
    field.setAccessibleName(says)
    field.setPlaceholderText(hint)
    field.setMaxLength(300)
    return field
