"""The mapping of an unknown file: which column is which, what its codes mean, and how it reads then.

Everything is a proposal until it is saved; each change is tried at once on the rows of the file.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.services.imports.file_preview import FilePreview
from app.services.imports.import_jobs import Ended, Failed, Finished, News, Step
from app.services.imports.mapping import Draft, Kind, Opened, Trial, header_of
from ui.desk import Desk
from ui.imports.mapping_tables import CodesTable, ColumnsTable
from ui.imports.preview import PreviewTable
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import FIELD, SECOND, TITLE
from ui.widgets.buttons import Button, Segmented
from ui.widgets.states import ErrorPanel
from ui.widgets.text import ElidedLabel, Label
from ui.words import _, count, language, say

_SHOWN_CELLS = 6


class MappingDialog(QDialog):
    """``kept`` says that the office's profile is saved: the file can be looked over again."""

    kept = Signal()
    _heard = Signal(object)

    def __init__(self, parent: QWidget, desk: Desk, runner: Runner, path: Path) -> None:
        super().__init__(parent)
        self._desk, self._runner, self._path = desk, runner, path
        self._opened: Opened | None = None
        self._draft: Draft | None = None
        self._own_key = ""
        self._job: Any = None
        self._whole: Any = None
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self.finished.connect(lambda _result: self._give_up())
        self.setWindowTitle(_("mapping.title", file=path.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(980, 560)
        self.resize(1240, 680)
        self._build()
        self._lay()
        runner.ask(desk.mapping.open_unknown, desk.office, path, then=self._show_opened, failed=self._refused)

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        self._title = ElidedLabel(_("mapping.title", file=self._path.name), px=TITLE, bold=True)
        self._manner = Label(_("mapping.opening"), "text2", SECOND)
        self.header_row = _combo(_("mapping.header_row"), 320)
        self.two_rows = QCheckBox(_("mapping.two_rows"))
        self.two_rows.setFont(theme.font())
        self.kind = _combo(_("mapping.kind"), 220)
        self.own = QCheckBox(_("mapping.own"))
        self.own.setFont(theme.font())
        self.name = QLineEdit()
        self.name.setFont(theme.font())
        self.name.setFixedHeight(FIELD)
        self.name.setMaxLength(60)
        self.name.setPlaceholderText(_("mapping.own.name"))
        self.name.setAccessibleName(_("mapping.own.name"))
        self.manner = Segmented([("snapshot", _("mapping.snapshot")), ("ledger", _("mapping.ledger"))])
        self.columns = ColumnsTable()
        self.codes = CodesTable()
        self.counted = ElidedLabel(role="text2", px=SECOND)
        self.adopt = Button(icon="check", height=26)
        self.adopt.setVisible(False)
        self.adopt.clicked.connect(self._adopt)
        self.preview = PreviewTable()
        self.lacking = Label(role="caution", bold=True, wrap=True)
        self.unguarded = Label(role="caution", px=SECOND, wrap=True)
        self.unfilled = Label(role="text2", px=SECOND, wrap=True)
        self.reading = Label(role="text2", px=SECOND, wrap=True)
        self.trouble = ErrorPanel()
        self.save = Button(_("mapping.save"), kind="primary", icon="content-save-outline")
        self.save.setEnabled(False)
        self.save.clicked.connect(self._save)
        self.cancel = Button(_("mapping.cancel"), keys="Esc")
        self.cancel.clicked.connect(self.reject)
        self.header_row.activated.connect(lambda _at: self._propose())
        self.two_rows.toggled.connect(lambda _on: self._propose())
        self.kind.activated.connect(lambda _at: self._propose())
        self.own.toggled.connect(self._say_own)
        self.name.textEdited.connect(lambda _text: self._say_own(True))
        self.manner.chosen.connect(lambda key: self._change(kind=key))
        self.columns.chosen.connect(lambda: self._change(columns=self.columns.chosen_places()))
        self.codes.meant.connect(self._mean)

    def _lay(self) -> None:
        first = _row(Label(_("mapping.header_row"), "text2", SECOND), self.header_row, self.two_rows, None)
        second = _row(Label(_("mapping.kind"), "text2", SECOND), self.kind, self.manner, self.own, self.name, None)
        self.name.setVisible(False)
        left = _column(Label(_("mapping.columns"), bold=True), self.columns)
        left.setContentsMargins(0, 0, 10, 0)
        over = QWidget()
        heading = _row(Label(_("mapping.codes"), bold=True), self.counted, self.adopt)
        heading.setStretch(1, 1)
        heading.setContentsMargins(0, 0, 0, 0)
        over.setLayout(heading)
        over.setMinimumHeight(26)  # the button comes and goes
        right = _column(self.lacking, self.unguarded, self.unfilled, over, self.codes)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.addWidget(left)
        parts.addWidget(right)
        parts.setSizes([700, 480])
        right.setContentsMargins(10, 0, 0, 0)
        below = _column(Label(_("mapping.preview"), bold=True), self.preview)
        whole = QSplitter(Qt.Orientation.Vertical)
        whole.setChildrenCollapsible(False)
        whole.addWidget(parts)
        whole.addWidget(below)
        whole.setSizes([330, 220])
        foot = _row(None, self.cancel, self.save)
        foot.insertWidget(0, self.reading, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(_row(self._title, self._manner, None))
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(whole, 1)
        column.addWidget(self.trouble)
        column.addLayout(foot)

    # ------------------------------------------------------------ what is proposed

    def _show_opened(self, opened: Opened) -> None:
        self._opened = opened
        sample = opened.sample
        self._manner.setText(
            _("imports.join").join(
                [_(f"imports.encoding.{sample.encoding}")]
                + ([_("imports.tabs")] if sample.delimiter == "\t" else [])
                + [_("mapping.rows" if sample.whole else "mapping.rows_first", n=count(len(sample.rows)))]
            )
        )
        for at, row in enumerate(sample.rows[:8]):
            cells = [cell.strip() for cell in row if cell.strip()][:_SHOWN_CELLS]
            self.header_row.addItem(_("mapping.row", line=sample.lines[at], words=_("list.join").join(cells)), at)
        for kind in opened.kinds:
            self.kind.addItem(kind.names["ja" if language() == "ja" else "en"], kind.key)
        self._put(opened.draft)
        if not sample.whole:
            self._count_codes()

    def _put(self, draft: Draft) -> None:
        """Show a draft and try it."""
        assert self._opened is not None
        self.header_row.setCurrentIndex(draft.first)
        self.two_rows.blockSignals(True)
        self.two_rows.setChecked(draft.depth == 2)
        self.two_rows.blockSignals(False)
        self.kind.setCurrentIndex(self.kind.findData(self._kind_key(draft)))
        self.manner.choose(draft.kind)
        base = self._kind(draft)
        self.manner.button("snapshot").setEnabled(not base.by_row)
        self._draft = draft
        profile = self._desk.mapping.columns_of(self._desk.office, base.key)
        values = self._desk.mapping.values_of(self._opened.sample, draft.first, draft.depth)
        self.columns.put(header_of(self._opened.sample, draft.first, draft.depth), values, profile, draft)
        self._try()

    def _kind_key(self, draft: Draft) -> str:
        return draft.key if self.kind.findData(draft.key) >= 0 else draft.base

    def _kind(self, draft: Draft) -> Kind:
        assert self._opened is not None
        key = self._kind_key(draft)
        return next(one for one in self._opened.kinds if one.key == key)

    def _propose(self) -> None:
        """Another header row or another kind: everything is proposed anew."""
        if self._opened is None:
            return
        first, depth = int(self.header_row.currentData()), 2 if self.two_rows.isChecked() else 1
        key = str(self.kind.currentData())
        self._runner.ask(
            self._desk.mapping.propose, self._desk.office, self._opened.sample, key, first, depth,
            topic="mapping.propose", then=self._put, failed=self._refused,
        )  # fmt: skip

    def _say_own(self, on: bool) -> None:
        """Save it as a kind of its own, under a name."""
        self.name.setVisible(on)
        if self._draft is None:
            return
        base = self._kind(self._draft)
        words = self.name.text().strip()
        if on:
            self._own_key = self._own_key or self._desk.profiling.own_key()
            names = {"ja": words, "en": words} if words else {"ja": _("mapping.own.nameless"), "en": ""}
            self._change(key=self._own_key, base=base.base, names=names)
        else:
            self._change(key=base.key, base=base.base, names=dict(base.names) if base.key != base.base else {})

    def _mean(self, column: str, text: str, word: str | None) -> None:
        assert self._draft is not None
        codes = {name: dict(meanings) for name, meanings in self._draft.codes.items()}
        if word is None:
            codes.get(column, {}).pop(text, None)
        else:
            codes.setdefault(column, {})[text] = word
        self._change(codes=codes)

    def _change(self, **said: Any) -> None:
        if self._draft is not None:
            self._draft = replace(self._draft, **said)
            self._try()

    def _adopt(self) -> None:
        """Take over every meaning that is suggested; each can still be changed."""
        assert self._draft is not None
        codes = {name: dict(meanings) for name, meanings in self._draft.codes.items()}
        for (column, text), word in self.codes.suggested().items():
            codes.setdefault(column, {})[text] = word
        self._change(codes=codes)

    # ------------------------------------------------------------ codes to the end of the file

    def _count_codes(self) -> None:
        """Beyond the first rows: counted in a process of its own while somebody works here."""
        assert self._opened is not None
        self.counted.setText(_("mapping.counting", n=count(len(self._opened.sample.rows))))
        self._job = self._desk.mapping.count_codes(self._desk.office, self._opened.sample, self._tell)

    def _tell(self, news: News) -> None:
        """Called on the job's thread; the dialog may be gone by then."""
        with suppress(RuntimeError):
            self._heard.emit(news)

    def _hear(self, news: News) -> None:
        if isinstance(news, Step):
            self.counted.setText(_("mapping.counting", n=count(news.rows)))
        elif isinstance(news, Finished) and news.outcome is not None:
            self._whole = news.outcome.value
            self._try()
        elif isinstance(news, Failed):
            self._refused(news.trouble)
        elif isinstance(news, Ended):
            self._job = None

    def _give_up(self) -> None:
        """Nobody waits for the count any more."""
        if self._job is not None:
            self._job.cancel()

    # ------------------------------------------------------------ trying and keeping

    def _try(self) -> None:
        assert self._opened is not None
        self._runner.ask(
            self._desk.mapping.attempt, self._desk.office, self._opened.sample, self._draft, self._desk.today(),
            self._whole, topic="mapping.attempt", then=self._show_trial, failed=self._refused,
        )  # fmt: skip

    def _show_trial(self, trial: Trial) -> None:
        assert self._draft is not None
        self.trouble.dismiss()
        self.preview.put(FilePreview(self._path, self._path.name, columns=trial.columns, first=trial.rows))
        missing = _("list.join").join(trial.missing)
        self.lacking.setText(_("mapping.lacking", columns=missing) if missing else _("mapping.complete"))
        self.lacking.set_role("caution" if missing else "ok")
        self.unguarded.setText(_("mapping.unguarded", column=trial.unguarded) if trial.unguarded else "")
        self.unguarded.setVisible(bool(trial.unguarded))
        rest = [one for one in trial.unfilled if one != trial.unguarded]
        self.unfilled.setText(_("mapping.unfilled", columns=_("list.join").join(rest)) if rest else "")
        self.unfilled.setVisible(bool(rest))
        self.codes.put(trial.unknown, self._draft.codes)
        if self._whole is not None or (self._opened is not None and self._opened.sample.whole):
            self.counted.setText(_("mapping.counted", n=count(trial.counted)))
        suggested = len(self.codes.suggested())
        self.adopt.set_words(_("mapping.adopt", n=count(suggested)))
        self.adopt.setVisible(suggested > 0)
        words = _("mapping.reads", rows=count(trial.looked), rejected=count(trial.rejected)) if not missing else ""
        if trial.reasons:
            column, reason, many = trial.reasons[0]
            words += _("mapping.mostly", column=column, why=say(reason), n=count(many))
        self.reading.setText(words)
        needed = [one for one in trial.unknown if one.needed]
        self.save.setEnabled(not missing and not (self.own.isChecked() and not self.name.text().strip()))
        if needed and not missing:
            self.reading.setText(words + _("mapping.needed_codes", n=count(sum(one.count for one in needed))))

    def _refused(self, trouble: Trouble) -> None:
        self.trouble.put(trouble)
        self.save.setEnabled(False)

    def _save(self) -> None:
        assert self._opened is not None
        assert self._draft is not None
        self.save.setEnabled(False)
        keep = partial(self._desk.mapping.keep, self._desk.office, self._opened.sample, self._draft, self._desk.now())
        self._runner.do(keep, then=lambda _outcome: self._kept(), failed=self._refused)

    def _kept(self) -> None:
        self.kept.emit()
        self.accept()


def _combo(says: str, width: int) -> QComboBox:
    combo = QComboBox()
    combo.setFont(theme.font())
    combo.setFixedHeight(FIELD)
    combo.setMinimumWidth(width)
    combo.setMaximumWidth(max(width, 520))
    combo.setAccessibleName(says)
    return combo


def _row(*parts: QWidget | None) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(10)
    for part in parts:
        if part is None:
            line.addStretch(1)
        else:
            line.addWidget(part)
    return line


def _column(*parts: QWidget) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    for part in parts:
        column.addWidget(part, 1 if part is parts[-1] else 0)
    return whole
