"""Links that may be missing: records alone that resemble somebody, and persons of several records each who do.

Compares the whole stock, down to far below where anybody would be asked, and belongs into a process of its
own. Only reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from app.domain.extracts.profile import Profile
from app.linkage.candidates import candidates
from app.linkage.frame import REGISTER
from app.linkage.model import shipped_variants
from app.linkage.results import Edge
from app.services.deriving.links import spellings
from app.services.deriving.models import model_in_force
from app.services.links.quality_answers import MissedLine
from app.storage.offices.office import Office

_SHOWN = 200
NEARLY_ALL = 0.8
"""From this share of linked records on, a source's record that stands alone is worth a look."""
NEAR, FAR = 6.0, 14.0
"""Bits under the review weight: what is nearly asked about, and how far down a lonely record is looked for."""
_SAME = "same"
"""Two persons are only worth a look where the given name is the same, however written: else they are siblings."""


def missed(
    office: Office, profiles: Mapping[str, Profile], progress: Callable[[str], None] = lambda stage: None
) -> tuple[MissedLine, ...]:
    """Records that nearly were asked about, persons that nearly were, and lonely ones of sources that nearly all
    have somebody.

    What somebody ruled apart, and what is in the queue already, is left out. Reads the whole stock. Refused for
    who may not rule on any link.
    """
    office.demand("rule", "pairs")
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
        edges = candidates(frame, persons.keys(), model, shipped_variants(), FAR)
        progress("sort")
        best = _best(edges, fresh, persons, settled)
        near = {record for record, edge in best.items() if edge.weight >= model.review - NEAR}
        groups = [
            edge
            for edge in _between_groups(edges, alone.keys(), persons, settled)
            if edge.weight >= model.review - NEAR
        ]
        chosen = sorted(near | lonely, key=lambda one: (one not in near, -_weight(best, one), one))
        words = _words(
            db,
            {end for one in chosen[:_SHOWN] for end in (one, _other(best.get(one), one)) if end}
            | {end for edge in groups[:_SHOWN] for end in (edge.a, edge.b)},
        )
    lines = [_line(edge.a, edge, "groups", words) for edge in groups[:_SHOWN]]
    lines += [_line(one, best.get(one), "near" if one in near else "lonely", words) for one in chosen[:_SHOWN]]
    order = {"near": 0, "groups": 1, "lonely": 2}
    return tuple(sorted(lines, key=lambda line: order[line.why])[:_SHOWN])


def _between_groups(
    edges: Sequence[Edge], alone: Set[int], persons: Mapping[int, int], settled: Set[frozenset[int]]
) -> list[Edge]:
    """The heaviest pair of each two persons of several records whose given names are the same, heaviest first."""
    best: dict[frozenset[int], Edge] = {}
    for edge in edges:
        pair = frozenset((persons[edge.a], persons[edge.b]))
        if len(pair) == 1 or pair in settled or edge.a in alone or edge.b in alone:
            continue
        if any(one.field == "given" and one.level.startswith(_SAME) for one in edge.why):
            best.setdefault(pair, edge)
    return list(best.values())


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


def _line(record: int, edge: Edge | None, why: str, words: Mapping[int, tuple[str, str, str]]) -> MissedLine:
    other = _other(edge, record)
    name, birth, extract = words[record]
    other_name, other_birth, other_extract = words.get(other, ("", "", ""))
    evidence = tuple((one.field, one.level, one.push) for one in edge.why) if edge is not None else ()
    return MissedLine(
        record, other, why, name, other_name, birth, other_birth, extract, other_extract,
        evidence,
    )  # fmt: skip
