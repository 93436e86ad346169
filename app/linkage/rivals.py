"""Records that fit two people who are not one: their edges are for a person.

Looked at before anything is joined, so that a record does not go to the one of two twins that
happens to weigh a little more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set

from app.linkage.frame import REGISTER
from app.linkage.given_names import BESIDE, ORDERLESS, UNSEPARATED, any_fits, two_people
from app.linkage.grouping import RecordFacts
from app.linkage.judging import UNDISPUTED
from app.linkage.results import Edge


def two_candidates(facts: Mapping[int, RecordFacts], edges: Sequence[Edge], margin: float) -> list[Edge]:
    """The edges again; those of a record that fits two contradicting people alike are for a person.

    A record whose given name agrees in one form with each of two twins must not go to the one
    that happens to weigh a little more. ``margin``: bits within which two weights count as alike.
    """
    by_record: dict[int, list[int]] = defaultdict(list)
    for place, edge in enumerate(edges):
        if edge.state == "linked":
            by_record[edge.a].append(place)
            by_record[edge.b].append(place)
    asked: set[int] = set()
    for record, places in by_record.items():
        if all(_level(edges[place], "given") == "same_both" for place in places):
            continue
        asked |= _torn(record, places, facts, edges, margin)
    return [
        Edge(edge.a, edge.b, edge.weight, edge.why, "review", "two_candidates") if place in asked else edge
        for place, edge in enumerate(edges)
    ]


def _torn(
    record: int,
    places: list[int],
    facts: Mapping[int, RecordFacts],
    edges: Sequence[Edge],
    margin: float,
) -> Set[int]:
    """The edges of a record whose best sorts of neighbours contradict each other.

    A name that agrees in all it has goes before one of which a form differs: then only the
    edges to those who contradict the better one are for a person.
    """

    def other(place: int) -> RecordFacts:
        edge = edges[place]
        return facts[edge.a if edge.b == record else edge.b]

    own = facts[record]

    def contradicts(one: int, two: int) -> bool:
        return two_people(_told_by(own, other(one)), _told_by(own, other(two)))

    clear = {place: _level(edges[place], "given") in UNDISPUTED for place in places}
    ranked = sorted(places, key=lambda place: (not clear[place], -edges[place].weight, edges[place].a, edges[place].b))
    top = ranked[0]
    torn: set[int] = set()
    for place in ranked[1:]:
        if edges[place].weight < edges[top].weight - margin or not contradicts(top, place):
            continue
        if clear[place] == clear[top]:
            return {place for place in places if _level(edges[place], "given") != "same_both"}
        torn.add(place)
    return torn


def _told_by(known: RecordFacts, fact: RecordFacts) -> RecordFacts:
    """What ``known`` tells of a neighbour's name.

    A name that was not separated ends with its given name: after a new family name two such names
    have nothing else in common. The register, which is checked against papers, also tells how its
    characters are read.
    """
    kanji, kana = _ending(fact.kanji, known.kanji), _ending(fact.kana, known.kana)
    if known.extract == REGISTER and kanji and not kana and any_fits(kanji, known.kanji):
        kana = known.kana
    return RecordFacts(fact.extract, kanji, kana, fact.worked)


def _ending(names: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    given = [name.partition(BESIDE)[0] for name in known if not name.startswith((UNSEPARATED, ORDERLESS))]
    return tuple(
        next((one for one in given if name.startswith(UNSEPARATED) and name[1:] != one and name.endswith(one)), name)
        for name in names
    )


def _level(edge: Edge, key: str) -> str:
    return next((item.level for item in edge.why if item.field == key), "")
