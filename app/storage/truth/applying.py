"""What an entry does to the desk: one applier per kind.

Everybody's operations pass here, also those of this PC: decoded from their sealed bytes, the
signature checked, its author's roles asked (``app.storage.truth.allowing``). An applier writes
desk tables only; it raises WrongUse or Refused, and then the whole group does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.domain import entries
from app.domain.entries import Kind, Operation
from app.domain.message import Message, Refused, WrongUse
from app.storage import folder as places
from app.storage.database import Connection
from app.storage.keyring import keys
from app.storage.truth import arrivals, belonging, casework, letters, notices, protections, purposes, quality, rulings
from app.storage.truth.allowing import allowed
from app.storage.truth.desk import Desk, id_bytes, set_here


def apply(desk: Desk, operation: Operation) -> None:
    """Check signature, roles and payload, then do what the operation says. Refused or WrongUse."""
    entries.check(operation.kind, operation.payload)
    if not verifies(desk, operation):
        raise Refused("entry.forged", author=operation.author)
    if not allowed(desk, operation):
        raise Refused("role.not_allowed", kind=entries.named(operation.kind))
    APPLIERS[operation.kind](desk, operation)
    view = operation.payload.get("view")
    if isinstance(view, int):
        _point_to(desk, view)


def verifies(desk: Desk, operation: Operation) -> bool:
    """Whether the author's key signed this; the founder's key stands in the founding entry itself."""
    if operation.kind is Kind.OFFICE_CREATED:
        public = bytes.fromhex(str(operation.payload["sign"]))
    else:
        row = desk.connection.execute("SELECT sign FROM member WHERE id = ?", (operation.author,)).fetchone()
        if row is None:
            return False
        public = row[0]
    digest = entries.payload_digest(operation.payload)
    return keys.verifies(public, operation.signature, entries.signed_bytes(desk.office, operation, digest))


# ---------------------------------------------------------------------------- appliers


def _quality(keep: Callable[[Connection, bytes, Operation], None]) -> Callable[[Desk, Operation], None]:
    """What checks the links, and the model that weighs them: see ``quality``."""
    return lambda desk, operation: keep(desk.connection, id_bytes(operation.id), operation)


def _set(desk: Desk, operation: Operation) -> None:
    said = operation.payload
    desk.connection.execute(
        "INSERT OR REPLACE INTO setting (key, value, entry) VALUES (?, ?, ?)",
        (said["key"], entries.canonical(said["value"]).decode(), id_bytes(operation.id)),
    )


def _erase_export(desk: Desk, operation: Operation) -> None:
    """The entry itself is all there is; it must be about a file that went out."""
    entry = str(operation.payload["entry"])
    row = desk.connection.execute("SELECT kind FROM entry WHERE id = ?", (id_bytes(entry),)).fetchone()
    if row is None or row[0] != Kind.EXPORT_MADE:
        raise WrongUse("export.unknown_entry", entry=entry)


def _nothing(_desk: Desk, _operation: Operation) -> None:
    """The entry itself is all there is."""


def _point_to(desk: Desk, number: int) -> None:
    if places.view_db(desk.folder, number).exists():
        set_here(desk.connection, "view", str(number))
    else:
        desk.notes.append(Message("view.lost", {"view": number}))


APPLIERS: Mapping[Kind, Callable[[Desk, Operation], None]] = {
    Kind.OFFICE_CREATED: belonging.add,
    Kind.PERSON_ADDED: belonging.add,
    Kind.PERSON_CHANGED: belonging.change,
    Kind.PERSON_INVITED_AGAIN: belonging.invite_again,
    Kind.PERSON_LEFT: belonging.leave,
    Kind.PASSPHRASE_CHANGED: belonging.renew_slots,
    Kind.RECOVERY_RENEWED: belonging.renew_slots,
    Kind.KEYS_ROTATED: belonging.rotate,
    Kind.DECISION_RECORDED: casework.record_decision,
    Kind.DECISION_WITHDRAWN: casework.withdraw("decision", "decision.unknown"),
    Kind.DECISION_SIGNED: casework.sign_off(signed=True),
    Kind.DECISION_RETURNED: casework.sign_off(signed=False),
    Kind.SIGN_OFF_WITHDRAWN: casework.withdraw("sign_off", "sign_off.unknown"),
    Kind.CONTACT_NOTED: casework.note_contact,
    Kind.CONTACT_WITHDRAWN: casework.withdraw("contact_noted", "contact.unknown"),
    Kind.FOLLOW_UP_MOVED: casework.move_follow_up,
    Kind.FOLLOW_UP_WITHDRAWN: casework.withdraw("follow_up_moved", "follow_up.unknown"),
    Kind.PLAN_MADE: casework.make_plan,
    Kind.PLAN_WITHDRAWN: casework.withdraw("plan", "plan.unknown"),
    Kind.ASSIGNMENT_MADE: casework.assign,
    Kind.BATCH_PUBLISHED: arrivals.publish_batch,
    Kind.BATCH_WITHDRAWN: arrivals.move_batch("published", "withdrawn"),
    Kind.BATCH_RESTORED: arrivals.move_batch("withdrawn", "published"),
    Kind.PROFILE_CHANGED: arrivals.change_profile,
    Kind.LINKS_MADE: arrivals.make_links,
    Kind.RUN_MADE: arrivals.make_run,
    Kind.RULING_MADE: rulings.rule,
    Kind.RULING_WITHDRAWN: rulings.withdraw,
    Kind.QUESTION_ASKED: rulings.ask,
    Kind.MODEL_TAKEN: _quality(quality.take_model),
    Kind.SAMPLE_DRAWN: _quality(quality.draw),
    Kind.SAMPLE_ANSWERED: _quality(quality.answer),
    Kind.SETTING_CHANGED: _set,
    Kind.EXPORT_MADE: _nothing,
    Kind.EXPORT_ERASED: _erase_export,
    Kind.BACKUP_MADE: _nothing,
    Kind.PURPOSE_SET: purposes.set_purpose,
    Kind.STANCE_NOTED: purposes.note_stance,
    Kind.NOTICE_RECEIVED: notices.receive,
    Kind.NOTICE_WITHDRAWN: notices.withdraw,
    Kind.LETTER_NOTED: letters.note,
    Kind.PROTECTION_SET: protections.set_by_hand,
    Kind.PROTECTION_LIFT_ASKED: protections.ask_lifting,
    Kind.PROTECTION_LIFTED: protections.lift,
    Kind.OPENING_ASKED: protections.ask_opening,
    Kind.OPENING_MADE: protections.make_opening,
    Kind.OPENING_REFUSED: protections.refuse_opening,
    Kind.OPENING_CLOSED: protections.close_opening,
}
