"""Painting of the caseload's rows: two lines a row or one.

Reads tokens, fonts and cached pixmaps; asks the model for lines and nothing else. Baselines are
given in pixels because Noto's line is taller than half a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from app.domain.priority import Level
from app.services.answers.caseload import CaseloadRow
from ui.caseload import saying
from ui.caseload.columns import COLUMNS
from ui.caseload.model import CaseloadModel
from ui.theme import theme
from ui.tokens import BODY, NAME, RADIUS_TAG, SECOND, SMALL
from ui.widgets.ground import draw_box, draw_edges
from ui.widgets.marks import LEVEL_SIZE, SAMPLE, SECTOR_SIZE, level_pixmap, sector_pixmap
from ui.words import _, age_words, day_short, days_ago, number

PAD = 6
FIRST, SECOND_LINE, ONLY = 15, 28, 17
"""Baselines from a row's top: of the two lines, and of the only one."""

Place = tuple[int, int, int]
"""A column that shows: which, where its left edge is, how wide."""


class CaseloadCells:
    """Paints the rows of the table. ``compact`` chooses one line a row.

    A whole row at once: asking Qt for each cell by itself takes longer than painting it.
    """

    def __init__(self, model: CaseloadModel) -> None:
        self._model = model
        self.compact = False
        self.hovered = -1
        self._paints = {
            "level": self._level,
            "child": self._child,
            "age": self._age,
            "sectors": self._sectors,
            "total": self._total,
            "reasons": self._reasons,
            "new": self._new,
            "contact": self._contact,
            "seen": self._seen,
            "next": self._next,
            "assignee": self._assignee,
            "school": self._school,
            "decision": self._decision,
        }

    def paint(self, painter: QPainter, row: int, rect: QRect, places: Sequence[Place], chosen: bool) -> None:
        """Paint a row into ``rect``, the columns at these ``places``."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self._model.is_cut(row):
            self._cut(painter, QRectF(rect))
            return
        self._ground(painter, rect, row, places, chosen)
        line = self._model.line(row)
        if line is None:
            return
        dpr = _dpr(painter)
        for column, left, width in places:
            at = QRect(left, rect.top(), width, rect.height())
            self._paints[COLUMNS[column].key](_Cell(painter, at, self.compact, chosen, dpr), line)

    # ------------------------------------------------------------ grounds

    def _ground(self, painter: QPainter, rect: QRect, row: int, places: Sequence[Place], chosen: bool) -> None:
        role = "alt" if self._model.below_cut(row) else "surface"
        if row == self.hovered:
            role = "hover"
        painter.fillRect(rect, theme.color("sel" if chosen else role))
        line = theme.color("line")
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, line)
        for _column, left, width in places:
            painter.fillRect(left + width - 1, rect.top(), 1, rect.height(), line)
        accent = theme.color("accent")
        if self._model.person_at(row) in self._model.listing.ties:
            painter.fillRect(QRectF(rect.left() + 5, rect.top(), 1.5, rect.height()), accent)
            painter.fillRect(QRectF(rect.left() + 8, rect.top(), 1.5, rect.height()), accent)
        if chosen:
            painter.fillRect(QRectF(rect.left(), rect.top(), 4, rect.height()), accent)

    def _cut(self, painter: QPainter, rect: QRectF) -> None:
        painter.fillRect(rect, theme.color("tint"))
        painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 2), theme.color("accent"))
        draw_edges(painter, rect, "b")
        icon = theme.pixmap("account-group-outline", "accent", 16, _dpr(painter))
        painter.drawPixmap(QPointF(rect.left() + 14, rect.top() + 6), icon)
        base = rect.top() + 19
        rest = saying.cut_rest(self._model)
        rest_width = theme.metrics(SECOND).horizontalAdvance(rest)
        right = rect.right() - 12
        x = rect.left() + 38
        head = saying.cut_head(self._model)
        x += _write(painter, x, base, head, BODY, "text", right - x, bold=True) + 10
        words = saying.cut_words(self._model)
        _write(painter, x, base, words, SECOND, "text", right - rest_width - 12 - x)
        _write(painter, right - rest_width, base, rest, SECOND, "text2", rest_width + 2)

    # ------------------------------------------------------------ cells

    def _level(self, cell: _Cell, line: CaseloadRow) -> None:
        drawn = line.person_id in self._model.listing.sampled
        pixmap = level_pixmap(SAMPLE if drawn else line.level, cell.dpr)
        x = cell.rect.left() + 4 + (cell.rect.width() - 4 - LEVEL_SIZE.width()) / 2
        y = cell.rect.top() + (cell.rect.height() - 1 - LEVEL_SIZE.height()) / 2
        cell.painter.drawPixmap(QPointF(round(x), round(y)), pixmap)

    def _child(self, cell: _Cell, line: CaseloadRow) -> None:
        right = cell.rect.right() - 5
        for icon, role in _flags(line):
            right -= 16
            y = cell.rect.top() + (4 if self.compact else 2)
            pixmap = theme.pixmap(icon, role, 14, cell.dpr)
            cell.painter.drawPixmap(QPointF(right, y), pixmap)
        room = right - cell.left - 2
        cell.write(saying.name_words(line), NAME if not self.compact else BODY, bold=True, room=room)
        doubt = saying.doubt_words(line)
        if doubt:
            cell.below(doubt, role="caution")
        else:
            cell.below(saying.kana_words(line))

    def _age(self, cell: _Cell, line: CaseloadRow) -> None:
        if line.age is None:
            cell.unknown(_("unknown"))
            return
        used = cell.write(age_words(line.age))
        grade = saying.grade_cell(line)
        if self.compact:
            cell.write(grade, SMALL, "text2", x=cell.left + used + 5)
        else:
            cell.below(grade)

    def _sectors(self, cell: _Cell, line: CaseloadRow) -> None:
        step = (cell.rect.width() - 8) / 5
        y = cell.rect.top() + (cell.rect.height() - 1 - SECTOR_SIZE.height()) / 2
        for at, mark in enumerate(line.sectors):
            x = cell.rect.left() + 4 + step * at + (step - SECTOR_SIZE.width()) / 2
            pixmap = sector_pixmap(mark, cell.dpr)
            cell.painter.drawPixmap(QPointF(round(x), round(y)), pixmap)

    def _total(self, cell: _Cell, line: CaseloadRow) -> None:
        words = saying.total_words(line)
        width = theme.width(words, BODY, True)
        x = cell.rect.left() + (cell.rect.width() - width) / 2
        base = cell.rect.top() + (ONLY if self.compact else 21)
        _write(cell.painter, x, base, words, BODY, "text", width + 4, bold=True)

    def _reasons(self, cell: _Cell, line: CaseloadRow) -> None:
        if not line.reasons:
            cell.write(_("reasons.none"), role="text2")
            return
        first = saying.reason_line(line.reasons[0])
        more = len(line.reasons) - (1 if self.compact else 2)
        more_words = _("reasons.more", n=more) if more > 0 else ""
        more_width = theme.width(more_words, SMALL) if more_words else 0
        room = cell.room - (more_width + 6 if more_words and self.compact else 0)
        cell.write(first, BODY, room=room)
        if self.compact:
            if more_words:
                cell.write(more_words, SMALL, "text2", x=cell.right - more_width)
        elif len(line.reasons) > 1:
            second_room = cell.room - (more_width + 6 if more_words else 0)
            cell.below(saying.reason_line(line.reasons[1]), SECOND, room=second_room)
            if more_words:
                cell.below(more_words, x=cell.right - more_width)

    def _new(self, cell: _Cell, line: CaseloadRow) -> None:
        if not line.new_count:
            cell.write("—", role="text3" if not cell.chosen else "text2", middle=True)
            return
        square = QRectF(cell.left, cell.base - 9, 7, 7)
        cell.painter.fillRect(square, theme.color("accent"))
        words = _("new.count.cell" if self.compact else "new.count", n=line.new_count)
        cell.write(words, BODY, "accent", bold=True, x=cell.left + 12)
        cell.below(saying.new_line(line))

    def _contact(self, cell: _Cell, line: CaseloadRow) -> None:
        if line.last_contact is None:
            cell.write(_("record.none.short"), SECOND, "text2", middle=True)
            return
        used = cell.write(day_short(line.last_contact, self._today))
        if not self.compact:
            ago = days_ago(line.last_contact, self._today)
            if theme.width(ago, SMALL) + used + 4 <= cell.room:
                cell.write(ago, SMALL, "text2", x=cell.left + used + 4)
            cell.below(saying.contact_word(line.last_contact_kind))

    def _seen(self, cell: _Cell, line: CaseloadRow) -> None:
        wanting = saying.wants_sighting(line, self._today)
        if line.last_seen is None:
            role = "caution" if wanting else "text2"
            cell.note("eye-off-outline", _("record.none.short"), role, wanting, middle=True)
            return
        ago = days_ago(line.last_seen, self._today)
        day = day_short(line.last_seen, self._today)
        if self.compact:
            if wanting:
                cell.note("clock-alert-outline", day, "caution", True)
            else:
                cell.write(day)
            return
        cell.write(day)
        if wanting:
            cell.note_below("clock-alert-outline", ago)
        else:
            cell.below(ago)

    def _next(self, cell: _Cell, line: CaseloadRow) -> None:
        if line.next_day is None:
            wanting = saying.wants_date(line)
            role = "caution" if wanting else "text2"
            cell.note("calendar-alert" if wanting else "", _("next.none.short"), role, wanting, middle=True)
            return
        days = (self._today - line.next_day).days
        day = saying.day_cell(line.next_day, self._today)
        if self.compact and days > 0:
            late = _("next.overdue.short", days=number(float(days)))
            cell.note("calendar-alert", late, "caution", True)
            return
        cell.write(day, bold=days >= 0)
        if days > 0:
            cell.note_below("calendar-alert", _("next.overdue.short", days=number(float(days))))
        elif days == 0:
            used = cell.below(_("day.today"), bold=True, role="text")
            cell.below(saying.next_word(line.next_kind), x=cell.left + used + 4)
        else:
            cell.below(saying.next_word(line.next_kind) or days_ago(line.next_day, self._today))

    def _assignee(self, cell: _Cell, line: CaseloadRow) -> None:
        if line.assignee:
            fits = theme.width(line.assignee) <= cell.room
            cell.write(line.assignee if fits else saying.family_name(line.assignee), middle=True)
            return
        urgent = line.level in (Level.URGENT, Level.HIGH)
        cell.write(_("assignee.none.short"), SECOND, "text" if urgent else "text2", bold=urgent, middle=True)

    def _school(self, cell: _Cell, line: CaseloadRow) -> None:
        if line.protected:
            cell.write(_("protected.short"), SECOND, "text2", middle=True)
        else:
            cell.write(line.school or "—", SECOND, "text" if line.school else "text2", middle=True)

    def _decision(self, cell: _Cell, line: CaseloadRow) -> None:
        words = _(f"decision.{line.last_decision}") if line.last_decision else _("record.none.short")
        cell.write(words, SECOND, "text" if line.last_decision else "text2", middle=True)

    @property
    def _today(self) -> date:
        today: date = self._model.today
        return today


class _Cell:
    """One cell being painted: where lines of text go, and writing on them."""

    def __init__(self, painter: QPainter, rect: QRect, compact: bool, chosen: bool, dpr: float) -> None:
        self.painter, self.rect, self.compact, self.chosen = painter, rect, compact, chosen
        self.left = rect.left() + PAD
        self.right = rect.right() - PAD + 2
        self.base = rect.top() + (ONLY if compact else FIRST)
        self.dpr = dpr

    @property
    def room(self) -> float:
        return self.right - self.left

    def write(
        self,
        text: str,
        px: int = BODY,
        role: str = "text",
        bold: bool = False,
        x: float | None = None,
        room: float | None = None,
        middle: bool = False,
    ) -> float:
        """The first line (or the only one; ``middle`` between the two); the width used."""
        left = self.left if x is None else x
        base = self.rect.top() + 21 if middle and not self.compact else self.base
        width = room if room is not None else self.right - left
        return _write(self.painter, left, base, text, px, role, width, bold)

    def below(
        self,
        text: str,
        px: int = SMALL,
        role: str = "text2",
        bold: bool = False,
        x: float | None = None,
        room: float | None = None,
    ) -> float:
        """The second line; nothing when a row has only one."""
        if self.compact or not text:
            return 0
        left = self.left if x is None else x
        width = room if room is not None else self.right - left
        base = self.rect.top() + SECOND_LINE
        return _write(self.painter, left, base, text, px, role, width, bold)

    def note(self, icon: str, text: str, role: str, bold: bool, middle: bool = False) -> None:
        """An icon and words where the first line stands."""
        x: float = self.left
        if icon:
            y = self.rect.top() + (5 if self.compact else 9 if middle else 2)
            self.painter.drawPixmap(QPointF(x, y), theme.pixmap(icon, role, 14, self.dpr))
            x += 17
        self.write(text, SECOND, role, bold, x=x, middle=middle)

    def unknown(self, text: str) -> None:
        """A dashed box: nobody told us; never blank, never 0."""
        width = theme.width(text, SMALL) + 8
        top = self.rect.top() + (self.rect.height() - 1 - 18) / 2
        box = QRectF(self.left, top, width, 18)
        draw_box(self.painter, box, None, "line2", RADIUS_TAG, dashed=True)
        self.painter.setFont(theme.font(SMALL))
        self.painter.setPen(theme.color("text2"))
        self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def note_below(self, icon: str, text: str) -> None:
        """An icon and words that ask for attention, on the second line."""
        y = self.rect.top() + 17
        self.painter.drawPixmap(QPointF(self.left, y), theme.pixmap(icon, "caution", 13, self.dpr))
        self.below(text, SMALL, "caution", True, x=self.left + 16)


def _write(
    painter: QPainter,
    x: float,
    base: float,
    text: str,
    px: int,
    role: str,
    room: float,
    bold: bool = False,
) -> float:
    """Text on a baseline, cut with an ellipsis at ``room`` px; the width it took."""
    if not text or room < 8:
        return 0
    width = theme.width(text, px, bold)
    if width > room:
        text = theme.elided(text, int(room), px, bold)
        width = theme.width(text, px, bold)
    painter.setFont(theme.font(px, bold))
    painter.setPen(theme.color(role))
    painter.drawText(QPointF(x, base), text)
    return float(width)


def _flags(line: CaseloadRow) -> list[tuple[str, str]]:
    """Icons beside the name, from right to left: (mdi6 name, colour role)."""
    flags = []
    if line.protected:
        flags.append(("shield-account-outline", "text2"))
    if line.already_supported:
        flags.append(("hand-heart-outline", "text2"))
    if line.has_siblings:
        flags.append(("account-group-outline", "text2"))
    if line.uncertain_links:
        flags.append(("link-variant-remove", "caution"))
    if line.moved_out:
        flags.append(("logout-variant", "text2"))
    return flags


def _dpr(painter: QPainter) -> float:
    device = painter.device()
    return float(device.devicePixelRatioF()) if device is not None else 1.0
