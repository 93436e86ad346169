"""What is written beside the timeline: the decision form or the contact form, with drafts and their recording.

The forms say what somebody writes; here it is kept as a draft, checked against what colleagues did
meanwhile, and recorded. The page decides where all this stands and which child is in front.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.decisions import Decision
from app.domain.message import Trouble
from app.domain.plans import Plan
from app.services.answers.child import ChildFile
from app.services.casework.contacts import Contact
from app.services.casework.planning import PlanLine
from app.services.casework.since import ColleagueAct
from ui.child.acts import Acts
from ui.child.choices import FormArea
from ui.child.contact import ContactForm
from ui.child.decision import DecisionForm, Draft, draft_of
from ui.child.drafts import Keeper, Newer
from ui.child.plan import PlanTab
from ui.desk import Desk
from ui.runner import Runner

FORMS = ("decision", "contact", "plan")


class Writing(FormArea):
    """``turned`` says which form is in front now, ``recorded`` which one came onto the disk, ``stale`` that the
    child should be asked for again."""

    turned = Signal(str)
    recorded = Signal(str)
    stale = Signal()

    def __init__(self, desk: Desk, runner: Runner, over: QWidget) -> None:
        self.newer = Newer()
        self.decision = DecisionForm(desk.now, desk.today())
        self.contact = ContactForm(desk, runner)
        self.plan = PlanTab(desk.now, desk.today())
        """Beside the timeline's tab; the page places it."""
        super().__init__((self.newer, self.decision, self.contact))
        self.foot = QWidget()
        """Of the form in front; below what scrolls."""
        feet = QVBoxLayout(self.foot)
        feet.setContentsMargins(0, 0, 0, 0)
        feet.addWidget(self.decision.foot)
        feet.addWidget(self.contact.foot)
        self._desk, self._runner = desk, runner
        self.file: ChildFile | None = None
        self.front = "decision"
        self.acts = Acts(desk, runner, over)
        self.forms: dict[str, DecisionForm | ContactForm | PlanTab]
        self.forms = {"decision": self.decision, "contact": self.contact, "plan": self.plan}
        self.keeper = Keeper(desk, runner, self.forms, self)
        for name, form in self.forms.items():
            form.written.connect(partial(self.keeper.touched, name))
            form.dropped.connect(partial(self._drop, name))
        self.decision.recorded.connect(self._decide)
        self.contact.noted.connect(self._note)
        self.plan.recorded.connect(self._plan)
        self.plan.withdrawn.connect(self._withdraw_plan)
        self.contact.cancelled.connect(partial(self.turn, "decision"))
        self.contact.decides.connect(partial(self.turn, "decision"))
        self.newer.seen.connect(self._looked)
        self.contact.hide()
        self.contact.foot.hide()

    # ------------------------------------------------------------ which child

    def put(self, file: ChildFile) -> None:
        """Show a child, with the drafts about it; what stands in the forms of the same child stays."""
        again = self.file is not None and self.file.person_id == file.person_id
        if again:
            self.keeper.flush()
        else:
            self.keeper.about(file.person_id)
        self.file = file
        self._fill(file)
        self._ask_plans()
        if again:
            self._ask_newer()
            return
        self.newer.put(())
        for form in self.forms.values():
            form.set_busy(True)
        self._runner.ask(
            self._desk.drafting.drafts_of,
            self._desk.office,
            file.person_id,
            then=partial(self._found, file),
            topic="child.drafts",
        )

    def _found(self, file: ChildFile, drafts: Mapping[str, Any]) -> None:
        if self.file is None or self.file.person_id != file.person_id:
            return
        for name in FORMS:
            if name in drafts:
                self.keeper.know(file.person_id, name, drafts[name].content, drafts[name].saved)
        waits = [name for name in FORMS if self.keeper.kept(file.person_id, name)[0]]
        for name in FORMS:
            if name in waits:
                self._fill_form(name, self.file)
            else:
                self.forms[name].set_busy(False)
        if waits == ["contact"]:
            self.turn("contact")
        self._ask_newer()

    def _fill(self, file: ChildFile) -> None:
        for name in FORMS:
            self._fill_form(name, file)

    def _fill_form(self, name: str, file: ChildFile) -> None:
        content, saved = self.keeper.kept(file.person_id, name)
        form = self.forms[name]
        if isinstance(form, DecisionForm):
            form.put(file, draft_of(content) if content else Draft())
        else:
            form.put(file, content)
        form.say_draft(saved)

    def leave(self) -> None:
        """The office is about to be shut: keep what is being written."""
        self.keeper.flush()

    def _drop(self, name: str) -> None:
        if self.file is not None:
            self.keeper.drop(self.file.person_id, name)
            self._fill(self.file)
            self._ask_newer()

    # ------------------------------------------------------------ colleagues

    def _seqs(self) -> list[int]:
        """The newest entries that the drafts which stand know of."""
        drafts = [form.content() for form in self.forms.values()]
        return [int(one["seq"]) for one in drafts if one]

    def _ask_newer(self) -> None:
        seqs = self._seqs()
        if self.file is None or not seqs:
            self.newer.put(())
            return
        self._runner.ask(
            self._desk.since.acts_since,
            self._desk.office,
            self.file.person_id,
            min(seqs),
            then=partial(self._know_newer, self.file.person_id),
            topic="child.newer",
        )

    def _know_newer(self, person: int, acts: Sequence[ColleagueAct]) -> None:
        if self.file is not None and self.file.person_id == person:
            self.newer.put(acts)
            if acts:
                self.verticalScrollBar().setValue(0)

    def _looked(self, seq: int) -> None:
        for form in self.forms.values():
            if form.content():
                form.looked(seq)
            form.trouble.hide()

    # ------------------------------------------------------------ which form

    def turn(self, name: str) -> None:
        """Bring a form to the front."""
        self.front = name
        for form, key in ((self.decision, "decision"), (self.contact, "contact")):
            if key != name:
                form.hide()
                form.foot.hide()
        front = self.contact if name == "contact" else self.decision
        front.show()
        front.foot.show()
        self.verticalScrollBar().setValue(0)
        self.turned.emit(name)

    def submit(self) -> None:
        """Record what stands in the form in front."""
        (self.contact if self.front == "contact" else self.decision).submit()

    # ------------------------------------------------------------ recording

    def _decide(self, decision: Decision) -> None:
        assert self.file is not None
        draft = self.decision.draft()
        self.acts.decide(self.file, decision, draft, self._decided, partial(self._failed, "decision"))

    def _decided(self, person: int) -> None:
        self.keeper.drop(person, "decision")
        if self.file is not None and self.file.person_id == person:
            self.decision.put(self.file, Draft())
            self.decision.say_draft(None)
            self.decision.say_saved(self._desk.now())
            self.recorded.emit("decision")

    def _note(self, persons: Sequence[int], contact: Contact) -> None:
        assert self.file is not None
        self.acts.note(
            persons, contact, self.contact.ref, self.contact.seq, self._noted, partial(self._failed, "contact")
        )

    def _noted(self, person: int) -> None:
        self.keeper.drop(person, "contact")
        if self.file is not None and self.file.person_id == person:
            self.contact.put(self.file, {})
            self.contact.say_draft(None)
            self.turn("decision")
            self.decision.say_saved(self._desk.now())
            self.recorded.emit("contact")

    def _ask_plans(self) -> None:
        if self.file is not None:
            self._runner.ask(
                self._desk.planning.plans_of,
                self._desk.office,
                self.file.person_id,
                then=self.plan.put_plans,
                topic="child.plans",
            )

    def _plan(self, plan: Plan) -> None:
        assert self.file is not None
        self.acts.plan(
            self.file.person_id, plan, self.plan.ref, self.plan.seq, self._planned, partial(self._failed, "plan")
        )

    def _planned(self, person: int) -> None:
        self.keeper.drop(person, "plan")
        if self.file is not None and self.file.person_id == person:
            self.plan.put(self.file, {})
            self.plan.say_draft(None)
            self._ask_plans()

    def _withdraw_plan(self, line: PlanLine) -> None:
        if self.file is not None:
            self.acts.ask_withdraw(self.file, line)

    def _failed(self, name: str, trouble: Trouble) -> None:
        self.forms[name].failed(trouble)
        if trouble.message.key == "decision.colleague_since":
            self.stale.emit()
            self._ask_newer()
