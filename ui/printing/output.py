"""A whole paper: header and footer of every page, its blocks, and where it goes: PDF bytes or a printer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter, QPen
from PySide6.QtPrintSupport import QPrinter

from app.services.papers.paper import Paper
from ui.printing.blocks import lay, lay_sources
from ui.printing.composing import (
    BODY,
    FAMILY_BODY,
    HAIR,
    INK,
    MARGIN_TOP,
    MARGIN_X,
    POINT,
    SMALL,
    SOFT,
    TITLE,
    Composer,
    broken,
    line_height,
    put,
    text_width,
)
from ui.printing.course import lay_years
from ui.printing.saying import addressed, form_name
from ui.words import _, day_long, moment

_DOTS = 72 * POINT
"""Units of an inch."""
_FAMILY_HEAD, _OFFICE_HEAD = 40, 250
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


def compose(paper: Paper) -> Composer:
    """The pages of one paper, without headers: these need to know how many there are."""
    if paper.to_family:
        page = Composer(paper.landscape, _FAMILY_HEAD, FAMILY_BODY)
    else:
        more = len(_header(paper, Composer(paper.landscape).inner)) - 1
        page = Composer(paper.landscape, _OFFICE_HEAD + more * line_height(SMALL))
    _opening(page, paper)
    if paper.form == "timeline" and paper.child is not None:
        lay_years(page, paper.child)
    for block in paper.blocks:
        lay(page, block)
    lay_sources(page, paper.sources)
    return page


def pdf(papers: Sequence[Paper]) -> bytes:
    """One PDF of these papers, each with its own pages n/m."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(form_name(papers[0].form))
    writer.setCreator("Kizuki")
    writer.setResolution(_DOTS)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    _turn(writer, papers[0].landscape)
    painter = QPainter(writer)
    for at, paper in enumerate(papers):
        if at:
            _turn(writer, paper.landscape)
            writer.newPage()
        _draw(painter, paper, writer)
    painter.end()
    buffer.close()
    return bytes(content.data())


def print_on(printer: QPrinter, papers: Sequence[Paper]) -> bool:
    """Send these papers to a printer; False where it did not take them."""
    printer.setFullPage(True)
    _turn(printer, papers[0].landscape)
    painter = QPainter()
    if not painter.begin(printer):
        return False
    scale = printer.resolution() / _DOTS
    painter.scale(scale, scale)
    for at, paper in enumerate(papers):
        if at:
            printer.newPage()
        _draw(painter, paper, printer)
    return painter.end()


def _turn(device: QPdfWriter | QPrinter, landscape: bool) -> None:
    turned = QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    device.setPageOrientation(turned)


@dataclass(frozen=True)
class Laid:
    """A paper whose pages are known."""

    paper: Paper
    page: Composer

    @property
    def pages(self) -> int:
        return len(self.page.sheets)

    def draw(self, painter: QPainter, number: int) -> None:
        """Draw a page, from 1, with its header."""
        for op in self.page.sheets[number - 1].ops:
            op(painter)
        _frame(painter, self.page, self.paper, number)


def laid_out(paper: Paper) -> Laid:
    """The pages of a paper."""
    return Laid(paper, compose(paper))


def _draw(painter: QPainter, paper: Paper, device: QPdfWriter | QPrinter) -> None:
    laid = laid_out(paper)
    for number in range(1, laid.pages + 1):
        if number > 1:
            device.newPage()
        laid.draw(painter, number)


# ---------------------------------------------------------------- header and footer


def _frame(painter: QPainter, page: Composer, paper: Paper, number: int) -> None:
    """What stands on every page: office, purpose, who, when, page n/m, handle with care."""
    numbers = _("paper.page", n=number, m=len(page.sheets))
    foot = page.height - 300
    if paper.to_family:
        if len(page.sheets) > 1:
            _right(painter, page, foot, numbers)
        return
    top = MARGIN_TOP - 60
    inner = page.inner
    care = _("paper.care")
    width = text_width(care, BODY, True)
    put(painter, MARGIN_X, top, inner, [f"{paper.office}　{form_name(paper.form)}"], SMALL, True, INK, _LEFT)
    _boxed(painter, page, top, care, width)
    lines = _header(paper, inner)
    put(painter, MARGIN_X, top + line_height(SMALL), inner, lines, SMALL, False, INK, _LEFT)
    painter.setPen(QPen(SOFT, HAIR))
    below = round(top + (1 + len(lines)) * line_height(SMALL) + 20)
    painter.drawLine(MARGIN_X, below, round(MARGIN_X + inner), below)
    about = _("paper.about", name=paper.about) if paper.about else ""
    put(painter, MARGIN_X, foot, inner, [about], SMALL, False, INK, _LEFT)
    _right(painter, page, foot, numbers)


def _header(paper: Paper, inner: float) -> list[str]:
    """What for, by whom and when: whole, however long the purpose is."""
    words = _("paper.header", purpose=paper.purpose, by=paper.by, made=moment(paper.made))
    return broken(words, inner - text_width(_("paper.care"), BODY, True) - 200, SMALL)


def _right(painter: QPainter, page: Composer, y: float, words: str) -> None:
    put(painter, MARGIN_X, y, page.inner, [words], SMALL, False, INK, _RIGHT)


def _boxed(painter: QPainter, page: Composer, top: float, words: str, width: float) -> None:
    painter.setPen(QPen(SOFT, HAIR))
    left = MARGIN_X + page.inner - width - 60
    painter.drawRect(round(left), round(top), round(width + 60), round(line_height(BODY) + 10))
    put(painter, left + 30, top + 5, width, [words], BODY, True, INK, _LEFT)


# ---------------------------------------------------------------- the first page's head


def _opening(page: Composer, paper: Paper) -> None:
    """Title; on letters the day, to whom, from whom."""
    if paper.to_family or paper.form in _LETTERS:
        _letter_head(page, paper)
    title = form_name(paper.form) if paper.form != "letter" else _title_of(paper)
    height = line_height(TITLE)
    width = text_width(title, TITLE, True)
    page.words(page.left + (page.inner - width) / 2, page.y, page.inner, [title], TITLE, True)
    page.skip(height + 110)


_LETTERS = ("information_request", "hand_over", "referral")


def _title_of(paper: Paper) -> str:
    return _("form.letter") if not paper.about else _(f"outreach.{paper.about}.title")


def _letter_head(page: Composer, paper: Paper) -> None:
    step = line_height(page.body)
    to = paper.addressee or ("" if paper.form in _LETTERS else _("paper.to_guardian"))
    name = addressed(to) if paper.addressee else to
    page.words(page.left, page.y, page.inner, [day_long(paper.made.date(), False)], size=page.body, align=_RIGHT)
    page.skip(step)
    page.words(page.left, page.y, page.inner, [name or _("paper.to_blank")], page.body)
    page.skip(step)
    sender = [paper.office, _("paper.sender", name=paper.by)]
    page.words(page.left, page.y, page.inner, sender, size=page.body, align=_RIGHT)
    page.skip(2 * step + 100)
