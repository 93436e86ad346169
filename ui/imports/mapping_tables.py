"""The two tables of the mapping: a line for each column of the file, a line for each code without a meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableWidget

from app.services.imports.codes import UnknownCode
from app.services.imports.mapping import ColumnChoice, Draft
from ui.theme import theme
from ui.tokens import BODY
from ui.widgets.rows import make_plain
from ui.widgets.text import cell_with_tip, tip
from ui.words import _, count, term

_LINE = 30
_EXAMPLES = 4
_UNCHOSEN, _NOT_USED = "\x00", ""


class _Choice(QComboBox):
    """A list that a turning wheel above it leaves alone."""

    def __init__(self, says: str) -> None:
        super().__init__()
        self.setFont(theme.font())
        self.setAccessibleName(says)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ColumnsTable(QTableWidget):
    """What each column of the file is. ``chosen`` says that somebody chose."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__(0, 3)
        make_plain(self, _LINE)
        self.setFont(theme.font(BODY))
        self.setAccessibleName(_("mapping.columns"))
        self.setHorizontalHeaderLabels([_("mapping.column.header"), _("mapping.column.values"), _("mapping.column.is")])
        self.setColumnWidth(0, 190)
        self.setColumnWidth(2, 210)
        self.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    def put(
        self, header: Sequence[str], values: Sequence[Sequence[str]], choices: Sequence[ColumnChoice], draft: Draft
    ) -> None:
        """Show these columns with what the draft chose for them."""
        chosen = {at: name for name, places in draft.columns.items() for at in places}
        self.setRowCount(len(header))
        for at, text in enumerate(header):
            examples = _("list.join").join(one.strip() for one in values[at][:_EXAMPLES] if one.strip())
            self.setItem(at, 0, cell_with_tip(text or _("mapping.unnamed", n=at + 1)))
            self.setItem(at, 1, cell_with_tip(examples))
            self.setCellWidget(at, 2, self._choice(text, choices, chosen.get(at, ""), at in chosen))

    def _choice(self, text: str, choices: Sequence[ColumnChoice], name: str, _is: bool) -> QComboBox:
        choice = _Choice(_("mapping.column.says", header=text))
        choice.addItem(_("mapping.not_used"), "")
        for one in choices:
            choice.addItem(f"{one.name} ◆" if one.needed else one.name, one.name)
        choice.setCurrentIndex(max(0, choice.findData(name)))
        choice.setEnabled(bool(text))
        choice.activated.connect(lambda _at: self.chosen.emit())
        return choice

    def chosen_places(self) -> dict[str, tuple[int, ...]]:
        """Profile column -> the columns of the file that somebody chose for it, at most two."""
        found: dict[str, tuple[int, ...]] = {}
        for at in range(self.rowCount()):
            choice = self.cellWidget(at, 2)
            if isinstance(choice, QComboBox) and choice.currentData():
                name = str(choice.currentData())
                found[name] = (*found.get(name, ()), at)
        return found


class CodesTable(QTableWidget):
    """Texts without a meaning. ``meant`` carries column, text and word ("" for nothing, None for not yet)."""

    meant = Signal(str, str, object)

    def __init__(self) -> None:
        super().__init__(0, 4)
        make_plain(self, _LINE)
        self.setFont(theme.font(BODY))
        self.setAccessibleName(_("mapping.codes"))
        self.setHorizontalHeaderLabels(
            [_("imports.column.column"), _("imports.column.value"), _("imports.column.rows"), _("mapping.code.means")]
        )
        for at, width in enumerate((120, 90, 70)):
            self.setColumnWidth(at, width)
        self.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self._known: dict[tuple[str, str], UnknownCode] = {}
        self._open: tuple[UnknownCode, ...] = ()

    def put(self, unknown: Sequence[UnknownCode], codes: Mapping[str, Mapping[str, str]]) -> None:
        """Show what has no meaning yet, and what was given one just now."""
        self._known |= {(one.column, one.text): one for one in unknown}
        self._open = tuple(unknown)
        open_now = {(one.column, one.text) for one in unknown}
        given = {(name, text): word for name, meanings in codes.items() for text, word in meanings.items()}
        shown = [one for key, one in self._known.items() if key in open_now or key in given]
        self.setRowCount(len(shown))
        for at, one in enumerate(shown):
            column = f"{one.column} ◆" if one.needed else one.column
            for place, words in enumerate((column, one.text, count(one.count))):
                self.setItem(at, place, cell_with_tip(words))
            self.setCellWidget(at, 3, self._choice(one, given.get((one.column, one.text))))

    def _choice(self, one: UnknownCode, word: str | None) -> QComboBox:
        choice = _Choice(_("mapping.code.says", column=one.column, text=one.text))
        choice.addItem(_open_words(one), _UNCHOSEN)
        for known in one.words:
            choice.addItem(code_words(known), known)
        choice.addItem(_("mapping.code.nothing"), _NOT_USED)
        choice.setCurrentIndex(0 if word is None else max(0, choice.findData(word)))
        choice.activated.connect(lambda _at: self._say(one, choice.currentData()))
        tip(choice, whence(one) if word is None else "")
        return choice

    def suggested(self) -> dict[tuple[str, str], str]:
        """Column and text -> the word that is suggested, where nobody has said a word yet."""
        return {(one.column, one.text): one.likely.word for one in self._open if one.likely is not None}

    def _say(self, one: UnknownCode, word: str) -> None:
        self.meant.emit(one.column, one.text, None if word == _UNCHOSEN else word)


def _open_words(one: UnknownCode) -> str:
    """What stands there while nobody has chosen: what it could mean, where something tells."""
    if one.likely is None:
        return _("mapping.code.open")
    word = code_words(one.likely.word) if one.likely.word else _("mapping.code.nothing")
    return _("mapping.code.likely", word=word)


def whence(one: UnknownCode) -> str:
    """Why that is suggested."""
    if one.likely is None:
        return ""
    if not one.likely.profile:
        return _("mapping.code.by_words")
    return _("mapping.code.by_table", extract=term("extract", one.likely.profile), column=one.likely.column)


def code_words(word: str) -> str:
    """A code's word as people read it."""
    return _(f"imports.sex.{word}") if word in ("M", "F") else word
