"""Reading again, by the rules as they are now, the rows that are in already; told before what it would change.

A changed rule counts for files from now on. Nothing new arrives here: the rows stay as they came, and what
is derived from those of the changed extracts is derived anew and published with a run of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.domain.entries import Kind, named
from app.domain.message import Message, Refused, WrongUse
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework.publishing import Worked, compared, made_ready, moved_levels, new_view, publish
from app.services.deriving.laying import deliveries
from app.services.deriving.profiles_in_force import changed_since
from app.services.deriving.whole import Redone, derive
from app.services.priority.runs import published_run, settings_of, work_out
from app.services.protection.withholding import switched_last
from app.storage import database
from app.storage.offices.office import Office
from app.storage.offices.views import ViewBuilder

Progress = Callable[[Message], None]


@dataclass(frozen=True)
class Rereading:
    """What reading again does. ``rows``: that count now and are read again; ``facts``: that go or come;
    ``children``: whose facts these are; ``rises`` and ``falls``: children whose level changes."""

    extracts: tuple[str, ...]
    rows: int
    facts: int
    children: int
    rises: int
    falls: int

    def message(self) -> Message:
        """One sentence about it, once done."""
        values: dict[str, object] = {
            "rows": self.rows, "facts": self.facts, "children": self.children, "levels": self.rises + self.falls,
        }  # fmt: skip
        return Message("rereading.done", values)

    def document(self) -> dict[str, object]:
        """Plain values for a script."""
        return asdict(self)


def foresee(office: Office, progress: Progress = lambda message: None) -> Rereading:
    """What it would do; nothing is changed. WrongUse where no rule has changed since the last time."""
    _check(office)
    with database.explained(), new_view(office) as builder:
        return _derived(office, builder, progress)[1]


def reread(office: Office, now: datetime, progress: Progress = lambda message: None) -> Outcome[Rereading]:
    """Read again what changed rules concern, and publish it."""
    _check(office)
    switches = switched_last(office)
    with database.explained(), office.staging() as staging, new_view(office) as builder:
        worked, found = _derived(office, builder, progress)
        progress(Message("import.stage_publish"))
        if switched_last(office) != switches:  # what was derived meanwhile may hold what is off now
            raise Refused("import.items_changed")
        publish(office, staging, builder, worked, [], now)
    return Outcome(found, Changes(frozenset({"published", "profiles"})))


def _check(office: Office) -> None:
    if not office.member.may("import"):
        raise Refused("role.not_allowed", kind=named(Kind.RUN_MADE))
    if published_run(office.reader(), "main") is None:
        raise WrongUse("run.nothing_imported")


# ---------------------------------------------------------------------- deriving


def _derived(office: Office, builder: ViewBuilder, progress: Progress) -> tuple[Worked, Rereading]:
    """Derive the view by the rules of now; and what differs from the one in force."""

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        progress(Message(f"import.stage_{name}"))
        yield

    with compared(office, builder) as db:
        settings = settings_of(office)
        upto = int(db.execute("SELECT coalesce(max(seq), 0) FROM truth.entry").fetchone()[0])
        run = published_run(db)
        assert run is not None, "looked at before"
        changed = changed_since(db, run)
        if not changed:
            raise WrongUse("rereading.nothing_changed")
        profiles, newest = made_ready(db, office, builder.copied)
        standing = deliveries(db)
        earlier, arrived = (standing, []) if builder.copied else ([], standing)
        redone = Redone(reread=frozenset(changed))
        derived = derive(db, profiles, office.digester, earlier, arrived, stage=stage, redone=redone)
        with stage("priority"):
            work_out(db, run.as_of, settings)
        return Worked(run.as_of, settings, upto, newest, derived.links), _compared(db, sorted(changed))


# ---------------------------------------------------------------------- what differs

_ROWS = "SELECT row_id FROM {schema}.standing WHERE extract IN ({marks})"


def _compared(db: Any, extracts: Sequence[str]) -> Rereading:
    """What differs between the view in force (``view``) and the new one (``main``)."""
    marks = ", ".join("?" * len(extracts))
    rows = db.execute(f"SELECT count(*) FROM ({_ROWS.format(schema='main', marks=marks)})", extracts).fetchone()[0]
    sides = [
        f'SELECT person_id, kind, start, "end", row_id, {_slots(db)} FROM {schema}.fact'
        f" WHERE row_id IN ({_ROWS.format(schema=schema, marks=marks)})"
        for schema in ("view", "main")
    ]
    moved = " UNION ALL ".join(
        f"SELECT * FROM ({one} EXCEPT {other})" for one, other in (sides, reversed(sides))
    )  # fmt: skip
    facts, children = db.execute(
        f"SELECT count(*), count(DISTINCT CASE WHEN p.last_child_day IS NOT NULL THEN d.person_id END) FROM ({moved})"
        " AS d LEFT JOIN main.person AS p ON p.person_id = d.person_id",
        [*extracts] * 4,
    ).fetchone()
    rises, falls = moved_levels(db)
    return Rereading(tuple(extracts), rows, facts, children, rises, falls)


def _slots(db: Any) -> str:
    """The columns in which a fact's numbers and words stand."""
    names = [row[1] for row in db.execute("PRAGMA main.table_info(fact)").fetchall()]
    return ", ".join(name for name in names if name[0] in "nw" and name[1:].isdigit())
