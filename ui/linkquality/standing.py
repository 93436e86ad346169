"""How the links stand: counts, numbers in conflict, links that may be missing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.links.quality_answers import Figures, MissedLine, SharedNumber, Tally
from ui.linkquality import saying
from ui.linkquality.lines import Lines
from ui.review.wording import extract_word
from ui.tokens import BODY, SECOND
from ui.widgets.buttons import Button, Segmented
from ui.widgets.ground import Ground
from ui.widgets.text import Label
from ui.words import _, count

KINDS = ("source", "age", "since")
_TALLIES = (
    ("quality.column.group", 0),
    ("quality.column.records", -64),
    ("quality.column.linked", -76),
    ("quality.column.alone", -64),
    ("quality.column.review", -76),
)
_NUMBERS = (
    ("quality.column.number", 104),
    ("quality.column.one", 0),
    ("quality.column.other", 0),
    ("quality.column.together", 120),
)
_MISSED = (
    ("quality.column.why", 110),
    ("quality.column.record", 116),
    ("quality.column.birth", 118),
    ("quality.column.source", 92),
    ("quality.column.candidate", 0),
    ("quality.column.source", 92),
)


class StandingPane(QWidget):
    """``opened`` carries two records and the evidence between them; ``looked`` asks to look for missing links."""

    opened = Signal(object)
    looked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._figures: Figures | None = None
        self._missed: Sequence[MissedLine] = ()
        self.kinds = Segmented([(kind, _(f"quality.by.{kind}")) for kind in KINDS])
        self.kinds.choose(KINDS[0])
        self.kinds.chosen.connect(lambda _kind: self._show_tallies())
        self.tallies = Lines(_("quality.counts"), _TALLIES)
        self.tallies.empty.put(_("quality.empty"))
        self.numbers = Lines(_("quality.numbers"), _NUMBERS, "numeric")
        self.numbers.empty.put(_("quality.numbers.none"))
        self.missed = Lines(_("quality.missed"), _MISSED, "link-variant-plus")
        self.missed.empty.put(_("quality.missed.unasked"), _("quality.missed.words"))
        self.missed.put(())
        self.look = Button(_("quality.missed.look"), icon="magnify")
        self.look.clicked.connect(self.looked.emit)
        self._numbers_title = Label(_("quality.numbers"), px=BODY, bold=True)
        self._missed_title = Label(_("quality.missed"), px=BODY, bold=True)
        self.numbers.opened.connect(self._open_number)
        self.missed.opened.connect(self._open_missed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        left = self._column((Label(_("quality.counts"), px=BODY, bold=True), self.kinds), self.tallies)
        left.setFixedWidth(444)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._column((self._missed_title, self.look), self.missed, _("quality.missed.note")), 5)
        right.addWidget(self._column((self._numbers_title,), self.numbers, _("quality.numbers.note")), 4)
        row.addWidget(left)
        row.addLayout(right, 1)

    def _column(self, heads: Sequence[QWidget], body: QWidget, note: str = "") -> Ground:
        ground = Ground("surface", "rb")
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 10, 6)
        head.setSpacing(10)
        head.addWidget(heads[0], 1)
        for part in heads[1:]:
            head.addWidget(part)
        whole = QVBoxLayout(ground)
        whole.setContentsMargins(0, 0, 1, 1)
        whole.setSpacing(0)
        whole.addLayout(head)
        if note:
            words = Label(note, "text2", px=SECOND, wrap=True)
            words.setContentsMargins(12, 0, 10, 6)
            whole.addWidget(words)
        whole.addWidget(body, 1)
        return ground

    def put(self, figures: Figures) -> None:
        self._figures = figures
        self._show_tallies()
        self.numbers.put([_number_cells(one) for one in figures.numbers])
        n = len(figures.numbers) + figures.numbers_more
        self._numbers_title.setText(_("quality.numbers.n", n=count(n)) if n else _("quality.numbers"))

    def put_missed(self, lines: Sequence[MissedLine]) -> None:
        self._missed = lines
        self.missed.empty.put(_("quality.missed.none"), _("quality.missed.words"))
        self.missed.put([saying.missed_cells(one) for one in lines])
        self._missed_title.setText(_("quality.missed.n", n=count(len(lines))))

    def _show_tallies(self) -> None:
        if self._figures is not None:
            kind = self.kinds.current()
            self.tallies.put([_tally_cells(kind, one) for one in self._figures.tallies[kind]])

    def _open_number(self, row: int) -> None:
        if self._figures is not None and 0 <= row < len(self._figures.numbers):
            one = self._figures.numbers[row]
            self.opened.emit((one.a, one.b, ()))

    def _open_missed(self, row: int) -> None:
        if 0 <= row < len(self._missed) and self._missed[row].b:
            one = self._missed[row]
            self.opened.emit((one.a, one.b, one.evidence))


def _tally_cells(kind: str, one: Tally) -> tuple[str, ...]:
    name = extract_word(one.group) if kind == "source" else _(f"quality.{kind}.{one.group}")
    return (name, count(one.records), count(one.linked), count(one.alone), count(one.review))


def _number_cells(one: SharedNumber) -> tuple[str, ...]:
    return (
        one.number,
        saying.of_source(one.name, one.extract),
        saying.of_source(one.other_name, one.other_extract),
        _("quality.numbers.together") if one.together else _("quality.numbers.apart"),
    )
