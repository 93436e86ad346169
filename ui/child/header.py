"""Who the child is, in three seconds: identity above, seven cells below.

``seven`` turns a child's file into the cells' words; ``Header`` shows them. Protected values are
not in the file at all; their cell says that they are withheld.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.domain.decisions import DecisionKind
from app.domain.priority import Level
from app.services.answers.child import ChildFile, FactLine
from app.services.links.link_answers import Doubt
from ui.theme import theme
from ui.tokens import CHILD, NAME, SECOND, SMALL
from ui.widgets.buttons import Button, KeyCap
from ui.widgets.chips import Tag
from ui.widgets.ground import Ground, draw_box, draw_edges
from ui.widgets.marks import LEVEL_SIZE, LevelMark, level_pixmap, level_says
from ui.widgets.text import ElidedLabel, Label, tip
from ui.words import _, age_words, count, day_long, day_short, days_ago, level_word, term

IDENTITY, CELLS = 40, 62
NAME_MOST = 470
"""So much of a name stands whatever else is in the row, px."""


@dataclass(frozen=True)
class Cell:
    """One of the seven: ``role`` colours the value, ``level`` stands before the second line.

    ``state`` is ``known``, ``unknown`` (dashed) or ``withheld`` (protected).
    """

    key: str
    icon: str
    value: str
    second: str = ""
    role: str = "text"
    level: Level | None = None
    state: str = "known"
    more: str = ""
    stretch: int = 20


def seven(file: ChildFile, today: date) -> tuple[Cell, ...]:
    """The cells in their fixed order."""
    return (
        _school(file),
        _household(file),
        _supported(file, today),
        _assignee(file),
        _protection(file, today),
        _seen(file, today),
        _next(file, today),
    )


def _school(file: ChildFile) -> Cell:
    second = _("list.join").join(words for words in (term("grade", file.grade), _class(file.school_class)) if words)
    if file.facility is None:
        return Cell("school", "school-outline", _("protected.withheld"), second, state="withheld", stretch=24)
    if not file.facility:
        return Cell("school", "school-outline", _("header.unknown"), second, state="unknown", stretch=24)
    return Cell("school", "school-outline", file.facility, second, stretch=24)


def _class(school_class: str) -> str:
    if not school_class:
        return ""
    return school_class if school_class.endswith("組") else _("header.class", name=school_class)


def _household(file: ChildFile) -> Cell:
    adults = sum(not member.is_child for member in file.household)
    siblings = [member for member in file.household if member.is_child]
    if not file.household:
        return Cell("household", "home-outline", _("header.unknown"), state="unknown", stretch=26)
    parts = [_("header.adults", n=adults)] if adults else []
    parts += [_("header.siblings", n=len(siblings))] if siblings else []
    order = list(Level)
    siblings.sort(key=lambda member: order.index(member.level or Level.NONE))
    second = _("list.comma").join(
        _("header.sibling", name=given_name(member.name), age=age_words(member.age), grade=term("grade", member.grade))
        for member in siblings
    )
    more = "\n".join(_member(member.name, member.relation, member.age) for member in file.household)
    level = siblings[0].level if siblings else None
    return Cell("household", "home-outline", _("list.join").join(parts), second, level=level, more=more, stretch=26)


def _member(name: str, relation: str, age: int | None) -> str:
    return _("header.member", name=name, relation=relation, age=age_words(age))


def given_name(name: str) -> str:
    """The part after the family name; the whole name where it is not divided."""
    return name.split(" ", 1)[-1].split("\u3000", 1)[-1]


def _supported(file: ChildFile, today: date) -> Cell:
    council = _council(file)
    second = (
        _(
            "header.council",
            kind=term("value", str(council.fact.attributes["council"])),
            day=day_short(council.fact.start, today),
        )
        if council
        else _("header.council.none")
    )
    supporting = (DecisionKind.SUPPORT, DecisionKind.SUPPORTED, DecisionKind.GUIDANCE_CENTRE)
    last = next((d for d in reversed(file.decisions) if d.kind in supporting), None)
    if last is not None and file.decisions[-1] is last:
        value = _("header.supported.since", author=last.author, day=day_short(last.day, today))
    elif council is not None or file.already_supported:
        value = str(council.fact.attributes.get("lead_body") or "") if council else ""
        value = value or _("header.supported")
    else:
        value = _("header.supported.none")
    return Cell("supported", "hand-heart-outline", value, second, stretch=24)


def _council(file: ChildFile) -> FactLine | None:
    """The newest council case that is still open."""
    found = [
        line
        for line in file.facts
        if line.fact.kind == "consultation"
        and line.fact.attributes.get("council")
        and (line.fact.end is None or line.fact.end >= file.as_of)
    ]
    return found[-1] if found else None


def _assignee(file: ChildFile) -> Cell:
    if not file.assignee:
        return Cell("assignee", "account-outline", _("header.assignee.none"), role="text2", stretch=20)
    return Cell("assignee", "account-outline", file.assignee, stretch=20)


def _protection(file: ChildFile, today: date) -> Cell:
    known = [r.seen_as_of for r in file.records if r.extract == "resident_register" and r.seen_as_of]
    if file.protected:
        second = (
            _("header.until", day=day_short(file.protected_until, today))
            if file.protected_until
            else _("header.until.unknown")
        )
        return Cell("protection", "shield-account-outline", _("header.protected"), second, role="caution", stretch=18)
    if not any(record.extract == "resident_register" for record in file.records):
        return Cell("protection", "shield-account-outline", _("header.unknown"), state="unknown", stretch=18)
    second = _("header.at", day=day_short(max(known), today)) if known else ""
    return Cell("protection", "shield-account-outline", _("header.protected.none"), second, stretch=18)


def _seen(file: ChildFile, today: date) -> Cell:
    if file.last_seen is None:
        return Cell("seen", "eye-outline", _("header.seen.none"), role="text2", stretch=26)
    contact = next((c for c in reversed(file.contacts) if c.seen and c.day == file.last_seen), None)
    second = _("list.join").join((term("contact", contact.kind), contact.author)) if contact else ""
    value = _("header.seen", day=day_short(file.last_seen, today), ago=days_ago(file.last_seen, today))
    return Cell("seen", "eye-outline", value, second, stretch=26)


def _next(file: ChildFile, today: date) -> Cell:
    if file.next_day is None:
        return Cell("next", "calendar-clock-outline", _("header.next.none"), role="text2", stretch=26)
    kind = term("next.kind", file.next_kind)
    if kind == file.next_kind:
        kind = term("decision", file.next_kind)
    value = f"{day_short(file.next_day, today, with_weekday=True)} {kind}".strip()
    late = (today - file.next_day).days
    if late > 0:
        return Cell("next", "calendar-alert", value, _("header.overdue", days=count(late)), role="caution", stretch=26)
    return Cell("next", "calendar-clock-outline", value, days_ago(file.next_day, today), stretch=26)


class CellView(QWidget):
    """One cell: a small title with its icon, the value, a second line."""

    def __init__(self) -> None:
        super().__init__()
        self._cell = Cell("", "", "")
        self.setFixedHeight(CELLS)
        self.setMinimumWidth(90)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def put(self, cell: Cell) -> None:
        """Show a cell; everything it says is heard by a screen reader and in the tooltip."""
        self._cell = cell
        said = [_(f"header.{cell.key}.title"), cell.value, cell.second]
        if cell.level is not None:
            said.insert(2, level_says(cell.level))
        self.setAccessibleName(_("list.join").join(words for words in said if words))
        tip(self, "\n".join(words for words in (cell.value, cell.second, cell.more) if words))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(140, CELLS)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        cell, dpr = self._cell, self.devicePixelRatioF()
        draw_edges(painter, QRectF(self.rect()), "" if cell.key == "next" else "r")
        painter.drawPixmap(10, 6, theme.pixmap(cell.icon or "help", "text2", 14, dpr))
        self._line(painter, _(f"header.{cell.key}.title"), 28, 13, "text2", SMALL)
        if cell.state == "known":
            self._line(painter, cell.value, 10, 31, cell.role, NAME, bold=True)
        else:
            self._boxed(painter, cell)
        x = 10
        if cell.level is not None and cell.second:
            mark = level_pixmap(cell.level, dpr)
            painter.drawPixmap(
                QRectF(8, 42, LEVEL_SIZE.width() * 0.8, LEVEL_SIZE.height() * 0.8), mark, QRectF(mark.rect())
            )
            x = 31
        role = "caution" if cell.role == "caution" else "text2"
        self._line(painter, cell.second, x, 51, role, SECOND)

    def _boxed(self, painter: QPainter, cell: Cell) -> None:
        """Unknown or withheld: a dashed box, so that it is never read as an empty answer."""
        metrics = theme.metrics(SECOND)
        icon = cell.state == "withheld"
        width = min(metrics.horizontalAdvance(cell.value) + (34 if icon else 14), self.width() - 18)
        draw_box(painter, QRectF(10, 21, width, 20), None, "line2", 3, dashed=True)
        x = 16
        if icon:
            pixmap = theme.pixmap("eye-off-outline", "text2", 14, self.devicePixelRatioF())
            painter.drawPixmap(15, 24, pixmap)
            x = 34
        self._line(painter, cell.value, x, 31, "text2", SECOND, room=width - x + 6)

    def _line(
        self, painter: QPainter, text: str, x: int, middle: int, role: str, px: int, bold: bool = False, room: float = 0
    ) -> None:
        metrics = theme.metrics(px, bold)
        room = room or self.width() - x - 8
        cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room))
        painter.setFont(theme.font(px, bold))
        painter.setPen(theme.color(role))
        painter.drawText(x, round(middle + metrics.capHeight() / 2), cut)


class Header(Ground):
    """Identity and cells. ``stepped`` asks for the previous (-1) or next (1) child of the list."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__("surface", "b", "line2")
        self._narrow = False
        self._file: ChildFile | None = None
        self._doubt: Doubt | None = None
        self.mark = LevelMark()
        self.name = ElidedLabel(px=CHILD, bold=True)
        self.name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.kana = ElidedLabel(role="text2", px=SECOND)
        self.kana.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.who = Label(px=NAME, bold=True)
        self.birth = Label(role="text2", px=SECOND)
        self._tags = QHBoxLayout()
        self._tags.setSpacing(6)
        self.place = Label(role="text2", px=SECOND)
        self._cells = [CellView() for _number in range(7)]
        self._build()

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(16, 5, 12, 0)
        row.setSpacing(10)
        for part in (self.mark, self.name, self.kana, self.who, self.birth):
            row.addWidget(part)
        row.addLayout(self._tags)
        row.addStretch(1)
        up = Button(kind="quiet", icon="chevron-up", height=24, says=_("header.previous"))
        down = Button(kind="quiet", icon="chevron-down", height=24, says=_("header.following"))
        up.clicked.connect(lambda: self.stepped.emit(-1))
        down.clicked.connect(lambda: self.stepped.emit(1))
        for tool in (up, self.place, down, KeyCap("Alt+↑↓")):
            row.addWidget(tool)
        self._steps = (up, down)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(6, 0, 6, 0)
        self._row.setSpacing(0)
        for cell in self._cells:
            self._row.addWidget(cell, 20)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(row)
        whole.addLayout(self._row)
        self.setFixedHeight(IDENTITY + CELLS + 4)

    def put(self, file: ChildFile, today: date) -> None:
        """Show a child."""
        if self._file is None or self._file.person_id != file.person_id:
            self._doubt = None
        self._file, self._today = file, today
        self.mark.set_level(file.level)
        self.name.setText(file.name)
        self.name.setMinimumWidth(min(self.name.sizeHint().width(), NAME_MOST))
        self.kana.setText(file.kana)
        self.who.setText(
            _("list.dot").join(
                words for words in (age_words(file.age), term("grade", file.grade), term("sex", file.sex)) if words
            )
        )
        self.birth.setText(
            _("header.birth", day=day_long(file.birth, False)) if file.birth else _("header.birth.unknown")
        )
        self._fill()

    def put_doubt(self, doubt: Doubt | None) -> None:
        """How the child would stand with the links that are still in question."""
        self._doubt = doubt
        if self._file is not None and doubt is not None:
            self._fill()

    def put_place(self, place: int, of: int) -> None:
        """Where the child stands in the list; 0 when it came from no list."""
        self.place.setText(_("header.place", place=count(place), of=count(of)) if place else "")
        self._steps[0].setEnabled(place > 1)
        self._steps[1].setEnabled(0 < place < of)

    def set_narrow(self, narrow: bool) -> None:
        """Protection and assignee become tags of the first row."""
        if narrow != self._narrow:
            self._narrow = narrow
            if self._file is not None:
                self._fill()

    def _fill(self) -> None:
        assert self._file is not None
        cells = seven(self._file, self._today)
        self.birth.setVisible(not self._narrow)
        for number, (view, cell) in enumerate(zip(self._cells, cells, strict=True)):
            view.put(cell)
            self._row.setStretch(number, cell.stretch)
            view.setVisible(not (self._narrow and cell.key in ("protection", "assignee")))
        while (item := self._tags.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        for at, tag in enumerate(self._tags_of(self._file, cells)):
            if at == 0:
                tag.setMinimumWidth(tag.sizeHint().width())
            self._tags.addWidget(tag)

    def _tags_of(self, file: ChildFile, cells: tuple[Cell, ...]) -> list[Tag]:
        total = _("total.more", points=file.points) if file.has_unknown else str(file.points)
        tags = [Tag(_("header.level", level=level_word(file.level), points=total))]
        if file.uncertain_links:
            tags.append(Tag(_uncertain_words(file, self._doubt), "caution", "caution_tint", "link-variant-remove"))
        if file.former_name:
            tags.append(Tag(_("header.former_name"), "caution", icon="eye-off-outline", dashed=True))
        if file.dead:
            tags.append(Tag(_("header.dead")))
        if file.moved_out:
            tags.append(Tag(_("header.moved_out"), "caution", "caution_tint"))
        if self._narrow:
            assignee, protection = cells[3], cells[4]
            role = "caution" if protection.role == "caution" else "text2"
            tags.append(
                Tag(
                    _("header.protection.tag", value=protection.value),
                    role,
                    icon=protection.icon,
                    dashed=protection.state != "known",
                )
            )
            tags.append(Tag(assignee.value, icon=assignee.icon))
        return tags


def _uncertain_words(file: ChildFile, doubt: Doubt | None) -> str:
    """How much hangs on links that are not settled: points without and with them."""
    if doubt is None or doubt.most == doubt.points:
        return _("header.uncertain", n=file.uncertain_links)
    return _("header.uncertain.points", n=file.uncertain_links, without=doubt.points, points=doubt.most)
