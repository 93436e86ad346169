"""Rebuilding: the derived tables once more from the truth, to replace them or to prove them.

Links are truth (law 5): a rebuild groups by the stored edges and gives every record the person
that the last link run gave it, and scores nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Set
from datetime import date
from typing import Any

from app.domain.message import Message
from app.services.deriving.links import LinkChange, derive_links
from app.services.deriving.whole import deliveries, derive
from app.services.runs import settings_of, work_out
from app.storage.office import Office
from app.storage.profiles import shipped_profiles
from app.storage.views import ViewBuilder

_ROWS_AT_ONCE = 5000


def ensure_view(office: Office) -> None:
    """Make the view anew where it is missing or of another shape than this program derives."""
    if office.view_fits():
        return
    builder = office.new_view()
    try:
        _fill(office, builder)
    except BaseException:
        builder.discard()
        raise
    office.adopt_view(builder.finish())


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
    published = deliveries(db)
    profiles = shipped_profiles()

    def link_again(db: Any, _changed: Set[int] | None) -> LinkChange:
        return derive_links(db, profiles, office.digester, frozenset())

    if published:
        derive(db, profiles, office.digester, [], published, link=link_again)
        work_out(db, _last_run(db) or date.fromisoformat(published[-1].as_of), settings_of(office))
    db.execute("COMMIT")
    builder.detach_truth()


def _last_run(db: Any) -> date | None:
    found = db.execute("SELECT as_of FROM truth.run ORDER BY run_id DESC LIMIT 1").fetchone()
    return date.fromisoformat(found[0]) if found else None


def digests(db: Any, schema: str) -> dict[str, str]:
    """SHA-256 over the ordered rows of every derived table but the search index's inner ones."""
    tables = db.execute(
        f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'"
        " AND name NOT LIKE 'sqlite%' ORDER BY name"
    ).fetchall()
    return {table: _digest(db, schema, table) for (table,) in tables}


def _digest(db: Any, schema: str, table: str) -> str:
    columns = [row[1] for row in db.execute(f"PRAGMA {schema}.table_info({table})").fetchall()]
    order = ", ".join(f'"{column}"' for column in columns)
    cursor = db.execute(f"SELECT {order} FROM {schema}.{table} ORDER BY {order}")
    digest = hashlib.sha256()
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        for row in rows:
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
