"""The panel at the right: the chosen file beside the last delivery, and the files that need a word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.services.imports.file_preview import FilePreview
from ui.imports import saying
from ui.imports.lines import FileLine
from ui.imports.own_day import OwnDay
from ui.tokens import BODY, SECOND
from ui.widgets.buttons import Button
from ui.widgets.ground import Ground, Rule
from ui.widgets.states import Icon
from ui.widgets.text import Label
from ui.words import _, count, day_short, moment

WIDTH = 336
_RIGHT = Qt.AlignmentFlag.AlignRight


class Comparison(QWidget):
    """This file and the last delivery of the same extract, number by number."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today
        self._title = Label(bold=True, wrap=True)
        self._note = Label(role="text2", px=SECOND, wrap=True)
        self.day = OwnDay(today)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self.day)
        column.addWidget(self._note)
        column.addLayout(self._grid)

    def put(self, line: FileLine | None, quiet: bool) -> None:
        """Show a file, or that there is nothing to compare; ``quiet`` while its day cannot be changed."""
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        preview = line.preview if line else None
        self.setVisible(preview is not None and preview.refusal is None)
        if preview is None or preview.refusal is not None:
            return
        self.day.put(line, not quiet)
        self._title.setText(_("imports.compare.title", extract=saying.kind_words(preview)))
        last = preview.last
        if preview.kind == "links":
            self._note.setText(_("imports.links.what"))
        elif last is None:
            self._note.setText(_("imports.compare.first"))
        else:
            day = day_short(last.as_of, self._today) if last.as_of else "—"
            self._note.setText(
                _("imports.compare.last", file=last.file, day=day, time=moment(last.received.astimezone()))
            )
        rows = _figures(preview)
        for at, texts in enumerate(rows):
            for column, text in enumerate(texts):
                alarming = preview.small and at == 1 and column == 3
                role = "caution" if alarming else "text2" if at == 0 or column == 0 else "text"
                label = Label(text, role, SECOND if at == 0 else BODY, bold=alarming)
                if column:
                    self._grid.addWidget(label, at, column, _RIGHT)
                else:
                    self._grid.addWidget(label, at, column)


def _figures(preview: FilePreview) -> list[tuple[str, str, str, str]]:
    """Heads, then what is counted: last time, now, the difference."""
    last, found = preview.last, preview.difference
    if preview.kind == "links" and found is not None:
        pairs = [("pairs", preview.rows), ("pairs_new", found.new), ("pairs_known", found.unchanged)]
        return [("", "", "", ""), *((_(f"imports.compare.{key}"), "", count(many), "") for key, many in pairs)]
    rows = [
        ("", _("imports.compare.before"), _("imports.compare.now"), _("imports.compare.difference")),
        (
            _("imports.compare.rows"),
            count(last.rows) if last else "—",
            count(preview.rows),
            saying.signed(preview.rows - last.rows) if last else "—",
        ),
        (_("imports.compare.records"), "—", count(preview.records), "—"),
    ]
    if found is not None:
        kinds = [("new", found.new), ("changed", found.changed), ("unchanged", found.unchanged)]
        if found.gone is not None:
            kinds.append(("gone", found.gone))
        rows += [(_(f"imports.compare.{key}"), "", count(many), "") for key, many in kinds]
    return rows


_FIRST = ("ask", "unknown", "refused")
"""States that somebody has to say a word about, in the order in which they are shown."""


class _Note(QWidget):
    """A file that needs a look: its state, its sentence, and what can be done."""

    def __init__(self, line: FileLine, words: str, buttons: Sequence[Button]) -> None:
        super().__init__()
        icon, role = saying.state_mark(line)
        if line.state not in ("ask", "refused", "unknown", "older"):
            icon, role = "information-outline", "text2"
        title = Label(line.preview.file, bold=True, wrap=True)
        texts = QVBoxLayout()
        texts.setSpacing(3)
        texts.addWidget(title)
        texts.addWidget(Label(words, "text2", SECOND, wrap=True))
        if buttons:
            row = QHBoxLayout()
            row.setSpacing(8)
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
            texts.addLayout(row)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(12, 8, 12, 8)
        whole.setSpacing(8)
        whole.addWidget(Icon(icon, role), 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(texts, 1)


class SidePanel(Ground):
    """Comparison above, attention below. ``agreed``, ``left_out``, ``back_in`` and ``mapping`` carry a
    file, ``day_said`` a file and its day."""

    agreed = Signal(object)
    left_out = Signal(object)
    back_in = Signal(object)
    mapping = Signal(object)
    day_said = Signal(object, object)

    def __init__(self, today: date) -> None:
        super().__init__("surface", "l", "line2")
        self._today = today
        self.comparison = Comparison(today)
        self.comparison.day.said.connect(self.day_said)
        self._rule = Rule()
        self._notes_title = Label(_("imports.attention"), bold=True)
        self._notes_title.setContentsMargins(12, 10, 12, 4)
        self._notes = QVBoxLayout()
        self._notes.setSpacing(0)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._notes_title)
        column.addLayout(self._notes)
        column.addStretch(1)
        inside = Ground("surface")
        self._flow = QBoxLayout(QBoxLayout.Direction.TopToBottom, inside)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.setSpacing(0)
        self._flow.addWidget(self.comparison, 0, Qt.AlignmentFlag.AlignTop)
        self._flow.addWidget(self._rule)
        self._flow.addLayout(column, 1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 0, 0, 0)
        whole.addWidget(scroll)

    def set_narrow(self, narrow: bool) -> None:
        """In a tab of its own it has room beside, not below."""
        directions = QBoxLayout.Direction
        self._flow.setDirection(directions.LeftToRight if narrow else directions.TopToBottom)
        self._rule.setVisible(not narrow)
        self.comparison.setFixedWidth(WIDTH - 16)
        self.setMinimumWidth(0 if narrow else WIDTH)
        self.setMaximumWidth(16_777_215 if narrow else WIDTH)

    def put(self, chosen: FileLine | None, lines: Sequence[FileLine], quiet: bool) -> int:
        """Show these; ``quiet`` while nothing can be answered. Returns how many need a word."""
        self.comparison.put(chosen, quiet)
        while (item := self._notes.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        noted = [(line, words) for line in lines if (words := saying.attention(line, self._today))]
        noted.sort(key=lambda one: _FIRST.index(one[0].state) if one[0].state in _FIRST else len(_FIRST))
        for line, words in noted:
            self._notes.addWidget(_Note(line, words, () if quiet else self._buttons(line)))
        self._notes_title.setVisible(bool(noted))
        return sum(line.state in _FIRST for line, _words in noted)

    def _buttons(self, line: FileLine) -> tuple[Button, ...]:
        if line.left_out:
            back = Button(_("imports.ask.back"), height=26)
            back.clicked.connect(lambda: self.back_in.emit(line))
            return (back,)
        if line.mappable:
            choose = Button(_("mapping.open"), height=26, icon="table-edit")
            choose.clicked.connect(lambda: self.mapping.emit(line))
            return (choose,)
        if line.state != "ask":
            return ()
        go = Button(_("imports.ask.go"), height=26)
        go.clicked.connect(lambda: self.agreed.emit(line))
        wait = Button(_("imports.ask.leave"), height=26)
        wait.clicked.connect(lambda: self.left_out.emit(line))
        return go, wait
