"""Undo, also after a restart: what this member did lately, and what taking each of it back means.

The journal is the list: nothing is kept beside it. Undoing is always another entry; nothing is erased. A
thing that was already taken back, or over which somebody worked since, says so instead.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain import ids
from app.domain.entries import Kind
from app.domain.message import Message, Refused, WrongUse
from app.domain.weighing import PrioritySettings
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework import assigning, contacts, followups, planning, reviewing, signing
from app.services.casework.selecting import DEFAULT_CAPACITY, DEFAULT_SAMPLE
from app.services.casework.team import SETTING as TEAM
from app.services.links import linking
from app.services.offices.policy import FACTOR, IDLE_MINUTES
from app.services.protection.need_to_know import OWN_POLICY
from app.services.protection.need_to_know import POLICY as CLOSED_POLICY
from app.storage.offices.office import Office
from app.storage.truth.desk import id_bytes, id_text
from app.storage.truth.protections import MINUTES
from app.storage.truth.protections import POLICY as MINUTES_POLICY

KEPT = 60
"""So many of one's newest acts are looked through."""
REASON = "undo"
"""The reason that stands with what is taken back here; the catalogues say it."""


@dataclass(frozen=True)
class UndoLine:
    """One act of one's own. ``means`` says what undoing it does, or why it cannot be undone (``possible``)."""

    entry: str
    kind: str
    time: datetime
    what: Message
    means: Message
    possible: bool


def recent(office: Office, limit: int = KEPT) -> tuple[UndoLine, ...]:
    """What this member did lately, newest first: what can be taken back, and what cannot and why."""
    with office.reading() as db:
        rows = db.execute(
            "SELECT seq, id, time, kind, payload FROM entry WHERE author = ? AND payload IS NOT NULL"
            " ORDER BY seq DESC LIMIT ?",
            (office.member.id, limit),
        ).fetchall()
        found = [_line(db, row[:4], json.loads(row[4])) for row in rows]
    return tuple(one for one in found if one is not None)


def undo(office: Office, entry: str, now: datetime, reason: str = REASON) -> Outcome[Any]:
    """Take back what this entry did, by another entry. WrongUse for what is no act of one's own;
    Refused where it cannot be taken back (any more)."""
    with office.reading() as db:
        row = db.execute(
            "SELECT seq, id, time, kind, payload, author FROM entry WHERE id = ? AND payload IS NOT NULL",
            (id_bytes(entry),),
        ).fetchone()
        if row is None or row[5] != office.member.id:
            raise WrongUse("undo.not_yours")
        said = json.loads(row[4])
        line = _line(db, row[:4], said)
    if line is None or not line.possible:
        raise Refused("undo.not_possible") if line is None else Refused(line.means.key, **line.means.values)
    return _UNDO[Kind(line.kind)](office, entry, said, reason, now)


# ---------------------------------------------------------------------------- what each act is


Said = Mapping[str, Any]


def _line(db: Any, row: tuple[int, bytes, str, str], said: Said) -> UndoLine | None:
    """The line of an entry; None for an act that undoes, which is no act to be undone."""
    seq, blob, time, kind = row
    tell = _TELL.get(Kind(kind))
    if said.get("undoes") or kind in _TAKES_BACK:
        return None
    if tell is None:
        what, means, possible = Message(f"act.{kind}"), Message(_FINAL.get(Kind(kind), "undo.final")), False
    else:
        what, means, possible = tell(db, seq, blob, said)
    return UndoLine(id_text(blob), kind, datetime.fromisoformat(time).astimezone(), what, means, possible)


Told = tuple[Message, Message, bool]


def _assignment(db: Any, seq: int, blob: bytes, said: Said) -> Told:
    persons = said["persons"] if isinstance(said["persons"], list) else []
    standing = db.execute("SELECT count(*) FROM assignment WHERE entry = ?", (blob,)).fetchone()[0]
    if not said["member"]:  # given to nobody: still so, as far as nobody was given it since
        standing = db.execute(
            "SELECT count(*) FROM assignment_before AS b LEFT JOIN assignment AS a ON a.person_id = b.person_id"
            " WHERE b.entry = ? AND a.person_id IS NULL",
            (blob,),
        ).fetchone()[0]
    name = db.execute("SELECT name FROM member WHERE id = ?", (said["member"],)).fetchone()
    to = name[0] if name else ""
    key = "undo.line.assign" if to else "undo.line.unassign"
    what = Message(key, {"n": len(persons), "name": to, "child": _name(db, persons)})
    if not standing:
        return what, Message("undo.over"), False
    if standing < len(persons):
        return what, Message("undo.means.assign_some", {"n": standing, "of": len(persons)}), True
    return what, Message("undo.means.assign", {"n": standing}), True


def _recorded(table: str) -> Callable[[Any, int, bytes, Said], Told]:
    """A decision, contact, plan, moved date: withdrawn, it stays to be read."""

    def tell(db: Any, _seq: int, blob: bytes, said: Said) -> Told:
        row = db.execute(f"SELECT withdrawn FROM {table} WHERE entry = ?", (blob,)).fetchone()
        what = Message(f"undo.line.{table}", {"child": _name(db, [said["person"]])})
        if row is None or row[0]:
            return what, Message("undo.over"), False
        return what, Message(f"undo.means.{table}"), True

    return tell


def _ruling(db: Any, _seq: int, blob: bytes, said: Said) -> Told:
    row = db.execute("SELECT withdrawn FROM ruling WHERE entry = ? LIMIT 1", (blob,)).fetchone()
    what = Message("undo.line.same" if said["same"] else "undo.line.other", {"child": _name(db, said.get("persons"))})
    if row is None or row[0]:
        return what, Message("undo.over"), False
    return what, Message("undo.means.ruling"), True


def _setting(db: Any, _seq: int, blob: bytes, said: Said) -> Told:
    key = str(said["key"])
    view = key.startswith("views.") or ".views." in key
    stack = _standing(db, key)
    place = next((at for at, (entry, _value) in enumerate(stack) if entry == id_text(blob)), None)
    before = stack[place - 1][1] if place else None
    what = Message("undo.line.setting", {"what": Message(f"setting.{key}" if key in _AS_IT_COMES else "setting.other")})
    if view:
        told = said["value"] if isinstance(said["value"], dict) else before if isinstance(before, dict) else {}
        which = "view_removed" if said["value"] is None else "view_changed" if before else "view"
        what = Message(f"undo.line.{which}", {"name": str(told.get("name", ""))})
    if place is None:
        return what, Message("undo.over"), False
    if place < len(stack) - 1:
        return what, Message("undo.later"), False
    if key not in _AS_IT_COMES and not view and not place:
        return what, Message("undo.first_value"), False
    return what, Message("undo.means.view" if view else "undo.means.setting"), True


def _batch(_db: Any, _seq: int, _blob: bytes, said: Said) -> Told:
    return Message("undo.line.batch", {"rows": int(said.get("rows", 0))}), Message("undo.elsewhere.batch"), False


_AS_IT_COMES: Mapping[str, object] = {
    "priority": PrioritySettings().as_json(),
    "capacity": DEFAULT_CAPACITY,
    "sample": DEFAULT_SAMPLE,
    TEAM: {},
    "policy.idle_minutes": IDLE_MINUTES,
    MINUTES_POLICY: MINUTES,
    CLOSED_POLICY: {},
    OWN_POLICY: False,
    FACTOR: False,
}
"""What stood before anybody set it."""
_TELL: Mapping[Kind, Callable[[Any, int, bytes, Said], Told]] = {
    Kind.ASSIGNMENT_MADE: _assignment,
    Kind.DECISION_RECORDED: _recorded("decision"),
    Kind.DECISION_SIGNED: _recorded("sign_off"),
    Kind.DECISION_RETURNED: _recorded("sign_off"),
    Kind.CONTACT_NOTED: _recorded("contact_noted"),
    Kind.FOLLOW_UP_MOVED: _recorded("follow_up_moved"),
    Kind.PLAN_MADE: _recorded("plan"),
    Kind.RULING_MADE: _ruling,
    Kind.SETTING_CHANGED: _setting,
    Kind.BATCH_PUBLISHED: _batch,
}
_TAKES_BACK = frozenset(
    {"decision.withdrawn", "contact.withdrawn", "follow_up.withdrawn", "plan.withdrawn", "ruling.withdrawn",
     "sign_off.withdrawn", "links.made", "run.made"}
)  # fmt: skip
_FINAL: Mapping[Kind, str] = {
    Kind.PERSON_LEFT: "undo.final.left",
    Kind.KEYS_ROTATED: "undo.final.keys",
    Kind.EXPORT_MADE: "undo.final.export",
    Kind.PASSPHRASE_CHANGED: "undo.final.passphrase",
    Kind.RECOVERY_RENEWED: "undo.final.passphrase",
    Kind.PERSON_ADDED: "undo.elsewhere.people",
    Kind.PERSON_CHANGED: "undo.elsewhere.people",
    Kind.PURPOSE_SET: "undo.elsewhere.purpose",
}


def _name(db: Any, codes: Sequence[str] | None) -> str:
    """The name of the first child that an act concerns, and how many more there are is said by the sentence."""
    for code in codes or ():
        try:
            row = db.execute("SELECT name FROM view.person WHERE person_id = ?", (ids.number(str(code)),)).fetchone()
        except ValueError:
            continue
        if row is not None:
            return str(row[0])
    return ""


def _standing(db: Any, key: str) -> list[tuple[str, Any]]:
    """The entries that set a key and were not taken back, with what they set; the last one is in force."""
    stack: list[tuple[str, Any]] = []
    for blob, payload in db.execute(
        "SELECT id, payload FROM entry WHERE kind = ? AND payload IS NOT NULL"
        " AND json_extract(payload, '$.key') = ? ORDER BY seq",
        (str(Kind.SETTING_CHANGED), key),
    ).fetchall():
        said = json.loads(payload)
        if said.get("undoes"):
            stack = [one for one in stack if one[0] != said["undoes"]]
        else:
            stack.append((id_text(blob), said["value"]))
    return stack


# ---------------------------------------------------------------------------- taking back


_Undo = Callable[[Office, str, Said, str, datetime], Outcome[Any]]


def _undo_assignment(office: Office, entry: str, _said: Said, _reason: str, now: datetime) -> Outcome[Any]:
    return assigning.undo_assign(office, entry, now)


def _undo_decision(office: Office, entry: str, said: Said, reason: str, now: datetime) -> Outcome[Any]:
    return reviewing.withdraw_decision(office, ids.number(str(said["person"])), entry, reason, now)


def _undo_sign_off(office: Office, entry: str, said: Said, reason: str, now: datetime) -> Outcome[Any]:
    return signing.withdraw(office, {ids.number(str(said["person"])): entry}, reason, now)


def _undo_move(office: Office, entry: str, said: Said, reason: str, now: datetime) -> Outcome[Any]:
    return followups.take_back_move(office, ids.number(str(said["person"])), entry, reason, now)


def _undo_plan(office: Office, entry: str, said: Said, reason: str, now: datetime) -> Outcome[Any]:
    return planning.withdraw(office, ids.number(str(said["person"])), entry, reason, now)


def _undo_contact(office: Office, entry: str, said: Said, reason: str, now: datetime) -> Outcome[Any]:
    return contacts.withdraw(office, ids.number(str(said["person"])), [entry], reason, now)


def _undo_ruling(office: Office, entry: str, _said: Said, reason: str, now: datetime) -> Outcome[Any]:
    return linking.withdraw_ruling(office, entry, reason, now)


def _undo_setting(office: Office, entry: str, said: Said, _reason: str, now: datetime) -> Outcome[Any]:
    key = str(said["key"])
    stack = _standing(office.reader(), key)
    before = stack[-2][1] if len(stack) > 1 else _AS_IT_COMES.get(key)
    payload = {"key": key, "value": before, "undoes": entry}
    made = office.write(Kind.SETTING_CHANGED, payload, time=now)
    return Outcome(made.id, Changes(frozenset({"setting", "views"})))


_UNDO: dict[Kind, _Undo] = {
    Kind.ASSIGNMENT_MADE: _undo_assignment,
    Kind.DECISION_RECORDED: _undo_decision,
    Kind.DECISION_SIGNED: _undo_sign_off,
    Kind.DECISION_RETURNED: _undo_sign_off,
    Kind.CONTACT_NOTED: _undo_contact,
    Kind.FOLLOW_UP_MOVED: _undo_move,
    Kind.PLAN_MADE: _undo_plan,
    Kind.RULING_MADE: _undo_ruling,
    Kind.SETTING_CHANGED: _undo_setting,
}
