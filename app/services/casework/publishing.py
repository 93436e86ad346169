"""Publishing: a new view, worked out beside the one in force, takes its place whole or not at all.

Whoever works one out (an import, rules read again, a batch withdrawn, an item switched, a model, a run)
does it inside ``new_view`` and ends with ``publish``; what only foresees leaves without.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain.entries import Kind
from app.domain.extracts.profile import Profile
from app.domain.message import Refused
from app.domain.priority import LEVELS
from app.domain.weighing import PrioritySettings
from app.services.casework.showing import stage_results
from app.services.deriving.hearing import hear
from app.services.deriving.links import LinkChange
from app.services.deriving.noticed import lay_notices
from app.services.deriving.profiles_in_force import profiles_now, profiles_of_view
from app.services.deriving.rebuilding import catch_up
from app.services.deriving.withheld import lay_withheld
from app.services.priority.runs import heed, run_act
from app.storage.batches.rows import Staging
from app.storage.offices.office import Office
from app.storage.offices.views import ViewBuilder
from app.storage.truth.journal import Act


@dataclass(frozen=True)
class Worked:
    """What a view was worked out with, for its entries to say.

    ``upto``: the newest entry that went into it; ``profiles``: the newest that changed a profile;
    ``links``: what was linked, None where nobody was; ``origin``: where links that came from elsewhere were made.
    """

    as_of: date
    settings: PrioritySettings
    upto: int
    profiles: int
    links: LinkChange | None
    origin: object = None


@contextmanager
def new_view(office: Office) -> Iterator[ViewBuilder]:
    """A view in the making, a copy of the one in force; given up unless it was published when this ends.

    After a publication the rulings, notices and sightings of meanwhile are laid in. Refused when
    another view came into force meanwhile and swept the file of this one away.
    """
    builder = office.new_view(office.view_number())
    try:
        yield builder
    except BaseException as error:
        swept = not builder.path.exists()
        builder.discard()
        if swept and isinstance(error, Exception):
            raise Refused("view.moved") from error
        raise
    if office.view_number() != builder.number:
        builder.discard()
        return
    catch_up(office)
    heed(office)


@contextmanager
def compared(office: Office, builder: ViewBuilder) -> Iterator[Any]:
    """Its connection in one transaction; ``main`` is the new view, ``view`` the one in force, ``truth`` office.db."""
    builder.attach_truth(office.folder)
    with office.beside(builder.connection, builder.beside):
        builder.connection.execute("BEGIN")  # of the view alone: office.db stays free for others
        try:
            yield builder.connection
        finally:
            builder.connection.execute("COMMIT")
    builder.detach_truth()


def made_ready(db: Any, office: Office, copied: bool) -> tuple[dict[str, Profile], int]:
    """Lay into a new view what was said since the last: notices, objections, rules, items off.

    The profiles as they are now, and the newest entry that changed one.
    """
    if copied:
        lay_notices(db, profiles_of_view(db), office.digester)
        hear(db, profiles_of_view(db), office.digester, frozenset())
    profiles, newest = profiles_now(db)
    lay_withheld(db, profiles)
    return profiles, newest


def publish(
    office: Office, staging: Staging, builder: ViewBuilder, worked: Worked, acts: Sequence[Act], now: datetime
) -> str:
    """Put it in force together with the acts that made it, the links and the run; the id of the first entry.

    Refused, and nothing was changed, when another view came into force meanwhile.
    """
    links = _links_act(staging, worked) if worked.links is not None else []
    view = builder.finish()
    results = stage_results(office, staging, view, worked.as_of, now.date())
    run = run_act(worked.as_of, worked.settings, worked.upto, results, worked.profiles)
    return office.publish([*acts, *links, run], view=view, base=builder.beside, time=now)[0].id


def _links_act(staging: Staging, worked: Worked) -> list[Act]:
    assert worked.links is not None, "asked before"
    staged = worked.links.staged(staging)
    said: dict[str, object] = {"links": staged.run_id, "model": worked.links.model, "merkle": staged.merkle.hex()}
    return [(Kind.LINKS_MADE, said | ({"origin": worked.origin} if worked.origin is not None else {}))]


_LEVELS = """
    SELECT coalesce(o.level, 'none'), n.level FROM main.priority AS n
    LEFT JOIN view.priority AS o ON o.person_id = n.person_id WHERE n.level <> coalesce(o.level, 'none')
    UNION ALL
    SELECT o.level, 'none' FROM view.priority AS o WHERE o.level <> 'none'
    AND NOT EXISTS (SELECT 1 FROM main.priority AS n WHERE n.person_id = o.person_id)
"""


def moved_levels(db: Any) -> tuple[int, int]:
    """How many children rise and how many fall from the view in force (``view``) to the new one (``main``)."""
    order = {level: place for place, level in enumerate(LEVELS)}
    steps = [order[then] - order[now] for then, now in db.execute(_LEVELS).fetchall()]
    return sum(step > 0 for step in steps), sum(step < 0 for step in steps)
