"""The way of the Tab key through a form that changes: as the eye goes, line by line."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget


def tab_by_place(form: QWidget) -> None:
    """Let Tab go through what is visible in ``form`` from above to below, in a line from left to right.

    Parts that were added later stand at the end of Qt's own order, wherever they are laid.
    """
    placed = []
    for one in form.findChildren(QWidget):
        if one.isVisibleTo(form) and one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None:
            place = one.mapTo(form, QPoint(0, one.height() // 2))
            placed.append(((place.y() // _LINE, place.x()), one))
    placed.sort(key=lambda found: found[0])
    for (_place, before), (_next, after) in pairwise(placed):
        QWidget.setTabOrder(before, after)


_LINE = 16
"""Middles nearer than this stand in one line."""
