"""Grouping: from edges and rulings to persons.

Rulings come first, then edges by falling weight, those within a person that people have worked with
before all others. An edge joins two groups unless a ruling parts
them, their given names contradict each other, or a person must be asked. Canonical order (weight,
then record ids) makes the groups the same whatever the order of arrival.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.linkage.frame import REGISTER, ROSTERS
from app.linkage.given_names import BESIDE, any_fits
from app.linkage.judging import DAMAGED, UNDISPUTED
from app.linkage.results import Edge, Review, ReviewReason, Ruling


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What grouping needs to know of a record: its extract, its given names in normal form."""

    extract: str
    kanji: tuple[str, ...] = ()
    kana: tuple[str, ...] = ()
    worked: int = 0  # id of the person people have worked with and that it belonged to; 0 none


class Tally(dict[str, int]):
    """How often each text was seen; a Counter costs several times as much to make, and there are a
    million of them."""

    def __missing__(self, text: str) -> int:
        return 0

    def add(self, other: Tally) -> None:
        """Count in what another one counted."""
        for text, count in other.items():
            self[text] += count


@dataclass(slots=True)
class Group:
    """A growing group. The tallies hold the given names of its records."""

    members: list[int]
    extracts: Tally
    kanji: Tally
    kana: Tally
    worked: set[int]
    parted_from: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Grouping:
    """The root of every record's group, and the edges that need a person, with the reason.

    ``groups``: by their root, those that somebody has looked at. Most records never meet another one.
    """

    facts: Mapping[int, RecordFacts]
    root_of: dict[int, int]
    groups: dict[int, Group] = field(default_factory=dict)
    asked: list[tuple[Edge, ReviewReason]] = field(default_factory=list)

    def group_of(self, record: int) -> Group:
        """The group a record stands in."""
        root = self.root_of[record]
        found = self.groups.get(root)
        if found is None:
            found = self.groups[root] = _alone(root, self.facts[root])
        return found

    def members(self) -> Iterator[list[int]]:
        """The records of every group."""
        for record, root in self.root_of.items():
            if root == record:
                yield self.groups[root].members if root in self.groups else [record]


def group(facts: Mapping[int, RecordFacts], edges: Sequence[Edge], rulings: Sequence[Ruling]) -> Grouping:
    """Join the records of ``facts``. Rulings and edges about other records are passed over."""
    whole = Grouping(facts, {record: record for record in facts})
    known = [ruling for ruling in rulings if ruling.a in facts and ruling.b in facts and ruling.a != ruling.b]
    for ruling in known:
        if not ruling.same:
            whole.group_of(ruling.a).parted_from.add(ruling.b)
            whole.group_of(ruling.b).parted_from.add(ruling.a)
    for a, b in sorted({(min(r.a, r.b), max(r.a, r.b)) for r in known if r.same}):
        _join_by_ruling(whole, a, b)
    ordered = sorted((edge for edge in edges if edge.state == "linked"), key=lambda e: (-e.weight, e.a, e.b))
    ours = {record: fact.worked for record, fact in facts.items() if fact.worked}
    if ours:  # whoever comes later takes no record away from a person people have worked with
        ordered.sort(key=lambda e: ours.get(e.a, 0) == 0 or ours.get(e.a) != ours.get(e.b))
    for edge in ordered:
        _join_by_edge(whole, edge)
    _join_where_only_one_fits(whole, edges)
    return whole


def parted(whole: Grouping, a: int, b: int) -> bool:
    """True where a ruling says that some records of the two groups are not the same person."""
    first, second = whole.group_of(a), whole.group_of(b)
    return any(
        bool(one.parted_from) and not one.parted_from.isdisjoint(other.members)
        for one, other in ((first, second), (second, first))
    )


def contradict(one: Group, other: Group) -> bool:
    """True where the usual given names of two groups differ in both forms.

    The usual name, not any name: one record with a slip of the pen does not part a group.
    """
    kanji, kana = _usual(one.kanji, other.kanji), _usual(one.kana, other.kana)
    if kanji is None and kana is None:
        return False
    return kanji is not True and kana is not True


def _usual(one: Tally, other: Tally) -> bool | None:
    """Do the most frequent names fit? None where a side has none."""
    return any_fits(_most_frequent(one), _most_frequent(other))


def _most_frequent(names: Tally) -> list[str]:
    if len(names) < 2:
        return list(names)
    given = Tally()
    for name, count in names.items():
        given[name.partition(BESIDE)[0]] += count
    most = max(given.values())
    return [name for name in names if given[name.partition(BESIDE)[0]] == most]


def _alone(record: int, fact: RecordFacts) -> Group:
    return Group(
        members=[record],
        extracts=Tally({fact.extract: 1}),
        kanji=Tally((name, 1) for name in fact.kanji),
        kana=Tally((name, 1) for name in fact.kana),
        worked={fact.worked} if fact.worked else set(),
    )


def _join_by_ruling(whole: Grouping, a: int, b: int) -> None:
    if whole.root_of[a] == whole.root_of[b]:
        return
    if parted(whole, a, b):
        whole.asked.append((Edge(a, b, 0.0, (), "review", "rulings_disagree"), "rulings_disagree"))
        return
    _join(whole, a, b)


def _join_by_edge(whole: Grouping, edge: Edge) -> None:
    if whole.root_of[edge.a] == whole.root_of[edge.b] or parted(whole, edge.a, edge.b):
        return
    one, other = whole.group_of(edge.a), whole.group_of(edge.b)
    reason: ReviewReason | None = "two_candidates" if contradict(one, other) else _must_ask(one, other, edge)
    if reason:
        whole.asked.append((edge, reason))
    else:
        _join(whole, edge.a, edge.b)


def _join_where_only_one_fits(whole: Grouping, edges: Sequence[Edge]) -> None:
    """Records outside the register whose name is damaged, or whose birth date slipped, go to the one
    person of the register that they could be at all.

    The register holds twins and namesakes too: whoever else would fit, would have an edge as well.
    """
    beside: dict[int, set[int]] = defaultdict(set)
    for edge in edges:
        one, other = whole.root_of.get(edge.a), whole.root_of.get(edge.b)
        if one is not None and other is not None and one != other:
            beside[one].add(other)
            beside[other].add(one)
    doubtful = sorted((edge for edge in edges if _nearly(edge)), key=lambda e: (-e.weight, e.a, e.b))
    for edge in doubtful:
        if edge.a not in whole.root_of or edge.b not in whole.root_of:
            continue
        roots = {whole.root_of[edge.a], whole.root_of[edge.b]}
        outside = [root for root in roots if not whole.group_of(root).extracts[REGISTER]]
        if len(roots) == 2 and len(outside) == 1 and {whole.root_of[one] for one in beside[outside[0]]} <= roots:
            _join_by_edge(whole, edge)


NEARLY = 8.0
"""Bits from which a name that agrees, or is damaged, is enough where nobody else fits."""


def _nearly(edge: Edge) -> bool:
    levels = {item.field: item.level for item in edge.why}
    if edge.state != "review" or edge.weight < NEARLY or levels["birth"] == "differs" or levels["sex"] == "differs":
        return False
    if edge.reason == "names_one_apart":
        return levels["given"] in DAMAGED and levels["birth"] in ("same", "same_as_far_as_known")
    return edge.reason == "uncertain" and levels["given"] in UNDISPUTED and levels["family"] != "differs"


def _must_ask(one: Group, other: Group, edge: Edge) -> ReviewReason | None:
    if one.extracts[REGISTER] and other.extracts[REGISTER]:
        return "two_register_entries"
    if any(one.extracts[roster] and other.extracts[roster] for roster in ROSTERS) and not _beyond_doubt(edge):
        return "two_roster_entries"
    # Last: what the records say stays the reason when people begin to work with both.
    if one.worked and other.worked and one.worked != other.worked:
        return "both_worked_with"
    return None


def _same_name_and_birth(edge: Edge) -> bool:
    levels = {item.field: item.level for item in edge.why}
    return (levels.get("given"), levels.get("family"), levels.get("birth")) == (
        "same_both",
        "same_both",
        "same",
    )


def _beyond_doubt(edge: Edge) -> bool:
    """Given name in both forms and birth date agree, and one more thing that a namesake has not."""
    levels = {item.field: item.level for item in edge.why}
    more = (
        levels.get("phone"),
        levels.get("guardian"),
        levels.get("address"),
        levels.get("number"),
    )
    return levels.get("given") == "same_both" and levels.get("birth") == "same" and "same" in more


def _join(whole: Grouping, a: int, b: int) -> None:
    """The larger group takes the smaller one in; on a tie the one with the smaller root."""
    root_a, root_b = whole.root_of[a], whole.root_of[b]
    sizes = {root: len(whole.group_of(root).members) for root in (root_a, root_b)}
    stays, goes = sorted((root_a, root_b), key=lambda root: (-sizes[root], root))
    taker, taken = whole.groups[stays], whole.groups.pop(goes)
    for record in taken.members:
        whole.root_of[record] = stays
    taker.members.extend(taken.members)
    taker.extracts.add(taken.extracts)
    taker.kanji.add(taken.kanji)
    taker.kana.add(taken.kana)
    taker.worked |= taken.worked
    taker.parted_from |= taken.parted_from


def reviews(whole: Grouping, edges: Iterable[Edge]) -> list[Review]:
    """One review for every pair of groups in question, the heaviest edge speaking for both.

    Not asked: what a ruling has settled, and two register entries whose names only resemble.
    """
    candidates = [
        *whole.asked,
        *((edge, edge.reason or "uncertain") for edge in edges if edge.state == "review"),
    ]
    best: dict[tuple[int, int], tuple[Edge, ReviewReason]] = {}
    for edge, reason in sorted(candidates, key=lambda item: (-item[0].weight, item[0].a, item[0].b)):
        if edge.a not in whole.root_of or edge.b not in whole.root_of:
            continue
        roots = (whole.root_of[edge.a], whole.root_of[edge.b])
        pair = (min(roots), max(roots))
        if roots[0] != roots[1] and pair not in best and _worth_asking(whole, edge, reason):
            best[pair] = (edge, reason)
    return [Review(edge.a, edge.b, edge.weight, edge.why, reason) for edge, reason in best.values()]


def _worth_asking(whole: Grouping, edge: Edge, reason: ReviewReason) -> bool:
    if reason == "rulings_disagree":
        return True
    if parted(whole, edge.a, edge.b):
        return False
    one, other = whole.group_of(edge.a), whole.group_of(edge.b)
    if reason == "uncertain" and contradict(one, other):
        return False
    if one.extracts[REGISTER] and other.extracts[REGISTER]:
        return reason in ("two_register_entries", "both_worked_with") or _same_name_and_birth(edge)
    return True
