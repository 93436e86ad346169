"""Each kind of block on the page: fields, tables with their header on every page, prose, blanks, boxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.domain.priority import Level
from app.services.papers.paper import Blanks, Block, Cell, Fields, Grid, Prose, Source, Ticks
from ui.printing.composing import BODY, FIRM, HEAD, INK, SMALL, Composer, broken, line_height, put
from ui.printing.saying import cell_words, said, source_words
from ui.words import _, level_letter

PAD = 30
LABEL = 720
WHOLE = 6
"""Lines of a row that are never torn apart."""
SHADE = QColor("#f0f2f3")
CENTRE = Qt.AlignmentFlag.AlignHCenter


def lay(page: Composer, block: Block) -> None:
    """Put a block under what is there."""
    _LAYERS[type(block)](page, block)
    page.skip(90)


def lay_sources(page: Composer, sources: Sequence[Source]) -> None:
    """The footnotes: where what is said came from."""
    if not sources:
        return
    heading(page, _("paper.sources"))
    step = line_height(SMALL)
    for number, source in enumerate(sources, start=1):
        lines = broken(source_words(number, source), page.inner, SMALL)
        page.need(step * len(lines))
        page.words(page.left, page.y, page.inner, lines, SMALL)
        page.skip(step * len(lines))


def heading(page: Composer, words: str, below: float = 400) -> None:
    """A title; it does not stand alone at the foot of a page."""
    if not words:
        return
    height = line_height(HEAD)
    page.need(height + below)
    page.words(page.left, page.y, page.inner, [words], HEAD, True)
    page.skip(height + 20)


def _title(block: Any) -> str:
    return _(block.title) if block.title else ""


# ---------------------------------------------------------------- fields


def _fields(page: Composer, block: Fields) -> None:
    heading(page, _title(block))
    waiting: list[tuple[str, Cell]] = []
    for pair in block.pairs:
        if pair[0] in block.wide:
            _field_row(page, waiting)
            _field_row(page, [pair])
            waiting = []
        else:
            waiting.append(pair)
            if len(waiting) == 2:
                _field_row(page, waiting)
                waiting = []
    _field_row(page, waiting)


def _field_row(page: Composer, pairs: Sequence[tuple[str, Cell]]) -> None:
    if not pairs:
        return
    width = page.inner / len(pairs)
    values = [broken(cell_words(cell).replace("\n", "  "), width - LABEL - 2 * PAD, page.body) for _key, cell in pairs]
    labels = [broken(_(key), LABEL - 2 * PAD, SMALL) for key, _cell in pairs]
    tall = max(
        max(len(lines) for lines in values) * line_height(page.body),
        max(len(lines) for lines in labels) * line_height(SMALL),
    )
    page.need(tall + 2 * PAD)
    for at, (label, lines) in enumerate(zip(labels, values, strict=True)):
        x = page.left + at * width
        page.box(QRectF(x, page.y, LABEL, tall + 2 * PAD), SHADE)
        page.box(QRectF(x + LABEL, page.y, width - LABEL, tall + 2 * PAD))
        page.words(x + PAD, page.y + PAD + 12, LABEL, label, SMALL)
        page.words(x + LABEL + PAD, page.y + PAD, width, lines, page.body)
    page.skip(tall + 2 * PAD)


# ---------------------------------------------------------------- tables


@dataclass
class _Columns:
    """Where each column begins and how wide it is."""

    keys: Sequence[str]
    places: Sequence[float]
    widths: Sequence[float]


def _grid(page: Composer, block: Grid) -> None:
    if not block.rows:
        heading(page, _title(block), line_height())
        page.words(page.left, page.y, page.inner, [_(block.empty)])
        page.skip(line_height())
        return
    columns = _columns(page, block.columns)
    together = _head_height(columns) + _row_height(page, _row_lines(page, columns, block.rows[0]))
    heading(page, _title(block), together)
    page.need(together)
    _table_head(page, columns)
    page.on_new_page = partial(_table_head, page, columns)
    for row in block.rows:
        _table_row(page, columns, row)
    page.on_new_page = None


def _columns(page: Composer, wanted: Sequence[tuple[str, int]]) -> _Columns:
    whole = sum(share for _key, share in wanted)
    widths = [page.inner * share / whole for _key, share in wanted]
    places = [page.left + sum(widths[:at]) for at in range(len(widths))]
    return _Columns([key for key, _share in wanted], places, widths)


def _table_head(page: Composer, columns: _Columns) -> None:
    lines, tall = _head_lines(columns), _head_height(columns)
    for x, width, words in zip(columns.places, columns.widths, lines, strict=True):
        page.box(QRectF(x, page.y, width, tall), SHADE)
        page.words(x + PAD, page.y + PAD / 2, width, words, SMALL, True)
    page.y += tall


def _head_lines(columns: _Columns) -> list[list[str]]:
    return [
        broken(_(key), width - 2 * PAD, SMALL, True) for key, width in zip(columns.keys, columns.widths, strict=True)
    ]


def _head_height(columns: _Columns) -> float:
    return max(map(len, _head_lines(columns))) * line_height(SMALL) + PAD


def _row_lines(page: Composer, columns: _Columns, row: Sequence[Cell]) -> list[list[str]]:
    return [
        [""] if isinstance(cell.value, Level) else broken(cell_words(cell), width - 2 * PAD, page.body)
        for cell, width in zip(row, columns.widths, strict=True)
    ]


def _row_height(page: Composer, cells: Sequence[Sequence[str]]) -> float:
    """What has to stand together of a row: all of it, or its beginning where it is a long one."""
    return min(max(map(len, cells)), WHOLE) * line_height(page.body) + PAD


def _table_row(page: Composer, columns: _Columns, row: Sequence[Cell]) -> None:
    """A row; one that is taller than what is left of a page goes on on the next."""
    cells = _row_lines(page, columns, row)
    step = line_height(page.body)
    tall = max(map(len, cells))
    if tall <= WHOLE:
        page.need(_row_height(page, cells))
    at = 0
    while at < tall:
        fitting = max(int((page.room - PAD) / step), 0)
        if fitting == 0:
            page.new_page()
            continue
        many = min(fitting, tall - at)
        _row_part(page, columns, row, [lines[at : at + many] for lines in cells], many * step + PAD, at == 0)
        at += many


def _row_part(
    page: Composer, columns: _Columns, row: Sequence[Cell], cells: Sequence[Sequence[str]], tall: float, first: bool
) -> None:
    for cell, lines, x, width in zip(row, cells, columns.places, columns.widths, strict=True):
        page.box(QRectF(x, page.y, width, tall))
        if isinstance(cell.value, Level):
            if first:
                level_mark(page, QRectF(x + PAD, page.y + PAD / 2 + 4, 200, 115), cell.value)
            continue
        page.words(x + PAD, page.y + PAD / 2, width, lines, page.body)
    page.y += tall


# ---------------------------------------------------------------- marks


def level_mark(page: Composer, at: QRectF, level: Level) -> None:
    """A level as outline and letter: what is urgent has the heaviest line, what is low the lightest."""
    page.shape(lambda painter: _paint_level(painter, at, level))


_WEIGHTS: Mapping[Level, float] = {Level.URGENT: 20.0, Level.HIGH: 14.0, Level.MIDDLE: 9.0, Level.LOW: 4.0}


def _paint_level(painter: QPainter, at: QRectF, level: Level) -> None:
    weight = _WEIGHTS.get(level)
    if weight is not None:
        painter.setPen(QPen(INK, weight))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if level is Level.URGENT:
            painter.drawPolygon(_hexagon(at))
        elif level is Level.LOW:
            painter.drawEllipse(at)
        else:
            painter.drawRect(at)
    put(painter, at.x(), at.y() - 8, at.width(), [level_letter(level)], BODY, level is Level.URGENT, INK, CENTRE)


def _hexagon(at: QRectF) -> QPolygonF:
    side = at.width() / 5
    middle = at.center().y()
    return QPolygonF(
        [
            QPointF(at.left(), middle), QPointF(at.left() + side, at.top()), QPointF(at.right() - side, at.top()),
            QPointF(at.right(), middle), QPointF(at.right() - side, at.bottom()),
            QPointF(at.left() + side, at.bottom()),
        ]
    )  # fmt: skip


# ---------------------------------------------------------------- words and blanks


def _prose(page: Composer, block: Prose) -> None:
    heading(page, _title(block), 160)
    step = line_height(page.body)
    for line in broken(said(block.text), page.inner, page.body):
        page.need(step)
        page.words(page.left, page.y, page.inner, [line], page.body)
        page.skip(step)


def _blanks(page: Composer, block: Blanks) -> None:
    room = 230
    heading(page, _title(block), room)
    for _number in range(block.lines):
        page.need(room)
        page.skip(room)
        page.rule(page.left, page.y, page.left + page.inner, page.y)


def _ticks(page: Composer, block: Ticks) -> None:
    heading(page, _title(block), 200)
    size, gap, step = 100, 300, line_height() + 40
    x = page.left
    for key in block.keys:
        words = _(key)
        width = size + 60 + len(broken(words, page.inner)[0]) * BODY + gap
        if x > page.left and x + width - gap > page.left + page.inner:
            x = page.left
            page.skip(step)
        page.need(step)
        page.box(QRectF(x, page.y + 15, size, size), None, FIRM, INK)
        page.words(x + size + 50, page.y, width, [words])
        x += width
    page.skip(step)


_LAYERS: Mapping[type, Callable[[Composer, Any], None]] = {
    Fields: _fields,
    Grid: _grid,
    Prose: _prose,
    Blanks: _blanks,
    Ticks: _ticks,
}
