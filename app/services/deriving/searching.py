"""Finding a child by name, kana, old form of a character, number, guardian or school.

Names are indexed as single normalised characters, so a phrase of any length finds them. What is
protected is never indexed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from app.linkage import normal
from app.linkage.model import shipped_variants

_REMEMBERED = 50_000
PROTECTED_FIELDS = ("address", "phone", "facility")

_TEXTS = """
    SELECT r.person_id, n.protected, r.local_id, r.register_number, r.guardian, r.facility,
        s.name, s.kana
    FROM record AS r JOIN person AS n ON n.person_id = r.person_id
    LEFT JOIN spelling AS s ON s.record_id = r.record_id
    {which} ORDER BY r.person_id
"""


def letters(text: str) -> str:
    """The normalised characters of a text, each on its own, as the index holds them."""
    written = normal.name(text, shipped_variants()).full
    return " ".join(one for one in normal.kana(written).full if one.isalnum())


def phrase(text: str) -> str:
    """The full-text query for what somebody typed: every word must stand somewhere, in one piece."""
    return " AND ".join(f'"{word}"' for word in phrases(text))


def phrases(text: str) -> list[str]:
    """The words of what somebody typed, the letters of each apart."""
    return [word for word in map(letters, text.split()) if word]


def index(db: Any, touched: bool) -> None:
    """Write the search index for the persons in ``temp.persons``, or for all."""
    which = "WHERE r.person_id IN (SELECT id FROM temp.persons)" if touched else ""
    if touched:
        db.execute("DELETE FROM search WHERE rowid IN (SELECT id FROM temp.persons)")
    else:
        db.execute("DELETE FROM search")
    spelled = lru_cache(maxsize=_REMEMBERED)(letters)  # a family shares its names, a school all its children
    texts: dict[int, dict[str, None]] = {}
    for (
        person_id,
        protected,
        *words,
    ) in db.execute(_TEXTS.format(which=which)).fetchall():
        local_id, number, guardian, facility, name, kana = words
        shown = [name, kana, local_id, number, guardian, "" if protected else facility]
        texts.setdefault(person_id, {}).update(dict.fromkeys(spelled(word) for word in shown if word))
    # A letter that nobody types between two texts keeps a phrase from running from one into the next.
    db.executemany(
        "INSERT INTO search (rowid, text) VALUES (?, ?)",
        ((person, " 〡 ".join(words)) for person, words in texts.items()),
    )
