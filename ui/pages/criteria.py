"""The page of criteria: what the office looks at, what a change would do, who changed what.

Everybody may read it: what decides about the order must be open to those who work by it. A lead
changes a draft, sees whom it would move, and applies it; the run goes in a process of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.message import Trouble
from app.domain.weighing import PrioritySettings
from app.services.answers.outcomes import Changes, Outcome
from app.services.criteria.effects import Preview
from app.services.criteria.settling import CriteriaSettings, CriterionLine, SettingVersion
from app.services.imports.import_jobs import Ended, Failed, Finished, News, Step
from ui.criteria import saying
from ui.criteria.builder import Builder
from ui.criteria.detail import NARROW, WIDTH, Detail
from ui.criteria.draft import Draft
from ui.criteria.drafted import draft_words, lines_of
from ui.criteria.effects import Effects
from ui.criteria.shelf import Shelf
from ui.criteria.sizes import Sizes
from ui.criteria.strips import DraftStrip, RunStrip, Strip, WaitingStrip
from ui.criteria.versions import Versions
from ui.desk import Desk
from ui.page import Done, KeyLine, Page
from ui.runner import Runner
from ui.widgets.buttons import TabRow
from ui.widgets.ground import Ground
from ui.widgets.text import tip
from ui.words import _, know_criteria, say

TABS = ("shelf", "sizes", "effects", "versions")
CONCERNS = frozenset({"setting", "published"})
_GRACE = 2.0


class CriteriaPage(Page):
    """指標."""

    key = "criteria"
    icon = "tune-variant"
    _heard = Signal(object)

    def __init__(self, desk: Desk, runner: Runner) -> None:
        super().__init__()
        self._desk, self._runner = desk, runner
        self._may = "lead" in desk.member.roles
        self.read: CriteriaSettings | None = None
        self.draft: Draft | None = None
        self.lines: dict[str, CriterionLine] = {}
        self._foreseen: Draft | None = None
        self._key = ""
        self._job: Any = None
        self._wrong = ""
        self._asked = False
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._build()
        self._ask_words()

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        today = self._desk.today()
        self.tabs = TabRow([(key, _(f"criteria.tab.{key}")) for key in TABS], 38)
        self.tabs.choose("shelf")
        self.strip, self.waiting, self.running = DraftStrip(), WaitingStrip(), RunStrip()
        self.reading = Strip("alt", "text2", "eye-outline")
        if not self._may:
            self.reading.say(_("criteria.read_only"))
        self.shelf, self.detail = Shelf(), Detail(today)
        self.sizes, self.effects, self.versions = Sizes(self._may), Effects(), Versions(today, self._may)
        first = QWidget()
        row = QHBoxLayout(first)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.shelf, 1)
        row.addWidget(self.detail)
        self._stack = QStackedWidget()
        for one in (first, self.sizes, self.effects, self.versions):
            self._stack.addWidget(one)
        top = Ground("surface", "b")
        line = QHBoxLayout(top)
        line.setContentsMargins(8, 0, 12, 0)
        line.addWidget(self.tabs)
        line.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for strip in (top, self.reading, self.waiting, self.strip, self.running):
            whole.addWidget(strip)
        whole.addWidget(self._stack, 1)
        self._connect()

    def _connect(self) -> None:
        self.tabs.chosen.connect(self.show_tab)
        self.shelf.chosen.connect(self._choose)
        self.shelf.switched.connect(self.switch)
        self.shelf.wants_own.connect(lambda: self.build_own(None))
        self.detail.switched.connect(self.switch)
        self.detail.edited.connect(self.set_words)
        self.detail.restored.connect(lambda key: self.set_words(key, self._shipped(key)))
        self.detail.wants_edit.connect(self.build_own)
        self.detail.wants_removal.connect(self.remove_own)
        self.detail.wants_copy.connect(lambda key: self.build_own(None, like=key))
        self.sizes.edited.connect(self.set_number)
        self.versions.wanted.connect(self.take_up)
        self.effects.opened.connect(lambda person: self.opens.emit("child", (person, (), None)))
        self.strip.look.clicked.connect(self.look)
        self.strip.apply.clicked.connect(self.apply)
        self.strip.drop.clicked.connect(self.drop)
        self.waiting.run.clicked.connect(self.run)
        self.running.cancelled.connect(self.cancel)

    # ------------------------------------------------------------ a page's duties

    def subtitle(self) -> str:
        return _("criteria.subtitle")

    def shown(self) -> None:
        if not self._asked:
            self.ask()
        self.shelf.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def changed(self, changes: Changes) -> None:
        if changes.kinds & CONCERNS:
            self._foreseen = None
            self._ask_words()
            if self._asked:
                self.ask()

    def compacted(self, narrow: bool, low: bool) -> None:
        self.detail.setFixedWidth(NARROW if narrow else WIDTH)

    def panes(self) -> tuple[QWidget, ...]:
        return (self.shelf.table, self.detail, self.sizes, self.effects, self.versions.table)

    def keys(self) -> tuple[KeyLine, ...]:
        return (KeyLine("↑ ↓", "keys.criteria.move"), KeyLine("Space", "keys.criteria.switch"))

    def working(self) -> bool:
        return self._job is not None

    def leave(self) -> None:
        if self._job is not None:
            publishing = not self._job.cancel()
            self._runner.do(self._job.wait, None if publishing else _GRACE)
            self._job = None

    def show_tab(self, key: str) -> None:
        """Bring one of ``TABS`` to the front."""
        self.tabs.choose(key)
        self._stack.setCurrentIndex(TABS.index(key))

    # ------------------------------------------------------------ reading

    def _ask_words(self) -> None:
        """What the office calls its criteria, for all pages; how many each concerns is counted when this one shows."""
        self._runner.ask(self._desk.settling.rules, self._desk.office, then=know_criteria, topic="criteria.words")

    def ask(self) -> None:
        self._asked = True
        self._runner.ask(self._desk.settling.read, self._desk.office, then=self._put, topic="criteria")
        self._runner.ask(
            self._desk.settling.history, self._desk.office, then=self._put_history, topic="criteria.history"
        )

    def _put(self, read: CriteriaSettings) -> None:
        before = self.draft
        self.read = read
        self.draft = Draft.of(read.settings, read.capacity, read.sample)
        if before is not None and before.dirty:  # what somebody is at work on stays
            self.draft = replace(self.draft, settings=before.settings, sizes=before.sizes)
        know_criteria(line.criterion for line in read.lines)
        self._show()

    def _put_history(self, lines: tuple[SettingVersion, ...]) -> None:
        self.versions.put(lines, {key: saying.name_of(line.criterion) for key, line in self.lines.items()})

    # ------------------------------------------------------------ the draft

    def _shipped(self, key: str) -> Mapping[str, Any]:
        shipped = self.lines[key].shipped
        assert shipped is not None
        words: Mapping[str, Any] = self._desk.composing.plain(shipped)
        return words

    def _edit(self, draft: Draft) -> None:
        self.draft = draft
        self._show()

    def switch(self, key: str) -> None:
        """Turn a criterion on or off."""
        if self._may and self.draft is not None and self._job is None:
            self._edit(self.draft.with_use(key, key in self.draft.settings.disabled))

    def set_words(self, key: str, words: Mapping[str, Any]) -> None:
        """Other words of a shipped criterion: its thresholds, its window."""
        if self._may and self.draft is not None:
            self._edit(self.draft.with_words(key, words, self._shipped(key)))

    def set_number(self, name: str, value: float) -> None:
        """A limit, a weight or a size."""
        if not self._may or self.draft is None:
            return
        capacity, sample = self.draft.sizes
        if name == "capacity":
            self._edit(self.draft.with_sizes(int(value), sample))
        elif name == "sample":
            self._edit(self.draft.with_sizes(capacity, int(value)))
        else:
            self._edit(self.draft.with_number(name, round(value, 2)))

    def take_up(self, version: SettingVersion | None) -> None:
        """An earlier version becomes the draft; None: everything as shipped."""
        if self.draft is None:
            return
        if version is None:
            self._edit(replace(self.draft, settings=PrioritySettings()))
        else:
            self._edit(self.draft.as_stood(version.stood))
        if self.draft.dirty:
            self.look()

    def drop(self) -> None:
        """Give the draft up."""
        if self.draft is not None:
            self._foreseen = None
            self._edit(self.draft.undone())

    def remove_own(self, key: str) -> None:
        if self.draft is not None:
            self._edit(self.draft.without_own(key))

    def build_own(self, key: str | None, like: str = "") -> Builder | None:
        """Open the form for one of the office's own: new, begun as a copy of ``like``, or there already."""
        if not self._may or self.draft is None:
            return None
        taken = [*self.lines, *(str(one["key"]) for one in self.draft.settings.own)]
        own = key or self._desk.composing.free_key(taken)
        table = self.draft.own_table(key) if key else None
        if like:
            table = self._desk.composing.copy_of(self.lines[like].criterion, own)
        dialog = Builder(self._desk, self._runner, self.draft.settings, own, table, self)
        dialog.finished_with.connect(self._take_own)
        dialog.open()
        return dialog

    def _take_own(self, table: Mapping[str, Any]) -> None:
        if self.draft is not None:
            self._edit(self.draft.with_own(table))
            self.shelf.choose(str(table["key"]))

    # ------------------------------------------------------------ showing

    def _show(self) -> None:
        if self.read is None or self.draft is None:
            return
        try:
            rules = {one.key: one for one in self._desk.settling.rules_of(self.draft.settings)}
            self._wrong = ""
        except Trouble as trouble:
            self._wrong = say(trouble.message)
            rules = {}
        self.lines = lines_of(self.read, self.draft, rules)
        touched = self.draft.touches
        self.shelf.put(list(self.lines.values()), touched, self._may)
        self._choose(self._key)
        self.sizes.put(self.draft)
        self._show_strips()

    def _choose(self, key: str) -> None:
        line = self.lines.get(key) or self.shelf.current()
        if line is None or self.draft is None:
            self.detail.put(None, None, False)
            return
        self._key = line.criterion.key
        words = self._desk.composing.plain(line.criterion) if line.shipped is not None else None
        self.detail.put(line, words, self._may and self._job is None)

    def _show_strips(self) -> None:
        assert self.draft is not None
        assert self.read is not None
        words = draft_words(self.draft, self.lines)
        busy = self._job is not None
        self.strip.say("" if busy else self._wrong or words)
        foreseen = self._foreseen == self.draft
        self.strip.look.setEnabled(not self._wrong)
        self.strip.look.setVisible(not foreseen)
        self.strip.apply.setEnabled(foreseen and not self._wrong)
        tip(self.strip.apply, "" if foreseen else _("criteria.apply.first"))
        self.waiting.say(_("criteria.waiting") if self.read.waiting and not busy and not words else "")
        self.waiting.run.setVisible(self._may)
        self.running.setVisible(busy)
        if not words and not busy:
            self.effects.put(None)

    # ------------------------------------------------------------ before it is applied, and then

    def look(self) -> None:
        """Work out what the draft would change, and show it."""
        if self.draft is None or self._wrong or not self.draft.dirty:
            return
        draft = self.draft
        self.effects.put(None, _("criteria.effects.working"))
        self.show_tab("effects")
        self._runner.ask(
            self._preview,
            draft,
            then=lambda seen: self._foresaw(draft, seen),
            failed=self._not_foreseen,
            topic="preview",
        )

    def _preview(self, draft: Draft) -> Preview:
        seen: Preview = self._desk.effects.preview(
            self._desk.office, draft.settings, self._desk.today(), capacity=draft.sizes[0]
        )
        return seen

    def _foresaw(self, draft: Draft, seen: Preview) -> None:
        if draft == self.draft:
            self._foreseen = draft
            self.effects.put(seen)
            self._show_strips()

    def _not_foreseen(self, trouble: Trouble) -> None:
        """Nothing was imported yet: there is nobody to move, and the draft may be applied at once."""
        if trouble.message.key == "run.nothing_imported":
            self._foreseen = self.draft
        self.effects.put(None, say(trouble.message))
        self._show_strips()

    def apply(self) -> None:
        """Set the draft, and work the priorities out with it."""
        draft = self.draft
        if draft is None or self._foreseen != draft or self._job is not None:
            return
        self.strip.apply.setEnabled(False)
        self._runner.do(self._save, draft, then=lambda outcome: self._saved(draft, outcome))

    def _save(self, draft: Draft) -> Outcome[Any]:
        desk, now = self._desk, self._desk.now()
        outcome: Outcome[Any] = Outcome("", Changes(frozenset({"setting"})))
        if draft.settings != draft.kept:
            outcome = desk.settling.save(desk.office, draft.settings, now)
        if draft.sizes != draft.kept_sizes:
            outcome = desk.settling.save_size(desk.office, now, capacity=draft.sizes[0], sample=draft.sizes[1])
        return outcome

    def _saved(self, draft: Draft, outcome: Outcome[Any]) -> None:
        runs = draft.settings != draft.kept and self.effects.seen is not None
        self.draft = Draft.of(draft.settings, *draft.sizes)
        self._foreseen = None
        if runs:
            self.run()
        self.done.emit(Done(outcome.changes, words=_("criteria.saved")))

    def run(self) -> None:
        """Work the priorities out with what is set, in a process of its own."""
        if self._job is None:
            self.running.put("prepare", 0.0)
            self._job = self._desk.run_jobs.start(self._desk.office, self._desk.now(), self._tell)
            self._show()

    def cancel(self) -> None:
        """Give the run up; what is set stays, and waits."""
        if self._job is not None:
            self.running.cancel.setEnabled(False)
            self._job.cancel()

    def _tell(self, news: News) -> None:
        """Called on the job's thread; the page may be gone by then."""
        with suppress(RuntimeError):
            self._heard.emit(news)

    def _hear(self, news: News) -> None:
        if isinstance(news, Step):
            self.running.put(news.stage, news.done)
        elif isinstance(news, Finished) and news.outcome is not None:
            self.done.emit(Done(news.outcome.changes, words=_("criteria.applied")))
        elif isinstance(news, Failed):
            self.troubled.emit(news.trouble)
        elif isinstance(news, Ended):
            self._job = None
            self._show()
            self.show_tab("shelf" if self.tabs.current() == "effects" else self.tabs.current())
            self.ask()
