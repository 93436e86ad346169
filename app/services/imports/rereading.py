"""Reading again, by the rules as they are now, the rows that are in already; told before what it would change.

A changed rule counts for files from now on. Nothing new arrives here: the rows stay as they came, and what
is derived from those of the changed extracts is derived anew and published with a run of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from app.domain.entries import Kind, named
from app.domain.message import Message, Refused, WrongUse
from app.domain.priority import LEVELS
from app.domain.weighing import PrioritySettings
from app.services.answers import Changes, Outcome
from app.services.casework.showing import stage_results
from app.services.deriving.hearing import hear
from app.services.deriving.laying import deliveries
from app.services.deriving.links import LinkChange
from app.services.deriving.noticed import lay_notices
from app.services.deriving.profiles_in_force import changed_since, profiles_now, profiles_of_view
from app.services.deriving.rebuilding import catch_up
from app.services.deriving.whole import Redone, Stage, derive
from app.services.deriving.withheld import lay_withheld
from app.services.priority.runs import heed, published_run, run_act, settings_of, work_out
from app.services.protection.withholding import switched_last
from app.storage import database
from app.storage.offices.office import Office
from app.storage.offices.views import ViewBuilder
from app.storage.truth.journal import Act

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
    with database.explained():
        done = _derived(office, progress)
        done.builder.discard()
    return done.found


def reread(office: Office, now: datetime, progress: Progress = lambda message: None) -> Outcome[Rereading]:
    """Read again what changed rules concern, and publish it."""
    _check(office)
    switches, base = switched_last(office), office.view_number()
    with database.explained(), office.staging() as staging:
        done = _derived(office, progress)
        try:
            staged = done.links.staged(staging)
            view = done.builder.finish()
            results = stage_results(office, staging, view, done.as_of, now.date())
            acts: list[Act] = [
                (Kind.LINKS_MADE, {"links": staged.run_id, "model": done.links.model, "merkle": staged.merkle.hex()}),
                run_act(done.as_of, done.settings, done.upto, results, done.profiles),
            ]
            progress(Message("import.stage_publish"))
            if switched_last(office) != switches:  # what was derived meanwhile may hold what is off now
                raise Refused("import.items_changed")
            if office.view_number() != base:  # something else came into force meanwhile, and this view lacks it
                raise Refused("purpose.try_again")
            office.publish(acts, view=view, time=now)
        except BaseException:
            done.builder.discard()
            raise
    catch_up(office)
    heed(office)
    return Outcome(done.found, Changes(frozenset({"published", "profiles"})))


def _check(office: Office) -> None:
    if not office.member.may("import"):
        raise Refused("role.not_allowed", kind=named(Kind.RUN_MADE))
    if published_run(office.reader(), "main") is None:
        raise WrongUse("run.nothing_imported")


# ---------------------------------------------------------------------- deriving


@dataclass(frozen=True)
class _Done:
    """A view by the rules of now, not yet on the disk, and what its entries say of it."""

    builder: ViewBuilder
    links: LinkChange
    as_of: date
    settings: PrioritySettings
    upto: int
    profiles: int
    found: Rereading


def _derived(office: Office, progress: Progress) -> _Done:
    """Derive it beside the view in force; somebody must finish or discard it."""

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        progress(Message(f"import.stage_{name}"))
        yield

    builder = office.new_view(office.view_number())
    try:
        builder.attach_truth(office.folder)
        with office.beside(builder.connection, office.view_number()):
            builder.connection.execute("BEGIN")
            try:
                done = _derive(office, builder, stage)
            finally:
                builder.connection.execute("COMMIT")
        builder.detach_truth()
    except BaseException:
        builder.discard()
        raise
    return done


def _derive(office: Office, builder: ViewBuilder, stage: Stage) -> _Done:
    db, settings = builder.connection, settings_of(office)
    upto = int(db.execute("SELECT coalesce(max(seq), 0) FROM truth.entry").fetchone()[0])
    run = published_run(db)
    assert run is not None, "looked at before"
    changed = changed_since(db, run)
    if not changed:
        raise WrongUse("rereading.nothing_changed")
    if builder.copied:
        lay_notices(db, profiles_of_view(db), office.digester)
        hear(db, profiles_of_view(db), office.digester, frozenset())
    profiles, newest = profiles_now(db)
    lay_withheld(db, profiles)
    standing = deliveries(db)
    earlier, arrived = (standing, []) if builder.copied else ([], standing)
    derived = derive(
        db, profiles, office.digester, earlier, arrived, stage=stage, redone=Redone(reread=frozenset(changed))
    )
    with stage("priority"):
        work_out(db, run.as_of, settings)
    return _Done(builder, derived.links, run.as_of, settings, upto, newest, _compared(db, sorted(changed)))


# ---------------------------------------------------------------------- what differs

_ROWS = "SELECT row_id FROM {schema}.standing WHERE extract IN ({marks})"
_LEVELS = """
    SELECT coalesce(o.level, 'none'), n.level FROM main.priority AS n
    LEFT JOIN view.priority AS o ON o.person_id = n.person_id WHERE n.level <> coalesce(o.level, 'none')
    UNION ALL
    SELECT o.level, 'none' FROM view.priority AS o WHERE o.level <> 'none'
    AND NOT EXISTS (SELECT 1 FROM main.priority AS n WHERE n.person_id = o.person_id)
"""


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
    order = {level: place for place, level in enumerate(LEVELS)}
    steps = [order[then] - order[now] for then, now in db.execute(_LEVELS).fetchall()]
    rises, falls = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
    return Rereading(tuple(extracts), rows, facts, children, rises, falls)


def _slots(db: Any) -> str:
    """The columns in which a fact's numbers and words stand."""
    names = [row[1] for row in db.execute("PRAGMA main.table_info(fact)").fetchall()]
    return ", ".join(name for name in names if name[0] in "nw" and name[1:].isdigit())
