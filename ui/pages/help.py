"""ヘルプ: short texts on every page, and the guided first hour whose steps tick themselves.

The texts are files of ``resources/help/<language>``: a title, paragraphs, steps and keys, shown as plain
text with our own widgets.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QScrollArea, QVBoxLayout, QWidget

from app.services.answers.outcomes import Changes
from ui.desk import Desk
from ui.helptexts import Block, read_topic, topics
from ui.page import KeyLine, Page
from ui.runner import Runner
from ui.theme import theme
from ui.tokens import NAME, SECOND, TITLE
from ui.widgets.buttons import Button, KeyCap
from ui.widgets.ground import Ground
from ui.widgets.states import Icon
from ui.widgets.text import Label
from ui.words import _, language

FIRST_HOUR = "first_hour"
TEXT_WIDE = 760


class TopicList(QListWidget):
    """The topics; Enter shows nothing new, arrows do."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class HelpPage(Page):
    """Help on the page one came from; the other topics beside it."""

    key = "help"
    in_rail = False

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self.topic = ""
        self._hour: Any = None
        self.list = TopicList()
        self.list.setObjectName("topics")
        self.list.setFont(theme.font())
        self.list.setFixedWidth(220)
        self.list.setSpacing(3)
        self.list.setContentsMargins(8, 8, 0, 8)
        self.list.setViewportMargins(6, 8, 0, 8)
        self.list.setAccessibleName(_("page.help"))
        self._keys = topics(language())
        for key in self._keys:
            self.list.addItem(read_topic(language(), key)[0].text)
        self.list.currentRowChanged.connect(lambda row: self.show_topic(self._keys[row]) if row >= 0 else None)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName(_("page.help"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(self._area, 1)

    # ------------------------------------------------------------ a page's duties

    def back_words(self) -> str:
        return _("help.back")

    def arrive(self, where: object) -> None:
        wanted = str(where) if where in self._keys else self.topic or FIRST_HOUR
        self.list.setCurrentRow(self._keys.index(wanted) if wanted in self._keys else 0)
        self._ask_hour()

    def shown(self) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def changed(self, changes: Changes) -> None:
        if self.isVisible():
            self._ask_hour()

    def panes(self) -> tuple[QWidget, ...]:
        return (self.list, self._area)

    def keys(self) -> tuple[KeyLine, ...]:
        return (KeyLine("↑ ↓", "keys.help.topics"),)

    # ------------------------------------------------------------ showing

    def show_topic(self, key: str) -> None:
        """Show a topic from its beginning."""
        self.topic = key
        self._show()

    def _ask_hour(self) -> None:
        if self._desk.first_hour is not None:
            self._runner.ask(
                self._desk.first_hour.first_hour, self._desk.office, then=self._know_hour, topic="help.hour"
            )

    def _know_hour(self, hour: Any) -> None:
        self._hour = hour
        if self.topic == FIRST_HOUR:
            self._show()

    def _show(self) -> None:
        ground = Ground("surface")
        column = QVBoxLayout(ground)
        column.setContentsMargins(32, 22, 32, 24)
        column.setSpacing(10)
        for block in read_topic(language(), self.topic):
            column.addWidget(_widget(block), 0)
        if self.topic == FIRST_HOUR and self._hour is not None:
            column.addWidget(self._steps())
        column.addStretch(1)
        self._area.setWidget(ground)

    def _steps(self) -> QWidget:
        box = QWidget()
        box.setMaximumWidth(TEXT_WIDE)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(12)
        for number, step in enumerate(self._hour.steps, start=1):
            row = QHBoxLayout()
            row.setSpacing(10)
            icon = "check-circle-outline" if step.done else "circle-outline"
            row.addWidget(Icon(icon, "ok" if step.done else "text2", 18), 0, Qt.AlignmentFlag.AlignTop)
            words = QVBoxLayout()
            words.setSpacing(2)
            state = _("hour.done" if step.done else "hour.open")
            title = Label(_("hour.step", n=number, what=_(f"hour.step.{step.key}")), bold=True, wrap=True)
            title.setAccessibleName(f"{title.text()} {state}")
            words.addWidget(title)
            words.addWidget(Label(_(f"hour.{step.key}.how"), "text2", SECOND, wrap=True))
            row.addLayout(words, 1)
            if step.done:
                row.addWidget(Label(state, "ok", SECOND, bold=True), 0, Qt.AlignmentFlag.AlignTop)
            else:
                go = Button(_("hour.go"), height=26)
                go.setAccessibleName(f"{_('hour.go')}：{title.text()}")
                go.clicked.connect(lambda _on=False, page=step.page: self.opens.emit(page, None))
                row.addWidget(go, 0, Qt.AlignmentFlag.AlignTop)
            column.addLayout(row)
        if not self._hour.left:
            column.addWidget(Label(_("hour.all"), "ok", bold=True, wrap=True))
        return box


def _widget(block: Block) -> QWidget:
    """A block as a label, a bulleted line, or a key with its words."""
    if block.kind == "title":
        return Label(block.text, px=TITLE, bold=True, wrap=True)
    if block.kind == "head":
        return Label(block.text, px=NAME, bold=True, wrap=True)
    box = QWidget()
    box.setMaximumWidth(TEXT_WIDE)
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    if block.kind == "key":
        cap = QWidget()
        cap.setFixedWidth(130)
        inner = QHBoxLayout(cap)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(KeyCap(block.keys), 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(cap)
    elif block.kind == "item":
        row.addWidget(Label("・"), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(block.text, wrap=True), 1)
    return box
