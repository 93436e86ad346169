"""Links by hand: ruling on a pair, taking a record out, adding one, and taking each of it back.

Each verb is one entry that says what was ruled and who is who after it; then the view is brought
along. What would follow is shown by ``foreseeing`` from the same plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.domain import ids
from app.domain.entries import Kind
from app.domain.message import WrongUse
from app.services.answers.outcomes import Changes, Outcome
from app.services.deriving.rebuilding import catch_up
from app.services.deriving.regrouping import Regrouped
from app.services.links.plans import (
    Plan,
    aliases,
    foresee,
    persons_of,
    plan_again,
    plan_joining,
    plan_ruling,
    plan_taking_out,
    plan_withdrawing,
)
from app.storage.offices.office import Office
from app.storage.truth.desk import id_text
from app.storage.truth.rulings import root_of


def rule(office: Office, a: int, b: int, same: bool, reason: str, now: datetime) -> Outcome[str]:
    """Rule that two records are, or are not, the same person; the entry's id.

    Refused for a worker who rules on somebody else's children. Own rulings to the contrary are
    replaced (a lead's replace anybody's); of others, both stand and somebody is asked.
    """
    with office.view_writer() as db:
        plan = plan_ruling(office, db, a, b, same)
        again = foresee(office, db, plan)
        payload = _ruling(db, plan, again, reason)
    return _write(office, Kind.RULING_MADE, payload, again, now)


def take_out(office: Office, record_id: int, reason: str, now: datetime) -> Outcome[str]:
    """Part a record from all others of its person. WrongUse when it stands alone."""
    with office.view_writer() as db:
        plan = plan_taking_out(office, db, record_id)
        again = foresee(office, db, plan)
        payload = _ruling(db, plan, again, reason)
    return _write(office, Kind.RULING_MADE, payload, again, now)


def join(office: Office, record_id: int, person_id: int, reason: str, now: datetime) -> Outcome[str]:
    """Rule that a record is of this person; what the record stands with now comes along."""
    with office.view_writer() as db:
        plan = plan_joining(office, db, record_id, person_id)
        again = foresee(office, db, plan)
        payload = _ruling(db, plan, again, reason)
    return _write(office, Kind.RULING_MADE, payload, again, now)


def withdraw_ruling(office: Office, entry: str, reason: str, now: datetime) -> Outcome[str]:
    """Take a ruling back, at any time; what it had replaced stands again."""
    with office.view_writer() as db:
        plan = plan_withdrawing(office, db, entry)
        again = foresee(office, db, plan)
        persons = again.result.persons
        payload = {
            "entry": entry,
            "reason": reason,
            "restores": [id_text(one) for one in plan.restores],
            "back": [ids.code(one) for one in sorted(set(plan.earlier.values()) & set(persons.values()))],
            **_grouping(again),
        }
    return _write(office, Kind.RULING_WITHDRAWN, payload, again, now)


def rule_again(office: Office, entry: str, reason: str, now: datetime) -> Outcome[str]:
    """Rule once more, and about all its pairs, what a ruling said that was taken back or replaced.

    WrongUse where it stands or its records are gone.
    """
    with office.view_writer() as db:
        plan = plan_again(office, db, entry)
        again = foresee(office, db, plan)
        payload = _ruling(db, plan, again, reason)
    return _write(office, Kind.RULING_MADE, payload, again, now)


def ask(office: Office, a: int, b: int, whom: str, words: str, now: datetime) -> Outcome[str]:
    """Note that somebody is asked about a pair; it stays in the queue and says so."""
    if not whom.strip():
        raise WrongUse("question.nobody")
    persons = persons_of(office.reader(), "view", (a, b))
    said = {
        "a": ids.code(min(a, b)), "b": ids.code(max(a, b)), "whom": whom.strip(), "words": words,
        "persons": [ids.code(one) for one in persons.values()],
    }  # fmt: skip
    entry = office.write(Kind.QUESTION_ASKED, said, time=now)
    return Outcome(entry.id, Changes(frozenset({"ruling"}), frozenset(persons.values())))


# ---------------------------------------------------------------- carrying out


def _ruling(db: Any, plan: Plan, again: Regrouped, reason: str) -> dict[str, object]:
    (a, b), *also = plan.pairs
    persons = sorted(set(persons_of(db, "main", sorted(plan.seeds)).values()))
    return {
        "a": ids.code(a),
        "b": ids.code(b),
        "also": [[ids.code(one), ids.code(other)] for one, other in also],
        "same": plan.same,
        "reason": reason,
        "persons": [ids.code(one) for one in persons],
        "replaces": [id_text(one) for one in plan.replaces],
        **_grouping(again),
    }


def _grouping(again: Regrouped) -> dict[str, object]:
    """Who is who now, and whose acts go to whom: [record, person, person before], [gone, now]."""
    moves = again.moves()
    return {
        "model": again.result.model,
        "moves": [[ids.code(one), ids.code(person), ids.code(again.before.get(one, 0))] for one, person in moves],
        "merkle": root_of(moves).hex(),
        "aliases": [[ids.code(gone), ids.code(person)] for gone, person in sorted(aliases(again).items())],
    }


def _write(office: Office, kind: Kind, payload: dict[str, object], again: Regrouped, now: datetime) -> Outcome[str]:
    entry = office.write(kind, payload, time=now)
    persons = catch_up(office) | {person for _, person in again.moves()}
    persons |= {again.result.persons[one] for one in again.result.persons}
    return Outcome(entry.id, Changes(frozenset({"ruling"}), frozenset(persons)))


def may_rule(office: Office, person_ids: Iterable[int]) -> bool:
    """Whether this member may rule on links of these persons."""
    if office.member.may("rule"):
        return True
    marks = ", ".join(str(int(one)) for one in person_ids)
    row = office.reader().execute(
        f"SELECT 1 FROM assignment WHERE member = ? AND person_id IN ({marks})", (office.member.id,)
    )
    return office.member.may("rule_own") and row.fetchone() is not None


def check_may_rule(office: Office, person_ids: Iterable[int]) -> None:
    """Refused where ``may_rule`` says no."""
    if not may_rule(office, person_ids):
        raise office.beyond_role(Kind.RULING_MADE)
