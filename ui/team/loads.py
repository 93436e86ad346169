"""How the load lies: a line for each member, their children as a bar by level on one scale for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.domain.priority import Level
from app.services.casework.team import Load
from ui.criteria.cells import Cell, CellsTable, Column, write
from ui.theme import theme
from ui.tokens import SMALL
from ui.widgets.ground import draw_box, draw_edges
from ui.widgets.text import tip
from ui.words import _, count, day_short, level_letter, level_word

ROW = 39
_BAR, _SOON = 1, 5
_LEAST = 14.0
"""Pixels of a part: narrower ones are widened, and the widest part gives that width."""
ORDER = (Level.URGENT, Level.HIGH, Level.MIDDLE, Level.LOW, Level.NONE)
_LOOKS = {
    Level.URGENT: ("urgent", "urgent", "on_urgent"),
    Level.HIGH: ("high", "high", "on_high"),
    Level.MIDDLE: ("tint", "mid", "text"),
    Level.LOW: ("surface", "low", "text"),
    Level.NONE: ("surface", "line2", "text2"),
}


def columns() -> tuple[Column, ...]:
    """Who, the bar, how many of how many, what waits."""
    return (
        Column(_("team.column.name"), 150),
        Column(_("team.column.bar"), says=_("team.column.bar.says")),
        Column(_("team.column.total"), 96, True, _("team.column.total.says")),
        Column(_("team.column.overdue"), 74, True),
        Column(_("team.column.unseen"), 96, True, _("team.column.unseen.says")),
        Column(_("team.column.soon"), 74, True, _("team.column.soon.says")),
        Column(_("team.column.reviewed"), 88, True, _("team.column.reviewed.says")),
        Column(_("team.column.new"), 56, True, _("team.column.new.says")),
        Column(_("team.column.note"), 150),
    )


def name_of(load: Load) -> str:
    """The member's name; of nobody's children that they are nobody's."""
    return load.name or _("team.nobody")


def cells_of(load: Load, today: date) -> tuple[Cell, ...]:
    """A member's line."""
    roles = _("list.join").join(_(f"role.{role}") for role in ("lead", "worker") if role in load.roles)
    second = roles if load.here else _("team.left")
    total = count(load.total) if load.limit is None else f"{count(load.total)}／{count(load.limit)}"
    over = _("team.over", n=load.over) if load.over else ""
    nobody = not load.name
    return (
        Cell(name_of(load), _("team.nobody.says") if nobody else second, bold=True),
        Cell(says=bar_words(load)),
        Cell(total, over, "caution" if load.over else "text", bold=True),
        *(
            Cell("—" if nobody else count(many), role="text" if many else "text3", bold=bool(many))
            for many in (load.overdue, load.unseen, load.due_soon)
        ),
        *(Cell(count(many), role="text" if many else "text3") for many in (load.reviewed, load.new)),
        _note(load, today),
    )


def _note(load: Load, today: date) -> Cell:
    if not load.here:
        return Cell(_("team.left.note"), role="caution", icon="account-off-outline")
    if load.lent:
        words = _("team.lent.note", n=count(len(load.lent)))
        return Cell(_("team.lent.back"), words, "caution", icon="account-arrow-left-outline")
    if load.away is None:
        return Cell("—", role="text3")
    span = _("team.away.span", first=day_short(load.away.first, today), last=day_short(load.away.last, today))
    return Cell(span, load.away.words, "caution" if load.away.on(today) else "text", icon="calendar-remove-outline")


def bar_words(load: Load) -> str:
    """The bar in words: how many of each level."""
    parts = [f"{level_word(level)} {count(load.levels[level])}" for level in ORDER if load.levels.get(level)]
    return _("list.join").join(parts) or _("team.none")


def paint_bar(painter: QPainter, rect: QRectF, load: Load, most: int) -> None:
    """The parts by level from the left on a scale of ``most`` children; a thick tick is what was agreed."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    scale = rect.width() / max(most, 1)
    parts = [(level, load.levels[level]) for level in ORDER if load.levels.get(level)]
    widths = widened([many * scale for _level, many in parts], _LEAST)
    x, height = rect.left(), min(rect.height(), 19.0)
    top = round(rect.center().y() - height / 2)
    for (level, many), width in zip(parts, widths, strict=True):
        ground, edge, ink = _LOOKS[level]
        box = QRectF(round(x), top, max(round(width) - 1, 2), height)
        draw_box(painter, box, ground, edge, 0)
        text = count(many)
        if theme.metrics(SMALL, True).horizontalAdvance(text) <= box.width():
            painter.setFont(theme.font(SMALL, True))
            painter.setPen(theme.color(ink))
            painter.drawText(box, 0x84, text)
        x += width
    if load.limit is not None:
        at = round(rect.left() + load.limit * scale)
        painter.fillRect(QRectF(min(at, rect.right() - 2), top - 3, 2, height + 6), theme.color("text"))


def widened(widths: Sequence[float], least: float) -> list[float]:
    """Parts too narrow for a digit are given what is missing by the widest."""
    found = list(widths)
    for at, width in enumerate(found):
        if width < least and found:
            widest = max(range(len(found)), key=found.__getitem__)
            give = min(least - width, max(found[widest] - least, 0.0)) if widest != at else 0.0
            found[at] += give if widest != at else least - width
            if widest != at:
                found[widest] -= give
    return found


class _Bars(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        table = self.parent()
        assert isinstance(table, LoadsTable)
        rect = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(rect, theme.color("sel" if selected else "surface"))
        draw_edges(painter, rect, "b")
        load = table.loads[index.row()]
        inner = rect.adjusted(8, 4, -10, -5)
        if load.total:
            paint_bar(painter, inner, load, table.most)
        else:
            write(painter, inner, _("team.none"), "text2", SMALL, False, 0x1)  # type: ignore[arg-type]
        if selected and table.hasFocus():
            painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 2), theme.color("focus"))
            painter.fillRect(QRectF(rect.left(), rect.bottom() - 2, rect.width(), 2), theme.color("focus"))
        painter.restore()


class LoadsTable(CellsTable):
    """The members' lines; ``went_to`` says which one is meant."""

    def __init__(self, today: date) -> None:
        super().__init__(columns(), _("team.loads"), ROW)
        self._today = today
        self.loads: tuple[Load, ...] = ()
        self.most = 1
        self.setItemDelegateForColumn(_BAR, _Bars(self))
        legend = _("list.join").join(f"{level_letter(level)} {level_word(level)}" for level in ORDER[:4])
        tip(self.horizontalHeader(), legend)

    def put_loads(self, loads: Sequence[Load]) -> None:
        """Other figures; the choice stays with its line."""
        self.loads = tuple(loads)
        self.most = max((max(load.total, load.limit or 0) for load in loads), default=1) or 1
        self.put([cells_of(load, self._today) for load in loads])

    def compact(self, narrow: bool) -> None:
        """On a narrow screen the notes are in the tooltip of the name's panel; the bar keeps its room."""
        self.setColumnHidden(_SOON, narrow)
