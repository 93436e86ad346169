"""The panel beside the list: the chosen child in short, and what can be done with it.

Shows only what the list's line carries: reading on costs an entry in the access log, which is
written when the child is opened.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.services.answers.caseload import CaseloadRow, SectorMark
from ui.caseload import saying
from ui.caseload.yearstrip import YearStrip
from ui.theme import theme
from ui.tokens import BODY, SECOND, SMALL, TITLE
from ui.widgets.buttons import Button
from ui.widgets.chips import FlowLayout, Tag
from ui.widgets.ground import Ground, Rule
from ui.widgets.marks import LevelMark, SectorPicture
from ui.widgets.states import Icon
from ui.widgets.text import ElidedLabel, Label
from ui.words import (
    _,
    age_words,
    count,
    day_long,
    day_short,
    days_ago,
    level_word,
    reason_words,
    sector_word,
)

_LABELS = {"next": "next_day"}
CELL_MIN = 54
"""Width of a sector's cell in the narrow panel: longer words are set smaller."""
REASONS_SHOWN = 6
WIDE, NARROW = 352, 300


class CasePanel(Ground):
    """Summary of one child. ``stepped`` asks for the next or previous one of the list."""

    opened = Signal(str)
    stepped = Signal(int)

    def __init__(self, today: date) -> None:
        super().__init__("surface", "l", "line2")
        self._today = today
        self._narrow = False
        self._line: CaseloadRow | None = None
        self._said: tuple[CaseloadRow | None, int, int, bool] | None = None
        """What stands here: putting the same again lays nothing out anew."""
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        for part in (
            self._head(),
            Rule(),
            self._facts(),
            Rule(),
            self._sectors(),
            Rule(),
            self._reasons(),
            self._year(),
        ):
            column.addWidget(part)
        column.addStretch(1)
        self._empty = Label(_("panel.empty"), "text2", wrap=True)
        self._empty.setContentsMargins(16, 20, 16, 0)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._scroll = _scroll(self._body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(self._empty, 1)
        self._foot = self._actions()
        whole.addWidget(self._foot)
        self.put(None, 0, 0)

    # ------------------------------------------------------------ building

    def _head(self) -> QWidget:
        self._mark = LevelMark()
        self._name = ElidedLabel(px=TITLE, bold=True)
        self._kana = ElidedLabel(role="text2", px=SECOND)
        self._place = Label(role="text2", px=SECOND)
        up = Button(kind="quiet", icon="chevron-up", height=24, says=_("panel.previous"))
        down = Button(kind="quiet", icon="chevron-down", height=24, says=_("panel.next"))
        up.clicked.connect(lambda: self.stepped.emit(-1))
        down.clicked.connect(lambda: self.stepped.emit(1))
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self._mark)
        top.addWidget(self._name, 1)
        for part in (up, self._place, down):
            top.addWidget(part)
        self._tags = FlowLayout(4)
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(14, 9, 10, 9)
        column.setSpacing(3)
        column.addLayout(top)
        column.addWidget(self._kana)
        column.addLayout(self._tags)
        return head

    def _facts(self) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(14, 9, 10, 9)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnMinimumWidth(0, 72)
        grid.setColumnStretch(1, 1)
        self._values: dict[str, ElidedLabel] = {}
        for row, key in enumerate(("age", "assignee", "decision", "seen", "contact", "next")):
            grid.addWidget(Label(_(f"panel.{_LABELS.get(key, key)}"), "text2", SECOND), row, 0)
            self._values[key] = ElidedLabel()
            grid.addWidget(self._values[key], row, 1)
        return box

    def _sectors(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(8, 9, 8, 9)
        row.setSpacing(0)
        self._sector_cells = [_SectorCell() for _at in range(5)]
        for cell in self._sector_cells:
            row.addWidget(cell, 1)
        return box

    def _reasons(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(14, 9, 12, 9)
        column.setSpacing(4)
        self._reasons_head = Label(_("panel.reasons"), px=BODY, bold=True)
        column.addWidget(self._reasons_head)
        self._reason_lines = [_ReasonLine() for _at in range(REASONS_SHOWN)]
        for line in self._reason_lines:
            column.addWidget(line)
        self._more = Label(role="text2", px=SECOND)
        column.addWidget(self._more)
        self._unknown = _IconLine("help", "text2")
        column.addWidget(self._unknown)
        self._uncertain = _IconLine("link-variant-remove", "caution")
        column.addWidget(self._uncertain)
        return box

    def _year(self) -> QWidget:
        self._year_box = QWidget()
        column = QVBoxLayout(self._year_box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Rule())
        inner = QVBoxLayout()
        inner.setContentsMargins(14, 7, 10, 0)
        inner.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(Label(_("strip.title"), px=BODY, bold=True))
        head.addStretch(1)
        head.addWidget(Label(_("strip.hatch"), "text2", SMALL))
        inner.addLayout(head)
        self._strip = YearStrip()
        inner.addWidget(self._strip)
        column.addLayout(inner)
        return self._year_box

    def _actions(self) -> QWidget:
        foot = Ground("surface", "t")
        row = QHBoxLayout(foot)
        row.setContentsMargins(10, 8, 8, 8)
        row.setSpacing(5)
        self._buttons: dict[str, Button] = {}
        for key, kind, keys, focus in (
            ("open", "primary", "Enter", ""),
            ("decide", "plain", "D", "decision"),
            ("contact_note", "plain", "C", "contact"),
        ):
            button = Button(_(f"panel.{key}"), kind=kind, keys=keys)
            button.clicked.connect(lambda _on=False, focus=focus: self.opened.emit(focus))
            self._buttons[key] = button
            row.addWidget(button)
        row.addStretch(1)
        return foot

    # ------------------------------------------------------------ showing

    def set_narrow(self, narrow: bool) -> None:
        """Small screens: 300 px, without the picture of the year."""
        self._narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDE)
        self._year_box.setVisible(not narrow)
        self._buttons["open"].set_keys("" if narrow else "Enter")
        contact = self._buttons["contact_note"]
        contact.set_words(_("panel.contact_note.short" if narrow else "panel.contact_note"))
        contact.setAccessibleName(_("panel.contact_note"))

    def put(self, line: CaseloadRow | None, place: int, of: int) -> None:
        """Show this child, the ``place``-th of ``of``; None says that none is chosen."""
        said = (line, place, of, self._narrow)
        if said == self._said:
            return
        self._said = said
        self._line = line
        for part in (self._scroll, self._foot):
            part.setVisible(line is not None)
        self._empty.setVisible(line is None)
        if line is None:
            return
        self._mark.set_level(line.level)
        self._name.setText(saying.name_words(line))
        self._kana.setText(saying.kana_words(line))
        self._place.setText(f"{count(place)} / {count(of)}")
        self._put_tags(line)
        self._put_facts(line)
        for cell, mark in zip(self._sector_cells, line.sectors, strict=True):
            cell.put(mark, self._today, self._narrow)
        self._put_reasons(line)
        self._strip.put(line, self._today)

    def _put_tags(self, line: CaseloadRow) -> None:
        while (item := self._tags.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        priority = _("panel.priority", level=level_word(line.level), points=saying.total_words(line))
        tags = [Tag(priority)]
        if line.protected:
            tags.append(Tag(_("flag.protected"), icon="shield-account-outline"))
        if line.already_supported:
            tags.append(Tag(_("flag.supported"), icon="hand-heart-outline"))
        if line.uncertain_links:
            words = _("flag.uncertain", n=line.uncertain_links)
            tags.append(Tag(words, "caution", "caution_tint", icon="link-variant-remove"))
        if line.moved_out:
            tags.append(Tag(_("flag.moved_out"), icon="logout-variant"))
        for tag in tags:
            self._tags.addWidget(tag)

    def _put_facts(self, line: CaseloadRow) -> None:
        today = self._today
        born = "" if line.birth is None else _("panel.born", day=self._birth(line.birth))
        age = _("list.join").join(part for part in (age_words(line.age), saying.grade_words(line)) if part)
        self._values["age"].setText(f"{age}{born}")
        self._values["assignee"].setText(line.assignee or _("assignee.none"))
        decision = _(f"decision.{line.last_decision}") if line.last_decision else _("record.none")
        self._values["decision"].setText(decision)
        seen = _ago(line.last_seen, today) or _("record.none")
        self._values["seen"].setText(seen)
        self._values["seen"].set_role("caution" if saying.wants_sighting(line, today) else "text")
        contact = _ago(line.last_contact, today)
        words = f"{contact} {saying.contact_word(line.last_contact_kind)}" if contact else ""
        self._values["contact"].setText(words or _("record.none"))
        self._put_next(line)

    def _birth(self, day: date) -> str:
        """平成29年6月19日, or H29.6/19 where there is no room for it."""
        return day_short(day, self._today) if self._narrow else day_long(day, False)

    def _put_next(self, line: CaseloadRow) -> None:
        value = self._values["next"]
        if line.next_day is None:
            value.setText(_("next.none"))
            value.set_role("caution" if saying.wants_date(line) else "text")
            return
        words = f"{day_short(line.next_day, self._today, True)}"
        kind = saying.next_word(line.next_kind)
        late = (self._today - line.next_day).days
        if late > 0:
            ago = _("next.overdue.short", days=late)
        else:
            ago = days_ago(line.next_day, self._today)
        value.setText(_("panel.next_says", day=words, ago=ago, kind=kind).strip())
        value.set_role("caution" if late > 0 else "text")

    def _put_reasons(self, line: CaseloadRow) -> None:
        shown = line.reasons[:REASONS_SHOWN]
        for at, part in enumerate(self._reason_lines):
            part.setVisible(at < len(shown))
            if at < len(shown):
                reason = shown[at]
                part.put(SectorMark(reason.sector, "points", reason.points), reason_words(reason))
        rest = len(line.reasons) - len(shown)
        self._more.setVisible(rest > 0 or not shown)
        self._more.setText(_("reasons.rest", n=rest) if shown else _("reasons.none"))
        unknown = [mark.sector for mark in line.sectors if mark.state == "unknown"]
        self._unknown.setVisible(bool(unknown))
        words = _("list.join").join(sector_word(one) for one in unknown)
        self._unknown.put(_("panel.unknown", sectors=words))
        self._uncertain.setVisible(bool(line.uncertain_links))
        self._uncertain.put(_("panel.uncertain", n=line.uncertain_links))


class _SectorCell(QWidget):
    """A sector: its mark, its word, how far its data reaches."""

    def __init__(self) -> None:
        super().__init__()
        self._mark: SectorPicture | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._word = Label(px=SECOND, bold=True)
        self._until = Label(role="text2", px=SMALL)
        for label in (self._word, self._until):
            self._column.addWidget(label, alignment=Qt.AlignmentFlag.AlignHCenter)

    def put(self, mark: SectorMark, today: date, narrow: bool) -> None:
        """In the narrow panel the day stands alone; the mark's tooltip has the sentence."""
        if self._mark is None:
            self._mark = SectorPicture(mark)
            self._column.insertWidget(0, self._mark, alignment=Qt.AlignmentFlag.AlignHCenter)
        self._mark.set_mark(mark, today)
        word = sector_word(mark.sector)
        fits = theme.metrics(SECOND, True).horizontalAdvance(word) < CELL_MIN
        self._word.setFont(theme.font(SECOND if fits else SMALL, True))
        self._word.setText(word)
        if mark.state == "not_applicable":
            self._until.setText(_("mark.not_applicable.short"))
        elif mark.as_of is None:
            self._until.setText(_("freshness.none"))
        else:
            day = day_short(mark.as_of, today)
            self._until.setText(day if narrow else _("freshness.until", day=day))


class _ReasonLine(QWidget):
    """A reason beside the mark of its sector."""

    def __init__(self) -> None:
        super().__init__()
        self._mark: SectorPicture | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._words = Label(wrap=True)
        self._row.addWidget(self._words, 1)

    def put(self, mark: SectorMark, words: str) -> None:
        if self._mark is None:
            self._mark = SectorPicture(mark)
            self._row.insertWidget(0, self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self._mark.set_mark(mark)
        self._words.setText(words)


class _IconLine(QWidget):
    """An icon and a sentence that wraps."""

    def __init__(self, icon: str, role: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 0, 0, 0)
        row.setSpacing(11)
        row.addWidget(Icon(icon, role), 0, Qt.AlignmentFlag.AlignTop)
        self._words = Label(role="text" if role == "text2" else role, px=SECOND, wrap=True)
        row.addWidget(self._words, 1)

    def put(self, words: str) -> None:
        self._words.setText(words)


def _ago(day: date | None, today: date) -> str:
    if day is None:
        return ""
    return _("panel.ago", day=day_short(day, today), ago=days_ago(day, today))


def _scroll(body: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(body)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    body.setAutoFillBackground(False)
    return area
