"""The whole matching: records and rulings in, persons and open questions out."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager

import numpy as np
import pandas as pd

from app.linkage.crowds import Crowding, crowded_of
from app.linkage.frame import normalise
from app.linkage.grouping import Grouping, RecordFacts, group, reviews
from app.linkage.identity import Identities, name_groups, with_history
from app.linkage.judging import edges as judged_edges
from app.linkage.lines import Lines, gathered
from app.linkage.model import Model, shipped_model, shipped_variants
from app.linkage.results import Edge, LinkResult, RecordState, Review, Ruling
from app.linkage.rivals import two_candidates
from app.linkage.scoring import score
from app.linkage.siblings import alone, families_of, lifted
from app.linkage.variants import Variants
from app.linkage.words import Words

ROUNDS = 5
"""Enough for a record to leave one worked-with person and what hung on it to follow."""

MARGIN = 8.0
"""Bits within which two contradicting candidates count as alike."""


@contextmanager
def without_collecting() -> Iterator[None]:
    """Millions of small objects and no cycles among them: looking for cycles costs a quarter of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@without_collecting()
def match(
    records: pd.DataFrame | Iterable[pd.DataFrame],
    *,
    person_id_of: Callable[[int], int],
    rulings: Sequence[Ruling] = (),
    previous: Mapping[int, int] | None = None,
    worked: Set[int] = frozenset(),
    changed: Set[int] | None = None,
    edges: Sequence[Edge] = (),
    model: Model | None = None,
    variants: Variants | None = None,
    see: Callable[[Lines], None] | None = None,
    crowding: Callable[[], Crowding] | None = None,
) -> LinkResult:
    """Group ``records`` (columns ``frame.RAW_COLUMNS``, a line for every spelling) into persons.

    Several frames, each with all lines of its records, take less memory than one. ``person_id_of``:
    record -> the person id it founds. ``previous``: record -> person of the last run. ``worked``:
    persons people have worked with. ``changed``: with it only pairs that touch these records are
    compared, and ``edges`` of the last run serve for the rest; ``records`` is the whole stock all
    the same. ``see`` is shown every frame in normal form; ``crowding`` is asked after the last
    of them, where it is not to be counted from ``records``.
    """
    earlier = previous or {}
    numbers = model or shipped_model()
    fresh = None if changed is None else frozenset(changed)
    stock = _Stock(records, variants if variants is not None else shipped_variants(), earlier, worked, see)
    found, fresh = stock.compare(numbers, fresh, crowding)
    facts = stock.facts
    every = [*found, *map(alone, _kept(edges, facts.keys(), fresh))]
    if len(every) > len(found):
        every.sort(key=lambda edge: (edge.a, edge.b))
    every = lifted(every, stock.families, numbers)
    usable = two_candidates(facts, every, MARGIN)
    whole, identities = _settled(facts, usable, rulings, earlier, worked, person_id_of)
    open_questions = reviews(whole, usable)
    return LinkResult(
        persons=identities.persons,
        edges=every,
        reviews=open_questions,
        states=_states(whole, open_questions),
        model=numbers.id,
        aliases=identities.aliases,
        parted=identities.parted,
    )


def _settled(
    facts: Mapping[int, RecordFacts],
    edges: Sequence[Edge],
    rulings: Sequence[Ruling],
    earlier: Mapping[int, int],
    worked: Set[int],
    person_id_of: Callable[[int], int],
) -> tuple[Grouping, Identities]:
    """Groups and their ids such that grouping once more, from these ids, changes nothing.

    A record that leaves a person people have worked with is not held back by them any longer. The
    rebuild, which knows only where it went, must come to the same.
    """
    extracts = {record: fact.extract for record, fact in facts.items()}
    whole = group(facts, edges, rulings)
    identities = name_groups(whole.members(), extracts, earlier, worked, person_id_of)
    persons = identities.persons
    for _ in range(ROUNDS if worked else 0):
        again = {one: _worked_on(fact, persons[one], worked) for one, fact in facts.items()}
        if again == facts:
            break
        facts = again
        whole = group(facts, edges, rulings)
        then = name_groups(whole.members(), extracts, persons, worked, person_id_of)
        if then.persons == persons:
            break
        persons = then.persons
    if persons is not identities.persons:
        identities = with_history(persons, earlier, extracts, person_id_of)
    return whole, identities


def _worked_on(fact: RecordFacts, person: int, worked: Set[int]) -> RecordFacts:
    now = person if person in worked else 0
    return fact if fact.worked == now else RecordFacts(fact.extract, fact.kanji, fact.kana, now)


def compare(records: pd.DataFrame, changed: Set[int], model: Model, crowded: np.ndarray) -> list[Edge]:
    """The edges that touch the ``changed`` among these records, in canonical order. ``crowded``: keys of the
    whole stock that find nobody."""
    lines = normalise(records, shipped_variants())
    if not len(lines) or not changed:
        return []
    return judged_edges(score(lines, model, frozenset(changed), crowded), lines.records, model)


class _Stock:
    """The records in normal form, frame by frame: only what grouping needs of them is kept."""

    def __init__(
        self,
        records: pd.DataFrame | Iterable[pd.DataFrame],
        variants: Variants,
        previous: Mapping[int, int],
        worked: Set[int],
        see: Callable[[Lines], None] | None,
    ) -> None:
        self._frames = [records] if isinstance(records, pd.DataFrame) else records
        self._variants, self._previous, self._worked, self._see = variants, previous, worked, see
        self.facts: dict[int, RecordFacts] = {}
        self.families: list[tuple[int, int]] = []

    def compare(
        self, model: Model, fresh: frozenset[int] | None, crowding: Callable[[], Crowding] | None
    ) -> tuple[list[Edge], frozenset[int] | None]:
        """Read all frames once; the edges among them, and ``fresh`` with those whose keys became crowded or no
        longer are."""
        if fresh is not None and not fresh:
            for _ in self._lines():
                pass
            return [], fresh
        lines = gathered(self._lines())
        if not len(lines):
            return [], fresh
        crowd = crowding() if crowding else Crowding(crowded_of(lines), frozenset())
        fresh = None if fresh is None else fresh | crowd.moved
        return judged_edges(score(lines, model, fresh, crowd.keys), lines.records, model), fresh

    def _lines(self) -> Iterator[Lines]:
        words = Words(self._variants)
        for frame in self._frames:
            lines = normalise(frame, self._variants, words)
            if not len(lines):
                continue
            self.families += families_of(lines)
            self.facts |= _facts(lines, self._previous, self._worked)
            if self._see is not None:
                self._see(lines)
            yield lines


def _kept(edges: Iterable[Edge], known: Set[int], fresh: Set[int] | None) -> list[Edge]:
    """Edges of the last run between records that are still there and did not change."""
    if fresh is None:
        return []
    return [e for e in edges if e.a not in fresh and e.b not in fresh and e.a in known and e.b in known]


def _facts(lines: Lines, previous: Mapping[int, int], worked: Set[int]) -> dict[int, RecordFacts]:
    """What grouping reads of every record; those who are called alike share their names."""
    starts = np.flatnonzero(np.r_[True, lines.records[1:] != lines.records[:-1]])
    ends = [*starts[1:].tolist(), len(lines)]
    extracts, kanji, kana = (lines.columns[name] for name in ("extract", "n_told", "k_told"))
    names = [(one.numbers.tolist(), [*((text,) for text in one.texts), ()]) for one in (kanji, kana)]
    departments = [*extracts.texts, ""]
    from_where = extracts.numbers[starts].tolist()
    theirs = {record: person for record, person in previous.items() if person in worked} if worked else {}

    def called(at: int, end: int, numbers: list[int], texts: list[tuple[str, ...]]) -> tuple[str, ...]:
        if end == at + 1:
            return texts[numbers[at]]
        return tuple(sorted({name for number in numbers[at:end] for name in texts[number]}))

    return {
        record: RecordFacts(
            departments[extract], called(at, end, *names[0]), called(at, end, *names[1]), theirs.get(record, 0)
        )
        for record, extract, at, end in zip(
            lines.records[starts].tolist(), from_where, starts.tolist(), ends, strict=True
        )
    }


def _states(whole: Grouping, questions: Iterable[Review]) -> dict[int, RecordState]:
    """``review`` for the record in question on the smaller side of an open review."""
    sizes = Counter(whole.root_of.values())
    states: dict[int, RecordState] = {
        record: "linked" if sizes[root] > 1 else "alone" for record, root in whole.root_of.items()
    }
    for question in questions:
        size_a, size_b = sizes[whole.root_of[question.a]], sizes[whole.root_of[question.b]]
        if size_a <= size_b:
            states[question.a] = "review"
        if size_b <= size_a:
            states[question.b] = "review"
    return states
