"""経過: the timeline with its tools, the strip of all years, the table, the selected fact."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.priority import Reason
from app.services.answers import ChildFile, FactLine
from ui.child.selected import SelectedFact
from ui.timeline import accessible
from ui.timeline.lanes import Place
from ui.timeline.layout import Tally
from ui.timeline.overview import Overview
from ui.timeline.picture import numbers_of
from ui.timeline.scale import Preset, Scale
from ui.timeline.table import FactsTable
from ui.timeline.view import TimelineView
from ui.tokens import SECOND, TOOLS
from ui.widgets.buttons import Button, Segmented
from ui.widgets.ground import Ground
from ui.widgets.text import ElidedLabel
from ui.words import _, count


class CoursePane(QWidget):
    """``opened`` asks for the row behind a ``FactLine``; ``taken`` says facts as evidence."""

    opened = Signal(object)
    taken = Signal(object)

    def __init__(self, today: date) -> None:
        super().__init__()
        accessible.install()
        self._today = today
        self._narrow = False
        self._tally: Tally | None = None
        self.view = TimelineView()
        self.overview = Overview()
        self.table = FactsTable()
        self.selected = SelectedFact()
        self.presets = Segmented([(preset.value, _(f"preset.{preset.value}")) for preset in Preset])
        self.table_button = Button(_("tool.table"), icon="table", keys="T")
        self.table_button.setCheckable(True)
        self.tally = ElidedLabel(role="text2", px=SECOND)
        self._build()
        self._connect()

    def _build(self) -> None:
        tools = Ground("window", "b")
        tools.setFixedHeight(TOOLS)
        row = QHBoxLayout(tools)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(8)
        farther = Button(icon="magnify-minus-outline", says=_("tool.out"))
        closer = Button(icon="magnify-plus-outline", says=_("tool.in"))
        farther.clicked.connect(lambda: self.view.zoom(False))
        closer.clicked.connect(lambda: self.view.zoom(True))
        self._zooms = (farther, closer)
        for part in (self.presets, farther, closer, self.table_button):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.tally)
        drawn = QWidget()
        column = QVBoxLayout(drawn)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self.overview)
        self._stack = QStackedWidget()
        self._stack.addWidget(drawn)
        self._stack.addWidget(self.table)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(tools)
        whole.addWidget(self._stack, 1)
        whole.addWidget(self.selected)

    def _connect(self) -> None:
        self.presets.chosen.connect(lambda key: self.view.choose(Preset(key)))
        self.table_button.clicked.connect(lambda: self.show_table(self.table_button.isChecked()))
        self.view.scaled.connect(self._scaled)
        self.view.tallied.connect(self._tallied)
        self.view.selected.connect(self._selected)
        self.table.chosen.connect(self.view.select)
        self.overview.moved.connect(self.view.show_from)
        self.selected.stepped.connect(self.view.step)
        self.selected.opened.connect(self.open_row)
        self.selected.taken.connect(self.take)

    # -------------------------------------------------------------- what is shown

    def put(self, file: ChildFile, keep: bool) -> None:
        """Show a child; ``keep`` leaves zoom and selection as they are."""
        late = file.next_day is not None and file.next_day < self._today
        self.view.show_file(file, late, keep)
        lanes = self.view.lanes
        assert lanes is not None
        self.overview.show_lanes(lanes, self.view.bounds)
        self.overview.show_frame(self.view.scale)
        self.table.facts.show_lanes(lanes, numbers_of(lanes, file.reasons))
        self._selected(self.view.focus_place)

    def light(self, reason: Reason | None, select: bool = False) -> None:
        """Mark the facts of a reason; with ``select`` the newest becomes the selected fact."""
        newest = self.view.light(reason)
        if select and newest is not None:
            self.view.select(newest)

    def set_small(self, narrow: bool, low: bool) -> None:
        """Give way: shorter words, no strip of all years, a folded fact."""
        self._narrow = narrow
        self.overview.setVisible(not low)
        self.selected.fold(low)
        if self._tally is not None:
            self._tallied(self._tally)

    def show_table(self, on: bool) -> None:
        """The same facts as a table, or the drawing again; the selection goes along."""
        self.table_button.setChecked(on)
        self._stack.setCurrentIndex(1 if on else 0)
        for part in (*self._zooms, self.presets):
            part.setEnabled(not on)
        if on:
            if self.view.focus_place is None:
                self.view.step(0)
            self.table.choose(self.view.focus_place)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def as_table(self) -> bool:
        """Is the table in front?"""
        return self._stack.currentIndex() == 1

    # -------------------------------------------------------------- the selected fact

    def facts(self) -> tuple[FactLine, ...]:
        """The facts behind the selected item."""
        place = self.view.focus_place
        return self.view.lane_item(place).facts if place is not None else ()

    def mark_evidence(self, on: bool) -> None:
        """Show whether the selected fact is taken as evidence."""
        self.selected.evidence.setChecked(on)

    def open_row(self) -> None:
        """Ask for the newest row behind the selected item."""
        if facts := self.facts():
            self.opened.emit(facts[-1])

    def take(self) -> None:
        """Say the selected facts as evidence."""
        if facts := self.facts():
            self.taken.emit(tuple(line.fact.id for line in facts))

    def _selected(self, place: Place | None) -> None:
        item = self.view.lane_item(place) if place is not None else None
        number = self.view.number_of(place) if place is not None else 0
        self.selected.put(item, number, self._today, False)
        if self.as_table:
            self.table.choose(place)

    def _scaled(self, scale: Scale, preset: Preset | None) -> None:
        self.overview.show_frame(scale)
        if preset is None:
            self.presets.choose_none()
        else:
            self.presets.choose(preset.value)

    def _tallied(self, tally: Tally) -> None:
        self._tally = tally
        key = "tally.short" if self._narrow else "tally"
        self.tally.setText(_(key, shown=count(tally.shown), bundled=count(tally.bundled), outside=count(tally.outside)))
