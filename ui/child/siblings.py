"""きょうだいを並べる: the child and its brothers and sisters under each other, by the calendar or at the same age.

Whose files those are is asked by the page; opening one is an opening and stands in the access log. Nothing of a
sibling can be taken as evidence here: whoever wants to decide about one opens that child.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.services.answers.child import ChildFile
from ui.timeline.scale import Scale
from ui.timeline.siblings import AxisBar, SiblingStrip, years_apart
from ui.tokens import SECOND
from ui.widgets.buttons import Button, Segmented
from ui.widgets.ground import Ground
from ui.widgets.marks import LevelMark
from ui.widgets.text import ElidedLabel, Label
from ui.words import _, age_words, count, term

_HEAD = 30


class _Head(Ground):
    """Who a strip is about; ``opened`` by its button."""

    opened = Signal(int)

    def __init__(self, file: ChildFile, own: bool) -> None:
        super().__init__("alt", "tb")
        self.setFixedHeight(_HEAD)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(LevelMark(file.level))
        row.addWidget(ElidedLabel(file.name, bold=True))
        about = [age_words(file.age), term("grade", file.grade) if file.grade else "", file.facility or ""]
        row.addWidget(ElidedLabel(_("list.join").join(one for one in about if one), "text2", px=SECOND), 1)
        self.shown = Label("", "text2", px=SECOND)
        row.addWidget(self.shown)
        if own:
            row.addWidget(Label(_("siblings.own"), "text2", px=SECOND))
        else:
            button = Button(_("siblings.open"), kind="quiet", icon="arrow-right", height=24)
            button.setAccessibleName(_("siblings.open.says", name=file.name))
            button.clicked.connect(lambda: self.opened.emit(file.person_id))
            row.addWidget(button)


class SiblingsPane(QWidget):
    """``opened`` asks for a sibling's page; ``selected`` says that a fact of a strip has the focus now,
    ``row_wanted`` that its row as received is wanted."""

    opened = Signal(int)
    selected = Signal(object)
    row_wanted = Signal()
    panned = Signal(float)
    zoomed = Signal(bool, float)

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today
        self._scale: Scale | None = None
        self.strips: list[SiblingStrip] = []
        self._heads: list[_Head] = []
        self.by = Segmented([(key, _(f"siblings.by.{key}")) for key in ("calendar", "age")])
        self.by.setAccessibleName(_("siblings.by"))
        self.by.choose("calendar")
        self.axis = AxisBar()
        self.note = ElidedLabel(role="text2", px=SECOND)
        self._build()
        self.by.chosen.connect(lambda _key: self._again())

    def _build(self) -> None:
        tools = Ground("window", "b")
        row = QHBoxLayout(tools)
        row.setContentsMargins(8, 4, 12, 4)
        row.addWidget(self.by)
        row.addWidget(self.note, 1)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        inside = Ground("surface")
        holder = QVBoxLayout(inside)
        holder.setContentsMargins(0, 0, 0, 0)
        holder.setSpacing(0)
        holder.addLayout(self._list)
        holder.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # the axis keeps its width
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self.axis, 1)
        corner = Ground("header", "b", "line2")
        corner.setFixedWidth(area.verticalScrollBar().sizeHint().width())
        top.addWidget(corner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(tools)
        whole.addLayout(top)
        whole.addWidget(area, 1)

    # -------------------------------------------------------------- what is shown

    def put(self, files: Sequence[ChildFile]) -> None:
        """The child whose page it is, then the others, the eldest first."""
        for old in (*self._heads, *self.strips):
            old.hide()
            old.deleteLater()
        self._heads, self.strips = [], []
        for place, file in enumerate(files):
            strip = SiblingStrip(file, bool(file.next_day and file.next_day < self._today))
            strip.selected.connect(lambda _place, strip=strip: self._took(strip))
            strip.row_wanted.connect(self.row_wanted)
            strip.panned.connect(self.panned)
            strip.zoomed.connect(self.zoomed)
            head = _Head(file, own=not place)
            head.opened.connect(self.opened)
            self._list.addWidget(head)
            self._list.addWidget(strip)
            self._heads.append(head)
            self.strips.append(strip)
        ages = all(file.birth is not None for file in files)
        self.by.button("age").setEnabled(ages)
        if not ages:
            self.by.choose("calendar")
        self._again()

    def first_day(self) -> int | None:
        """How far back the eldest one's time reaches."""
        return min((strip.lanes.first for strip in self.strips if strip.lanes), default=None)

    def put_scale(self, scale: Scale) -> None:
        """Which stretch of time all of them show."""
        self._scale = scale
        self._again()

    def _again(self) -> None:
        if self._scale is None or not self.strips:
            return
        own = self.strips[0]
        by_age = self.by.current() == "age"
        if own.lanes is not None:
            self.axis.put(own.lanes, self._scale, today=not by_age)
        self.note.setText(_("siblings.by.age.says", name=own.file.name) if by_age else "")
        for head, strip in zip(self._heads, self.strips, strict=True):
            apart = years_apart(own.file.birth, strip.file.birth) if by_age else 0
            strip.put_scale(self._scale, apart or 0)
            total = strip.lanes.total if strip.lanes else 0
            shown = strip.shown()
            head.shown.setText(_("siblings.shown", shown=count(shown), outside=count(total - shown)))

    def _took(self, strip: SiblingStrip) -> None:
        for other in self.strips:
            if other is not strip and other.focus_place is not None:
                other.focus_place = None
                other.update()
        self.selected.emit(strip)
