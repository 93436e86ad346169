"""Purposes: why each data item is used, switching one off and on, and what families say about one.

Switching takes effect when this returns: a new view without the item is published together with the
entry and a run of its own. A family's word is laid into the view in force for that person alone. Rows
as received stay; what arrives while an item is off is not stored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain import ids
from app.domain.entries import Kind
from app.domain.extracts.profile import Profile
from app.domain.message import Message, WrongUse
from app.domain.purposes import AGAINST, BASES, STANCES, WHOLE, locked
from app.domain.sectors import Sector
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework.publishing import Worked, new_view, publish
from app.services.deriving.facts import derive_facts_again
from app.services.deriving.laying import deliveries
from app.services.deriving.links import LinkChange
from app.services.deriving.profiles_in_force import profiles_of, profiles_of_view
from app.services.deriving.rebuilding import catch_up
from app.services.deriving.regrouping import bring_along
from app.services.deriving.rows import RowBook
from app.services.deriving.whole import Redone, derive
from app.services.deriving.withheld import lay_withheld
from app.services.priority.runs import heed, published_run, work_out, work_out_again
from app.storage import database
from app.storage.definitions.purpose_files import proposed
from app.storage.offices.office import Office
from app.storage.offices.views import ViewBuilder
from app.storage.truth.desk import id_text
from app.storage.truth.journal import Act

TEXT_LIMIT = 1000
Progress = Callable[[Message], None]


@dataclass(frozen=True)
class Item:
    """A data item: one column, or with ``name`` "" the whole extract.

    ``purpose`` and ``basis`` as the office set them, else as the program proposes them (``own`` False);
    ``words`` say which law, what grounds. ``locked``: the key of the sentence why it cannot be switched
    alone. ``against`` counts the persons who objected or refused.
    """

    extract: str
    name: str
    used: bool
    locked: str
    purpose: str
    basis: str
    words: str
    own: bool
    author: str
    recorded: datetime | None
    against: int


@dataclass(frozen=True)
class ExtractItems:
    """An extract with its items. ``whole`` is the switch of the extract itself."""

    extract: str
    names: Mapping[str, str]
    sector: Sector
    whole: Item
    items: tuple[Item, ...]
    delivered: bool


@dataclass(frozen=True)
class SwitchLine:
    """One change of an item, as the journal keeps it."""

    entry: str
    author: str
    time: datetime
    extract: str
    item: str
    used: bool
    purpose: str
    basis: str
    words: str


@dataclass(frozen=True)
class StanceLine:
    """What a family said about an item, ``counts``: whether it is the word that holds now."""

    entry: str
    author: str
    recorded: datetime
    day: date
    extract: str
    item: str
    stance: str
    words: str
    counts: bool


# ---------------------------------------------------------------------- looking


def items(office: Office, language: str) -> tuple[ExtractItems, ...]:
    """Every extract and column with its purpose, in the order of sectors and names."""
    db = office.reader()
    said = {(row[0], row[1]): row[2:] for row in db.execute(_SAID).fetchall()}
    against = dict(_against(db))
    delivered = {row[0] for row in db.execute("SELECT DISTINCT extract FROM batch WHERE state = 'published'")}
    order = list(Sector)

    def item(profile: Profile, name: str) -> Item:
        why = locked(profile, name) if name else ""
        return _item(profile, name, why, said.get((profile.key, name)), against.get((profile.key, name), 0), language)

    found = [
        ExtractItems(
            profile.key,
            profile.names,
            profile.sector,
            item(profile, WHOLE),
            tuple(item(profile, name) for name in profile.columns),
            profile.key in delivered,
        )
        for profile in profiles_of(office).values()
    ]
    return tuple(sorted(found, key=lambda one: (order.index(one.sector), one.extract)))


_SAID = """
    SELECT p.extract, p.item, p.used, p.purpose, p.basis, p.words, coalesce(m.name, ''), p.recorded
    FROM purpose AS p LEFT JOIN member AS m ON m.id = p.author
"""


def _item(profile: Profile, name: str, why: str, said: Sequence[Any] | None, against: int, language: str) -> Item:
    if said is None:
        default = proposed(profile.like)
        return Item(
            profile.key, name, True, why, default.of(name, language), default.basis, "", False, "", None, against
        )
    used, purpose, basis, words, author, recorded = said
    when = datetime.fromisoformat(recorded)
    return Item(profile.key, name, bool(used), why, purpose, basis, words, True, author, when, against)


def _against(db: Any) -> list[tuple[tuple[str, str], int]]:
    rows = db.execute(
        "SELECT extract, item, count(*) FROM view.withheld WHERE person_id <> 0 GROUP BY extract, item"
    ).fetchall()
    return [((extract, item), count) for extract, item, count in rows]


def history(office: Office, extract: str, item: str) -> tuple[SwitchLine, ...]:
    """Every change of one item, the newest first."""
    return tuple(one for one in _changes(office) if (one.extract, one.item) == (extract, item))


def _changes(office: Office) -> list[SwitchLine]:
    names = dict(office.reader().execute("SELECT id, name FROM member").fetchall())
    rows = office.reader().execute(
        "SELECT id, author, time, payload FROM entry WHERE kind = ? AND payload IS NOT NULL ORDER BY seq DESC",
        (str(Kind.PURPOSE_SET),),
    )
    return [_switch_line(names, *row) for row in rows.fetchall()]


def _switch_line(names: Mapping[str, str], entry: bytes, author: str, time: str, payload: str) -> SwitchLine:
    said = json.loads(payload)
    return SwitchLine(
        id_text(entry), names.get(author, ""), datetime.fromisoformat(time), said["extract"], said["item"],
        bool(said["used"]), said["purpose"], said["basis"], said["words"],
    )  # fmt: skip


def stances(office: Office, person_id: int) -> tuple[StanceLine, ...]:
    """What was ever said by or for a person about data items, the newest first."""
    office.demand("see", "child")
    rows = office.reader().execute(
        "SELECT s.entry, coalesce(m.name, ''), s.recorded, s.day, s.extract, s.item, s.stance, s.words,"
        " row_number() OVER (PARTITION BY s.said_of, s.extract, s.item ORDER BY e.seq DESC) = 1"
        " FROM stance AS s JOIN entry AS e ON e.id = s.entry LEFT JOIN member AS m ON m.id = s.author"
        " WHERE s.person_id = ? ORDER BY e.seq DESC",
        (person_id,),
    )
    return tuple(_stance_line(*row) for row in rows.fetchall())


def _stance_line(
    entry: bytes, author: str, recorded: str, day: str, extract: str, item: str, stance: str, words: str, counts: int
) -> StanceLine:
    when, said = datetime.fromisoformat(recorded), date.fromisoformat(day)
    return StanceLine(id_text(entry), author, when, said, extract, item, stance, words, bool(counts))


# ---------------------------------------------------------------------- a family's word


def note_stance(
    office: Office, person_id: int, *, extract: str, item: str, stance: str, day: date, words: str, now: datetime
) -> Outcome[str]:
    """Record what a family said about an item of one person; it holds when this returns."""
    _check_item(office, extract, item)
    if stance not in STANCES:
        raise WrongUse("purpose.stance_unknown", stance=stance)
    if day > now.date():
        raise WrongUse("purpose.in_the_future", day=day)
    if stance in AGAINST and not words.strip():
        raise WrongUse("purpose.words_missing")
    _check_text(words)
    if office.reader().execute("SELECT 1 FROM view.person WHERE person_id = ?", (person_id,)).fetchone() is None:
        raise WrongUse("child.unknown", child=ids.code(person_id))
    entry = office.write(
        Kind.STANCE_NOTED,
        {
            "person": ids.code(person_id), "extract": extract, "item": item, "stance": stance,
            "day": day.isoformat(), "words": words.strip(),
        },
        time=now,
    )  # fmt: skip
    persons = catch_up(office)
    heed(office)
    return Outcome(entry.id, Changes(frozenset({"stance", "published"}), persons | {person_id}))


# ---------------------------------------------------------------------- the office's switch


def set_item(
    office: Office,
    *,
    extract: str,
    item: str,
    used: bool,
    purpose: str,
    basis: str,
    words: str,
    now: datetime,
    progress: Progress = lambda message: None,
) -> Outcome[str]:
    """Set purpose, basis and use of an item. Where its use changes, every screen is without it, or
    has it back, when this returns. Refused for who may not; WrongUse for an item that is locked."""
    office.demand("settings", Kind.PURPOSE_SET)
    profile = _check_item(office, extract, item)
    if not purpose.strip():
        raise WrongUse("purpose.purpose_missing")
    if basis not in BASES:
        raise WrongUse("purpose.basis_unknown", basis=basis)
    _check_text(purpose, words)
    if not used and item and locked(profile, item):
        raise WrongUse(locked(profile, item))
    said = {
        "extract": extract, "item": item, "used": used, "purpose": purpose.strip(), "basis": basis,
        "words": words.strip(),
    }  # fmt: skip
    act: Act = (Kind.PURPOSE_SET, said)
    before = (
        office.reader().execute("SELECT used FROM purpose WHERE extract = ? AND item = ?", (extract, item)).fetchone()
    )
    stood = before is None or bool(before[0])
    if stood == used or published_run(office.reader(), "main") is None:
        entry = office.write(*act, time=now)
        return Outcome(entry.id, Changes(frozenset({"purpose"})))
    return Outcome(_switch(office, act, now, progress), Changes(frozenset({"purpose", "published"})))


def _switch(office: Office, act: Act, now: datetime, progress: Progress) -> str:
    with database.explained(), office.staging() as staging, new_view(office) as builder:
        progress(Message("import.stage_facts"))
        worked = _derive_without(office, builder, act, progress)
        progress(Message("import.stage_publish"))
        return publish(office, staging, builder, worked, [act], now)


def _derive_without(office: Office, builder: ViewBuilder, act: Act, progress: Progress) -> Worked:
    """The view in force with the item switched; nobody but those of a whole extract is linked anew."""
    said = act[1]
    extract, item, used = str(said["extract"]), str(said["item"]), bool(said["used"])
    db = builder.connection
    builder.attach_truth(office.folder)
    db.execute("BEGIN")
    upto = int(db.execute("SELECT coalesce(max(seq), 0) FROM truth.entry").fetchone()[0])
    run = published_run(db)
    if run is None or not builder.copied:
        raise WrongUse("run.nothing_imported")
    profiles = profiles_of_view(db)
    bring_along(db, profiles, office.digester, work_out_again)
    lay_withheld(db, profiles, change=(extract, item, used))
    links = None
    if item == WHOLE:
        links = _relay(db, office, profiles, extract)
    else:
        _reread(db, office, profiles, extract)
    progress(Message("import.stage_priority"))
    work_out(db, run.as_of, run.settings)
    db.execute("COMMIT")
    builder.detach_truth()
    return Worked(run.as_of, run.settings, upto, run.profiles, links)


def _relay(db: Any, office: Office, profiles: dict[str, Profile], extract: str) -> LinkChange:
    """As if the extract's deliveries were withdrawn, or brought back."""
    if db.execute("SELECT 1 FROM record LIMIT 1").fetchone() is None:  # nobody is left to build upon
        db.execute("DELETE FROM standing")
        return derive(db, profiles, office.digester, [], deliveries(db)).links
    batches = db.execute("SELECT batch_id FROM truth.batch WHERE extract = ? AND state = 'published'", (extract,))
    redone = Redone(relaid=frozenset({extract}), batches=frozenset(row[0] for row in batches.fetchall()))
    return derive(db, profiles, office.digester, deliveries(db), [], redone=redone).links


def _reread(db: Any, office: Office, profiles: dict[str, Profile], extract: str) -> None:
    """The extract's facts from its rows once more; who is who stands."""
    rows = "SELECT row_id FROM standing WHERE extract = ?"
    db.execute(f"DELETE FROM fact WHERE row_id IN ({rows})", (extract,))
    derive_facts_again(db, profiles, office.digester, RowBook(db, profiles), "WHERE s.extract = ?", (extract,))
    nobody = LinkChange("", [], [], 0, 0, frozenset())
    derive(db, profiles, office.digester, deliveries(db), [], link=lambda _db, _changed: nobody)


def _check_item(office: Office, extract: str, item: str) -> Profile:
    profile = profiles_of(office).get(extract)
    if profile is None or (item and item not in profile.columns):
        raise WrongUse("purpose.item_unknown", extract=extract, item=item)
    return profile


def _check_text(*texts: str) -> None:
    if any(len(text) > TEXT_LIMIT for text in texts):
        raise WrongUse("purpose.too_long", limit=TEXT_LIMIT)
