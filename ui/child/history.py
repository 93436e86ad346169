"""方針・連絡: everything that people recorded about the child, newest first, with its pictures."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal

from app.services.answers.child import ChildFile, ContactLine, DecisionLine, PictureLine
from ui.child.lists import Column, Listed, PlainTable
from ui.theme import theme
from ui.timeline import wording
from ui.widgets.buttons import Button
from ui.widgets.text import cell_with_tip
from ui.words import _, day_long, day_short, moment, term

Line = DecisionLine | ContactLine
_WORDS = 3
"""The column in which the words stand."""


class HistoryTab(Listed):
    """``withdrawn`` carries the decision or contact somebody wants to take back, ``looked`` a picture to show."""

    withdrawn = Signal(object)
    looked = Signal(object)

    def __init__(self) -> None:
        super().__init__(
            "history",
            PlainTable(
                _("history.says"),
                (
                    Column("history.day", 170),
                    Column("history.what", 210),
                    Column("history.author", 90),
                    Column("history.words", 0),
                    Column("history.next", 100),
                ),
            ),
        )
        self.lines: tuple[Line, ...] = ()
        self.pictures = Button("", icon="image-multiple-outline", height=24)
        self.withdraw = Button(_("history.withdraw"), icon="undo", height=24)
        self.withdraw.clicked.connect(self._withdraw)
        self.pictures.clicked.connect(self._look)
        self.foot.setSpacing(6)
        self.foot.addWidget(self.pictures)
        self.foot.addWidget(self.withdraw)
        self._shown = 0
        self.table.itemSelectionChanged.connect(self._tell)

    def put(self, file: ChildFile) -> None:
        """Show a child."""
        lines: list[Line] = [*file.decisions, *file.contacts]
        lines.sort(key=lambda line: (line.day, line.recorded.timestamp()), reverse=True)
        self.lines = tuple(lines)
        self.put_lines([self._cells(line, file.as_of) for line in lines])
        for row, line in enumerate(lines):
            if isinstance(line, DecisionLine) and line.withdrawn_sources:
                self._mark_lost(row, line)
        self._tell()

    @staticmethod
    def _cells(line: Line, as_of: date) -> tuple[str, ...]:
        next_day = day_short(line.next, as_of) if line.next else ""
        what, words = _decided(line) if isinstance(line, DecisionLine) else _noted(line)
        return day_long(line.day), what, line.author, words, next_day

    def _mark_lost(self, row: int, decision: DecisionLine) -> None:
        """The words of a decision whose source was withdrawn, and in the tooltip which and why."""
        item = cell_with_tip(_decided(decision)[1], wording.lost_words(decision))
        item.setForeground(theme.color("caution"))
        self.table.setItem(row, _WORDS, item)

    def chosen(self) -> Line | None:
        """The decision or contact that the table stands on."""
        row = self.table.currentRow()
        return self.lines[row] if 0 <= row < len(self.lines) else None

    def _pictures(self) -> tuple[PictureLine, ...]:
        line = self.chosen()
        return line.pictures if isinstance(line, ContactLine) else ()

    def _tell(self) -> None:
        line = self.chosen()
        self.withdraw.setEnabled(line is not None)
        pictures, self._shown = self._pictures(), 0
        self.pictures.setVisible(bool(pictures))
        self.pictures.set_words(_("history.pictures", n=len(pictures)))
        if line is None:
            self.note.setText(_("history.note"))
            return
        recorded = _("history.recorded", author=line.author, time=moment(line.recorded.astimezone()))
        more = (wording.lost_words(line), _signed(line)) if isinstance(line, DecisionLine) else ()
        self.note.setText(" ".join(part for part in (recorded, *more) if part))

    def _withdraw(self) -> None:
        line = self.chosen()
        if line is not None:
            self.withdrawn.emit(line)

    def _look(self) -> None:
        """The first picture, then at each press the next one."""
        pictures = self._pictures()
        if pictures:
            self.looked.emit(pictures[self._shown % len(pictures)])
            self._shown += 1


def _decided(line: DecisionLine) -> tuple[str, str]:
    meeting = _("list.join").join(part for part in (line.meeting, line.took_part) if part)
    words = f"{line.reason}（{meeting}）" if meeting else line.reason
    if line.withdrawn_sources:
        words = _("history.lost", words=words)
    kind = term("decision", line.kind.value)
    if line.sign_off is not None:
        kind = _(f"history.sign_off.{line.sign_off.state}", kind=kind)
    return _("history.decision", kind=kind), words


def _signed(line: DecisionLine) -> str:
    """Who signed it off or sent it back, when and with which words."""
    stands = line.sign_off
    if stands is None or stands.recorded is None:
        return ""
    return _(f"history.{stands.state}", author=stands.author, time=moment(stands.recorded), words=stands.words)


def _noted(line: ContactLine) -> tuple[str, str]:
    what = _("history.contact", kind=term("contact", line.kind), result=term("result", line.result))
    parts = [
        line.words,
        _("history.whom", whom=line.whom) if line.whom else "",
        _("history.step", step=line.step) if line.step else "",
        _("history.with_pictures", n=len(line.pictures)) if line.pictures else "",
    ]
    return _("history.seen", what=what) if line.seen else what, _("list.join").join(part for part in parts if part)
