"""Which columns the caseload shows and how wide: chosen in a menu or by dragging, remembered once the hand rests."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ui.caseload.columns import COLUMNS, FIXED, INDEX, Shape, shape_of
from ui.caseload.table import CaseloadTable
from ui.desk import Desk
from ui.runner import Runner
from ui.widgets.buttons import Button
from ui.words import _

RESTED = 600
"""Milliseconds without another change after which the columns are remembered."""
_NAME = "caseload.columns"


class Shaping(QObject):
    """Asks ``desk.remembering``. ``button`` opens the menu; so does a click on the table's head."""

    def __init__(self, desk: Desk, runner: Runner, table: CaseloadTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._runner, self._table, self._window = desk, runner, table, parent
        self._asked = False
        self.button = Button(kind="quiet", icon="view-column-outline", height=26, says=_("columns.title"))
        self.button.clicked.connect(
            lambda: self.menu().popup(self.button.mapToGlobal(QPoint(0, self.button.height() + 2)))
        )
        table.columns_wanted.connect(lambda at: self.menu().popup(at))
        table.shaped.connect(self._shape)
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(RESTED)
        self._resting.timeout.connect(self._keep)

    def ask(self) -> None:
        """Show the columns as they were left; the first time only."""
        if not self._asked:
            self._asked = True
            self._runner.ask(self._desk.remembering.chosen, self._desk.office, _NAME, then=self._know)

    def _know(self, said: object) -> None:
        self._table.set_shape(shape_of(said))

    def menu(self) -> QMenu:
        """Which columns show; below, back to how it comes."""
        menu = QMenu(self._window)
        shape = self._table.shape_chosen
        for column in COLUMNS:
            hidden = column.key in shape.shown and self._table.isColumnHidden(INDEX[column.key])
            words = _(f"columns.{column.key}")
            action = QAction(_("columns.no_room", column=words) if hidden else words, menu)
            action.setCheckable(True)
            action.setChecked(column.key in shape.shown)
            action.setEnabled(column.key not in FIXED)
            action.triggered.connect(lambda _on=False, key=column.key: self._shape(shape.toggled(key)))
            menu.addAction(action)
        menu.addSeparator()
        usual = QAction(_("columns.usual"), menu)
        usual.triggered.connect(lambda: self._shape(Shape()))
        menu.addAction(usual)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _shape(self, shape: Shape) -> None:
        self._table.set_shape(shape)
        self._resting.start()

    def _keep(self) -> None:
        self._runner.do(
            self._desk.remembering.choose,
            self._desk.office,
            _NAME,
            self._table.shape_chosen.plain(),
            failed=lambda _trouble: None,  # a disk without room costs a width, no more
        )
