"""How good the links are: counts, records that share a number but no name, links that may be missing.

Only reads. ``figures`` is quick; ``missed`` compares records and belongs into a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date
from typing import Any

from app.domain.ages import grade_index
from app.domain.dates import day_of, full_day
from app.domain.extracts.profile import Profile
from app.linkage.candidates import candidates
from app.linkage.frame import REGISTER
from app.linkage.model import shipped_model, shipped_variants
from app.linkage.results import Edge
from app.services.deriving.links import spellings
from app.services.deriving.models import model_in_force
from app.services.deriving.persons import TRUST
from app.services.links.comparing import said_alike
from app.services.links.quality_answers import Figures, MissedLine, SharedNumber, Tally
from app.storage.office import Office

AGES = ("infant", "nursery", "primary", "secondary", "upper", "adult", "unknown")
_LAST_GRADES = (2, 5, 11, 14, 17)
SINCE = ("month", "quarter", "year", "longer")
_LAST_DAYS = (31, 92, 366)
_SHOWN = 200
NEARLY_ALL = 0.8
"""From this share of linked records on, a source's record that stands alone is worth a look."""
NEAR, FAR = 6.0, 14.0
"""Bits under the review weight: what is nearly asked about, and how far down a lonely record is looked for."""


def figures(office: Office, today: date) -> Figures:
    """Counts by source, age of the person and time since the record first came; numbers in conflict."""
    with office.reading() as db:
        numbers = _shared_numbers(db)
        model = model_in_force(db, "main").id
        return Figures(
            model=model,
            own_model=model != shipped_model().id,
            tallies=_tallies(db, today),
            numbers=tuple(numbers[:_SHOWN]),
            numbers_more=max(0, len(numbers) - _SHOWN),
        )


_COUNTED = """
    SELECT r.extract, r.birth, f.day, r.state, count(*) FROM view.record AS r LEFT JOIN (
        SELECT w.record_id, min(b.as_of) AS day FROM batch_row AS w JOIN batch AS b USING (batch_id)
        WHERE b.state = 'published' AND w.outcome = 0 GROUP BY w.record_id) AS f USING (record_id)
    GROUP BY r.extract, r.birth, f.day, r.state
"""


def _tallies(db: Any, today: date) -> dict[str, tuple[Tally, ...]]:
    counts: dict[str, dict[str, dict[str, int]]] = {"source": {}, "age": {}, "since": {}}
    for extract, birth, first, state, number in db.execute(_COUNTED).fetchall():
        for kind, group in (("source", extract), ("age", _age(birth, today)), ("since", _since(first, today))):
            by_state = counts[kind].setdefault(group, {})
            by_state[state] = by_state.get(state, 0) + number
    orders: Mapping[str, Sequence[str]] = {"source": TRUST, "age": AGES, "since": SINCE}
    return {
        kind: tuple(
            Tally(group, *(counts[kind][group].get(state, 0) for state in ("linked", "alone", "review")))
            for group in [*(one for one in order if one in counts[kind]), *sorted(counts[kind].keys() - set(order))]
        )
        for kind, order in orders.items()
    }


def _age(birth: str, today: date) -> str:
    day = full_day(birth)
    if day is None:
        return "unknown"
    grade = grade_index(day, today)
    return next((name for last, name in zip(_LAST_GRADES, AGES, strict=False) if grade <= last), "adult")


def _since(first: str | None, today: date) -> str:
    days = (today - day_of(first)).days if first else 0
    return next((name for last, name in zip(_LAST_DAYS, SINCE, strict=False) if days <= last), SINCE[-1])


# ---------------------------------------------------------------- one number, two names


def _shared_numbers(db: Any) -> list[SharedNumber]:
    """One line for each record whose name does not agree with the most trusted one of its number."""
    holders: dict[str, list[Sequence[Any]]] = {}
    for row in db.execute(
        "SELECT register_number, record_id, extract, name, kana, person_id FROM view.record"
        " WHERE register_number IN (SELECT register_number FROM view.record WHERE register_number <> ''"
        "  GROUP BY register_number HAVING count(DISTINCT name) > 1)"
    ).fetchall():
        holders.setdefault(row[0], []).append(row)
    ruled = {frozenset(pair) for pair in db.execute("SELECT a, b FROM ruling WHERE withdrawn = 0").fetchall()}
    found = []
    for number, rows in sorted(holders.items()):
        first, *rest = sorted(rows, key=lambda row: (TRUST.index(row[2]) if row[2] in TRUST else len(TRUST), row[1]))
        for row in rest:
            if not _given_alike(first, row) and frozenset((first[1], row[1])) not in ruled:
                found.append(
                    SharedNumber(first[1], row[1], number, first[3], row[3], first[2], row[2], first[5] == row[5])
                )
    return sorted(found, key=lambda one: (not one.together, one.number, one.b))


def _given_alike(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Whether name or reading agrees, at least in its last word: families are renamed."""
    for at in (3, 4):
        left, right = one[at], other[at]
        if not left or not right:
            continue
        if said_alike(left, right) or said_alike(_last(left), _last(right)):
            return True
        if any(_ends_alike(whole, part) for whole, part in ((left, right), (right, left)) if len(part.split()) > 1):
            return True
    return False


def _last(name: str) -> str:
    return (name.split() or [""])[-1]


def _ends_alike(whole: str, part: str) -> bool:
    """Whether a name that was perhaps not separated ends with the other's given name."""
    return said_alike(whole[-len(_last(part)) :], _last(part))


# ---------------------------------------------------------------- links that may be missing


def missed(
    office: Office, profiles: Mapping[str, Profile], progress: Callable[[str], None] = lambda stage: None
) -> tuple[MissedLine, ...]:
    """Records that nearly were asked about, and lonely ones of sources that nearly all have somebody.

    What somebody ruled apart, and what is in the queue already, is left out. Reads the whole stock.
    """
    progress("read")
    with office.reading() as db:
        alone = _alone(db)
        lonely = _lonely(db, alone)
        fresh = {record for record, extract in alone.items() if extract != REGISTER}
        settled = _settled(db)
        persons = dict(db.execute("SELECT record_id, person_id FROM view.record").fetchall())
        frame = spellings(db, "view", dict(profiles))
        model = model_in_force(db, "main")
        progress("compare")
        edges = candidates(frame, fresh, model, shipped_variants(), FAR)
        progress("sort")
        best = _best(edges, fresh, persons, settled)
        near = {record for record, edge in best.items() if edge.weight >= model.review - NEAR}
        chosen = sorted(near | lonely, key=lambda one: (one not in near, -_weight(best, one), one))[:_SHOWN]
        words = _words(db, {end for one in chosen for end in (one, _other(best.get(one), one)) if end})
    return tuple(_line(one, best.get(one), one in near, words) for one in chosen)


def _alone(db: Any) -> dict[int, str]:
    """Records of the present that nobody else's record stands with."""
    return dict(
        db.execute("SELECT record_id, extract FROM view.record WHERE state = 'alone' AND present = 1").fetchall()
    )


def _lonely(db: Any, alone: Mapping[int, str]) -> set[int]:
    shares = {
        extract: linked / every
        for extract, linked, every in db.execute(
            "SELECT extract, sum(state = 'linked'), count(*) FROM view.record GROUP BY extract"
        ).fetchall()
    }
    return {record for record, extract in alone.items() if shares[extract] >= NEARLY_ALL and extract != REGISTER}


def _settled(db: Any) -> set[frozenset[int]]:
    """Pairs of persons about whom somebody is asked, and of records about whom somebody has ruled."""
    asked = {frozenset(pair) for pair in db.execute("SELECT person_a, person_b FROM view.review").fetchall()}
    ruled = db.execute(
        "SELECT a.person_id, b.person_id FROM ruling AS r JOIN view.record AS a ON a.record_id = r.a"
        " JOIN view.record AS b ON b.record_id = r.b WHERE r.withdrawn = 0 AND r.same = 0"
    )
    return asked | {frozenset(pair) for pair in ruled.fetchall()}


def _best(
    edges: Sequence[Edge], fresh: Set[int], persons: Mapping[int, int], settled: Set[frozenset[int]]
) -> dict[int, Edge]:
    """The heaviest pair of each fresh record with somebody else's; ``edges`` are heaviest first."""
    best: dict[int, Edge] = {}
    for edge in edges:
        pair = frozenset((persons[edge.a], persons[edge.b]))
        if len(pair) == 1 or pair in settled:
            continue
        for end in (edge.a, edge.b):
            if end in fresh:
                best.setdefault(end, edge)
    return best


def _weight(best: Mapping[int, Edge], record: int) -> float:
    return best[record].weight if record in best else float("-inf")


def _other(edge: Edge | None, record: int) -> int:
    return 0 if edge is None else edge.b if edge.a == record else edge.a


def _words(db: Any, records: Set[int]) -> dict[int, tuple[str, str, str]]:
    found: dict[int, tuple[str, str, str]] = {}
    ordered = sorted(records)
    for start in range(0, len(ordered), 400):
        marks = ", ".join(map(str, ordered[start : start + 400]))
        rows = db.execute(f"SELECT record_id, name, birth, extract FROM view.record WHERE record_id IN ({marks})")
        found.update({row[0]: row[1:] for row in rows.fetchall()})
    return found


def _line(record: int, edge: Edge | None, near: bool, words: Mapping[int, tuple[str, str, str]]) -> MissedLine:
    other = _other(edge, record)
    name, birth, extract = words[record]
    other_name, other_birth, other_extract = words.get(other, ("", "", ""))
    evidence = tuple((one.field, one.level, one.push) for one in edge.why) if edge is not None else ()
    return MissedLine(
        record, other, "near" if near else "lonely", name, other_name, birth, other_birth, extract, other_extract,
        evidence,
    )  # fmt: skip
