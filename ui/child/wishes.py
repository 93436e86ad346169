"""What a family said about the use of its data: a line above the timeline, and the dialog to note it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.domain.purposes import STANCES
from app.services.answers.child import ChildFile, WithheldItem
from app.services.answers.outcomes import Outcome
from app.services.imports.purposes import ExtractItems, StanceLine
from ui.desk import Desk
from ui.page import Done
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import SECOND, TITLE
from ui.widgets.buttons import Button, Segmented
from ui.widgets.choosing import close_form
from ui.widgets.days import DayField
from ui.widgets.forms import combo
from ui.widgets.states import ErrorPanel
from ui.widgets.text import ElidedLabel, Label, tip
from ui.words import _, day_short, language

_EARLIEST_YEARS = 20


def named(item: WithheldItem) -> str:
    """An item in a few words."""
    extract = item.names.get(language()) or item.names.get("ja", item.extract)
    return f"{extract}・{item.item}" if item.item else extract


class Wishes(QWidget):
    """What is not used of this child, in one line, and the button to note a family's word."""

    done = Signal(object)

    def __init__(self, desk: Desk, runner: Runner, over: QWidget) -> None:
        super().__init__()
        self._desk, self._runner, self._over = desk, runner, over
        self._file: ChildFile | None = None
        self._said: Sequence[StanceLine] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.words = ElidedLabel(role="caution", px=SECOND)
        self.button = Button(icon="hand-back-left-outline", height=26, says=_("stances.title"))
        self.button.clicked.connect(self.open)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)

    def put(self, file: ChildFile) -> None:
        """Show what is withheld of this child."""
        self._file = file
        own = [named(one) for one in file.withheld if one.personal]
        off = [named(one) for one in file.withheld if not one.personal]
        parts = [_("child.lost")] if file.lost else []
        if own:
            parts.append(_("stances.withheld", items="、".join(own)))
        if off:
            parts.append(_("stances.off", items="、".join(off)))
        text = "　".join(parts)
        self.words.setText(text)
        tip(self.words, text)

    def open(self) -> None:
        """Ask what was said so far and what can be said something about, then show the dialog."""
        file, desk = self._file, self._desk
        if file is None or desk.purposes is None:
            return
        person = file.person_id

        def both() -> tuple[Any, Any]:
            return desk.purposes.items(desk.office, language()), desk.purposes.stances(desk.office, person)

        self._runner.ask(both, then=partial(self._show, person), topic="child.wishes")

    def _show(self, person: int, found: tuple[Sequence[ExtractItems], Sequence[StanceLine]]) -> None:
        dialog = WishDialog(self._desk, found[0], found[1], self._over)
        dialog.confirmed.connect(partial(self._note, person, dialog))
        dialog.open()

    def _note(self, person: int, dialog: WishDialog, said: dict[str, Any]) -> None:
        desk = self._desk
        act = partial(desk.purposes.note_stance, desk.office, person, now=desk.now(), **said)
        self._runner.do(act, then=partial(self._noted, dialog), failed=dialog.failed)

    def _noted(self, dialog: WishDialog, outcome: Outcome[str]) -> None:
        close_form(dialog)
        self.done.emit(Done(outcome.changes))


class WishDialog(QDialog):
    """``confirmed`` carries item, stance, day and words."""

    confirmed = Signal(object)

    def __init__(self, desk: Desk, items: Sequence[ExtractItems], said: Sequence[StanceLine], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("stances.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        self._names = {one.extract: one.names.get(language()) or one.names["ja"] for one in items}
        today = desk.today()
        choices = [(f"{one.extract}\t{item.name}", self._item_name(one, item.name)) for one in items
                   for item in (one.whole, *one.items) if not item.locked]  # fmt: skip
        self.item = combo(choices, _("stances.item"))
        self.item.setMaxVisibleItems(18)
        self.stance = Segmented([(one, _(f"purposes.stance.{one}")) for one in STANCES])
        self.stance.choose("objection")
        self.day = DayField(today.replace(year=today.year - _EARLIEST_YEARS, day=1), "", _("stances.day"))
        self.day.setDate(today)  # type: ignore[arg-type]
        self.day.setMaximumDate(today)  # type: ignore[arg-type]
        self.words = QPlainTextEdit()
        self.words.setFont(theme.font())
        self.words.setFixedHeight(72)
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName(_("stances.words"))
        self.trouble = ErrorPanel()
        self.save = Button(_("stances.save"), kind="primary")
        self._lay(said, today)
        self.item.setFocus()

    def _lay(self, said: Sequence[StanceLine], today: Any) -> None:
        cancel = Button(_("stances.cancel"), keys="Esc")
        cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._confirm)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.save)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 14)
        whole.setSpacing(6)
        whole.addWidget(Label(_("stances.title"), px=TITLE, bold=True))
        whole.addWidget(Label(_("stances.effect"), "text2", SECOND, wrap=True))
        for key, field in (("item", self.item), ("stance", self.stance), ("day", self.day), ("words", self.words)):
            whole.addWidget(Label(_(f"stances.{key}"), "text2", SECOND))
            whole.addWidget(field)
        whole.addWidget(self.trouble)
        whole.addWidget(Label(_("stances.history"), bold=True, px=SECOND))
        lines = [self._line(one, today) for one in said]
        whole.addWidget(Label("\n".join(lines[:12]) if lines else _("stances.none"), "text2", SECOND, wrap=True))
        whole.addLayout(foot)

    def _item_name(self, one: ExtractItems, item: str) -> str:
        return (
            f"{self._names[one.extract]} ＞ {item}"
            if item
            else _("purposes.whole_of", extract=self._names[one.extract])
        )

    def _line(self, one: StanceLine, today: Any) -> str:
        return _(
            "stances.line", day=day_short(one.day, today), extract=self._names.get(one.extract, one.extract),
            item=one.item or _("purposes.whole"), stance=_(f"purposes.stance.{one.stance}"),
            words=one.words or "―", author=one.author,
        )  # fmt: skip

    def _confirm(self) -> None:
        extract, item = str(self.item.currentData()).split("\t")
        self.save.setEnabled(False)
        self.trouble.hide()
        self.confirmed.emit(
            {
                "extract": extract, "item": item, "stance": self.stance.current(),
                "day": self.day.date().toPython(), "words": self.words.toPlainText(),
            }
        )  # fmt: skip

    def failed(self, trouble: Trouble) -> None:
        """It was not recorded: say why, keep what was written."""
        self.save.setEnabled(True)
        self.trouble.put(trouble)
