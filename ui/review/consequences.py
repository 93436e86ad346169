"""What would follow from each ruling, side by side, before anything has changed.

Also used where a record is taken out or added by hand: then there is one column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.links.link_answers import Consequences, PersonBrief
from ui.review.beside import empty
from ui.tokens import BODY, SECOND, SMALL
from ui.widgets.focusring import ringed
from ui.widgets.ground import Ground, Rule
from ui.widgets.marks import LevelMark
from ui.widgets.states import Icon
from ui.widgets.text import Label
from ui.words import _, count, day_short

Line = tuple[str, bool]
"""Words, and whether they are in bold."""


class ConsequencesPanel(Ground):
    """Two columns: "if the same" and "if not"."""

    def __init__(self, today: date) -> None:
        super().__init__("surface")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        ringed(self)
        self._state = Label(_("cons.unchanged"), "text2", px=SMALL)
        head = QHBoxLayout()
        head.addWidget(Label(_("cons.title"), px=BODY, bold=True))
        head.addSpacing(6)
        head.addWidget(self._state, 1)
        self.columns = (
            ConsequenceColumn("link-variant", "accent", _("cons.same"), today, "AB"),
            ConsequenceColumn("link-variant-remove", "high", _("cons.apart"), today, "AB"),
        )
        pair = QHBoxLayout()
        pair.setSpacing(10)
        pair.addWidget(self.columns[0], 1)
        pair.addWidget(Rule(standing=True))
        pair.addWidget(self.columns[1], 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 9, 10, 8)
        whole.setSpacing(6)
        whole.addLayout(head)
        whole.addLayout(pair)
        whole.addStretch(1)

    def wait(self) -> None:
        """Another pair: what is shown is not about it any more."""
        self._state.setText(_("cons.working"))
        for column in self.columns:
            column.put(None)

    def put(self, both: tuple[Consequences, Consequences]) -> None:
        self._state.setText(_("cons.unchanged"))
        for column, one in zip(self.columns, both, strict=True):
            column.put(one)
        self.setAccessibleName(" ".join(column.said for column in self.columns))


class ConsequenceColumn(QWidget):
    """What one ruling would change, in short sections. ``letters``: those of the two records, where they have any."""

    def __init__(self, icon: str, role: str, title: str, today: date, letters: str = "") -> None:
        super().__init__()
        self.said = ""
        self._title, self._today, self._letters = title, today, letters
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(Icon(icon, role))
        top.addWidget(Label(title, px=BODY, bold=True), 1)
        self._body = QVBoxLayout()
        self._body.setSpacing(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(5)
        whole.addLayout(top)
        whole.addLayout(self._body)
        whole.addStretch(1)

    def put(self, one: Consequences | None) -> None:
        """Show what would follow; None while it is worked out."""
        empty(self._body)
        if one is None:
            self.said = ""
            return
        spoken = [self._title]
        for key, lines in sections(one, self._today, self._letters):
            self._body.addWidget(Label(_(key), "text2", px=SMALL))
            if key == "cons.priority":
                self._body.addLayout(_levels(one, self._letters))
            for words, bold in lines:
                self._body.addWidget(_wrapped(words, bold))
            self._body.addSpacing(6)
            spoken += [_(key), *(words for words, _bold in lines)]
        self.said = "。".join(spoken)
        self.setAccessibleName(self.said)


def sections(one: Consequences, today: date, letters: str = "") -> list[tuple[str, list[Line]]]:
    """The sections of a column: course, priority, list, who sees, siblings, from now on."""
    made: Sequence[tuple[str, Callable[[Consequences], list[Line]]]] = (
        ("cons.course", partial(_course, today)),
        ("cons.priority", _priority),
        ("cons.rank", partial(_rank, letters)),
        ("cons.sight", _sight),
        ("cons.siblings", _siblings),
        ("cons.future", _future),
    )
    said = [(key, write(one)) for key, write in made]
    return [(key, lines) for key, lines in said if lines or (key == "cons.priority" and _listed(one.after))]


def _course(today: date, one: Consequences) -> list[Line]:
    if not one.moved_count:
        return [(_("cons.course.none"), True)]
    key = "cons.course.come" if one.same else "cons.course.part"
    facts = _("list.join").join(
        _("cons.fact", day=day_short(fact.start, today), kind=_(f"fact.{fact.kind}")) for fact in one.moved[:2]
    )
    if one.moved_count > len(one.moved[:2]):
        facts = _("cons.facts.more", facts=facts)
    lines = [(_(key, n=count(one.moved_count)), True), (facts, False)]
    if one.acts:
        lines.append((_("cons.acts", n=count(one.acts)), False))
    return lines


def _listed(briefs: Sequence[PersonBrief]) -> list[PersonBrief]:
    return [brief for brief in briefs if brief.level is not None]


def _points(brief: PersonBrief) -> str:
    """The points; the mark beside them says the level."""
    return _("cons.points", points=_("total.more", points=brief.points) if brief.has_unknown else brief.points)


def _priority(one: Consequences) -> list[Line]:
    before, after = _listed(one.before), _listed(one.after)
    if not after and not before:
        return [(_("cons.priority.adult"), False)]
    left = sum(brief.uncertain for brief in one.after)
    if not left and not any(brief.uncertain for brief in one.before):
        return []
    return [(_("cons.uncertain", n=count(left)) if left else _("cons.certain"), False)]


def _levels(one: Consequences, letters: str) -> QVBoxLayout:
    """Marks and points, before → after."""
    column = QVBoxLayout()
    column.setSpacing(1)
    before, after = _listed(one.before), _listed(one.after)
    for brief in after:
        row = QHBoxLayout()
        row.setSpacing(4)
        if len(after) > 1:
            row.addWidget(Label(_whose(letters, one, brief), "text2", px=SMALL))
        was = next((old for old in before if old.person_id == brief.person_id), before[0] if before else None)
        changed = was is not None and (was.level, _points(was)) != (brief.level, _points(brief))
        for part in (was, brief) if was is not None and changed else (brief,):
            if part is brief and changed:
                row.addWidget(Label("→", "text2", px=SECOND))
            assert part.level is not None
            row.addWidget(LevelMark(part.level))
            bold = part is brief
            row.addWidget(Label(_points(part), "text" if bold else "text2", px=SECOND, bold=bold))
        row.addStretch(1)
        column.addLayout(row)
    return column


def _whose(letters: str, one: Consequences, brief: PersonBrief) -> str:
    """Which of several persons a line is about: that of record A, of B; by hand the one with so many records."""
    at = [after.person_id for after in one.after].index(brief.person_id)
    return letters[at] if at < len(letters) else _("cons.records", n=count(brief.records))


def _rank(letters: str, one: Consequences) -> list[Line]:
    before, after = _listed(one.before), _listed(one.after)
    lines: list[Line] = []
    for brief in after:
        was = next((old for old in before if old.person_id == brief.person_id), None)
        stays = was is None or was.rank == brief.rank
        words = (
            _("cons.rank.is", rank=count(brief.rank or 0))
            if stays or was is None
            else _("cons.rank.change", before=count(was.rank or 0), after=count(brief.rank or 0))
        )
        lines.append((f"{_whose(letters, one, brief)}　{words}" if len(after) > 1 else words, not stays))
    return lines if lines or not before else [(_("cons.rank.none"), False)]


def _sight(one: Consequences) -> list[Line]:
    lines = [
        (_("cons.sight.gains" if sight.gains else "cons.sight.loses", name=sight.member, n=count(sight.facts)), True)
        for sight in one.sights
    ]
    if (
        one.moved_count
        and any(brief.protected for brief in one.after)
        and not all(brief.protected for brief in one.before)
    ):
        lines.append((_("cons.sight.protected"), True))
    return lines or [(_("cons.sight.none"), False)]


def _siblings(one: Consequences) -> list[Line]:
    if not one.siblings_open:
        return [(_("cons.siblings.none"), False)]
    return [(_("cons.siblings.open", n=count(one.siblings_open)), True), (_("cons.siblings.never"), False)]


def _future(one: Consequences) -> list[Line]:
    if one.disagrees:
        return [(_("cons.disagrees"), True)]
    lines: list[Line] = [(_("cons.future.same" if one.same else "cons.future.apart"), False)]
    if one.replaces:
        lines.append((_("cons.replaces", n=count(one.replaces)), True))
    return lines


def _wrapped(words: str, bold: bool) -> Label:
    return Label(words, "text" if bold else "text2", px=SECOND, bold=bold, wrap=True)
