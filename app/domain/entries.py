"""Entries: what an act of a person looks like before and after it is in the chain.

The bytes that are signed and chained are made here, and the check that a payload can be
understood. Nothing here knows of files, keys or clocks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from app.domain.message import Message, WrongUse

GENESIS = bytes(32)
"""What stands as the previous digest of a device's first entry."""

PAYLOAD_LIMIT = 4_000_000
"""Bytes of one payload; far above any real one, far below what would stall a reader."""


class Kind(StrEnum):
    """Every kind of entry. The words are stored: add, never rename."""

    OFFICE_CREATED = "office.created"
    PERSON_ADDED = "person.added"
    PERSON_CHANGED = "person.changed"
    PERSON_INVITED_AGAIN = "person.invited_again"
    PERSON_LEFT = "person.left"
    PASSPHRASE_CHANGED = "passphrase.changed"
    RECOVERY_RENEWED = "recovery.renewed"
    KEYS_ROTATED = "keys.rotated"
    DECISION_RECORDED = "decision.recorded"
    DECISION_WITHDRAWN = "decision.withdrawn"
    DECISION_SIGNED = "decision.signed"
    DECISION_RETURNED = "decision.returned"
    SIGN_OFF_WITHDRAWN = "sign_off.withdrawn"
    CONTACT_NOTED = "contact.noted"
    CONTACT_WITHDRAWN = "contact.withdrawn"
    FOLLOW_UP_MOVED = "follow_up.moved"
    FOLLOW_UP_WITHDRAWN = "follow_up.withdrawn"
    PLAN_MADE = "plan.made"
    PLAN_WITHDRAWN = "plan.withdrawn"
    ASSIGNMENT_MADE = "assignment.made"
    BATCH_PUBLISHED = "batch.published"
    BATCH_WITHDRAWN = "batch.withdrawn"
    BATCH_RESTORED = "batch.restored"
    PROFILE_CHANGED = "profile.changed"
    LINKS_MADE = "links.made"
    RUN_MADE = "run.made"
    RULING_MADE = "ruling.made"
    RULING_WITHDRAWN = "ruling.withdrawn"
    QUESTION_ASKED = "question.asked"
    MODEL_TAKEN = "model.taken"
    SAMPLE_DRAWN = "sample.drawn"
    SAMPLE_ANSWERED = "sample.answered"
    SETTING_CHANGED = "setting.changed"
    EXPORT_MADE = "export.made"
    EXPORT_ERASED = "export.erased"
    BACKUP_MADE = "backup.made"
    PURPOSE_SET = "purpose.set"
    STANCE_NOTED = "stance.noted"
    NOTICE_RECEIVED = "notice.received"
    NOTICE_WITHDRAWN = "notice.withdrawn"
    LETTER_NOTED = "letter.noted"
    PROTECTION_SET = "protection.set"
    PROTECTION_LIFT_ASKED = "protection.lift_asked"
    PROTECTION_LIFTED = "protection.lifted"
    OPENING_ASKED = "opening.asked"
    OPENING_MADE = "opening.made"
    OPENING_REFUSED = "opening.refused"
    OPENING_CLOSED = "opening.closed"


NEEDED: Mapping[Kind, frozenset[str]] = {
    Kind.OFFICE_CREATED: frozenset({"office", "name", "member", "person", "roles", "sign", "box", "generation"}),
    Kind.PERSON_ADDED: frozenset({"member", "person", "roles", "sign", "box", "generation"}),
    Kind.PERSON_CHANGED: frozenset({"member", "roles", "generation"}),
    Kind.PERSON_INVITED_AGAIN: frozenset({"member", "sign", "box", "generation", "serial"}),
    Kind.PERSON_LEFT: frozenset({"member"}),
    Kind.PASSPHRASE_CHANGED: frozenset({"serial", "how"}),
    Kind.RECOVERY_RENEWED: frozenset({"serial"}),
    Kind.KEYS_ROTATED: frozenset({"epoch", "reason"}),
    Kind.DECISION_RECORDED: frozenset({"person", "decision", "reason", "day", "next", "evidence"}),
    Kind.DECISION_WITHDRAWN: frozenset({"entry", "reason"}),
    Kind.DECISION_SIGNED: frozenset({"person", "entry"}),
    Kind.DECISION_RETURNED: frozenset({"person", "entry", "reason"}),
    Kind.SIGN_OFF_WITHDRAWN: frozenset({"person", "entry", "reason"}),
    Kind.CONTACT_NOTED: frozenset({"person", "contact", "result", "seen", "day", "words"}),
    Kind.CONTACT_WITHDRAWN: frozenset({"person", "entry", "reason"}),
    Kind.FOLLOW_UP_MOVED: frozenset({"person", "before", "day", "reason"}),
    Kind.FOLLOW_UP_WITHDRAWN: frozenset({"person", "entry", "reason"}),
    Kind.PLAN_MADE: frozenset({"person", "plan"}),
    Kind.PLAN_WITHDRAWN: frozenset({"person", "entry", "reason"}),
    Kind.ASSIGNMENT_MADE: frozenset({"persons", "member"}),
    Kind.BATCH_PUBLISHED: frozenset({"batch", "extract", "rows", "merkle"}),
    Kind.BATCH_WITHDRAWN: frozenset({"batch", "reason"}),
    Kind.BATCH_RESTORED: frozenset({"batch", "reason"}),
    Kind.PROFILE_CHANGED: frozenset({"key", "profile", "before"}),
    Kind.LINKS_MADE: frozenset({"links", "model", "merkle"}),
    Kind.RUN_MADE: frozenset({"as_of", "settings"}),
    Kind.RULING_MADE: frozenset({"a", "b", "same", "reason"}),
    Kind.RULING_WITHDRAWN: frozenset({"entry", "reason"}),
    Kind.QUESTION_ASKED: frozenset({"a", "b", "whom", "words"}),
    Kind.MODEL_TAKEN: frozenset({"model", "own", "text", "reason"}),
    Kind.SAMPLE_DRAWN: frozenset({"model", "links", "pairs"}),
    Kind.SAMPLE_ANSWERED: frozenset({"sample", "place", "answer"}),
    Kind.SETTING_CHANGED: frozenset({"key", "value"}),
    Kind.EXPORT_MADE: frozenset({"what", "purpose"}),
    Kind.EXPORT_ERASED: frozenset({"entry", "how", "day"}),
    Kind.BACKUP_MADE: frozenset({"digest"}),
    Kind.PURPOSE_SET: frozenset({"extract", "item", "used", "purpose", "basis", "words"}),
    Kind.STANCE_NOTED: frozenset({"person", "extract", "item", "stance", "day", "words"}),
    Kind.NOTICE_RECEIVED: frozenset({"person", "received", "day", "form"}),
    Kind.NOTICE_WITHDRAWN: frozenset({"entry", "reason"}),
    Kind.LETTER_NOTED: frozenset({"person", "list", "state", "day", "words"}),
    Kind.PROTECTION_SET: frozenset({"person", "reason"}),
    Kind.PROTECTION_LIFT_ASKED: frozenset({"person", "reason", "seen"}),
    Kind.PROTECTION_LIFTED: frozenset({"person", "request"}),
    Kind.OPENING_ASKED: frozenset({"person", "reason"}),
    Kind.OPENING_MADE: frozenset({"person", "member", "what", "reason", "until"}),
    Kind.OPENING_REFUSED: frozenset({"person", "request", "reason"}),
    Kind.OPENING_CLOSED: frozenset({"person", "opening"}),
}
"""Kind -> what its payload must have; it may have more. Ids of persons, records and facts are codes."""


def named(kind: Kind) -> Message:
    """What people call an act of this kind."""
    return Message(f"act.{kind}")


@dataclass(frozen=True)
class Operation:
    """An act as its author signed it: what travels. ``id`` is a UUID's text, ``time`` UTC ISO."""

    id: str
    device: str
    author: str
    time: str
    kind: Kind
    payload: Mapping[str, object]
    signature: bytes = b""


@dataclass(frozen=True)
class Entry:
    """An operation with its place in the chain. ``fresh`` is False for one that was there before."""

    seq: int
    id: str
    device: str
    device_seq: int
    author: str
    time: str
    kind: Kind
    payload: Mapping[str, object]
    digest: bytes
    fresh: bool = True


def canonical(value: object) -> bytes:
    """The one spelling of a JSON value: keys sorted, no blanks, UTF-8. ValueError for NaN and half characters."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def moment(time: datetime) -> str:
    """UTC ISO text with milliseconds: ``2026-10-31T01:02:03.004Z``. ValueError without a zone."""
    if time.tzinfo is None:
        raise ValueError("a time of an entry needs its zone")
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def payload_digest(payload: Mapping[str, object]) -> bytes:
    """32 bytes over the payload's canonical spelling; outlives an erased payload."""
    return hashlib.sha256(b"kizuki payload 1\0" + canonical(payload)).digest()


def signed_bytes(office: str, operation: Operation, digest: bytes) -> bytes:
    """What the author signs: bound to the office, so that it says nothing elsewhere."""
    words = [office, operation.id, operation.device, operation.author, operation.time, operation.kind, digest.hex()]
    return b"kizuki operation 1\0" + canonical(words)


def entry_digest(operation: Operation, digest: bytes, device_seq: int, previous: bytes) -> bytes:
    """The link of the chain: over digests, so that it verifies without payloads."""
    words = [
        operation.id, operation.device, device_seq, operation.author, operation.time, operation.kind,
        digest.hex(), previous.hex(), operation.signature.hex(),
    ]  # fmt: skip
    return hashlib.sha256(b"kizuki entry 1\0" + canonical(words)).digest()


def check(kind: Kind, payload: Mapping[str, object]) -> None:
    """Raise WrongUse for a payload that lacks something or is beyond all measure."""
    missing = NEEDED[kind] - payload.keys()
    if missing:
        raise WrongUse("entry.incomplete", kind=named(kind), missing=", ".join(sorted(missing)))
    try:
        size = len(canonical(payload))
    except (ValueError, TypeError) as error:
        raise WrongUse("entry.not_text", kind=named(kind)) from error
    if size > PAYLOAD_LIMIT:
        raise WrongUse("entry.too_long", kind=named(kind))
