"""The surname that somebody protected has had since: shown nowhere, the one before stands in its place.

Who is looked for changes the name as well. What counts as known before is what arrived before the protection
did (the first row, or act, that says it, of anybody in the household); of what came with it, what the register
dates earlier. Where nothing is known from before, the name that was known first is shown. Nobody is compared
letter by letter with anybody: another spelling that folds to the same normal form is the same name, any other
one hides more than it shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.extracts.names import is_damaged
from app.domain.extracts.profile import Profile
from app.domain.extracts.recognising import plan_columns
from app.domain.whereabouts import GUARDIAN, NAME_FIELDS, positions_of
from app.linkage import normal
from app.linkage.model import shipped_variants
from app.services.deriving.laying import deliveries, note_deliveries
from app.services.deriving.persons import reading, trust
from app.services.deriving.rows import RowBook


@dataclass(frozen=True)
class Known:
    """The surnames of a person that may be shown, in normal form: own ones, and of those who care for it."""

    own: frozenset[str]
    guardians: frozenset[str]

    def hides_name(self, name: str, kana: str = "") -> bool:
        """Whether this name, as it came, is not one of them; an empty one has been hidden already."""
        return not _fits(name or kana, self.own)

    def hides_guardian(self, guardian: str) -> bool:
        """Whether this is somebody whose surname was not known."""
        return bool(guardian) and not _fits(guardian, self.guardians | self.own)


def known_of(db: Any, record: int, schema: str) -> Known | None:
    """What may be shown of the person of this record in a view; None for a record that nobody knows."""
    row = db.execute(f"SELECT person_id FROM {schema}.record WHERE record_id = ?", (record,)).fetchone()
    if row is None:
        return None
    kept = db.execute(f"SELECT own, guardians FROM {schema}.surname WHERE person_id = ?", row).fetchone()
    if kept is not None:
        return Known(frozenset(json.loads(kept[0])), frozenset(json.loads(kept[1])))
    said = db.execute(
        f"SELECT s.name, s.kana, s.guardian FROM {schema}.spelling AS s JOIN {schema}.record AS r USING (record_id)"
        " WHERE r.person_id = ?",
        row,
    ).fetchall()
    return Known(surnames_in(text for one in said for text in one[:2]), surnames_in(one[2] for one in said))


def surname_positions(
    db: Any, schema: str, profile: Profile, header: Sequence[str], record: int, cells: Sequence[str]
) -> frozenset[int]:
    """Where a row of somebody protected says a surname that is not shown."""
    known = known_of(db, record, schema)
    plan = plan_columns(profile, tuple(header))
    if known is None or not plan.has_block or len(cells) < plan.width:
        return frozenset()
    said = plan.whole(list(cells))

    def of(field: str) -> str:
        at = plan.positions.get(profile.block.get(field, ""))
        return said[at].strip() if at is not None and at < len(said) else ""

    fields = [*(NAME_FIELDS if known.hides_name(of("name"), of("kana")) else ())]
    fields += [GUARDIAN] if known.hides_guardian(of(GUARDIAN)) else []
    return positions_of(profile, header, [profile.block[one] for one in fields if one in profile.block])


def hide_surnames(db: Any, profiles: Mapping[str, Profile]) -> frozenset[int]:
    """Put the surname known before in the place of every new one of those in ``temp.veiled``; whom it concerns.

    The caller lays the search index.
    """
    db.execute("DELETE FROM surname")
    db.execute("UPDATE shielded SET renamed = 0 WHERE renamed")
    spelled = _with_several(db)
    if not spelled:
        return frozenset()
    if db.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'laid'").fetchone() is None:
        note_deliveries(db, dict(profiles), deliveries(db))
    book, mates = RowBook(db, dict(profiles)), _mates(db)
    began = _began(db, mates)
    known: dict[int, _Told] = {}
    for person in spelled:
        said = list(_rows(db, book, person))
        if said:
            known[person] = _Told(said, began.get(person, ""))
    return frozenset(
        one
        for one in sorted(known)
        if _hide(db, one, known[one], [known[mate] for mate in mates.get(one, ()) if mate in known], spelled[one])
    )


# ---------------------------------------------------------------------------- who

Spelling = tuple[int, int, str, str, str]
"""record, row, name, reading, guardian"""


def _with_several(db: Any) -> dict[int, list[Spelling]]:
    """Person -> spellings, of the protected for whom different surnames are said."""
    found: dict[int, list[Spelling]] = {}
    for person, *spelling in db.execute(
        "SELECT r.person_id, s.record_id, s.row_id, s.name, s.kana, s.guardian FROM temp.veiled AS v"
        " JOIN record AS r ON r.person_id = v.id JOIN spelling AS s ON s.record_id = r.record_id"
        " ORDER BY r.person_id, s.record_id, s.row_id"
    ).fetchall():
        found.setdefault(person, []).append(tuple(spelling))
    return {person: said for person, said in found.items() if _several(said)}


def _several(said: Sequence[Spelling]) -> bool:
    if any(not name for _, _, name, _, _ in said):
        return True
    written = (text for one in said for text in (one[2], one[4]) if text)
    return len({form.family or form.full for form in map(_form, set(written))}) > 1


def _mates(db: Any) -> dict[int, set[int]]:
    """Protected person -> those of the household, oneself among them."""
    found: dict[int, set[int]] = {}
    for person, mate in db.execute(
        "SELECT mine.person_id, theirs.person_id FROM temp.veiled AS v JOIN household AS mine ON mine.person_id = v.id"
        " JOIN household AS theirs ON theirs.household = mine.household"
    ).fetchall():
        found.setdefault(person, {person}).add(mate)
    return found


def _began(db: Any, mates: Mapping[int, set[int]]) -> dict[int, str]:
    """Person -> the day on which the protection of anybody in the household was first known."""
    own: dict[int, str] = {}
    for person, day in db.execute(_BEGAN).fetchall():
        own[person] = min(day, own.get(person, day))
    shared = {one: min((own[mate] for mate in theirs if mate in own), default="") for one, theirs in mates.items()}
    return own | {one: day for one, day in shared.items() if day}


_BEGAN = """
    SELECT r.person_id, min(l.as_of) FROM protecting AS p JOIN record AS r USING (record_id)
    JOIN truth.batch_row AS w ON w.row_id = p.row_id JOIN temp.laid AS l ON l.batch_id = w.batch_id
    WHERE w.row_id IN (SELECT row_id FROM protecting) AND p.row_id NOT IN (SELECT row_id FROM truth.lifted_row)
    GROUP BY r.person_id
    UNION ALL SELECT person_id, substr(min(recorded), 1, 10) FROM truth.protection WHERE lifted IS NULL
    GROUP BY person_id
"""


# ---------------------------------------------------------------------------- what was known


@dataclass(frozen=True)
class _Said:
    """What a row says of who somebody is, and when: ``came`` first, ``own_day`` by the register's own word."""

    came: str
    extract: str
    own_day: str
    protects: bool
    name: str
    kana: str
    guardian: str

    @property
    def place(self) -> tuple[str, int, str]:
        return self.came, trust(self.extract), self.own_day


_ROWS = """
    SELECT w.row_id, l.extract, o.header_id, o.cells, min(l.as_of),
        EXISTS (SELECT 1 FROM protecting AS p WHERE p.row_id = w.row_id)
    FROM record AS r JOIN truth.batch_row AS w ON w.record_id = r.record_id
    JOIN temp.laid AS l ON l.batch_id = w.batch_id JOIN truth.row AS o ON o.row_id = w.row_id
    WHERE r.person_id = ?1 AND w.record_id IN (SELECT record_id FROM record WHERE person_id = ?1)
    AND w.outcome = 0 AND l.bears_persons GROUP BY w.row_id, l.extract ORDER BY w.row_id
"""


def _rows(db: Any, book: RowBook, person: int) -> Iterator[_Said]:
    for _row, extract, header, cells, came, protects in db.execute(_ROWS, (person,)).fetchall():
        read = book.identity(extract, header, cells)
        block = read.block
        if block is not None and block.name:
            day = max((fact.start or "" for fact in read.facts), default="")
            yield _Said(came, extract, day, bool(protects), block.name, block.kana, block.guardian)


def _before(said: Sequence[_Said], began: str) -> list[_Said]:
    """What was known before the protection was; else what was known first."""
    earlier = [one for one in said if one.came < began]
    if earlier:
        return earlier
    dated = [one for one in said if one.own_day and one.extract == _REGISTER]
    since = min((one.own_day for one in dated if one.protects), default="")
    return [one for one in dated if one.own_day < since] or [min(said, key=lambda one: one.place)]


_REGISTER = "resident_register"


class _Told:
    """What was said of one person: ``before`` the protection, and which surnames are ``new`` since."""

    def __init__(self, said: Sequence[_Said], began: str) -> None:
        self.said, self.before = said, _before(said, began)
        self.own = surnames_in(text for one in self.before for text in (one.name, one.kana))
        self.new = surnames_in(text for one in said for text in (one.name, one.kana)) - self.own
        self.first = not any(one.came < began for one in said)

    def cared(self, new: frozenset[str]) -> frozenset[str]:
        """The guardians known before. Where nothing came before, all but those who bear a ``new`` surname."""
        every = self.said if self.first else self.before
        return surnames_in(one.guardian for one in every if not (self.first and _bears(one.guardian, new)))


def _bears(name: str, surnames: frozenset[str]) -> bool:
    """Whether somebody bears one of these; of a name that is not separated, whether it begins so."""
    form = _form(name)
    return _fits(name, surnames) or (not form.family and any(form.full.startswith(one) for one in surnames))


def _hide(db: Any, person: int, told: _Told, household: Sequence[_Told], spelled: Sequence[Spelling]) -> bool:
    """Whether anything was hidden of this person."""
    new = frozenset().union(told.new, *(one.new for one in household))
    known = Known(told.own, told.cared(new))
    names = [one for one in spelled if known.hides_name(one[2], one[3])]
    guardians = [one for one in spelled if known.hides_guardian(one[4])]
    if not names and not guardians:
        return False
    shown = max(told.before, key=lambda one: (not is_damaged(one.name), -trust(one.extract), one.came, one.own_day))
    kana = shown.kana or next((one.kana for one in told.before if one.kana), "")
    db.execute(
        "INSERT INTO surname VALUES (?, ?, ?, ?, ?)",
        (person, shown.name, kana, _kept(known.own), _kept(known.guardians)),
    )
    _write(db, person, known, (shown.name, kana), names, guardians)
    return True


def _kept(surnames: frozenset[str]) -> str:
    return json.dumps(sorted(surnames), ensure_ascii=False)


def _write(
    db: Any, person: int, known: Known, shown: tuple[str, str], names: Sequence[Spelling], guardians: Sequence[Spelling]
) -> None:
    db.executemany(
        "UPDATE spelling SET name = ?, kana = ? WHERE record_id = ? AND row_id = ?",
        [(*shown, record, row) for record, row, *_ in names],
    )
    db.executemany(
        "UPDATE spelling SET guardian = '' WHERE record_id = ? AND row_id = ?",
        [(record, row) for record, row, *_ in guardians],
    )
    for record, name, kana, guardian in db.execute(
        "SELECT record_id, name, kana, guardian FROM record WHERE person_id = ?", (person,)
    ).fetchall():
        if known.hides_name(name, kana):
            db.execute("UPDATE record SET name = ?, kana = ? WHERE record_id = ?", (*shown, record))
        if known.hides_guardian(guardian):
            db.execute("UPDATE record SET guardian = '' WHERE record_id = ?", (record,))
    db.executemany(
        "UPDATE shielded SET renamed = 1 WHERE record_id = ?", [(one,) for one in sorted({one[0] for one in names})]
    )
    db.execute(
        "UPDATE person SET name = ?, kana = ? WHERE person_id = ?",
        (" ".join(shown[0].split()), reading(shown[1]), person),
    )


# ---------------------------------------------------------------------------- forms


_WHOLE = "="
"""Before the normal form of a whole name: one that is not separated is known only as it is."""


def surnames_in(names: Iterable[str]) -> frozenset[str]:
    """The normal forms of the surnames in these names or readings, and of the names as a whole."""
    forms = [_form(name) for name in names if name]
    return frozenset({form.family for form in forms if form.family} | {_WHOLE + form.full for form in forms})


def _form(name: str) -> normal.Name:
    written = normal.name(name, shipped_variants())
    return normal.kana(name) if normal.is_kana(written.full) else written


def _fits(name: str, known: frozenset[str]) -> bool:
    form = _form(name)
    latin = form.given if normal.script(name) == "latin" else ""  # its parts come in either order
    said = [part for part in (form.family, latin, _WHOLE + form.full) if part.strip(_WHOLE)]
    return any(_same(part, one) for part in said for one in known)


def _same(one: str, other: str) -> bool:
    """A damaged character matches any one."""
    return len(one) == len(other) and all(a == b or normal.DAMAGE in (a, b) for a, b in zip(one, other, strict=True))
