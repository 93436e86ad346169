"""The page of links in question: one pair after the other, with what would follow, by keys.

Asks ``desk.pairs`` and ``desk.foreseeing`` through the runner; ``ui.review.settling`` rules. The score stays
hidden until the ruling, unless somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.services.answers.outcomes import Changes
from app.services.links.link_answers import Consequences, PairFile, ReviewLine
from ui.desk import Desk
from ui.page import Done, KeyLine, Page
from ui.review import wording
from ui.review.beside import score_words
from ui.review.centre import PairView, pair_of
from ui.review.consequences import ConsequencesPanel
from ui.review.queue import QueueColumn, QueueModel, QueueView
from ui.review.ruling import RulingPanel
from ui.review.settling import Settling
from ui.runner import Runner
from ui.tokens import HEADER, SECOND
from ui.widgets.buttons import Button
from ui.widgets.focusring import ringed
from ui.widgets.ground import Ground
from ui.widgets.states import EmptyState
from ui.widgets.text import ElidedLabel, Label, tip
from ui.words import _, count, number

WIDE, NARROW = 384, 336
CONCERNS = frozenset({"ruling", "published", "assignment", "decision", "contact", "protection"})
Pair = tuple[int, int]


@dataclass(frozen=True)
class _Unsaved:
    """A ruling that was not saved: its pair comes back in front with what was written and what went wrong."""

    pair: Pair
    reason: str
    trouble: Trouble


class LinksPage(Page):
    """リンク確認."""

    key = "links"
    icon = "link-variant"

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self.lines: Sequence[ReviewLine] = ()
        self.file: PairFile | None = None
        self._row = 0
        self._later: dict[Pair, int] = {}
        self._settled: set[Pair] = set()
        self._last: tuple[Pair, str] | None = None
        self._guest: tuple[int, int, Sequence[Any]] | None = None
        self._unsaved: _Unsaved | None = None
        self._written, self._begun = "", False
        self._changes = 0
        self._foreseen_for: object = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        ringed(self)
        self.queue = QueueView(QueueModel(desk.today()))
        self.view = PairView(self._foot())
        self.fields, self.total = self.view.fields, self.view.total
        self.consequences = ConsequencesPanel(desk.today())
        self.ruling = RulingPanel()
        self.settling = Settling(desk, runner, self)
        self._build()
        self.queue.went_to.connect(self.go_to)
        self.view.bar.stepped.connect(self.step)
        self.ruling.ruled.connect(self.rule)
        self.ruling.put_off.connect(self.put_off)
        self.ruling.asked.connect(self._ask_whom)
        self.ruling.reason.left.connect(self._take_focus)
        self.settling.ruled.connect(self._was_ruled)
        self.settling.asked.connect(self._was_asked)
        self.settling.failed.connect(self._failed)
        self.ask()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        self._left = QueueColumn(self.queue)
        self._right = Ground("surface", "l", "line2")
        right = QVBoxLayout(self._right)
        right.setContentsMargins(1, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(_scroll(self.consequences), 1)
        right.addWidget(self.ruling)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left)
        row.addWidget(self.view, 1)
        row.addWidget(self._right)
        self.empty = EmptyState("link-variant")
        ground = Ground("surface")
        middle = QVBoxLayout(ground)
        middle.addWidget(self.empty)
        self._stack = QStackedWidget()
        self._stack.addWidget(ground)
        self._stack.addWidget(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        self.compacted(False, False)

    def _foot(self) -> QWidget:
        foot = Ground("alt", "t")
        foot.setFixedHeight(HEADER)
        line = QHBoxLayout(foot)
        line.setContentsMargins(12, 0, 12, 0)
        self._today = Label(role="text2", px=SECOND)
        line.addWidget(ElidedLabel(_("links.keys"), role="text2", px=SECOND), 1)
        self.quality = Button(_("links.quality"), kind="quiet", icon="chart-box-outline", height=24, keys="Q")
        tip(self.quality, _("links.quality.tip"))
        self.quality.clicked.connect(lambda: self.opens.emit("linkquality", None))
        line.addWidget(self._today)
        line.addWidget(self.quality)
        return foot

    # ------------------------------------------------------------ a page's duties

    def subtitle(self) -> str:
        return _("links.subtitle")

    def back_words(self) -> str:
        return _("page.linkquality") if self._guest else ""

    def status(self) -> str:
        return self._last[1] if self._last is not None else ""

    def arrive(self, where: object) -> None:
        """``where``: two records, and the evidence between them, that are not in the queue."""
        guest = where if isinstance(where, tuple) and len(where) == 3 else None
        if guest != self._guest:
            self._forget_pair()
        self._guest = guest

    def shown(self) -> None:
        self._take_focus()
        if self._guest or (self.file is None and self.lines and not self._runner.busy):
            self._show_pair()
        elif self.file is None:
            self.ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Who comes back finds the queue again."""
        super().hideEvent(event)
        if self._guest:
            self._guest = None
            self._forget_pair()

    def _take_focus(self) -> None:
        """To the queue; to the page itself where the queue is folded or not there yet."""
        (self.queue if self.queue.isVisible() else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def changed(self, changes: Changes) -> None:
        if changes.kinds & CONCERNS:
            self._changes += 1
            self.ask()

    def compacted(self, narrow: bool, low: bool) -> None:
        self._left.setVisible(not narrow)
        self._right.setFixedWidth(NARROW if narrow else WIDE)
        self.ruling.reason.setFixedHeight(44 if low else 62)

    def panes(self) -> tuple[QWidget, ...]:
        return (self.queue, self.consequences, self.ruling.buttons["same"], self.ruling.reason)

    def keys(self) -> tuple[KeyLine, ...]:
        return (
            KeyLine("1", "keys.links.same"),
            KeyLine("2", "keys.links.apart"),
            KeyLine("3", "keys.links.later"),
            KeyLine("4", "keys.links.ask"),
            KeyLine("J K", "keys.links.move"),
            KeyLine("R", "keys.links.reason"),
            KeyLine("P", "keys.links.preview"),
            KeyLine("H", "keys.links.score"),
            KeyLine("Q", "keys.links.quality"),
        )

    # ------------------------------------------------------------ the queue

    def ask(self) -> None:
        """Ask for the queue again."""
        self._runner.ask(self._desk.pairs.queue, self._desk.office, then=self._listed, topic="links.queue")

    def _listed(self, lines: Sequence[ReviewLine]) -> None:
        """The queue as it is now; the pair in front stays in front while it waits."""
        ordered = sorted(lines, key=lambda one: self._later.get((one.a, one.b), 0))
        before = self._pair()
        self.lines = ordered
        rows = {(one.a, one.b): row for row, one in enumerate(ordered)}
        kept = rows.get(before) if before else None
        self._row = kept if kept is not None else min(self._row, max(len(ordered) - 1, 0))
        self._left.put(ordered, self._row)
        self._settled -= rows.keys()  # taken back, or asked about anew
        self._today.setText(_("links.today", n=count(len(self._settled))) if self._settled else "")
        if self._last is not None and self._last[0] in rows:
            self._last = None
        self.counted.emit(len(ordered))
        if not ordered and not self._guest:
            self._show_nothing()
        elif self.isVisible():
            self._show_pair()
        else:
            self._forget_pair()

    def _show_nothing(self) -> None:
        self._forget_pair()
        own = "lead" not in self._desk.member.roles
        more = Button(_("links.quality"), icon="chart-box-outline", keys="Q")
        more.clicked.connect(lambda: self.opens.emit("linkquality", None))
        self.empty.put(_("links.empty.own") if own else _("links.empty"), _("links.empty.words"), (more,))
        self._stack.setCurrentIndex(0)

    def _pair(self) -> Pair | None:
        return pair_of(self.file) if self.file is not None else None

    def go_to(self, row: int) -> None:
        """To the pair in this row of the queue."""
        if 0 <= row < len(self.lines):
            self._guest = None
            self._row = row
            self.queue.stand_on(row)
            self._show_pair()

    def step(self, by: int) -> None:
        """To the next or previous pair."""
        self.go_to(self._row + by)

    def put_off(self) -> None:
        """Later: to the end of the queue, while the window is open."""
        if self._guest:
            self.goes_back.emit()
        elif self.lines and not self.settling.saving:
            line = self.lines[self._row]
            self._later[line.a, line.b] = max(self._later.values(), default=0) + 1
            self._forget_pair()
            self._listed(self.lines)

    # ------------------------------------------------------------ one pair

    def _show_pair(self) -> None:
        a, b, *evidence = self._in_front()
        call = partial(self._desk.pairs.pair, self._desk.office, a, b, self._desk.now(), *evidence)
        self._runner.ask(call, then=self._arrived, topic="links.pair")

    def _in_front(self) -> tuple[Any, ...]:
        """The two records that are to be shown, and for a guest what speaks for and against it."""
        if self._guest:
            return self._guest
        return (self.lines[self._row].a, self.lines[self._row].b) if self.lines else ()

    def _in_sight(self) -> PairFile | None:
        """The pair that can be acted upon: not while another one, moved to already, is on its way."""
        file = self.file
        return file if file is not None and set(self._in_front()[:2]) == set(pair_of(file)) else None

    def _arrived(self, file: PairFile) -> None:
        if set(self._in_front()[:2]) != set(pair_of(file)):
            return  # settled or passed over while the answer was on its way
        self.file = file
        self._stack.setCurrentIndex(1)
        if self.hasFocus():
            self._take_focus()
        place = _("links.place", place=count(self._row + 1), of=count(len(self.lines)))
        new = self.view.put(file, "" if self._guest else place, bool(self._guest)) or not self._begun
        if self._guest:
            self.queue.stand_on(-1)
        if new:
            self._begin(file)
        self.ruling.set_state(not self.settling.saving, self._may(file))
        self._ask_what_follows()
        self.retitled.emit()

    def _begin(self, file: PairFile) -> None:
        """Another pair: nothing written, nothing foreseen yet, but for one whose ruling was not saved."""
        self._begun = True
        self.ruling.start(self._whom(file))
        self.consequences.wait()
        if self._unsaved is not None and self._unsaved.pair == pair_of(file):
            self.ruling.reason.setPlainText(self._unsaved.reason)
            self.ruling.trouble.put(self._unsaved.trouble)
            self._unsaved = None

    def _ask_what_follows(self) -> None:
        """Once for a pair as the links stand; while a ruling is being saved not at all, for it changes that."""
        about = (self._pair(), self._changes)
        if self.file is None or self.settling.saving or about == self._foreseen_for:
            return
        self._foreseen_for = about
        self._runner.ask(
            self._desk.foreseeing.previews,
            self._desk.office,
            *pair_of(self.file),
            then=partial(self._foreseen, about),
            failed=self.ruling.trouble.put,
            topic="links.previews",
        )

    def _foreseen(self, about: object, both: tuple[Consequences, Consequences]) -> None:
        if about == (self._pair(), self._changes):
            self.consequences.put(both)

    def _may(self, file: PairFile) -> bool:
        """A worker's queue holds own children's pairs only, so whoever sees a pair may rule on it."""
        return bool(self._desk.member.roles & {"lead", "worker"}) and file is self.file

    def _whom(self, file: PairFile) -> list[str]:
        extracts = dict.fromkeys((file.a.extract, file.b.extract))
        return [*(_("links.ask.of", extract=wording.extract_word(one)) for one in extracts), _("links.ask.family")]

    # ------------------------------------------------------------ acting

    def rule(self, same: bool) -> None:
        """Rule on the pair in front. The next one comes at once, and can be ruled on when this is on the disk."""
        file, reason = self._in_sight(), self.ruling.words()
        if file is None or not self.settling.rule(file, same, reason):
            return
        self._written = reason
        self.ruling.set_state(False, True)
        left = [one for one in self.lines if (one.a, one.b) != pair_of(file)]
        if left and not self._guest:
            self.lines, self._row = left, min(self._row, len(left) - 1)
            self._left.put(left, self._row)
            self._show_pair()

    def _was_ruled(self, file: PairFile, same: bool, done: Done) -> None:
        self._settled.add(pair_of(file))
        if self._pair() == pair_of(file):
            self._forget_pair()
        self.ruling.set_state(self.file is not None, True)
        guest, self._guest = self._guest, None
        self.lines = [one for one in self.lines if (one.a, one.b) != pair_of(file)]
        name, word = file.a.name, wording.ruling_word(same)
        said = (
            _("links.last", name=name, ruling=word)
            if file.weight is None
            else _("links.last.score", name=name, ruling=word, score=score_words(file.weight), link=number(file.link))
        )
        self._last = (pair_of(file), said)
        self.retitled.emit()
        self.done.emit(done)
        self._ask_what_follows()
        self._take_focus()
        if guest:
            self.goes_back.emit()

    def _ask_whom(self, whom: str) -> None:
        file = self._in_sight()
        if file is not None and self.settling.ask(file, whom, self.ruling.words()):
            self._written = self.ruling.words()

    def _was_asked(self, done: Done) -> None:
        self.ruling.reason.clear()  # it stands with the question now
        self.done.emit(done)
        self._take_focus()

    def _failed(self, file: PairFile, trouble: Trouble) -> None:
        """Nothing was saved: the pair is in front again, with what was written and what went wrong."""
        pair = pair_of(file)
        if set(self._in_front()[:2]) != set(pair):  # the next one is in front, or on its way there
            unsaved = _Unsaved(pair, self._written, trouble)
            self._runner.ask(self._desk.pairs.queue, self._desk.office, then=partial(self._back_to, unsaved))
            return
        self.ruling.set_state(True, True)
        self.ruling.trouble.put(trouble)

    def _back_to(self, unsaved: _Unsaved, lines: Sequence[ReviewLine]) -> None:
        self._unsaved = unsaved
        self._forget_pair()
        self._listed(lines)
        self.go_to(next((row for row, one in enumerate(self.lines) if (one.a, one.b) == unsaved.pair), self._row))

    def _forget_pair(self) -> None:
        """None is in front: whichever comes next begins anew."""
        self.file, self._begun, self._foreseen_for = None, False, None

    # ------------------------------------------------------------ keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bare = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if bare and event.key() == Qt.Key.Key_Q:
            self.opens.emit("linkquality", None)
        elif self.file is None or not bare or not self._pressed(event.key()):
            super().keyPressEvent(event)

    def _pressed(self, key: int) -> bool:
        """A single key, which comes here only when no text field took it."""
        calls: dict[int, Callable[[], None]] = {
            Qt.Key.Key_1: partial(self.rule, True),
            Qt.Key.Key_2: partial(self.rule, False),
            Qt.Key.Key_3: self.put_off,
            Qt.Key.Key_4: self.ruling.open_menu,
            Qt.Key.Key_J: partial(self.step, 1),
            Qt.Key.Key_K: partial(self.step, -1),
            Qt.Key.Key_R: self.ruling.reason.setFocus,
            Qt.Key.Key_P: self.consequences.setFocus,
            Qt.Key.Key_H: self.view.toggle_score,
        }
        if key not in calls:
            return False
        calls[key]()
        return True


def _scroll(inside: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area
