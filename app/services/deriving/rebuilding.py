"""Rebuilding: the derived tables once more from the truth, to replace them or to prove them.

Links are truth (law 5): a rebuild groups by the stored edges and gives every record the person
that the last link run gave it, and scores nothing. It goes the way that the view went: what the
last run knew, then the rulings made since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Set
from datetime import date
from typing import Any

from app.domain.message import Message
from app.services.deriving.laying import deliveries
from app.services.deriving.links import LinkChange, derive_links
from app.services.deriving.noticed import unnoticed
from app.services.deriving.profiles_in_force import profiles_of_view
from app.services.deriving.regrouping import bring_along, known_rulings
from app.services.deriving.rulings import newest
from app.services.deriving.sealing import seal_rows
from app.services.deriving.shielding import unshielded
from app.services.deriving.whole import derive
from app.services.deriving.withheld import lay_withheld, unheard
from app.services.priority.runs import heed, published_run, settings_of, work_out, work_out_again
from app.storage.offices.office import Office
from app.storage.offices.views import ViewBuilder

_ROWS_AT_ONCE = 5000


def ensure_view(office: Office) -> None:
    """Make the view anew where it is missing or of another shape than this program derives.

    One that only lacks the last rulings (killed before they were laid into it) is brought along.
    """
    if office.view_fits():
        catch_up(office)
        heed(office)
        return
    builder = office.new_view()
    try:
        _fill(office, builder)
    except BaseException:
        builder.discard()
        raise
    office.adopt_view(builder.finish())
    office.notes.append(Message("view.worked_out_again"))
    seal_rows(office)


def catch_up(office: Office) -> frozenset[int]:
    """Bring the view in force along with the rulings and protections it does not know, and the rows with it;
    the persons it concerns."""
    persons = _catch_up(office)
    seal_rows(office, moved=bool(persons))
    return persons


def _catch_up(office: Office) -> frozenset[int]:
    while True:
        number = office.view_number()
        with office.view_writer() as db:
            profiles = profiles_of_view(db)
            if newest(db) <= known_rulings(db) and not unheard(db) and not unshielded(db) and not unnoticed(db):
                return frozenset()
            db.execute("BEGIN")
            try:
                # A write before the first read: nobody else may write the view from here on.
                db.execute("UPDATE meta SET value = value WHERE key = 'rulings'")
                persons = bring_along(db, profiles, office.digester, work_out_again)
                stands = office.view_number() == number
                db.execute("COMMIT" if stands else "ROLLBACK")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
        if stands:  # else an import published another view meanwhile
            return persons


def differences(office: Office) -> list[Message]:
    """Derived tables that come out differently from the truth; empty when the view is sound."""
    builder = office.new_view()
    try:
        _fill(office, builder)
        rebuilt = digests(builder.connection, "main")
    finally:
        builder.discard()
    stand = digests(office.reader(), "view")
    return [
        Message("verify.view_differs", {"table": table})
        for table in sorted(rebuilt.keys() | stand.keys())
        if rebuilt.get(table) != stand.get(table)
    ]


def _fill(office: Office, builder: ViewBuilder) -> None:
    db = builder.connection
    builder.attach_truth(office.folder)
    db.execute("BEGIN")
    profiles = profiles_of_view(db)
    run = published_run(db)
    if run is not None:  # before the deliveries are counted: an extract that is off has none
        lay_withheld(db, profiles, run.upto)
    published = deliveries(db)

    def link_again(db: Any, _changed: Set[int] | None) -> LinkChange:
        return derive_links(db, profiles, office.digester, frozenset(), run.upto if run else None)

    if published or run:  # all may be withdrawn
        derive(db, profiles, office.digester, [], published, link=link_again, upto=run.upto if run else None)
        as_of = run.as_of if run else date.fromisoformat(published[-1].as_of)
        work_out(db, as_of, run.settings if run else settings_of(office))
    bring_along(db, profiles, office.digester, work_out_again)
    db.execute("COMMIT")
    builder.detach_truth()


def digests(db: Any, schema: str) -> dict[str, str]:
    """SHA-256 over the ordered rows of every derived table but the search index's inner ones and the roll, which
    repeats what the others say."""
    tables = db.execute(
        f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'"
        " AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'roll%' ORDER BY name"
    ).fetchall()
    return {table: _digest(db, schema, table) for (table,) in tables}


def _digest(db: Any, schema: str, table: str) -> str:
    columns = [row[1] for row in db.execute(f"PRAGMA {schema}.table_info({table})").fetchall()]
    order = ", ".join(f'"{column}"' for column in columns)
    # Known up to entry 0 is what an office's first view says by saying nothing.
    where = " WHERE value <> '0'" if table == "meta" else ""
    cursor = db.execute(f"SELECT {order} FROM {schema}.{table}{where} ORDER BY {order}")
    digest = hashlib.sha256()
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        for row in rows:
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
