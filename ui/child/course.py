"""経過: the timeline with its tools, the strip of all years, the table, the selected fact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.priority import Reason
from app.services.answers.child import ChildFile, FactLine
from ui.child.selected import SelectedFact
from ui.child.siblings import SiblingsPane
from ui.timeline import accessible
from ui.timeline.lanes import Place
from ui.timeline.layout import Tally
from ui.timeline.overview import Overview
from ui.timeline.picture import numbers_of
from ui.timeline.scale import Preset, Scale
from ui.timeline.siblings import SiblingStrip
from ui.timeline.table import FactsTable
from ui.timeline.view import TimelineView
from ui.tokens import SECOND, TOOLS
from ui.widgets.buttons import Button, Segmented
from ui.widgets.ground import Ground
from ui.widgets.text import ElidedLabel, tip
from ui.words import _, count

_DRAWN, _TABLE, _SIBLINGS = range(3)


class CoursePane(QWidget):
    """``opened`` asks for the row behind a ``FactLine``; ``taken`` says facts as evidence; ``siblings_wanted`` asks
    for the files of the brothers and sisters, ``turned_to`` for the page of one of them."""

    opened = Signal(object)
    taken = Signal(object)
    siblings_wanted = Signal()
    turned_to = Signal(int)

    def __init__(self, today: date) -> None:
        super().__init__()
        accessible.install()
        self._today = today
        self._narrow = False
        self._tally: Tally | None = None
        self.view = TimelineView()
        self.overview = Overview()
        self.table = FactsTable()
        self.siblings = SiblingsPane(today)
        self._strip: SiblingStrip | None = None
        self.selected = SelectedFact()
        self.presets = Segmented([(preset.value, _(f"preset.{preset.value}")) for preset in Preset])
        self.table_button = Button(_("tool.table"), icon="table", keys="T")
        self.table_button.setCheckable(True)
        self.siblings_button = Button(_("tool.siblings"), icon="account-multiple-outline", keys="S")
        self.siblings_button.setCheckable(True)
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
        for part in (self.presets, farther, closer, self.siblings_button, self.table_button):
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
        self._stack.addWidget(self.siblings)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(tools)
        whole.addWidget(self._stack, 1)
        whole.addWidget(self.selected)

    def _connect(self) -> None:
        self.presets.chosen.connect(lambda key: self.view.choose(Preset(key)))
        self.table_button.clicked.connect(lambda: self.show_table(self.table_button.isChecked()))
        self.siblings_button.clicked.connect(lambda: self.compare(self.siblings_button.isChecked()))
        self.siblings.opened.connect(self.turned_to)
        self.siblings.selected.connect(self._selected_sibling)
        self.siblings.panned.connect(self.view.pan)
        self.siblings.zoomed.connect(self.view.zoom)
        self.view.scaled.connect(self._scaled)
        self.view.tallied.connect(self._tallied)
        self.view.selected.connect(self._selected)
        self.table.chosen.connect(self.view.select)
        for source in (self.view, self.table, self.siblings):
            source.row_wanted.connect(self.open_row)
        self.overview.moved.connect(self.view.show_from)
        self.selected.stepped.connect(self._step)
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
        self.siblings_button.set_words(_("tool.siblings.short") if narrow else _("tool.siblings"))
        self.siblings_button.set_keys("" if narrow else "S")
        self.overview.setVisible(not low)
        self.selected.fold(low)
        if self._tally is not None:
            self._tallied(self._tally)

    def show_table(self, on: bool) -> None:
        """The same facts as a table, or the drawing again; the selection goes along."""
        self._turn(_TABLE if on else _DRAWN)
        if on:
            if self.view.focus_place is None:
                self.view.step(0)
            self.table.choose(self.view.focus_place)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn(self, which: int) -> None:
        """Drawing, table or siblings to the front; the buttons say so."""
        self._strip = None
        self.table_button.setChecked(which == _TABLE)
        self.siblings_button.setChecked(which == _SIBLINGS)
        self._stack.setCurrentIndex(which)
        for part in (*self._zooms, self.presets):
            part.setEnabled(which != _TABLE)
        self.tally.setVisible(which != _SIBLINGS)
        if which != _SIBLINGS:
            self.view.reach_back(None)
            self._selected(self.view.focus_place)

    @property
    def as_table(self) -> bool:
        """Is the table in front?"""
        return self._stack.currentIndex() == _TABLE

    # -------------------------------------------------------------- brothers and sisters

    def offer_siblings(self, many: int) -> None:
        """Whether there is anybody to stand beside."""
        self.siblings_button.setEnabled(bool(many))
        tip(self.siblings_button, _("tool.siblings.says") if many else _("tool.siblings.none"))

    def compare(self, on: bool) -> None:
        """Ask for the brothers and sisters, or go back to the one child."""
        if on and self.siblings_button.isEnabled():
            self.siblings_button.setChecked(True)
            self.siblings_wanted.emit()
        elif self.compared:
            self._turn(_DRAWN)
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.siblings_button.setChecked(False)

    def put_siblings(self, files: Sequence[ChildFile]) -> None:
        """The child and the others, under each other."""
        self.siblings.put(files)
        self._turn(_SIBLINGS)
        self.view.reach_back(self.siblings.first_day())
        self.siblings.put_scale(self.view.scale)
        self.siblings.strips[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self.selected.put(None, 0, self._today, False)

    @property
    def compared(self) -> bool:
        """Do several children stand under each other?"""
        return self._stack.currentIndex() == _SIBLINGS

    def _selected_sibling(self, strip: SiblingStrip) -> None:
        self._strip = strip
        place = strip.focus_place
        if place is None:
            return
        own = strip is self.siblings.strips[0]
        self.selected.put(strip.lane_item(place), strip.number_of(place) if own else 0, self._today, False)
        if own:
            self.view.focus_place = place
        self.selected.evidence.setEnabled(own and bool(self.facts()))

    # -------------------------------------------------------------- the selected fact

    def facts(self) -> tuple[FactLine, ...]:
        """The facts behind the selected item."""
        source = self._strip or self.view
        place = source.focus_place
        return source.lane_item(place).facts if place is not None else ()

    def mark_evidence(self, on: bool) -> None:
        """Show whether the selected fact is taken as evidence."""
        self.selected.evidence.setChecked(on)

    def _step(self, by: int) -> None:
        (self._strip or self.view).step(by)

    def open_row(self) -> None:
        """Ask for the newest row behind the selected item."""
        if facts := self.facts():
            self.opened.emit(facts[-1])

    def take(self) -> None:
        """Say the selected facts as evidence."""
        own = self._strip is None or self._strip is self.siblings.strips[0]
        if own and (facts := self.facts()):
            self.taken.emit(tuple(line.fact.id for line in facts))

    def _selected(self, place: Place | None) -> None:
        item = self.view.lane_item(place) if place is not None else None
        number = self.view.number_of(place) if place is not None else 0
        self.selected.put(item, number, self._today, False)
        if self.as_table:
            self.table.choose(place)

    def _scaled(self, scale: Scale, preset: Preset | None) -> None:
        self.overview.show_frame(scale)
        self.siblings.put_scale(scale)
        if preset is None:
            self.presets.choose_none()
        else:
            self.presets.choose(preset.value)

    def _tallied(self, tally: Tally) -> None:
        self._tally = tally
        key = "tally.short" if self._narrow else "tally"
        self.tally.setText(_(key, shown=count(tally.shown), bundled=count(tally.bundled), outside=count(tally.outside)))
