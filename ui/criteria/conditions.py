"""What else must hold: signals joined by "all" or "any", some of them in groups of their own.

Two of these stand in the form: what must hold besides (``also``), and for whom it is asked at all (``only_if``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.child.choices import Tick
from ui.criteria.signals import Parts, SignalForm
from ui.widgets.buttons import Button
from ui.widgets.forms import choose, combo
from ui.widgets.ground import Ground
from ui.words import _

JOINTS = ("all", "any")


class Conditions(QWidget):
    """Conditions under one joint. ``grouped``: some may be groups with a joint of their own."""

    edited = Signal()

    def __init__(self, parts: Parts, grouped: bool = True) -> None:
        super().__init__()
        self._parts = parts
        self.members: list[SignalForm | Group] = []
        self.joint = combo([(one, _(f"compose.joint.{one}")) for one in JOINTS], _("compose.joint"))
        self.joint.currentIndexChanged.connect(lambda _at: self.edited.emit())
        self.add = Button(_("compose.condition.add"), kind="quiet", icon="plus", height=24)
        self.add.clicked.connect(lambda: self._append(SignalForm(self._parts, True)))
        self.add_group = Button(_("compose.group.add"), kind="quiet", icon="code-parentheses", height=24)
        self.add_group.clicked.connect(self._new_group)
        self.add_group.setVisible(grouped)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        tools = QHBoxLayout()
        tools.setSpacing(6)
        tools.addWidget(self.add)
        if grouped:
            tools.addWidget(self.add_group)
        tools.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.joint, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._lines)
        column.addLayout(tools)
        self.joint.hide()

    def _new_group(self) -> None:
        group = Group(self._parts)
        group.within.add.click()
        self._append(group)

    def _append(self, member: SignalForm | Group) -> None:
        member.edited.connect(self.edited.emit)
        member.dropped.connect(partial(self._drop, member))
        self.members.append(member)
        self._lines.addWidget(member)
        self._changed()

    def _drop(self, member: SignalForm | Group) -> None:
        self.members.remove(member)
        member.hide()
        member.deleteLater()
        self._changed()

    def _changed(self) -> None:
        self.joint.setVisible(len(self.members) > 1)
        self.edited.emit()

    def condition(self) -> dict[str, Any] | None:
        """As plain words; None where there is no condition."""
        said = [member.condition() for member in self.members]
        told = [one for one in said if one is not None]
        if len(told) <= 1:
            return told[0] if told else None
        return {str(self.joint.currentData()): told}

    def put(self, table: Mapping[str, Any]) -> None:
        """Show conditions that are there already. ValueError for groups within groups."""
        joint = next((one for one in JOINTS if one in table), "")
        if joint:
            choose(self.joint, joint)
        for part in table[joint] if joint else (table,):
            inner = part.get("not", part)
            member: SignalForm | Group
            member = Group(self._parts) if any(one in inner for one in JOINTS) else SignalForm(self._parts, True)
            member.put(part)
            self._append(member)


class Group(Ground):
    """Conditions that count as one."""

    edited = Signal()
    dropped = Signal()

    def __init__(self, parts: Parts) -> None:
        super().__init__("window", "lrtb", "line2")
        self.within = Conditions(parts, grouped=False)
        self.within.edited.connect(self.edited.emit)
        self.negated = Tick(_("compose.group.negated"))
        self.negated.toggled.connect(lambda _on: self.edited.emit())
        drop = Button(_("compose.group.drop"), kind="quiet", icon="close", height=24)
        drop.clicked.connect(self.dropped.emit)
        head = QHBoxLayout()
        head.addWidget(self.negated)
        head.addStretch(1)
        head.addWidget(drop)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 8, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.within)

    def condition(self) -> dict[str, Any] | None:
        """As plain words; None where it is empty."""
        said = self.within.condition()
        return {"not": said} if said is not None and self.negated.isChecked() else said

    def put(self, table: Mapping[str, Any]) -> None:
        """Show a group that is there already."""
        self.negated.setChecked("not" in table)
        inner = table.get("not", table)
        if any(one in part for part in next(iter(inner.values())) for one in JOINTS):
            raise ValueError("a group within a group")
        self.within.put(inner)
