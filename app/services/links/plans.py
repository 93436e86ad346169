"""What a ruling is about to mean: which pairs, which earlier rulings it replaces or gives back, who would be who.

Made of what stands, for a ruling itself and for its preview alike. Writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain import ids
from app.domain.message import WrongUse
from app.services.deriving.hanging import asked
from app.services.deriving.persons import trust
from app.services.deriving.profiles_in_force import profiles_of_view
from app.services.deriving.regrouping import Regrouped, regroup
from app.services.deriving.rulings import Standing, standing
from app.storage.offices.office import Office
from app.storage.truth.desk import id_bytes

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


def plan_ruling(office: Office, db: Any, a: int, b: int, same: bool) -> Plan:
    """What ruling on these two records means; ``db`` is the view with the truth attached."""
    if a == b:
        raise WrongUse("ruling.same_record")
    persons_of(db, "main", (a, b))
    pair = (min(a, b), max(a, b))
    sides = (_fellows(db, a), _fellows(db, b))
    replaces = _within(office, db, a, b) if b in sides[0] and not same else _against(office, db, sides, same)
    plan = Plan(frozenset(pair), (pair,), same, replaces)
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
    persons_of(db, "main", (record_id,))
    others = _fellows(db, record_id) - {record_id}
    if not others:
        raise WrongUse("linking.stands_alone")
    pairs = tuple(sorted((min(record_id, one), max(record_id, one)) for one in others))
    replaces = _against(office, db, ({record_id}, others), False)
    return Plan(frozenset(others | {record_id}), pairs, False, replaces)


def plan_joining(office: Office, db: Any, record_id: int, person_id: int) -> Plan:
    """What adding this record to a person means: "same" with the person's most trusted record."""
    if persons_of(db, "main", (record_id,))[record_id] == person_id:
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


def plan_again(office: Office, db: Any, entry: str) -> Plan:
    """What ruling once more what a ruling said that does not stand means: all its pairs whose records are there.

    WrongUse where it stands, where another one that stands says the same, and where no pair is left.
    """
    said = office.entry(entry)
    found = db.execute("SELECT a, b, same, withdrawn FROM truth.ruling WHERE entry = ?", (id_bytes(entry),)).fetchall()
    if said is None or not found:
        raise WrongUse("ruling.unknown", entry=entry)
    same = bool(found[0][2])
    stood = {(one.a, one.b) for one in standing(db) if one.same is same}
    if not all(row[3] for row in found) or all((row[0], row[1]) in stood for row in found):
        raise WrongUse("ruling.stands", entry=entry)
    query = "SELECT record_id FROM record WHERE record_id IN ({})"
    there = {row[0] for row in asked(db, query, {end for row in found for end in row[:2]})}
    first = frozenset(map(ids.number, (str(said.payload["a"]), str(said.payload["b"]))))
    pairs = sorted(
        ((a, b) for a, b, _same, _withdrawn in found if {a, b} <= there), key=lambda pair: ({*pair} != first, pair)
    )
    if not pairs:
        raise WrongUse("ruling.records_gone", entry=entry)
    ends = frozenset(record for pair in pairs for record in pair)
    common = frozenset.intersection(*(frozenset(pair) for pair in pairs))
    if same:
        against = [one for a, b in pairs for one in _against(office, db, (_fellows(db, a), _fellows(db, b)), True)]
    elif len(pairs) > 1 and common:  # a record that was taken out
        against = list(_against(office, db, (set(common), set(ends - common)), False))
    else:
        against = [one for a, b in pairs for one in _within(office, db, a, b)]
    return Plan(ends, tuple(pairs), same, tuple(dict.fromkeys(against)))


def _earlier(db: Any, said: Mapping[str, Any]) -> dict[int, int]:
    """Whose the records were that the ruling moved, as far as they have not moved on since."""
    moves = [tuple(map(ids.number, move)) for move in said.get("moves", ()) if len(move) == 3]
    query = "SELECT record_id, person_id FROM record WHERE record_id IN ({})"
    now: dict[int, int] = dict(asked(db, query, {move[0] for move in moves}))
    return {record: before for record, person, before in moves if now.get(record) == person}


def persons_of(db: Any, schema: str, records: Sequence[int]) -> dict[int, int]:
    """Record -> person in the view under this name. WrongUse for a record that is not there."""
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
        ruling
        for ruling in standing(db)
        if ruling.same is not same
        and ((ruling.a in one and ruling.b in other) or (ruling.a in other and ruling.b in one))
    ]
    return _replaceable(office, db, contrary)


def _within(office: Office, db: Any, a: int, b: int) -> tuple[bytes, ...]:
    """Rulings "same" that "not the same" about two records contradicts: those of this very pair, and where
    others still tie the two together, the newest of them that do. What was ruled about others stands."""
    same = [one for one in standing(db) if one.same]
    gone = [one for one in same if {one.a, one.b} == {a, b}]
    left = [one for one in same if one not in gone]
    dropped: list[Standing] = []
    for entry in dict.fromkeys(one.entry for one in reversed(left)):
        if not _tied(left, a, b):
            break
        dropped += [one for one in left if one.entry == entry]
        left = [one for one in left if one.entry != entry]
    for entry in dict.fromkeys(one.entry for one in dropped):
        back = [one for one in dropped if one.entry == entry]
        if not _tied([*left, *back], a, b):
            left += back
    kept = {one.entry for one in left}
    return _replaceable(office, db, [*gone, *(one for one in dropped if one.entry not in kept)])


def _tied(rulings: Sequence[Standing], a: int, b: int) -> bool:
    """Whether these rulings make one person of two records."""
    joined, fresh = {a}, {a}
    while fresh and b not in joined:
        fresh = {end for one in rulings if {one.a, one.b} & fresh for end in (one.a, one.b)} - joined
        joined |= fresh
    return b in joined


def _replaceable(office: Office, db: Any, contrary: Iterable[Standing]) -> tuple[bytes, ...]:
    """Of these rulings, those that this member may replace: own ones, a lead anybody's."""
    entries = [one.entry for one in contrary]
    if not office.member.may("rule"):
        own = {row[0] for row in db.execute("SELECT entry FROM truth.ruling WHERE author = ?", (office.member.id,))}
        entries = [entry for entry in entries if entry in own]
    return tuple(dict.fromkeys(entries))


# ---------------------------------------------------------------- who would be who


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


def aliases(again: Regrouped) -> dict[int, int]:
    """Persons who are no more -> the person who has most of their records."""
    persons = again.result.persons
    there = set(persons.values())
    heirs: dict[int, Counter[int]] = {}
    for record, before in again.before.items():
        if before not in there and record in persons:
            heirs.setdefault(before, Counter())[persons[record]] += 1
    return {gone: min(counts, key=lambda one: (-counts[one], one)) for gone, counts in heirs.items()}
