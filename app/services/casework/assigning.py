"""Assigning: whose child it is. One child, a selection, or taking an unassigned one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain import ids
from app.domain.entries import Kind
from app.domain.message import WrongUse
from app.services.answers.outcomes import Changes, Outcome
from app.storage.offices.office import Office
from app.storage.truth.desk import id_bytes


def assign(office: Office, person_ids: Sequence[int], member: str, now: datetime) -> Outcome[str]:
    """Give these children to a member by name, or to nobody (""); the entry's id.

    One entry for the whole selection, so that one undo gives every child back to whom it had.
    """
    if not person_ids:
        raise WrongUse("assign.nobody_chosen")
    _existing(office, person_ids)
    entry = office.write(
        "assignment.made",
        {
            "persons": [ids.code(one) for one in sorted(set(person_ids))],
            "member": _member_id(office, member),
        },
        time=now,
    )
    return Outcome(entry.id, Changes(frozenset({"assignment"}), frozenset(person_ids)))


def undo_assign(office: Office, entry: str, now: datetime) -> Outcome[tuple[str, ...]]:
    """Give every child of that assignment back to whoever had it before; the new entries' ids.

    A child that was assigned again since keeps its newer assignee.
    """
    before: dict[str, list[int]] = {}
    for person_id, member in _still_standing(office, entry):
        before.setdefault(member, []).append(person_id)
    made = office.write_many(
        [
            (
                Kind.ASSIGNMENT_MADE,
                {"persons": [ids.code(one) for one in persons], "member": member, "undoes": entry},
            )
            for member, persons in sorted(before.items())
        ],
        time=now,
    )
    persons = frozenset(one for group in before.values() for one in group)
    return Outcome(tuple(one.id for one in made), Changes(frozenset({"assignment"}), persons))


def _still_standing(office: Office, entry: str) -> list[tuple[int, str]]:
    rows = office.reader().execute(
        "SELECT b.person_id, b.member FROM assignment_before AS b"
        " JOIN assignment AS a ON a.person_id = b.person_id AND a.entry = b.entry"
        " WHERE b.entry = ? ORDER BY b.person_id",
        (id_bytes(entry),),
    )
    return [(row[0], row[1]) for row in rows.fetchall()]


def _member_id(office: Office, name: str) -> str:
    if not name:
        return ""
    for member in office.members():
        if member.name == name:
            return member.id
    raise WrongUse("member.unknown", name=name)


def _existing(office: Office, person_ids: Sequence[int]) -> None:
    db = office.reader()
    for one in person_ids:
        found = db.execute("SELECT 1 FROM view.person WHERE person_id = ?", (one,))
        if found.fetchone() is None:
            raise WrongUse("child.unknown", child=ids.code(one))
