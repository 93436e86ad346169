"""Links by hand: ruling on a pair, taking a record out, adding one, and taking each of it back.

Each verb is one entry that says what was ruled and who is who after it; then the view is brought
along. What would follow is shown by ``foreseeing`` from the same plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.domain import ids
from app.domain.entries import Kind
from app.domain.message import WrongUse
from app.services.answers import Changes, Outcome
from app.services.deriving.persons import trust
from app.services.deriving.profiles_in_force import profiles_of_view
from app.services.deriving.rebuilding import catch_up
from app.services.deriving.regrouping import Regrouped, regroup
from app.services.deriving.rulings import Standing, standing
from app.storage.desk import id_bytes, id_text
from app.storage.office import Office
from app.storage.rulings import root_of

THOUGHT_OF = b""
"""The entry of a ruling that is not made yet."""


@dataclass(frozen=True)
class Plan:
    """What is about to be ruled: pairs, which earlier rulings it replaces or takes back.

    ``earlier``: record -> person that a withdrawn ruling gives back. ``foreseen``: who would be
    who, where making the plan has told it.
    """

    seeds: frozenset[int]
    pairs: tuple[tuple[int, int], ...] = ()
    same: bool = False
    replaces: tuple[bytes, ...] = ()
    withdraws: bytes = b""
    restores: tuple[bytes, ...] = ()
    earlier: Mapping[int, int] = field(default_factory=dict)
    foreseen: Regrouped | None = None


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


def ask(office: Office, a: int, b: int, whom: str, words: str, now: datetime) -> Outcome[str]:
    """Note that somebody is asked about a pair; it stays in the queue and says so."""
    if not whom.strip():
        raise WrongUse("question.nobody")
    persons = _persons_of(office.reader(), "view", (a, b))
    said = {
        "a": ids.code(min(a, b)), "b": ids.code(max(a, b)), "whom": whom.strip(), "words": words,
        "persons": [ids.code(one) for one in persons.values()],
    }  # fmt: skip
    entry = office.write(Kind.QUESTION_ASKED, said, time=now)
    return Outcome(entry.id, Changes(frozenset({"ruling"}), frozenset(persons.values())))


# ---------------------------------------------------------------- plans


def plan_ruling(office: Office, db: Any, a: int, b: int, same: bool) -> Plan:
    """What ruling on these two records means; ``db`` is the view with the truth attached."""
    if a == b:
        raise WrongUse("ruling.same_record")
    _persons_of(db, "main", (a, b))
    pair = (min(a, b), max(a, b))
    sides = (_fellows(db, a), _fellows(db, b))
    plan = Plan(frozenset(pair), (pair,), same, _against(office, db, sides, same))
    return _holding_together(office, db, plan, sides) if same else plan


def _holding_together(office: Office, db: Any, plan: Plan, sides: tuple[set[int], set[int]]) -> Plan:
    """The question was about two persons: "same" also holds what the machine would now part from them
    (it never puts two register entries into one person without asking, and here somebody answers)."""
    a, b = plan.pairs[0]
    again = foresee(office, db, plan)
    persons = again.result.persons
    plan = replace(plan, foreseen=again)
    if persons[a] != persons[b]:
        return plan
    lost = [
        (a if a in side else b, record) for side in sides for record in sorted(side) if persons[record] != persons[a]
    ]
    if not lost:
        return plan
    return replace(plan, pairs=(*plan.pairs, *((min(pair), max(pair)) for pair in lost)), foreseen=None)


def plan_taking_out(office: Office, db: Any, record_id: int) -> Plan:
    """What parting this record from the others of its person means."""
    _persons_of(db, "main", (record_id,))
    others = _fellows(db, record_id) - {record_id}
    if not others:
        raise WrongUse("linking.stands_alone")
    pairs = tuple(sorted((min(record_id, one), max(record_id, one)) for one in others))
    replaces = _against(office, db, ({record_id}, others), False)
    return Plan(frozenset(others | {record_id}), pairs, False, replaces)


def plan_joining(office: Office, db: Any, record_id: int, person_id: int) -> Plan:
    """What adding this record to a person means: "same" with the person's most trusted record."""
    if _persons_of(db, "main", (record_id,))[record_id] == person_id:
        raise WrongUse("linking.joined_already")
    anchor = _anchor(db, person_id)
    return plan_ruling(office, db, record_id, anchor, True)


def plan_withdrawing(office: Office, db: Any, entry: str) -> Plan:
    """What taking this ruling back means. WrongUse where it does not stand."""
    blob = id_bytes(entry)
    stands = [one for one in standing(db) if one.entry == blob]
    made = office.entry(entry)
    if not stands or made is None:
        raise WrongUse("ruling.unknown", entry=entry)
    said: Mapping[str, Any] = made.payload
    same = stands[0].same
    return Plan(
        seeds=frozenset(record for one in stands for record in (one.a, one.b)),
        withdraws=blob,
        restores=tuple(id_bytes(one) for one in said.get("replaces", ())),
        earlier=_earlier(db, said) if same else {},
    )


def _earlier(db: Any, said: Mapping[str, Any]) -> dict[int, int]:
    """Whose the records were that the ruling moved, as far as they have not moved on since."""
    moves = [tuple(map(ids.number, move)) for move in said.get("moves", ()) if len(move) == 3]
    now = dict(db.execute("SELECT record_id, person_id FROM record").fetchall()) if moves else {}
    return {record: before for record, person, before in moves if now.get(record) == person}


def _persons_of(db: Any, schema: str, records: Sequence[int]) -> dict[int, int]:
    marks = ", ".join(map(str, records))
    found = db.execute(f"SELECT record_id, person_id FROM {schema}.record WHERE record_id IN ({marks})").fetchall()
    persons: dict[int, int] = dict(found)
    for one in records:
        if one not in persons:
            raise WrongUse("record.unknown", record=ids.code(one))
    return persons


def _fellows(db: Any, record_id: int) -> set[int]:
    """The records that stand with this one, itself included."""
    found = db.execute(
        "SELECT record_id FROM record WHERE person_id = (SELECT person_id FROM record WHERE record_id = ?)",
        (record_id,),
    )
    return {row[0] for row in found.fetchall()}


def _anchor(db: Any, person_id: int) -> int:
    rows = db.execute("SELECT extract, record_id FROM record WHERE person_id = ?", (person_id,)).fetchall()
    if not rows:
        raise WrongUse("child.unknown", child=ids.code(person_id))
    return int(min((trust(extract), record) for extract, record in rows)[1])


def _against(office: Office, db: Any, sides: tuple[set[int], set[int]], same: bool) -> tuple[bytes, ...]:
    """Rulings to the contrary between the two sides that this member may replace."""
    one, other = sides
    contrary = [
        ruling.entry
        for ruling in standing(db)
        if ruling.same is not same
        and ((ruling.a in one and ruling.b in other) or (ruling.a in other and ruling.b in one))
    ]
    if not office.member.may("rule"):
        own = {row[0] for row in db.execute("SELECT entry FROM truth.ruling WHERE author = ?", (office.member.id,))}
        contrary = [entry for entry in contrary if entry in own]
    return tuple(dict.fromkeys(contrary))


# ---------------------------------------------------------------- carrying out


def foresee(office: Office, db: Any, plan: Plan) -> Regrouped:
    """Who would be who; writes nothing."""
    if plan.foreseen is not None:
        return plan.foreseen
    rulings = [one for one in standing(db) if one.entry not in plan.replaces and one.entry != plan.withdraws]
    rulings += _restored(db, plan.restores)
    rulings += [Standing(THOUGHT_OF, a, b, plan.same) for a, b in plan.pairs]
    return regroup(db, profiles_of_view(db), office.digester, plan.seeds, rulings, plan.earlier)


def _restored(db: Any, entries: Iterable[bytes]) -> list[Standing]:
    return [
        Standing(entry, a, b, bool(same))
        for entry in entries
        for a, b, same in db.execute("SELECT a, b, same FROM truth.ruling WHERE entry = ?", (entry,)).fetchall()
    ]


def _ruling(db: Any, plan: Plan, again: Regrouped, reason: str) -> dict[str, object]:
    (a, b), *also = plan.pairs
    persons = sorted(set(_persons_of(db, "main", sorted(plan.seeds)).values()))
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


def aliases(again: Regrouped) -> dict[int, int]:
    """Persons who are no more -> the person who has most of their records."""
    persons = again.result.persons
    there = set(persons.values())
    heirs: dict[int, Counter[int]] = {}
    for record, before in again.before.items():
        if before not in there and record in persons:
            heirs.setdefault(before, Counter())[persons[record]] += 1
    return {gone: min(counts, key=lambda one: (-counts[one], one)) for gone, counts in heirs.items()}


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
