"""How each extract is read: the shipped rules, what the office says over them, and who said so when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.domain.extracts.office_profile import words_of
from app.domain.message import Trouble
from app.services.answers.outcomes import Outcome
from app.services.imports.profiling import ProfileChange, ProfileLine
from ui.desk import Desk
from ui.imports.mapping_tables import code_words
from ui.imports.rereading import RereadStrip
from ui.imports.rules_words import changes_words, extract_name, manner_words
from ui.page import Done
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import BODY, SECOND, TITLE
from ui.widgets.buttons import Button, Segmented
from ui.widgets.rows import make_plain
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label, cell_with_tip
from ui.words import _, count, moment

_SEPARATOR = "、"
_KEY = int(Qt.ItemDataRole.UserRole)
_EDITABLE = Qt.ItemFlag.ItemIsEditable


class RulesDialog(QDialog):
    """List at the left; columns, codes and history of the chosen extract at the right."""

    changed = Signal(object)
    published = Signal(object)

    def __init__(self, parent: QWidget, desk: Desk, runner: Runner) -> None:
        super().__init__(parent)
        self._desk, self._runner = desk, runner
        self._lines: tuple[ProfileLine, ...] = ()
        self._history: tuple[ProfileChange, ...] = ()
        self._filling = False
        self.setWindowTitle(_("rules.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(980, 560)
        self.resize(1240, 680)
        self.list = _table(("extract", "manner", "imports"), (0, 116, 72), _("rules.list"))
        self.columns = _table(("column", "shipped", "own"), (150, 220, 0), _("rules.columns"))
        self.codes = _table(("column", "word", "shipped", "own"), (130, 110, 180, 0), _("rules.codes"))
        self.history = _table(("time", "author", "what"), (190, 110, 0), _("rules.history"))
        self.manner = Segmented([("snapshot", _("mapping.snapshot")), ("ledger", _("mapping.ledger"))])
        self.title = Label("", px=TITLE, bold=True)
        self.note = Label("", "text2", SECOND, wrap=True)
        self.trouble = ErrorPanel()
        self.again = RereadStrip(desk)
        self.again.done.connect(self._read_again)
        self.again.troubled.connect(self.trouble.put)
        self.save = Button(_("rules.save"), kind="primary", icon="content-save-outline")
        self.shipped = Button(_("rules.shipped"), icon="undo")
        self.back = Button(_("rules.back"), icon="history")
        self.close_it = Button(_("rules.close"), keys="Esc")
        self.list.itemSelectionChanged.connect(self._show)
        for table in (self.columns, self.codes):
            table.setEditTriggers(
                QTableWidget.EditTrigger.DoubleClicked | QTableWidget.EditTrigger.EditKeyPressed
                | QTableWidget.EditTrigger.AnyKeyPressed
            )  # fmt: skip
            table.itemChanged.connect(lambda _item: self._edited())
        self.manner.chosen.connect(lambda _key: self._edited())
        self.save.clicked.connect(self._save)
        self.shipped.clicked.connect(lambda: self._write(None))
        self.back.clicked.connect(self._go_back)
        self.history.itemSelectionChanged.connect(lambda: self.back.setEnabled(self.history.currentRow() >= 0))
        self.close_it.clicked.connect(self.reject)
        self._lay()
        self._ask("")

    def _lay(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        for part in (self.title, self.manner):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.shipped)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(12, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.note)
        for words, table, share in (
            ("rules.columns", self.columns, 5), ("rules.codes", self.codes, 4), ("rules.history", self.history, 3),
        ):  # fmt: skip
            column.addWidget(Label(_(words), bold=True))
            column.addWidget(table, share)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.list)
        parts.addWidget(right)
        parts.setSizes([330, 890])
        foot = QHBoxLayout()
        foot.addWidget(self.back)
        foot.addWidget(Label(_("rules.hint"), "text2", SECOND), 1)
        foot.addWidget(self.close_it)
        foot.addWidget(self.save)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 16, 12)
        whole.setSpacing(8)
        whole.addWidget(parts, 1)
        whole.addWidget(self.again)
        whole.addWidget(self.trouble)
        whole.addLayout(foot)

    # ------------------------------------------------------------ showing

    def _ask(self, key: str) -> None:
        ask = partial(self._desk.profiling.lines, self._desk.office)
        self._runner.ask(ask, topic="rules.lines", then=lambda lines: self._show_lines(lines, key))

    def _show_lines(self, lines: tuple[ProfileLine, ...], key: str) -> None:
        self._lines = lines
        if not self.again.busy:
            self.again.put(any(line.waits for line in lines))
        self.list.setRowCount(len(lines))
        chosen = 0
        for at, line in enumerate(lines):
            chosen = at if line.profile.key == key else chosen
            name = extract_name(line.profile) + (_("rules.own_mark") if line.said else "")
            for place, words in enumerate((name, manner_words(line.profile), count(line.imports))):
                self.list.setItem(at, place, cell_with_tip(words))
        self.list.selectRow(chosen)
        self._show()

    def _line(self) -> ProfileLine | None:
        at = self.list.currentRow()
        return self._lines[at] if 0 <= at < len(self._lines) else None

    def _show(self) -> None:
        line = self._line()
        if line is None:
            return
        self._filling = True
        profile, said = line.profile, line.said
        self.title.setText(extract_name(profile))
        self.note.setText(_("rules.waits") if line.waits else _("rules.said" if said else "rules.as_shipped"))
        self.note.set_role("caution" if line.waits else "text2")
        self.manner.choose(profile.kind)
        self.manner.button("snapshot").setEnabled(not profile.by_row)
        self.columns.setRowCount(len(profile.columns))
        for at, column in enumerate(profile.columns.values()):
            name = f"{column.name} ◆" if column.needed else column.name
            own = said.get("headers", {}).get(column.name, [])
            parts = said.get("joined", {}).get(column.name, [])
            _fill(self.columns, at, (name, _SEPARATOR.join(column.synonyms)), column.name)
            words = _SEPARATOR.join(own) if not parts else _SEPARATOR.join([*own, "＋".join(parts)])
            self.columns.setItem(at, 2, _editable(words, column.name, _("rules.own_says", column=column.name)))
        self._show_codes(line)
        self._filling = False
        self.save.setEnabled(False)
        self.shipped.setEnabled(bool(said))
        self.back.setEnabled(False)
        self._runner.ask(
            self._desk.profiling.history, self._desk.office, profile.key,
            topic="rules.history", then=self._show_history,
        )  # fmt: skip

    def _show_codes(self, line: ProfileLine) -> None:
        said = line.said.get("codes", {})
        rows = [(column, word) for column in line.profile.columns.values() for word in words_of(column)]
        rows = [one for column in dict.fromkeys(column.name for column, _word in rows) for one in (
            *[(c, w) for c, w in rows if c.name == column], (line.profile.columns[column], ""))]  # fmt: skip
        self.codes.setRowCount(len(rows))
        for at, (column, word) in enumerate(rows):
            own = said.get(column.name, {}).get(word, [])
            shipped = [text for text in column.codes.get(word, ()) if text not in own]
            shown = code_words(word) if word else _("mapping.code.nothing")
            _fill(self.codes, at, (column.name, shown, _SEPARATOR.join(shipped)), column.name)
            item = _editable(_SEPARATOR.join(own), column.name, _("rules.code_says", column=column.name, word=shown))
            item.setData(_KEY + 1, word)
            self.codes.setItem(at, 3, item)

    def _show_history(self, changes: tuple[ProfileChange, ...]) -> None:
        self._history = changes
        self.history.setRowCount(len(changes))
        for at, one in enumerate(changes):
            words = changes_words(one.before, one.after)
            for place, text in enumerate((moment(one.time.astimezone()), one.author, words)):
                self.history.setItem(at, place, cell_with_tip(text))
        self.history.clearSelection()
        self.history.setCurrentCell(-1, -1)

    # ------------------------------------------------------------ changing

    def _edited(self) -> None:
        line = self._line()
        if not self._filling and line is not None:
            self.trouble.dismiss()
            self.save.setEnabled(self._document(line) != dict(line.said))

    def _document(self, line: ProfileLine) -> dict[str, Any] | None:
        """What the tables say now; None where that is what the program ships."""
        profile = line.profile
        said: dict[str, Any] = {**line.said, "base": profile.like}
        headers: dict[str, list[str]] = {}
        joined: dict[str, list[str]] = {}
        for at, name in enumerate(profile.columns):
            texts = _texts(self.columns.item(at, 2))
            headers[name] = [text for text in texts if "＋" not in text]
            joined[name] = next((text.split("＋") for text in texts if "＋" in text), [])
        codes: dict[str, dict[str, list[str]]] = {}
        for at in range(self.codes.rowCount()):
            item = self.codes.item(at, 3)
            if item is not None and (texts := _texts(item)):
                codes.setdefault(str(item.data(_KEY)), {})[str(item.data(_KEY + 1))] = texts
        said["headers"] = {name: texts for name, texts in headers.items() if texts}
        said["joined"] = {name: texts for name, texts in joined.items() if texts}
        said["codes"] = codes
        said["kind"] = self.manner.current()
        said = {name: value for name, value in said.items() if value}
        nothing = not profile.base and not (said.keys() - {"base", "kind"})
        if nothing and (not line.said or "kind" not in line.said) and said["kind"] == profile.kind:
            return None if line.said else {}
        if "kind" not in line.said and said["kind"] == profile.kind:
            del said["kind"]
        return said

    def _save(self) -> None:
        line = self._line()
        if line is not None:
            self._write(self._document(line) or None)

    def _write(self, said: Mapping[str, Any] | None) -> None:
        line = self._line()
        if line is None:
            return
        self.save.setEnabled(False)
        call = partial(self._desk.profiling.save, self._desk.office, line.profile.key, said, self._desk.now())
        self._runner.do(call, then=self._written, failed=self._refused)

    def _go_back(self) -> None:
        at = self.history.currentRow()
        if 0 <= at < len(self._history):
            call = partial(self._desk.profiling.go_back, self._desk.office, self._history[at], self._desk.now())
            self._runner.do(call, then=self._written, failed=self._refused)

    def _written(self, outcome: Outcome[str]) -> None:
        line = self._line()
        self.changed.emit(outcome.changes)
        self._ask(line.profile.key if line else "")

    def _read_again(self, done: Done) -> None:
        self.published.emit(done)
        line = self._line()
        self._ask(line.profile.key if line else "")

    def reject(self) -> None:
        """Gives up reading again; what is being published finishes."""
        if self.again.give_up():
            super().reject()

    def _refused(self, trouble: Trouble) -> None:
        self.trouble.put(trouble)
        self.save.setEnabled(True)


def _table(keys: Sequence[str], widths: Sequence[int], says: str) -> QTableWidget:
    table = QTableWidget(0, len(keys))
    make_plain(table, 26)
    table.setFont(theme.font(BODY))
    table.setAccessibleName(says)
    table.setHorizontalHeaderLabels([_(f"rules.column.{key}") for key in keys])
    for at, width in enumerate(widths):
        if width:
            table.setColumnWidth(at, width)
        else:
            table.horizontalHeader().setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
    return table


def _fill(table: QTableWidget, at: int, texts: Sequence[str], name: str) -> None:
    for place, text in enumerate(texts):
        item = cell_with_tip(text)
        item.setFlags(item.flags() & ~_EDITABLE)
        item.setData(_KEY, name)
        table.setItem(at, place, item)


def _editable(text: str, name: str, says: str) -> QTableWidgetItem:
    item = cell_with_tip(text, says)
    item.setFlags(item.flags() | _EDITABLE)
    item.setData(_KEY, name)
    item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, says)
    return item


def _texts(item: QTableWidgetItem | None) -> list[str]:
    words = (item.text() if item is not None else "").replace(",", _SEPARATOR).replace("，", _SEPARATOR)
    return list(dict.fromkeys(one.strip() for one in words.split(_SEPARATOR) if one.strip()))
