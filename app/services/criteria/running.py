"""Running again: the published day's priorities worked out anew, after a change of settings.

Nothing is imported and nobody is linked; the rest of the view is taken over as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.domain.entries import Kind
from app.domain.message import Message, WrongUse
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework.publishing import Worked, new_view, publish
from app.services.deriving.profiles_in_force import profiles_of_view
from app.services.deriving.regrouping import bring_along
from app.services.priority.prioritising import RunSummary
from app.services.priority.runs import published_run, settings_of, work_out, work_out_again
from app.storage import database
from app.storage.offices.office import Office


def run_again(
    office: Office, now: datetime, progress: Callable[[Message], None] = lambda message: None
) -> Outcome[RunSummary]:
    """Work out the priorities of the last run's day with today's settings, and publish them.

    Refused for who may not import; WrongUse before the first import. Takes about as long as the
    priorities of an import; ``progress`` hears of the stages ``prepare``, ``priority``, ``publish``.
    """
    office.demand("import", Kind.RUN_MADE)
    settings = settings_of(office)
    progress(Message("run.stage_prepare"))
    with database.explained(), office.staging() as staging, new_view(office) as builder:
        db = builder.connection
        builder.attach_truth(office.folder)
        db.execute("BEGIN")
        upto = int(db.execute("SELECT coalesce(max(seq), 0) FROM truth.entry").fetchone()[0])
        before = published_run(db)
        if before is None or not builder.copied:
            raise WrongUse("run.nothing_imported")
        bring_along(db, profiles_of_view(db), office.digester, work_out_again)
        progress(Message("run.stage_priority"))
        summary = work_out(db, before.as_of, settings)
        db.execute("COMMIT")
        builder.detach_truth()
        progress(Message("run.stage_publish"))
        publish(office, staging, builder, Worked(before.as_of, settings, upto, before.profiles, None), [], now)
    return Outcome(summary, Changes(frozenset({"published"})))
