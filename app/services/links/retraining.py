"""Another model for the office's links: learnt from its own records, compared, taken over, gone back from.

Learning needs no labels. Nothing changes before a lead has seen what another model would do and takes
it over, in one entry with the links that it makes; everybody is grouped anew then, under the rulings,
and persons whom people have worked with are not joined by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.entries import Kind
from app.domain.message import Message, Refused, WrongUse
from app.linkage.model import Model, shipped_model, shipped_variants
from app.linkage.training import train
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework.publishing import Worked, new_view, publish
from app.services.deriving.laying import deliveries
from app.services.deriving.links import LinkChange, derive_links, spellings
from app.services.deriving.models import model_in_force, read_own
from app.services.deriving.profiles_in_force import profiles_of, profiles_of_view
from app.services.deriving.regrouping import bring_along
from app.services.deriving.whole import derive
from app.services.links.model_changes import Sight, changes_between, sight_of
from app.services.links.quality_answers import LevelLine, ModelComparison, ModelLine
from app.services.priority.runs import published_run, work_out, work_out_again
from app.storage import database
from app.storage.offices.office import Office
from app.storage.offices.views import ViewBuilder
from app.storage.truth.desk import id_text
from app.storage.truth.journal import Act

Progress = Callable[[Message], None]


@dataclass(frozen=True)
class Taken:
    """What taking a model over did."""

    model: str
    links: int
    reviews: int


def learn(office: Office, progress: Progress = lambda message: None) -> Model:
    """A model learnt from all records of the office, beginning at the shipped one.

    Refused for who may not, and where the records are too few or too unlike to learn from.
    """
    _check(office)
    progress(Message("training.stage_read", {"share": 0.0}))
    with office.reading() as db:
        frame = spellings(db, "view", profiles_of(office))

    def tell(share: float) -> None:
        progress(Message("training.stage_learn", {"share": share}))

    tell(0.0)
    try:
        return train(frame, shipped_model(), shipped_variants(), progress=tell)
    except ValueError as error:
        raise Refused("training.too_little", records=frame["record_id"].nunique()) from error


def compare(office: Office, candidate: Model, progress: Progress = lambda message: None) -> ModelComparison:
    """What this model would change, worked out on a copy of the view that is thrown away again."""
    _check(office)
    progress(Message("training.stage_compare", {"share": 0.0}))
    with database.explained():
        builder = office.new_view(office.view_number())
        try:
            with _truth(builder, office):
                db = builder.connection
                now = model_in_force(db)
                before = sight_of(db)
                _group_by(office, db, candidate)
                progress(Message("training.stage_compare", {"share": 0.8}))
                return _comparison(db, candidate, now, before)
        finally:
            builder.discard()


def _comparison(db: Any, candidate: Model, now: Model, before: Sight) -> ModelComparison:
    changes = changes_between(db, before)
    return ModelComparison(
        model=candidate.id,
        text=candidate.as_json(),
        own=candidate.id != shipped_model().id,
        records=len(before.persons),
        levels=level_lines(now, candidate),
        counts=changes.counts,
        examples=changes.examples,
        worked=changes.worked,
        levels_moved=changes.levels_moved,
        reviews_now=len(before.reviews),
        reviews_then=changes.reviews,
    )


def level_lines(now: Model, then: Model) -> tuple[LevelLine, ...]:
    """How far each level pushes in both models, in the order of the fields."""
    return tuple(
        LevelLine(field, level, round(now.push(field, level), 2), round(then.push(field, level), 2))
        for field, levels in then.levels.items()
        for level in levels
    )


def take_over(
    office: Office, text: str, reason: str, now: datetime, progress: Progress = lambda message: None
) -> Outcome[Taken]:
    """Weigh by this model from now on, and group everybody by it. ``text`` "" is the shipped one.

    One publication: the entry of the model, the links, the run. Refused for who may not; WrongUse for a
    text that is no model and for the model that is in force already.
    """
    _check(office)
    model = model_of(text)
    with database.explained(), office.staging() as staging, new_view(office) as builder:
        with _truth(builder, office):
            db = builder.connection
            if model_in_force(db).id == model.id:
                raise WrongUse("training.in_force")
            upto = int(db.execute("SELECT coalesce(max(seq), 0) FROM truth.entry").fetchone()[0])
            run = published_run(db)
            assert run is not None, "a copied view without a run"
            progress(Message("training.stage_group", {"share": 0.0}))
            links = _group_by(office, db, model)
        progress(Message("training.stage_publish", {"share": 1.0}))
        act: Act = (Kind.MODEL_TAKEN, {"model": model.id, "own": bool(text), "text": text, "reason": reason})
        publish(office, staging, builder, Worked(run.as_of, run.settings, upto, run.profiles, links), [act], now)
    return Outcome(Taken(model.id, links.made, links.reviews), Changes(frozenset({"published", "model"})))


def model_of(text: str) -> Model:
    """The model that this text is; "" is the shipped one. WrongUse for anything else."""
    if not text:
        return shipped_model()
    try:
        return read_own(text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongUse("training.no_model") from error


def history(office: Office) -> tuple[ModelLine, ...]:
    """The models that were taken over, newest first, and last the shipped one the office began with."""
    rows = office.reader().execute(
        "SELECT k.entry, k.model, k.own, k.text, m.name, k.taken, k.reason FROM link_model AS k"
        " LEFT JOIN member AS m ON m.id = k.author JOIN entry AS e ON e.id = k.entry ORDER BY e.seq DESC"
    )
    lines = [
        ModelLine(id_text(entry), model, bool(own), text, who or "", datetime.fromisoformat(taken), reason, not place)
        for place, (entry, model, own, text, who, taken, reason) in enumerate(rows.fetchall())
    ]
    return (*lines, ModelLine("", shipped_model().id, False, "", "", None, "", not lines))


# ---------------------------------------------------------------- the new view


def _check(office: Office) -> None:
    office.demand("import", Kind.MODEL_TAKEN)
    if not office.reader().execute("SELECT 1 FROM view.record LIMIT 1").fetchone():
        raise WrongUse("run.nothing_imported")


@contextmanager
def _truth(builder: ViewBuilder, office: Office) -> Iterator[None]:
    """The truth beside a view in the making, in one transaction, with all rulings laid in."""
    db = builder.connection
    builder.attach_truth(office.folder)
    db.execute("BEGIN")
    bring_along(db, profiles_of_view(db), office.digester, work_out_again)
    yield
    db.execute("COMMIT")
    builder.detach_truth()


def _group_by(office: Office, db: Any, model: Model) -> LinkChange:
    """Compare and group the whole stock by this model, and derive what follows."""
    profiles = profiles_of_view(db)

    def link(view: Any, _changed: Set[int] | None) -> LinkChange:
        return derive_links(view, profiles, office.digester, None, model=model)

    derived = derive(db, profiles, office.digester, deliveries(db), [], link=link)
    run = published_run(db)
    if run is not None:
        work_out(db, run.as_of, run.settings)
    return derived.links
