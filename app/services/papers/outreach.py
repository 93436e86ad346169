"""Reaching out without being asked: who is probably entitled and does not receive, and letters to them.

The lists come from the same engine as the criteria. Whoever is left out of the use of what a list reads,
by the office or by the family's own word, stands on none. A letter names neither points nor departments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from app.domain import ids
from app.domain.ages import age_on, grade_on
from app.domain.criteria import Criterion
from app.domain.dates import day_of, full_day
from app.domain.entries import Kind
from app.domain.message import Message, WrongUse
from app.domain.outreach import RECENT_DAYS, STATES
from app.services.answers.outcomes import Changes, Outcome
from app.services.papers.paper import Blanks, Paper, Prose
from app.services.priority.runs import criteria, published_run_of
from app.storage.definitions.criteria_files import in_order
from app.storage.definitions.outreach_files import OutreachList, load_lists
from app.storage.offices.office import Office
from app.storage.priorities.criteria_sql import Compiler
from app.storage.priorities.priority_sql import PriorityTables

WORDS_LIMIT = 2000


@dataclass(frozen=True)
class Letter:
    """The newest thing that is known of a letter to this child's family about this list."""

    state: str
    day: date
    author: str


@dataclass(frozen=True)
class Entitled:
    """Somebody who is probably entitled. ``recent``: written to lately. ``protected``: no letter with all."""

    person_id: int
    name: str
    kana: str
    age: int | None
    grade: str
    guardian: str
    protected: bool
    letter: Letter | None
    recent: bool


@dataclass(frozen=True)
class ReachList:
    """One list, by kana. ``left_out``: families who said that this may not be used."""

    key: str
    people: tuple[Entitled, ...]
    left_out: int


@cache
def shelf() -> tuple[OutreachList, ...]:
    """The lists that the program ships."""
    return load_lists()


def lists(office: Office, today: date) -> tuple[ReachList, ...]:
    """Every list, as of the published run. Empty before the first."""
    office.demand("see", "caseload")
    run = published_run_of(office)
    if run is None:
        return ()
    rules = _rules()
    with office.scratch() as db:
        tables = PriorityTables(db, run.as_of, "view", "temp")
        tables.open()
        try:
            tables.load_children(None)
            found = _holds(db, tables, rules)
        finally:
            tables.close()
        out = _left_out(db)
        return tuple(_one(db, one, found, out, today) for one in shelf())


def _rules() -> tuple[Criterion, ...]:
    shipped = {rule.key: rule for rule in criteria()}
    named = {name: shipped[name] for one in shelf() for name in one.names}
    own = [rule for one in shelf() for rule in one.rules]
    return in_order([*named.values(), *own])


def _holds(db: Any, tables: PriorityTables, rules: Sequence[Criterion]) -> dict[str, set[int]]:
    """The children of whom each rule holds."""
    coverage = tables.coverage()
    numbers = {rule.key: number for number, rule in enumerate(rules)}
    compiler = Compiler(tables.as_of, numbers, {extract: one.first for extract, one in coverage.items()})
    tables.load_facts(rules, compiler)
    tables.number(rules, numbers)
    for rule in rules:
        tables.apply(rule, compiler, compiler.cover(rule, coverage), evidence=False)
    found: dict[str, set[int]] = {rule.key: set() for rule in rules}
    keys = {number: key for key, number in numbers.items()}
    for number, child in db.execute("SELECT no, child FROM temp.work_found").fetchall():
        found[keys[number]].add(child)
    return found


def _left_out(db: Any) -> dict[int, set[str]]:
    """The extracts of which a family said that something may not be used."""
    out: dict[int, set[str]] = {}
    for person, extract in db.execute("SELECT DISTINCT person_id, extract FROM view.withheld WHERE person_id <> 0"):
        out.setdefault(person, set()).add(extract)
    return out


def _one(
    db: Any, one: OutreachList, found: Mapping[str, set[int]], out: Mapping[int, set[str]], today: date
) -> ReachList:
    shipped = {rule.key: rule for rule in criteria()}
    rules = [*(shipped[name] for name in one.names), *one.rules]
    children = set().union(*(found[rule.key] for rule in rules))
    if one.household == "one_adult":
        children &= _with_one_adult(db, today)
    read = {extract for rule in rules for extract in rule.needs}
    against = {child for child in children if out.get(child, set()) & read}
    return ReachList(one.key, _people(db, one.key, children - against, today), len(against))


def _with_one_adult(db: Any, today: date) -> set[int]:
    """The children in whose household exactly one adult is registered."""
    rows = db.execute(
        "SELECT c.person_id FROM view.priority AS c JOIN view.household AS h ON h.person_id = c.person_id"
        " JOIN view.household AS o ON o.household = h.household JOIN view.person AS n ON n.person_id = o.person_id"
        " WHERE n.dead = 0 AND n.moved_out = 0 GROUP BY c.person_id"
        " HAVING sum(n.last_child_day < :day) = 1 AND sum(n.last_child_day IS NULL) = 0",
        {"day": today.isoformat()},
    )
    return {row[0] for row in rows.fetchall()}


_PEOPLE = """
    SELECT n.person_id, n.name, n.kana, n.birth, n.protected,
        coalesce((SELECT r.guardian FROM view.record AS r WHERE r.person_id = n.person_id AND r.guardian <> ''
         ORDER BY r.extract <> 'resident_register', r.record_id LIMIT 1), ''),
        l.state, l.day, m.name
    FROM temp.entitled AS e JOIN view.person AS n ON n.person_id = e.id
    LEFT JOIN letter AS l ON l.entry = (SELECT y.entry FROM letter AS y WHERE y.person_id = n.person_id
        AND y.list = :list ORDER BY y.day DESC, y.recorded DESC, y.entry DESC LIMIT 1)
    LEFT JOIN member AS m ON m.id = l.author
    WHERE n.dead = 0 AND n.moved_out = 0 ORDER BY n.kana = '', n.kana, n.person_id
"""


def _people(db: Any, key: str, children: Iterable[int], today: date) -> tuple[Entitled, ...]:
    db.execute("CREATE TEMP TABLE IF NOT EXISTS entitled (id INTEGER PRIMARY KEY)")
    db.execute("DELETE FROM temp.entitled")
    db.executemany("INSERT INTO temp.entitled VALUES (?)", ((one,) for one in sorted(children)))
    return tuple(_entitled(row, today) for row in db.execute(_PEOPLE, {"list": key}).fetchall())


def _entitled(row: Sequence[Any], today: date) -> Entitled:
    birth = full_day(row[3])
    letter = Letter(row[6], day_of(row[7]), row[8] or "") if row[6] else None
    return Entitled(
        person_id=row[0], name=row[1], kana=row[2], age=age_on(birth, today) if birth else None,
        grade=grade_on(birth, today) if birth else "", guardian=row[5], protected=bool(row[4]), letter=letter,
        recent=letter is not None and letter.state != "returned" and letter.day > today - timedelta(days=RECENT_DAYS),
    )  # fmt: skip


def letters(
    office: Office, key: str, people: Sequence[Entitled], now: datetime, *, purpose: str, words: str = ""
) -> tuple[Paper, ...]:
    """A letter in plain words for each of these; protected ones get none here. WrongUse for no purpose."""
    if key not in {one.key for one in shelf()}:
        raise WrongUse("outreach.unknown", list=key)
    if not purpose.strip():
        raise WrongUse("export.purpose_missing")
    return tuple(_letter(office, key, one, now, purpose.strip(), words) for one in people if not one.protected)


def _letter(office: Office, key: str, one: Entitled, now: datetime, purpose: str, words: str) -> Paper:
    said = {"name": one.name}
    blocks = [
        Prose("", Message(f"outreach.{key}.opening", said)),
        Prose("", Message(f"outreach.{key}.offer", said)),
        Prose("", Message(f"outreach.{key}.how", said)),
        *((Prose("", words.strip()),) if words.strip() else ()),
        Prose("", Message("outreach.no_need")),
        Blanks("outreach.contact", 2),
    ]
    return Paper(
        form="letter", what=f"child:{ids.code(one.person_id)}", office=office.name, by=office.member.name, made=now,
        purpose=purpose, about=key, blocks=tuple(blocks), addressee=one.guardian,
    )  # fmt: skip


def note(
    office: Office, key: str, persons: Sequence[int], state: str, day: date, now: datetime, words: str = ""
) -> Outcome[int]:
    """Record that letters were sent, came back or were answered; how many. All or none."""
    if state not in STATES or key not in {one.key for one in shelf()}:
        raise WrongUse("outreach.unknown", list=key)
    if day > now.date():
        raise WrongUse("contact.in_the_future", day=day)
    if len(words) > WORDS_LIMIT:
        raise WrongUse("notice.too_long", limit=WORDS_LIMIT)
    chosen = list(dict.fromkeys(persons))
    if not chosen:
        raise WrongUse("outreach.nobody")
    said = {"list": key, "state": state, "day": day.isoformat(), "words": words.strip()}
    acts = [(Kind.LETTER_NOTED, {"person": ids.code(person), **said}) for person in chosen]
    office.write_many(acts, time=now)
    return Outcome(len(chosen), Changes(frozenset({"letter"}), frozenset(chosen)))
