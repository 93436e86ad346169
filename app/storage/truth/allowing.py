"""Who may: whether an entry's author was allowed what it says, as roles stand at that point of the chain.

Everybody's entries are asked, also those of this PC. A rule is a verb of ``app.domain.roles``, or a
function where it matters whose child, entry or keys it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.entries import Kind, Operation
from app.domain.roles import Member, Role
from app.domain.whereabouts import OPENING
from app.storage.truth.desk import Desk, id_bytes, member, person_number

_Rule = Callable[[Desk, Member, Mapping[str, Any]], bool]


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


def _may_sign(desk: Desk, author: Member, payload: Mapping[str, Any]) -> bool:
    """A lead, and nobody signs what they decided themselves."""
    if not author.may("sign_off"):
        return False
    row = desk.connection.execute(
        "SELECT author FROM decision WHERE entry = ?", (id_bytes(str(payload["entry"])),)
    ).fetchone()
    return row is None or row[0] != author.id


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
    Kind.DECISION_SIGNED: _may_sign,
    Kind.DECISION_RETURNED: _may_sign,
    Kind.SIGN_OFF_WITHDRAWN: "sign_off",
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
