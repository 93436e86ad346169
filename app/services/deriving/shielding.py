"""Shielding: who is protected, and a view that holds no readable copy of where they are.

Whoever a source, or somebody in the office, says is protected is; and with them everybody of their
household, because they share the address. Their whereabouts are emptied in every derived table, so
that no list, search or print can show them by mistake; what is left stands in the rows as received
(``app.services.offices.opening``). Nothing here ends a protection: not a later row that is silent, not a date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from app.domain.extracts.profile import Profile
from app.domain.facts import KINDS
from app.domain.whereabouts import FIELDS, WORDS
from app.linkage.frame import normalise
from app.linkage.model import shipped_variants
from app.services.deriving import searching
from app.services.deriving.facts import derive_facts_again
from app.services.deriving.laying import deliveries, note_deliveries
from app.services.deriving.links import lay_keys, spellings
from app.services.deriving.persons import count_doubts, derive_persons
from app.services.deriving.records import derive_records
from app.services.deriving.rows import RowBook
from app.services.deriving.surnames import hide_surnames
from app.storage.digests import Digester
from app.storage.truth import protections

_KNOWN = "protections"
_EMPTY = ", ".join(f"{field} = ''" for field in FIELDS)

_OWN = """
    SELECT r.person_id FROM protecting AS p JOIN record AS r USING (record_id)
    WHERE p.row_id NOT IN (SELECT row_id FROM truth.lifted_row)
    UNION SELECT person_id FROM truth.protection WHERE lifted IS NULL
"""
"""Whom a row that still counts, or a hand, protects."""

_WITH_HOUSEHOLD = f"""
    WITH own AS ({_OWN})
    SELECT person_id FROM own
    UNION SELECT theirs.person_id FROM own JOIN household AS mine ON mine.person_id = own.person_id
    JOIN household AS theirs ON theirs.household = mine.household
"""


def unshielded(db: Any) -> bool:
    """Whether somebody was protected, or a protection lifted, that the view does not know."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_KNOWN,)).fetchone()
    return protections.newest(db, "truth") > (int(row[0]) if row else 0)


def cover(db: Any) -> frozenset[int]:
    """Empty the whereabouts of everybody who is protected; those whose protection is another one now.

    Nobody gets anything back here, and the keys by which others are found stay: see ``settle``.
    """
    changed = _cover(db)
    _index(db, changed)
    return changed


def settle(db: Any, profiles: Mapping[str, Profile], digester: Digester, afresh: bool = False) -> frozenset[int]:
    """The same with all that follows, and who is protected no longer has back what the rows say; the persons
    whom it concerns. ``afresh``: the records may have been written anew since."""
    before = shielded_records(db)
    renamed = _renamed(db)
    if not afresh and renamed:  # what is hidden is told by what the rows say
        note_deliveries(db, dict(profiles), deliveries(db))
        bare(db, profiles, before)
        _name(db, "persons", renamed)
        derive_persons(db, True)
        count_doubts(db)
    changed = set(_cover(db))
    back = db.execute(
        "SELECT s.record_id, r.person_id FROM shielded AS s JOIN record AS r USING (record_id)"
        " WHERE r.person_id NOT IN (SELECT id FROM temp.veiled)"
    ).fetchall()
    if back:
        if not afresh:  # else they stand, with those that are not published yet
            note_deliveries(db, dict(profiles), deliveries(db))
        records = {row[0] for row in back}
        changed |= give_back(db, profiles, digester, records)
        db.executemany("DELETE FROM shielded WHERE record_id = ?", [(one,) for one in records])
        changed |= _cover(db)
    db.execute("DELETE FROM shielded WHERE record_id NOT IN (SELECT record_id FROM record)")
    _index(db, changed | hide_surnames(db, profiles))  # not before: no index ever holds what is hidden
    if afresh or renamed or _renamed(db):  # what a surname hides is another thing with each who joins or leaves
        db.execute("UPDATE shielded SET keyed = 0")
    bare_keys(db, profiles, {row[0] for row in db.execute("SELECT record_id FROM shielded WHERE keyed = 0").fetchall()})
    db.execute("UPDATE shielded SET keyed = 1")
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KNOWN, str(protections.newest(db, "truth"))))
    return frozenset(changed)


def give_back(db: Any, profiles: Mapping[str, Profile], digester: Digester, records: Set[int]) -> frozenset[int]:
    """Derive again what the rows of these records say; their persons. ``temp.laid`` stands."""
    bare(db, profiles, records)
    _name(db, "given", records)
    persons = {
        row[0]
        for row in db.execute(
            "SELECT person_id FROM record WHERE record_id IN (SELECT id FROM temp.given) AND person_id <> 0"
        ).fetchall()
    }
    _restore_facts(db, profiles, digester, persons)
    bare_keys(db, profiles, records)
    return frozenset(persons)


def shielded_records(db: Any) -> set[int]:
    """The records whose whereabouts are empty in this view."""
    return {row[0] for row in db.execute("SELECT record_id FROM shielded").fetchall()}


def _renamed(db: Any) -> set[int]:
    """The persons of whom a surname is hidden, and those to whom such a record belongs by now."""
    found = db.execute(
        "SELECT person_id FROM surname UNION SELECT r.person_id FROM shielded AS s JOIN record AS r USING (record_id)"
        " WHERE s.renamed"
    )
    return {row[0] for row in found.fetchall()}


def bare(db: Any, profiles: Mapping[str, Profile], records: Set[int]) -> None:
    """Write these records and their spellings as their rows have them, for matching; persons stay."""
    if not records:
        return
    _name(db, "touched", records)
    before = db.execute(
        "SELECT person_id, state, record_id FROM record WHERE record_id IN (SELECT id FROM temp.touched)"
    ).fetchall()
    derive_records(db, dict(profiles), RowBook(db, dict(profiles)), sorted(records))
    db.executemany("UPDATE record SET person_id = ?, state = ? WHERE record_id = ?", before)


def bare_keys(db: Any, profiles: Mapping[str, Profile], records: Set[int]) -> None:
    """What others are found by, laid anew for these records as they stand."""
    if not records:
        return
    _name(db, "keyed", records)
    for table in ("block", "kin"):
        db.execute(f"DELETE FROM {table} WHERE record_id IN (SELECT id FROM temp.keyed)")
    lines = spellings(db, "main", dict(profiles), "WHERE s.record_id IN (SELECT id FROM temp.keyed)")
    lay_keys(db, normalise(lines, shipped_variants()))


# ---------------------------------------------------------------------------- steps


def _cover(db: Any) -> frozenset[int]:
    _name(db, "veiled", (row[0] for row in db.execute(_WITH_HOUSEHOLD).fetchall()))
    changed = frozenset(row[0] for row in db.execute(_CHANGED).fetchall())
    db.executemany("UPDATE person SET protected = 1 - protected WHERE person_id = ?", [(one,) for one in changed])
    _empty(db)
    return changed


def _index(db: Any, persons: Set[int]) -> None:
    if persons:
        _name(db, "persons", persons)
        searching.index(db, True)


_CHANGED = """
    SELECT person_id FROM person WHERE protected = 0 AND person_id IN (SELECT id FROM temp.veiled)
    UNION ALL SELECT person_id FROM person WHERE protected = 1 AND person_id NOT IN (SELECT id FROM temp.veiled)
"""
_SHUT = "SELECT record_id FROM record WHERE person_id IN (SELECT id FROM temp.veiled)"


def _empty(db: Any) -> None:
    _name(db, "shut", (row[0] for row in db.execute(_SHUT).fetchall()))
    db.execute("INSERT OR IGNORE INTO shielded (record_id) SELECT id FROM temp.shut")
    for table in ("record", "spelling"):
        db.execute(f"UPDATE {table} SET {_EMPTY} WHERE record_id IN (SELECT id FROM temp.shut)")
    db.execute("UPDATE person SET facility = '', school_class = '' WHERE person_id IN (SELECT id FROM temp.veiled)")
    for kind, words in WORDS.items():
        emptied = ", ".join(f"{KINDS[kind].slot(word)} = NULL" for word in words)
        db.execute(f"UPDATE fact SET {emptied} WHERE kind = ? AND person_id IN (SELECT id FROM temp.veiled)", (kind,))


def _restore_facts(db: Any, profiles: Mapping[str, Profile], digester: Digester, persons: Set[int]) -> None:
    _name(db, "persons", persons)
    marks = ", ".join(f"'{kind}'" for kind in WORDS)
    rows = {
        row[0]
        for row in db.execute(
            f"SELECT row_id FROM fact WHERE kind IN ({marks}) AND person_id IN (SELECT id FROM temp.persons)"
        ).fetchall()
    }
    _name(db, "reread", rows)
    db.execute("DELETE FROM fact WHERE row_id IN (SELECT id FROM temp.reread)")
    book = RowBook(db, dict(profiles))
    derive_facts_again(db, profiles, digester, book, "WHERE s.row_id IN (SELECT id FROM temp.reread)")
    derive_persons(db, True)
    count_doubts(db)
    searching.index(db, True)


def _name(db: Any, table: str, ids: Iterable[int]) -> None:
    db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} (id INTEGER PRIMARY KEY)")
    db.execute(f"DELETE FROM temp.{table}")
    db.executemany(f"INSERT INTO temp.{table} VALUES (?)", ((one,) for one in sorted(ids)))
