"""Words chosen one after the other, as chips: which words of an attribute count, whose relation, which criteria."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from ui.timeline.wording import coded
from ui.tokens import SECOND
from ui.widgets.buttons import Button
from ui.widgets.chips import Chip, FlowLayout
from ui.widgets.forms import combo, line
from ui.widgets.text import Label
from ui.words import _

AskWords = Callable[[str, str, Callable[[Sequence[str]], None]], None]
TESTS = ("known", "unknown", "past")
_PLACEHOLDER = "\x00"


class Picks(QWidget):
    """Things picked from a list. ``written``: others can be typed as well; ``many``: the chips have the whole width."""

    edited = Signal()

    def __init__(
        self, says: str, hint: str, items: Sequence[tuple[str, str]] = (), written: bool = False, many: bool = False
    ) -> None:
        super().__init__()
        self._words = dict(items)
        self.chosen: list[str] = []
        self.offer = combo([(_PLACEHOLDER, hint), *items], says)
        self.offer.setMinimumWidth(180)
        self.offer.setMaximumWidth(280)
        if written:
            self.offer.setEditable(True)
            field = line(says)
            self.offer.setLineEdit(field)
            field.returnPressed.connect(lambda: self.pick(self.offer.currentText().strip()))
        self._chips = FlowLayout()
        holder = QWidget()
        holder.setLayout(self._chips)
        row = QBoxLayout(QBoxLayout.Direction.TopToBottom if many else QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.offer, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        row.addWidget(holder, 1)
        self.offer.activated.connect(lambda _at: self._activated())

    def more(self, items: Sequence[tuple[str, str]]) -> None:
        """Further things to pick from."""
        for key, words in items:
            if key not in self._words:
                self._words[key] = words
                self.offer.addItem(words, key)
        self._show()

    def put(self, chosen: Sequence[str]) -> None:
        """What is picked from now on; says nothing to anybody."""
        self.chosen = list(chosen)
        self._show()

    def pick(self, key: str) -> None:
        """Pick one more."""
        taken = key != _PLACEHOLDER and key != self.offer.itemText(0) and key not in self.chosen
        if taken and (key or "" in self._words):
            self.chosen.append(key)
            self._show()
            self.edited.emit()
        self.offer.setCurrentIndex(0)

    def _activated(self) -> None:
        key = self.offer.currentData()
        self.pick(self.offer.currentText().strip() if key is None else str(key))

    def _remove(self, key: str) -> None:
        self.chosen.remove(key)
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        while (item := self._chips.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for key in self.chosen:
            chip = Chip(self._words.get(key, coded(key)))
            chip.removed.connect(lambda key=key: self._remove(key))
            self._chips.addWidget(chip)


class AcceptedRow(QWidget):
    """One attribute and the words of it that count, or one test of it (known, unknown, a day that is over).

    ``use`` is ``where`` (only facts with these words) or ``known`` (only these words are an answer at all).
    """

    edited = Signal()
    dropped = Signal()

    def __init__(self, kind: str, attribute: str, words: Sequence[str] | str, ask: AskWords, use: str) -> None:
        super().__init__()
        self.attribute, self.use = attribute, use
        self.test = combo([("", _("compose.test.words")), *((one, _(f"compose.test.{one}")) for one in TESTS)], "")
        self.test.setAccessibleName(_("compose.test", attribute=_(f"attribute.{attribute}")))
        self.words = Picks(
            _("compose.where.says"), _("compose.where.add"), [("", _("criteria.where.empty"))], written=True
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(Label(_(f"compose.{use}", attribute=_(f"attribute.{attribute}")), px=SECOND))
        row.addWidget(self.test)
        row.addWidget(self.words, 1)
        drop = Button(kind="quiet", icon="close", height=24, says=_("compose.where.drop"))
        drop.clicked.connect(self.dropped.emit)
        row.addWidget(drop)
        if isinstance(words, str):
            self.test.setCurrentIndex(max(0, self.test.findData(words)))
        else:
            self.words.put(words)
        self._adapt()
        self.test.currentIndexChanged.connect(lambda _at: self._other_test())
        self.words.edited.connect(self.edited.emit)
        ask(kind, attribute, lambda found: self.words.more([(one, coded(one)) for one in found]))

    def said(self) -> list[str] | str:
        """The words, or the test."""
        return str(self.test.currentData()) or list(self.words.chosen)

    def _other_test(self) -> None:
        self._adapt()
        self.edited.emit()

    def _adapt(self) -> None:
        self.words.setVisible(not self.test.currentData())
