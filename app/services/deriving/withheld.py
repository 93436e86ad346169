"""What may not be used, laid into a view: the switches of the office, and what families said.

The view's table ``withheld`` says what its facts were derived without. The office's switches come with a
new view and a run of their own; a family's word is laid into the view in force, for this person alone, and
a rebuild goes the same way: first what the last run knew, then what was said since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from app.domain.extracts.profile import Profile
from app.domain.purposes import EVERYBODY, Withheld, silent
from app.storage.truth import purposes

_KNOWN = "stances"


def withheld_of(db: Any, schema: str = "main") -> Withheld:
    """What a view was derived without."""
    return Withheld.of(db.execute(f"SELECT person_id, extract, item FROM {schema}.withheld").fetchall())


def lay_withheld(
    db: Any,
    profiles: Mapping[str, Profile],
    upto: int | None = None,
    change: tuple[str, str, bool] | None = None,
) -> None:
    """Write ``withheld`` and ``silent`` from the truth. ``upto``: families' words after that entry are left out;
    ``change`` (extract, item, whether it is used): a switch that is published together with this view."""
    rows = set(_rows(purposes.withheld(db, "truth", upto)))
    if change is not None:
        extract, item, used = change
        rows = rows - {(EVERYBODY, extract, item)} if used else rows | {(EVERYBODY, extract, item)}
    db.execute("DELETE FROM withheld")
    db.executemany("INSERT INTO withheld VALUES (?, ?, ?)", sorted(rows))
    quiet = {
        (person, kind, attribute)
        for person, extract, item in rows
        if extract in profiles
        for kind, attribute in silent(profiles[extract], [item])
    }
    db.execute("DELETE FROM silent")
    db.executemany("INSERT INTO silent VALUES (?, ?, ?)", sorted(quiet))
    newest = purposes.newest_stance(db, "truth", upto)
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KNOWN, str(newest)))


def _rows(withheld: Withheld) -> Iterable[tuple[int, str, str]]:
    said: Mapping[int, Mapping[str, frozenset[str]]] = {**withheld.persons, EVERYBODY: withheld.office}
    for person, extracts in said.items():
        for extract, items in extracts.items():
            yield from ((person, extract, item) for item in items)


def known_stances(db: Any) -> int:
    """The entry up to which the view knows what families said."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_KNOWN,)).fetchone()
    return int(row[0]) if row else 0


def unheard(db: Any) -> bool:
    """Whether families said something that the view does not know."""
    return purposes.newest_stance(db, "truth") > known_stances(db)


def concerned_since(db: Any, moved: Set[int]) -> set[int]:
    """Whose facts are to be derived again: of whom something was said that the view does not know, and
    the persons whose records ``moved``, if one of them is concerned."""
    persons = purposes.persons_since(db, "truth", known_stances(db))
    before = withheld_of(db).persons.keys()
    after = purposes.withheld(db, "truth").persons.keys()
    if moved & (before | after):
        persons |= moved
    return persons | set(before ^ after)
