"""Levels, weights and sizes: what holds for all criteria together, each with a sentence of what it does."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout

from app.domain.priority import Level
from ui.criteria.draft import Draft
from ui.criteria.numbers import NumberField
from ui.tokens import BODY, NAME, SECOND
from ui.widgets.ground import Ground
from ui.widgets.marks import LevelMark
from ui.widgets.text import Label
from ui.words import _, has

GROUPS = (
    ("capacity", ("capacity", "sample")),
    ("levels", ("high", "middle", "low")),
    ("weights", ("scale", "repeat", "rare_share", "breadth_step", "recency_step", "worsening_step")),
)
_RANGES = {
    "capacity": (1, 100_000, 0), "sample": (0, 100_000, 0),
    "high": (1, 999, 0), "middle": (1, 999, 0), "low": (1, 999, 0),
    "scale": (0.1, 20, 1), "repeat": (0, 1, 2), "rare_share": (0.01, 1, 2), "breadth_step": (0, 2, 2),
    "recency_step": (0, 2, 2), "worsening_step": (0, 2, 2),
}  # fmt: skip
_LEVELS = {"high": Level.HIGH, "middle": Level.MIDDLE, "low": Level.LOW}


class Sizes(Ground):
    """``edited`` carries a name and its number."""

    edited = Signal(str, float)

    def __init__(self, may: bool) -> None:
        super().__init__("surface")
        self.fields: dict[str, NumberField] = {}
        self._quiet = False
        self.wrong = Label(role="error", px=SECOND, wrap=True)
        inside = Ground("surface")
        column = QVBoxLayout(inside)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(6)
        for group, names in GROUPS:
            column.addWidget(Label(_(f"criteria.sizes.{group}"), px=NAME, bold=True))
            column.addWidget(Label(_(f"criteria.sizes.{group}.words"), "text2", SECOND, wrap=True))
            column.addLayout(self._grid(names, may))
            if group == "levels":
                column.addWidget(self.wrong)
            column.addSpacing(12)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _grid(self, names: tuple[str, ...], may: bool) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(3, 1)
        grid.setColumnMinimumWidth(0, 24)
        for row, name in enumerate(names):
            least, most, places = _RANGES[name]
            label = _(f"criteria.set.{name}")
            suffix = f"criteria.suffix.{name}"
            field = NumberField(least, least, most, label, _(suffix) if has(suffix) else "", places)
            field.setFixedWidth(110)
            field.setEnabled(may)
            field.valueChanged.connect(lambda value, name=name: self._edit(name, value))
            self.fields[name] = field
            if name in _LEVELS:
                grid.addWidget(LevelMark(_LEVELS[name]), row, 0)
            title = Label(label, px=BODY)
            title.setMinimumWidth(190)
            grid.addWidget(title, row, 1)
            grid.addWidget(field, row, 2)
            words = Label(_(f"criteria.set.{name}.words"), "text2", SECOND, wrap=True)
            grid.addWidget(words, row, 3, Qt.AlignmentFlag.AlignVCenter)
        return grid

    def put(self, draft: Draft) -> None:
        """The numbers of the draft."""
        self._quiet = True
        for name, field in self.fields.items():
            value = (
                draft.sizes[("capacity", "sample").index(name)]
                if name in ("capacity", "sample")
                else getattr(draft.settings, name)
            )
            if not field.hasFocus() or field.value() != float(value):
                field.setValue(float(value))
        self._quiet = False
        kept = draft.settings
        self.wrong.setText("" if kept.high >= kept.middle >= kept.low >= 1 else _("criteria.limits"))

    def _edit(self, name: str, value: float) -> None:
        if not self._quiet:
            self.edited.emit(name, value)
