"""保存した見方: the button with its menu, and the small form in which a view gets its name.

Knows the query in force and the views that the service gave; saving and removing go through the runner,
each with its undo by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.domain.message import Trouble
from app.services.answers.caseload import CaseloadQuery
from app.services.answers.outcomes import Outcome
from ui.caseload.conditions import query_words
from ui.desk import Desk
from ui.page import Done, Undo
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import SECOND, TITLE
from ui.widgets.buttons import Button
from ui.widgets.forms import line
from ui.widgets.states import ErrorPanel
from ui.widgets.text import Label, tip
from ui.words import _

WIDEST = 16
"""Letters of a view's name that its button shows."""


class SavedViews(Button):
    """The button: its words are the view in force, its menu all of them and what can be done."""

    chosen = Signal(object)
    done = Signal(object)
    """A ``Done`` with its undo."""
    troubled = Signal(object)

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__(_("views.button"), icon="bookmark-outline", height=26)
        self._desk, self._runner = desk, runner
        self.views: Sequence[Any] = ()
        self.key = ""
        """Of the view that was chosen last; "" for none."""
        self._query = CaseloadQuery()
        self._tight = False
        self.clicked.connect(self._open)

    def ask(self) -> None:
        """Ask which views there are."""
        self._runner.ask(
            self._desk.views.saved, self._desk.office, then=self._know, topic="caseload.views"
        )  # fmt: skip

    def _know(self, views: Sequence[Any]) -> None:
        self.views = views
        if self.current is None:
            self.key = ""
        self.put(self._query, self._tight)

    @property
    def current(self) -> Any:
        """The view that was chosen last, as it is saved."""
        return next((one for one in self.views if one.key == self.key), None)

    def put(self, query: CaseloadQuery, tight: bool) -> None:
        """The query that is listed now."""
        self._query, self._tight = query, tight
        same = next((one for one in self.views if one.query == query), None)
        if same is not None:
            self.key = same.key
        elif self.current is not None and query.view != self.current.query.view:
            self.key = ""
        self._say()

    @property
    def changed(self) -> bool:
        """Whether what is listed differs from the view as it is saved."""
        return self.current is not None and self.current.query != self._query

    def _say(self) -> None:
        view = self.current
        name = view.name if view is not None else ""
        short = name if len(name) <= WIDEST else name[: WIDEST - 1] + "…"
        words = _("views.changed", name=short) if self.changed else short
        self.set_words(words or ("" if self._tight else _("views.button")))
        self.setAccessibleName(_("views.says", name=name) if name else _("views.button"))
        tip(self, name or _("views.button"))

    # ------------------------------------------------------------ the menu

    def _open(self) -> None:
        self.build_menu().popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def build_menu(self) -> QMenu:
        """The views, those shared first; then what can be done with what is listed now."""
        menu = QMenu(self)
        for shared in (True, False):
            some = [one for one in self.views if one.shared == shared]
            if some:
                _heading(menu, _("views.shared" if shared else "views.own"))
            for one in some:
                self._action(menu, one.name, partial(self._choose, one), one.key == self.key)
        if not self.views:
            _heading(menu, _("views.none"))
        menu.addSeparator()
        self._action(menu, _("views.save"), self.name_view)
        view = self.current
        if view is not None and view.mine:
            if self.changed:
                self._action(menu, _("views.update", name=view.name), self._update)
            self._action(menu, _("views.rename", name=view.name), lambda: self.name_view(view))
            self._action(menu, _("views.remove", name=view.name), self._remove)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _action(self, menu: QMenu, words: str, call: Callable[[], object], ticked: bool | None = None) -> None:
        action = QAction(words.replace("&", "&&"), menu)
        if ticked is not None:
            action.setCheckable(True)
            action.setChecked(ticked)
        action.triggered.connect(lambda _on=False: call())
        menu.addAction(action)

    def _choose(self, view: Any) -> None:
        self.key = view.key
        self.chosen.emit(view.query)

    # ------------------------------------------------------------ saving

    def name_view(self, view: Any = None) -> ViewForm:
        """Ask for a name: of what is listed now, or another one of a view."""
        query = view.query if view is not None else self._query
        form = ViewForm(query, self._desk.may_assign and view is None, view.name if view else "", self.window())
        form.wanted.connect(lambda name, shared: self._save(form, view, query, name, shared))
        form.open()
        return form

    def _save(self, form: ViewForm, view: Any, query: CaseloadQuery, name: str, shared: bool) -> None:
        key, shared = (view.key, view.shared) if view is not None else ("", shared)
        self._runner.do(
            lambda: self._desk.views.save(self._desk.office, name, query, self._desk.now(), shared=shared, key=key),
            then=lambda outcome: self._saved(outcome, "undo.view_renamed" if key else "undo.view", name, form),
            failed=lambda trouble: form.refuse(trouble) if isValid(form) else self.troubled.emit(trouble),
        )

    def _update(self) -> None:
        view, query = self.current, self._query
        self._runner.do(
            lambda: self._desk.views.save(
                self._desk.office, view.name, query, self._desk.now(), shared=view.shared, key=view.key
            ),
            then=lambda outcome: self._saved(outcome, "undo.view_changed", view.name),
        )

    def _remove(self) -> None:
        view = self.current
        self._runner.do(
            self._desk.views.remove,
            self._desk.office,
            view.key,
            self._desk.now(),
            then=lambda outcome: self._saved(outcome, "undo.view_removed", view.name),
        )

    def _saved(self, outcome: Outcome[str], words: str, name: str, form: QDialog | None = None) -> None:
        if form is not None and isValid(form):  # Esc may have been quicker than the disk
            form.accept()
        desk, entry = self._desk, outcome.value

        def take_back() -> Outcome[Any]:
            undone: Outcome[Any] = desk.undoing.undo(desk.office, entry, desk.now())
            return undone

        self.done.emit(Done(outcome.changes, Undo(_(words, name=name), take_back, entry)))


class ViewForm(QDialog):
    """A name for a view; a lead may share it with everybody."""

    wanted = Signal(str, bool)

    def __init__(self, query: CaseloadQuery, may_share: bool, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("views.form.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        self.name = line(_("views.form.name"), name, _("views.form.hint"))
        self.name.setMaxLength(60)
        self.share = QCheckBox(_("views.form.share"))
        self.share.setFont(theme.font())
        self.share.setVisible(may_share)
        self.error = ErrorPanel(closable=False)
        self.keep = Button(_("views.form.save"), kind="primary", keys="Enter")
        self.keep.clicked.connect(self._want)
        self.name.returnPressed.connect(self._want)
        cancel = Button(_("form.cancel"), keys="Esc")
        cancel.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(Label(_("views.form.title"), px=TITLE, bold=True))
        column.addWidget(Label(query_words(query), "text2", SECOND, wrap=True))
        column.addWidget(self.name)
        column.addWidget(self.share)
        column.addWidget(self.error)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.keep)
        column.addLayout(row)
        self.name.setFocus()
        self.name.selectAll()

    def _want(self) -> None:
        self.wanted.emit(self.name.text(), self.share.isChecked())

    def refuse(self, trouble: Trouble) -> None:
        """It was not saved: say why, keep what was written."""
        self.error.put(trouble)
        self.name.setFocus()


def _heading(menu: QMenu, words: str) -> None:
    title = QAction(words, menu)
    title.setEnabled(False)
    menu.addAction(title)
