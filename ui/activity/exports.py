"""What was handed out and whether it is erased; and handing out a list: with a purpose, sealed unless one says no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.services.answers.caseload import CaseloadQuery
from app.services.casework.saved_views import SavedView
from app.services.papers.handing_out import FORMS, WHATS, ExportLine
from ui.criteria.cells import Cell, CellsTable, Column
from ui.theme import theme
from ui.tokens import NAME, SECOND
from ui.widgets.buttons import Button
from ui.widgets.forms import combo, line
from ui.widgets.ground import Ground, Rule
from ui.widgets.states import EmptyState
from ui.widgets.text import Label, tip
from ui.words import _, clock, day_short, has, moment

VIEWS = ("month", "mine", "unassigned", "all")


class NewExport(Ground):
    """The form at the right. ``wanted`` asks where to save; the rest is read from the fields."""

    wanted = Signal()

    def __init__(self, offer: Callable[[], str]) -> None:
        super().__init__("surface", "l")
        self._offer = offer
        self._saved: dict[str, CaseloadQuery] = {}
        self.what = combo([(key, _(f"handing.{key}")) for key in WHATS], _("exports.what"))
        self.view = combo([(key, _(f"exports.view.{key}")) for key in VIEWS], _("exports.view"))
        self.form = combo([(key, _(f"exports.form.{key}")) for key in FORMS], _("exports.form"))
        self.purpose = line(_("exports.purpose"), hint=_("exports.purpose.hint"))
        self.sealed = QCheckBox(_("exports.sealed"))
        self.sealed.setFont(theme.font())
        self.sealed.setChecked(True)
        self.passphrase = line(_("exports.passphrase"))
        self.other = Button(_("exports.passphrase.other"), kind="quiet", icon="refresh", height=24)
        self.save = Button(_("exports.save"), kind="primary")
        self._read = Label(bold=True, wrap=True)
        """The whole of it, where the field is too narrow to read it out."""
        self._told = Label(role="text2", px=SECOND, wrap=True)
        self._which = Label(_("exports.view"), "text2", SECOND)
        self._build()
        self.what.currentIndexChanged.connect(self._ready)
        self.purpose.textChanged.connect(self._ready)
        self.passphrase.textChanged.connect(self._ready)
        self.sealed.toggled.connect(self._ready)
        self.other.clicked.connect(self.renew)
        self.save.clicked.connect(lambda _on=False: self.wanted.emit())
        self.renew()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addWidget(Label(_("exports.new"), px=NAME, bold=True))
        column.addWidget(Label(_("exports.protected"), "text2", SECOND, wrap=True))
        column.addWidget(Rule())
        for label, field in (
            (Label(_("exports.what"), "text2", SECOND), self.what),
            (self._which, self.view),
            (Label(_("exports.form"), "text2", SECOND), self.form),
            (Label(_("exports.purpose"), "text2", SECOND), self.purpose),
        ):
            column.addWidget(label)
            column.addWidget(field)
        column.addSpacing(6)
        column.addWidget(self.sealed)
        column.addWidget(self.passphrase)
        column.addWidget(self._read)
        column.addWidget(self._told)
        column.addWidget(self.other, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(6)
        column.addWidget(self.save, 0, Qt.AlignmentFlag.AlignRight)
        column.addStretch(1)

    def put_views(self, views: Sequence[SavedView]) -> None:
        """The views that somebody named, after those that always are; what was chosen stays."""
        chosen = self.view.currentData()
        while self.view.count() > len(VIEWS):
            self.view.removeItem(len(VIEWS))
        self._saved = {one.key: one.query for one in views}
        for one in views:
            self.view.addItem(_("exports.view.saved", name=one.name), one.key)
        self.view.setCurrentIndex(max(0, self.view.findData(chosen)))

    def query(self) -> CaseloadQuery:
        """Which children, as chosen."""
        chosen = self.view.currentData()
        return self._saved.get(chosen) or CaseloadQuery(view=chosen)

    def renew(self) -> None:
        """Offer other words."""
        self.passphrase.setText(self._offer())
        self.passphrase.setCursorPosition(0)
        self._ready()

    def secret(self) -> str | None:
        """What the file is sealed with; None for one that is not."""
        return self.passphrase.text() if self.sealed.isChecked() else None

    def _ready(self, *_what: object) -> None:
        on, children = self.sealed.isChecked(), self.what.currentData() == "caseload"
        self.passphrase.setVisible(on)
        self._read.setVisible(on)
        self._read.setText(self.passphrase.text().replace("-", "- "))
        self.other.setVisible(on)
        self._which.setVisible(children)
        self.view.setVisible(children)
        self._told.setText(_("exports.passphrase.words") if on else _("exports.open.words"))
        purpose = bool(self.purpose.text().strip())
        self.save.setEnabled(purpose and (not on or bool(self.passphrase.text().strip())))
        tip(self.save, "" if purpose else _("export.purpose_missing"))


class Exports(QWidget):
    """The register. ``erased``: the entry, and how."""

    erased = Signal(str, str)

    def __init__(self, today: date, may: bool, offer: Callable[[], str]) -> None:
        super().__init__()
        self._today = today
        self.lines: Sequence[ExportLine] = ()
        self.form = NewExport(offer)
        self.table = CellsTable(
            (
                Column(_("exports.column.time"), 150), Column(_("activity.who"), 110), Column(_("exports.what"), 190),
                Column(_("exports.column.sealed"), 76), Column(_("exports.column.purpose")),
                Column(_("exports.column.state"), 190),
            ),
            _("activity.tab.exports"), 28,
        )  # fmt: skip
        self.empty = EmptyState("export-variant")
        self.empty.put(_("exports.none"))
        self.how = line(_("exports.erase.how"), hint=_("exports.erase.hint"))
        self.erase = Button(_("exports.erase"))
        self._left = Label(px=SECOND, wrap=True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.table)
        foot = Ground("alt", "t")
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(Label(_("exports.erase.how"), px=SECOND))
        row.addWidget(self.how, 1)
        row.addWidget(self.erase)
        head = Ground("surface", "b")
        top = QHBoxLayout(head)
        top.setContentsMargins(12, 6, 12, 6)
        top.addWidget(self._left, 1)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(head)
        left.addWidget(self._stack, 1)
        left.addWidget(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(left, 1)
        whole.addWidget(self.form)
        for part in (foot, self.form):
            part.setVisible(may)
        self.table.went_to.connect(self._ready)
        self.how.textChanged.connect(self._ready)
        self.erase.clicked.connect(self._erase)
        self._ready()

    def put(self, lines: Sequence[ExportLine]) -> None:
        """Those that are not erased come first."""
        chosen = self._chosen()
        self.lines = lines
        self.table.put([self._cells(one) for one in lines])
        self._stack.setCurrentWidget(self.table if lines else self.empty)
        left = sum(one.erased_on is None for one in lines)
        self._left.setText(_("exports.left", n=left) if left else _("exports.left.none"))
        if chosen is not None:
            at = next((at for at, one in enumerate(lines) if one.entry == chosen.entry), -1)
            self.table.selectRow(at)
        self._ready()

    def _cells(self, one: ExportLine) -> tuple[Cell, ...]:
        sealed = "" if one.sealed is None else _("exports.is_sealed") if one.sealed else _("exports.is_open")
        state = Cell(_("exports.not_erased"), role="caution", icon="clock-alert-outline")
        if one.erased_on is not None:
            day = day_short(one.erased_on, self._today)
            state = Cell(_("exports.erased_on", day=day, by=one.erased_by, how=one.erased_how), role="text2")
        return (
            Cell(f"{day_short(one.time.date(), self._today, True)} {clock(one.time)}", says=moment(one.time)),
            Cell(one.by), Cell(_words(one)), Cell(sealed), Cell(one.purpose), state,
        )  # fmt: skip

    def _chosen(self) -> ExportLine | None:
        at = self.table.currentIndex().row()
        return self.lines[at] if 0 <= at < len(self.lines) else None

    def _ready(self, *_what: object) -> None:
        one = self._chosen()
        waits = one is not None and one.erased_on is None
        self.how.setEnabled(waits)
        self.erase.setEnabled(waits and bool(self.how.text().strip()))

    def _erase(self) -> None:
        one = self._chosen()
        if one is not None:
            self.erased.emit(one.entry, self.how.text().strip())
            self.how.clear()


def _words(one: ExportLine) -> str:
    kind, _sep, rest = one.what.partition(":")
    name = (
        _(f"form.{one.form}") if has(f"form.{one.form}") else _(f"handing.{kind}") if has(f"handing.{kind}") else kind
    )
    return f"{name} {rest}".strip() if kind == "child" else name
