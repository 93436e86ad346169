"""What an entry does to the desk: one applier per kind, and whether its author was allowed.

Everybody's operations pass here, also those of this PC: decoded from their sealed bytes, the
signature checked, the roles looked up as they stand at that point of the chain. An applier writes
desk tables only; it raises WrongUse or Refused, and then the whole group does not count.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from app.domain import entries
from app.domain.entries import Kind, Operation
from app.domain.message import Message, Refused, WrongUse
from app.domain.roles import Member, Role
from app.domain.whereabouts import OPENING
from app.storage import belonging, casework, keys, letters, notices, protections, purposes, quality, rulings
from app.storage import folder as places
from app.storage.database import Connection
from app.storage.desk import Desk, id_bytes, member, person_number, set_here
from app.storage.office_profiles import check_document

_Rule = Callable[[Desk, Member, Mapping[str, Any]], bool]

# ---------------------------------------------------------------------------- counting


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


def allowed(desk: Desk, operation: Operation) -> bool:
    """Whether the author's roles, as they stand now, allow this."""
    if operation.kind is Kind.OFFICE_CREATED:
        empty = desk.connection.execute("SELECT count(*) FROM member").fetchone()[0] == 0
        return bool(empty) and operation.payload["member"] == operation.author
    author = member(desk.connection, operation.author)
    if author is None or not author.active:
        return False
    rule = _RULES[operation.kind]
    return author.may(rule) if isinstance(rule, str) else rule(desk, author, operation.payload)


def _assignee(desk: Desk, person_id: int) -> str:
    row = desk.connection.execute("SELECT member FROM assignment WHERE person_id = ?", (person_id,)).fetchone()
    return str(row[0]) if row else ""


def _may_assign(desk: Desk, author: Member, payload: Mapping[str, Any]) -> bool:
    if author.may("assign"):
        return True
    takes = payload["member"] == author.id
    free = all(_assignee(desk, person_number(person)) in ("", author.id) for person in payload["persons"])
    return author.may("take") and takes and free


def _may_withdraw(table: str, verb: str) -> _Rule:
    """What one recorded oneself, or as a lead."""

    def rule(desk: Desk, author: Member, payload: Mapping[str, Any]) -> bool:
        row = desk.connection.execute(
            f"SELECT author FROM {table} WHERE entry = ?", (id_bytes(str(payload["entry"])),)
        ).fetchone()
        own = row is not None and row[0] == author.id
        return author.may(verb) and (own or Role.LEAD in author.roles)

    return rule


def _may_rule(desk: Desk, author: Member, payload: Mapping[str, Any]) -> bool:
    if author.may("rule"):
        return True
    persons = [person_number(person) for person in payload.get("persons", ())]
    return author.may("rule_own") and any(_assignee(desk, person) == author.id for person in persons)


def _may_withdraw_ruling(desk: Desk, author: Member, payload: Mapping[str, Any]) -> bool:
    row = desk.connection.execute(
        "SELECT author FROM ruling WHERE entry = ?", (id_bytes(str(payload["entry"])),)
    ).fetchone()
    own = row is not None and row[0] == author.id
    return author.may("rule") or (own and author.may("rule_own"))


def _may_set(_desk: Desk, author: Member, payload: Mapping[str, Any]) -> bool:
    key = str(payload["key"])
    if key.startswith(f"own.{author.id}."):
        return author.may("see")
    return author.may("policy" if key.startswith("policy.") else "settings")


def _may_export(desk: Desk, author: Member, payload: Mapping[str, Any]) -> bool:
    if author.may("export"):
        return True
    kind, _, person = str(payload["what"]).partition(":")
    own = kind == "child" and _assignee(desk, person_number(person)) == author.id
    return own and author.may("print_own")


def _may_erase_export(desk: Desk, author: Member, payload: Mapping[str, Any]) -> bool:
    """Who took a file out, or a lead, says that it is gone."""
    row = desk.connection.execute(
        "SELECT author FROM entry WHERE id = ?", (id_bytes(str(payload["entry"])),)
    ).fetchone()
    return author.may("export") or (row is not None and row[0] == author.id)


def _may_open(_desk: Desk, author: Member, payload: Mapping[str, Any]) -> bool:
    """Whereabouts are a lead's to open, also for a worker who asked; a closed sector opens whoever needs it."""
    if payload["what"] == OPENING:
        return author.may("unveil")
    return author.may("see") and payload["member"] == author.id


def _may_close(desk: Desk, author: Member, payload: Mapping[str, Any]) -> bool:
    row = desk.connection.execute(
        "SELECT member FROM opening WHERE entry = ?", (id_bytes(str(payload["opening"])),)
    ).fetchone()
    return author.may("unveil") or (row is not None and row[0] == author.id)


def _anybody(_desk: Desk, author: Member, _payload: Mapping[str, Any]) -> bool:
    """An act upon one's own keys."""
    return author.active


_RULES: Mapping[Kind, str | _Rule] = {
    Kind.PERSON_ADDED: "people",
    Kind.PERSON_CHANGED: "people",
    Kind.PERSON_INVITED_AGAIN: "people",
    Kind.PERSON_LEFT: "people",
    Kind.PASSPHRASE_CHANGED: _anybody,
    Kind.RECOVERY_RENEWED: "people",
    Kind.KEYS_ROTATED: "people",
    Kind.DECISION_RECORDED: "decide",
    Kind.DECISION_WITHDRAWN: _may_withdraw("decision", "decide"),
    Kind.CONTACT_NOTED: "note",
    Kind.CONTACT_WITHDRAWN: _may_withdraw("contact_noted", "note"),
    Kind.FOLLOW_UP_MOVED: "note",
    Kind.FOLLOW_UP_WITHDRAWN: _may_withdraw("follow_up_moved", "note"),
    Kind.PLAN_MADE: "decide",
    Kind.PLAN_WITHDRAWN: _may_withdraw("plan", "decide"),
    Kind.ASSIGNMENT_MADE: _may_assign,
    Kind.BATCH_PUBLISHED: "import",
    Kind.BATCH_WITHDRAWN: "import",
    Kind.BATCH_RESTORED: "import",
    Kind.PROFILE_CHANGED: "settings",
    Kind.LINKS_MADE: "import",
    Kind.RUN_MADE: "import",
    Kind.RULING_MADE: _may_rule,
    Kind.RULING_WITHDRAWN: _may_withdraw_ruling,
    Kind.QUESTION_ASKED: _may_rule,
    Kind.MODEL_TAKEN: "import",
    Kind.SAMPLE_DRAWN: "rule",
    Kind.SAMPLE_ANSWERED: "rule",
    Kind.SETTING_CHANGED: _may_set,
    Kind.EXPORT_MADE: _may_export,
    Kind.EXPORT_ERASED: _may_erase_export,
    Kind.BACKUP_MADE: "backup",
    Kind.PURPOSE_SET: "settings",
    Kind.STANCE_NOTED: "note",
    Kind.NOTICE_RECEIVED: "note",
    Kind.NOTICE_WITHDRAWN: "note",
    Kind.LETTER_NOTED: "note",
    Kind.PROTECTION_SET: "note",
    Kind.PROTECTION_LIFT_ASKED: "unveil",
    Kind.PROTECTION_LIFTED: "unveil",
    Kind.OPENING_ASKED: "see",
    Kind.OPENING_MADE: _may_open,
    Kind.OPENING_REFUSED: "unveil",
    Kind.OPENING_CLOSED: _may_close,
}


# ---------------------------------------------------------------------------- appliers


def _record_decision(desk: Desk, operation: Operation) -> None:
    said = operation.payload
    desk.connection.execute(
        "INSERT INTO decision (entry, person_id, author, recorded, kind, reason, day, next, evidence, meeting, ref,"
        " on_screen, took_part) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            id_bytes(operation.id), person_number(said["person"]), operation.author, operation.time, said["decision"],
            said["reason"], said["day"], said["next"], json.dumps(said["evidence"]), said.get("meeting") or "",
            said.get("ref"), said.get("on_screen") or "", said.get("took_part") or "",
        ),
    )  # fmt: skip


def _withdraw(table: str, missing: str) -> Callable[[Desk, Operation], None]:
    def applier(desk: Desk, operation: Operation) -> None:
        entry = str(operation.payload["entry"])
        cursor = desk.connection.execute(f"UPDATE {table} SET withdrawn = 1 WHERE entry = ?", (id_bytes(entry),))
        if cursor.rowcount == 0:
            raise WrongUse(missing, entry=entry)

    return applier


def _assign(desk: Desk, operation: Operation) -> None:
    said, entry = operation.payload, id_bytes(operation.id)
    persons = said["persons"]
    to = str(said["member"])
    if to and member(desk.connection, to) is None:
        raise WrongUse("person.not_in_office", name=to)
    numbers = sorted({person_number(person) for person in (persons if isinstance(persons, list) else [])})
    desk.connection.executemany(
        "INSERT INTO assignment_before (entry, person_id, member)"
        " VALUES (?1, ?2, coalesce((SELECT member FROM assignment WHERE person_id = ?2), ''))",
        [(entry, number) for number in numbers],
    )
    if to:
        desk.connection.executemany(
            "INSERT OR REPLACE INTO assignment (person_id, member, entry) VALUES (?, ?, ?)",
            [(number, to, entry) for number in numbers],
        )
    else:
        desk.connection.executemany("DELETE FROM assignment WHERE person_id = ?", [(number,) for number in numbers])


def _publish_batch(desk: Desk, operation: Operation) -> None:
    said, entry = operation.payload, id_bytes(operation.id)
    merkle = bytes.fromhex(str(said["merkle"]))
    cursor = desk.connection.execute(
        "UPDATE batch SET state = 'published', merkle = ?, entry = ? WHERE batch_id = ? AND state = 'staged'",
        (merkle, entry, said["batch"]),
    )
    if cursor.rowcount == 0:
        # Only where the database went back behind its segment: say so, and let `verify` find it.
        desk.notes.append(Message("batch.rows_lost", {"batch": said["batch"]}))
        desk.connection.execute(
            "INSERT OR IGNORE INTO batch (batch_id, extract, file, received, state, rows, accepted, rejected, header,"
            " encoding, merkle, entry) VALUES (?, ?, '', ?, 'published', ?, 0, 0, '[]', '', ?, ?)",
            (said["batch"], said["extract"], operation.time, said["rows"], merkle, entry),
        )


def _move_batch(state: str, to: str) -> Callable[[Desk, Operation], None]:
    def applier(desk: Desk, operation: Operation) -> None:
        batch = operation.payload["batch"]
        cursor = desk.connection.execute(
            "UPDATE batch SET state = ? WHERE batch_id = ? AND state = ?", (to, batch, state)
        )
        if cursor.rowcount == 0:
            raise WrongUse(f"batch.not_{state}", batch=batch)

    return applier


def _change_profile(_desk: Desk, operation: Operation) -> None:
    """The entry itself is what counts; it must be one that can lie over a shipped profile."""
    check_document(str(operation.payload["key"]), operation.payload["profile"])


def _make_links(desk: Desk, operation: Operation) -> None:
    said, entry = operation.payload, id_bytes(operation.id)
    merkle = bytes.fromhex(str(said["merkle"]))
    cursor = desk.connection.execute(
        "UPDATE link_run SET merkle = ?, entry = ? WHERE run_id = ? AND entry IS NULL", (merkle, entry, said["links"])
    )
    if cursor.rowcount == 0:
        desk.notes.append(Message("links.lost", {"links": said["links"]}))
        desk.connection.execute(
            "INSERT OR IGNORE INTO link_run (run_id, model, merkle, entry) VALUES (?, ?, ?, ?)",
            (said["links"], said["model"], merkle, entry),
        )


def _make_run(desk: Desk, operation: Operation) -> None:
    said = operation.payload
    desk.connection.execute(
        "INSERT INTO run (as_of, settings, made, entry) VALUES (?, ?, ?, ?)",
        (said["as_of"], entries.canonical(said["settings"]).decode(), operation.time, id_bytes(operation.id)),
    )


def _rule(desk: Desk, operation: Operation) -> None:
    said, entry = operation.payload, id_bytes(operation.id)
    pairs = [(said["a"], said["b"]), *_listed(said, "also")]
    rulings.note(
        desk.connection,
        rulings.Said(
            entry, [(person_number(a), person_number(b)) for a, b in pairs], bool(said["same"]), operation.author,
            operation.time, str(said["reason"]), [id_bytes(str(one)) for one in _listed(said, "replaces")],
        ),
    )  # fmt: skip
    _regroup(desk, operation)
    for gone, now in _listed(said, "aliases"):
        rulings.carry(desk.connection, entry, person_number(gone), person_number(now))


def _withdraw_ruling(desk: Desk, operation: Operation) -> None:
    said, entry = operation.payload, id_bytes(operation.id)
    ruling = id_bytes(str(said["entry"]))
    if not rulings.take_back(desk.connection, ruling, [id_bytes(str(one)) for one in _listed(said, "restores")]):
        raise WrongUse("ruling.unknown", entry=said["entry"])
    _regroup(desk, operation)
    back = [person_number(one) for one in _listed(said, "back")]
    if back:
        rulings.give_up(desk.connection, ruling)
    for person in back:
        rulings.bring_back(desk.connection, ruling, entry, person)
    for gone, now in _listed(said, "aliases"):
        rulings.carry(desk.connection, entry, person_number(gone), person_number(now))


def _regroup(desk: Desk, operation: Operation) -> None:
    """Keep the memberships that a ruling gave, if its entry names any model that grouped."""
    said = operation.payload
    if "model" in said:
        moves = [(person_number(move[0]), person_number(move[1])) for move in _listed(said, "moves")]
        merkle = bytes.fromhex(str(said["merkle"]))
        rulings.regroup(desk.connection, id_bytes(operation.id), str(said["model"]), moves, merkle)


def _listed(said: Mapping[str, Any], name: str) -> list[Any]:
    """A list of the payload; empty where it has none."""
    found = said.get(name)
    return found if isinstance(found, list) else []


def _ask(desk: Desk, operation: Operation) -> None:
    said = operation.payload
    low, high = sorted((person_number(said["a"]), person_number(said["b"])))
    desk.connection.execute(
        "INSERT INTO question (entry, a, b, author, recorded, whom, words) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (id_bytes(operation.id), low, high, operation.author, operation.time, said["whom"], said["words"]),
    )


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
    Kind.DECISION_RECORDED: _record_decision,
    Kind.DECISION_WITHDRAWN: _withdraw("decision", "decision.unknown"),
    Kind.CONTACT_NOTED: casework.note_contact,
    Kind.CONTACT_WITHDRAWN: _withdraw("contact_noted", "contact.unknown"),
    Kind.FOLLOW_UP_MOVED: casework.move_follow_up,
    Kind.FOLLOW_UP_WITHDRAWN: _withdraw("follow_up_moved", "follow_up.unknown"),
    Kind.PLAN_MADE: casework.make_plan,
    Kind.PLAN_WITHDRAWN: _withdraw("plan", "plan.unknown"),
    Kind.ASSIGNMENT_MADE: _assign,
    Kind.BATCH_PUBLISHED: _publish_batch,
    Kind.BATCH_WITHDRAWN: _move_batch("published", "withdrawn"),
    Kind.BATCH_RESTORED: _move_batch("withdrawn", "published"),
    Kind.PROFILE_CHANGED: _change_profile,
    Kind.LINKS_MADE: _make_links,
    Kind.RUN_MADE: _make_run,
    Kind.RULING_MADE: _rule,
    Kind.RULING_WITHDRAWN: _withdraw_ruling,
    Kind.QUESTION_ASKED: _ask,
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
