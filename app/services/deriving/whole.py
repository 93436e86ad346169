"""The order of deriving: standing rows, records, links, facts, persons, coverage, search.

The one path by which a new view comes to be, for the first import, the monthly one, and the
rebuild that proves the others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from app.domain.extracts.profile import Profile
from app.linkage.matching import without_collecting
from app.services.deriving import searching, shielding, standing
from app.services.deriving.arriving import link_arrivals
from app.services.deriving.coverage import derive_coverage
from app.services.deriving.facts import derive_facts
from app.services.deriving.laying import know_notices, known_notices, note_deliveries, noticed
from app.services.deriving.links import LinkChange, blocks_fit, derive_links, last_model, worked_with
from app.services.deriving.models import model_in_force
from app.services.deriving.persons import count_doubts, derive_persons
from app.services.deriving.records import Alike, alike, derive_records, spoken_of
from app.services.deriving.refounding import Refounding
from app.services.deriving.rows import RowBook
from app.services.deriving.standing import Delivery
from app.storage.digests import Digester
from app.storage.memory import give_back
from app.storage.truth.notices import EXTRACT as NOTICE

Linker = Callable[[Any, Set[int] | None], LinkChange]
Stage = Callable[[str], AbstractContextManager[None]]

FULL_ABOVE = 0.5
"""Above this share of touched records, deriving all of them anew is quicker than picking."""


@dataclass(frozen=True)
class Derived:
    """What a derivation did: the link change to keep, and how much it touched."""

    links: LinkChange
    records: int
    facts: int


@dataclass(frozen=True)
class Redone:
    """What is worked out anew though nothing arrived for it.

    ``relaid``: extracts of which a delivery was withdrawn or brought back; ``batches``: these
    deliveries. ``reread``: extracts whose files are read by other rules now.
    """

    relaid: frozenset[str] = frozenset()
    batches: frozenset[int] = frozenset()
    reread: frozenset[str] = frozenset()


@without_collecting()
def derive(
    db: Any,
    profiles: dict[str, Profile],
    digester: Digester,
    earlier: Sequence[Delivery],
    arrived: Sequence[Delivery],
    link: Linker | None = None,
    stage: Stage = lambda name: nullcontext(),
    redone: Redone = Redone(),
    upto: int | None = None,
) -> Derived:
    """Bring the view in ``db`` (truth attached as ``truth``) up to date with what arrived.

    Everything is derived anew when nothing stands in it yet. ``link`` is replaced by the rebuild,
    which takes the links from the truth instead of working them out. ``upto``: where everything is
    derived anew, notices that came after this entry are left out.
    """
    fresh = db.execute("SELECT 1 FROM record LIMIT 1").fetchone() is None
    book = RowBook(db, profiles)
    if fresh:
        know_notices(db, upto)
    _let_go(db, fresh)
    with stage("records"):
        note_deliveries(db, profiles, [*earlier, *arrived])
        before = _owners(db)
        laid = _lay(db, profiles, earlier, arrived, redone, fresh)
        picked = laid.picked
        same = _spell(db, profiles, book, laid, redone)
        _let_go(db, picked is None)
    with stage("links"):
        refounding = Refounding(db, digester, laid.touched, worked_with(db)) if redone.relaid else None
        linker = link or _linker(profiles, digester, picked is None, refounding)
        compared = (laid.touched if picked is None else laid.named) - same.spelled
        if arrived:  # who was told of has not been compared
            compared |= _unmatched(db)
        links = linker(db, None if fresh else compared)
        if picked is not None:
            moved = links.moved | _come_or_gone(db, before, laid.touched)
            picked = _pick(db, laid.touched | moved, laid.known)
            _touch_hanging(db, profiles, moved)
        _let_go(db, picked is None)
    with stage("facts"):
        facts = derive_facts(db, profiles, digester, book, picked is not None)
        _let_go(db, picked is None)
        _name_persons(db, picked, before)
        derive_persons(db, picked is not None)
        count_doubts(db)
        derive_coverage(db, profiles)
        shielding.settle(db, profiles, digester, afresh=True)
        _name_persons(db, None if picked is None else sorted((laid.named - same.shown) | links.moved), before)
        searching.index(db, picked is not None)
        _let_go(db, picked is None)
    return Derived(links, len(laid.touched), facts)


@dataclass(frozen=True)
class _Laid:
    """The records for which something else counts now (``touched``); of these, the ones whose words may be other
    ones (``named``); how many were known before; the ``named`` in order where only they are spelled anew."""

    touched: set[int]
    named: set[int]
    known: int
    picked: Sequence[int] | None


def _lay(
    db: Any,
    profiles: dict[str, Profile],
    earlier: Sequence[Delivery],
    arrived: Sequence[Delivery],
    redone: Redone,
    fresh: bool,
) -> _Laid:
    """Lay on what arrived. ``temp.touched_row`` holds the rows whose facts follow, where not all of them do."""
    told = noticed(db, upto=known_notices(db))
    standing.begin(db)
    named = _redo(db, profiles, [*earlier, *told], redone)
    naming, silent = _by_naming(db, [*arrived, *told] if fresh else arrived)
    named |= standing.lay_on(db, profiles, earlier, naming)
    touched = named | standing.lay_on(db, profiles, earlier, silent)
    known = 0 if fresh else _records_that_stand(db)
    picked = None if fresh or len(touched) > FULL_ABOVE * known else _pick(db, named, known)
    if picked is None:
        standing.begin(db)
    return _Laid(touched, named, known, picked)


def _spell(db: Any, profiles: dict[str, Profile], book: RowBook, laid: _Laid, redone: Redone) -> Alike:
    """Write the records and their spellings; of which nothing is another."""
    partly = laid.picked is not None
    spoken = spoken_of(db) if partly else {}
    derive_records(db, profiles, book, laid.picked)
    same = alike(db, spoken) if partly and redone == Redone() else Alike()
    _bare_what_is_shut(db, profiles, laid.named, partly)
    return same


LARGE = 20_000
"""Standing rows from which the memory of a stage is worth giving back."""


def _let_go(db: Any, whole: bool) -> None:
    """Between two stages of a large office; in a small one it would take longer than the stage. In a month the next
    one reads most pages again: they stay where nobody needs the memory."""
    if len(db.execute("SELECT 1 FROM standing LIMIT ?", (LARGE,)).fetchall()) == LARGE:
        give_back(*([db] if whole else []))


def _bare_what_is_shut(db: Any, profiles: dict[str, Profile], named: set[int], partly: bool) -> None:
    """Whereabouts of the protected that are not derived anew stay out; matching reads the others as they came."""
    shut = shielding.shielded_records(db) - named if partly else set()
    shielding.bare(db, profiles, shut)
    shielding.bare_keys(db, profiles, shut)


def _by_naming(db: Any, arrived: Sequence[Delivery]) -> tuple[list[Delivery], list[Delivery]]:
    """Deliveries of extracts that print who a person is, and the others: a monthly count changes nobody's name."""
    found = db.execute("SELECT DISTINCT extract FROM temp.laid WHERE bears_persons").fetchall()
    bearing = {row[0] for row in found}
    return [one for one in arrived if one.extract in bearing], [one for one in arrived if one.extract not in bearing]


def _unmatched(db: Any) -> set[int]:
    """The records that a notice brought and that stand alone."""
    rows = db.execute("SELECT record_id FROM record WHERE extract = ? AND state = 'alone'", (NOTICE,))
    return {row[0] for row in rows.fetchall()}


def _redo(db: Any, profiles: dict[str, Profile], earlier: Sequence[Delivery], redone: Redone) -> set[int]:
    """The records whose standing rows or spellings are other ones now."""
    touched: set[int] = set()
    for extract in sorted(redone.relaid | redone.reread):
        touched |= standing.lay_afresh(db, profiles, extract, [one for one in earlier if one.extract == extract])
    for batch in sorted(redone.batches):
        rows = db.execute("SELECT DISTINCT record_id FROM truth.batch_row WHERE batch_id = ? AND outcome = 0", (batch,))
        touched |= {row[0] for row in rows.fetchall()}
    for extract in sorted(redone.reread):
        touched |= standing.records_of(db, extract)
        standing.touch_rows(db, "extract = ?", (extract,))
    return touched


def _linker(profiles: dict[str, Profile], digester: Digester, all_anew: bool, refounding: Refounding | None) -> Linker:
    """Edges weighed by another model or found by other rules are all weighed again; where all records
    were written anew, all are grouped again."""

    def link(db: Any, changed: Set[int] | None) -> LinkChange:
        if changed is None or last_model(db) != model_in_force(db).id or not blocks_fit(db):
            return derive_links(db, profiles, digester, None, refounding=refounding)
        if all_anew:
            return derive_links(db, profiles, digester, changed, refounding=refounding)
        return link_arrivals(db, profiles, digester, changed, refounding)

    return link


def _records_that_stand(db: Any) -> int:
    return int(db.execute("SELECT count(DISTINCT record_id) FROM standing").fetchone()[0])


def _pick(db: Any, records: Set[int], known: int) -> Sequence[int] | None:
    """``temp.touched``, or None where so many of the ``known`` records are touched that all are derived anew."""
    if len(records) > FULL_ABOVE * known:
        return None
    db.execute("DROP TABLE IF EXISTS temp.touched")
    db.execute("CREATE TEMP TABLE touched (id INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO temp.touched VALUES (?)", ((one,) for one in sorted(records)))
    return sorted(records)


def _touch_hanging(db: Any, profiles: dict[str, Profile], moved: Set[int]) -> None:
    """The rows whose facts may hang elsewhere now: those of records that are new or have another person,
    pregnancies (their child may have come), and what waits for one of several rosters."""
    db.execute("DROP TABLE IF EXISTS temp.moved")
    db.execute("CREATE TEMP TABLE moved (id INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO temp.moved VALUES (?)", ((one,) for one in sorted(moved)))
    kinds = sorted({rule.kind for one in profiles.values() if len(one.rosters) > 1 for rule in one.facts})
    standing.touch_rows(db, "record_id IN (SELECT id FROM temp.moved)")
    db.execute(
        "INSERT OR IGNORE INTO temp.touched_row SELECT row_id FROM fact"
        " WHERE record_id IN (SELECT id FROM temp.moved) OR kind = 'pregnancy'"
        " OR (person_id = 0 AND kind IN (SELECT value FROM json_each(?)))",
        (json.dumps(kinds),),
    )


def _owners(db: Any) -> dict[int, int]:
    return dict(db.execute("SELECT record_id, person_id FROM record").fetchall())


def _come_or_gone(db: Any, before: Mapping[int, int], touched: Set[int]) -> set[int]:
    """The touched records that are there only now, or no longer: what hangs on them goes to somebody, or waits."""
    there = "SELECT record_id FROM record WHERE record_id IN (SELECT value FROM json_each(?))"
    now = {row[0] for row in db.execute(there, (json.dumps(sorted(touched)),)).fetchall()}
    return {one for one in touched if (one in before) != (one in now)}


def _name_persons(db: Any, picked: Sequence[int] | None, before: dict[int, int]) -> None:
    """``temp.persons``: everyone whom the touched records belong to now or belonged to before."""
    db.execute("DROP TABLE IF EXISTS temp.persons")
    db.execute("CREATE TEMP TABLE persons (id INTEGER PRIMARY KEY)")
    if picked is None:
        return
    now = _owners(db)
    persons = {owners[one] for owners in (now, before) for one in picked if owners.get(one)}
    db.executemany("INSERT INTO temp.persons VALUES (?)", ((one,) for one in sorted(persons)))
