"""A blind sample of the machine's links, checked by hand: drawing, answering, and what it says.

Drawn is a record that the machine put to a person: it is checked against the most trusted record of
that person. Every such record has the same chance, so the share of wrong ones among those checked
estimates the share among all; its interval is the exact one (``docs/decisions/004-the-blind-sample``).
Scores are not part of what is drawn, answers are entries signed by who checked.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from app.domain import ids
from app.domain.entries import Kind
from app.domain.intervals import exact
from app.domain.message import WrongUse
from app.services.answers.outcomes import Changes, Outcome
from app.services.deriving.models import model_in_force
from app.services.deriving.persons import TRUST
from app.services.links.quality_answers import Estimate, SampleLine, SamplePair, Samples
from app.storage.offices.office import Office
from app.storage.truth.desk import id_bytes, id_text
from app.storage.truth.quality import ANSWERS

SIZE = 50


def draw(office: Office, now: datetime, size: int = SIZE, seed: int | None = None) -> Outcome[str]:
    """Draw links by lot; the sample's entry. Refused for who may not rule on any link, WrongUse where the
    machine has linked nothing. ``seed`` makes the drawing repeatable, for tests."""
    office.demand("rule", Kind.SAMPLE_DRAWN)
    with office.reading() as db:
        links = machine_links(db)
        model = model_in_force(db, "main").id
    if not links:
        raise WrongUse("quality.nothing_linked")
    chance = random.Random(secrets.randbits(64) if seed is None else seed)
    drawn = chance.sample(links, min(size, len(links)))
    said: dict[str, object] = {
        "model": model,
        "links": len(links),
        "pairs": [[ids.code(a), ids.code(b)] for a, b in drawn],
    }
    entry = office.write(Kind.SAMPLE_DRAWN, said, time=now)
    return Outcome(entry.id, Changes(frozenset({"sample"})))


def answer(office: Office, sample: str, place: int, said: str, now: datetime) -> Outcome[str]:
    """What somebody found about one pair: ``same``, ``apart`` or ``unknown``; the last answer counts."""
    if said not in ANSWERS:
        raise WrongUse("quality.not_drawn", place=place)
    entry = office.write(Kind.SAMPLE_ANSWERED, {"sample": sample, "place": place, "answer": said}, time=now)
    return Outcome(entry.id, Changes(frozenset({"sample"})))


def machine_links(db: Any) -> list[tuple[int, int]]:
    """(record, most trusted record of its person) for each record that the machine put there.

    Left out: what a standing ruling "same" speaks of, for that a person has decided.
    """
    ruled = {
        one
        for pair in db.execute("SELECT a, b FROM ruling WHERE withdrawn = 0 AND same = 1").fetchall()
        for one in pair
    }
    members: dict[int, list[tuple[int, int]]] = {}
    for person, record, extract in db.execute(
        "SELECT person_id, record_id, extract FROM view.record WHERE person_id IN"
        " (SELECT person_id FROM view.record GROUP BY person_id HAVING count(*) > 1)"
    ).fetchall():
        members.setdefault(person, []).append((_trust(extract), record))
    found = []
    for ones in members.values():
        (_rank, anchor), *rest = sorted(ones)
        found += [(record, anchor) for _trusted, record in rest if record not in ruled]
    return sorted(found)


def _trust(extract: str) -> int:
    return TRUST.index(extract) if extract in TRUST else len(TRUST)


_PAIRS = """
    SELECT p.place, p.a, p.b, w.answer, m.name, w.answered,
        (SELECT count(*) FROM view.record AS r WHERE r.record_id IN (p.a, p.b)) = 2
    FROM link_sample_pair AS p
    LEFT JOIN link_sample_answer AS w ON w.entry = (
        SELECT x.entry FROM link_sample_answer AS x JOIN entry AS e ON e.id = x.entry
        WHERE x.sample = p.sample AND x.place = p.place ORDER BY e.seq DESC LIMIT 1)
    LEFT JOIN member AS m ON m.id = w.author
    WHERE p.sample = ? ORDER BY p.place
"""


def pairs_of(office: Office, sample: str) -> tuple[SamplePair, ...]:
    """A sample's pairs in the order of drawing, with the answers so far. WrongUse for no sample."""
    office.demand("see", "pairs")
    rows = office.reader().execute(_PAIRS, (id_bytes(sample),)).fetchall()
    if not rows:
        raise WrongUse("quality.no_sample")
    return tuple(
        SamplePair(place, a, b, said or "", who or "", datetime.fromisoformat(when) if when else None, bool(there))
        for place, a, b, said, who, when, there in rows
    )


_SAMPLES = """
    SELECT s.entry, s.drawn, m.name, s.model, s.links FROM link_sample AS s
    LEFT JOIN member AS m ON m.id = s.author JOIN entry AS e ON e.id = s.entry ORDER BY e.seq DESC
"""


def samples(office: Office) -> Samples:
    """Every sample with its estimate, and all of the model in force taken together."""
    with office.reading() as db:
        model = model_in_force(db, "main").id
        told: dict[bytes, list[str]] = {}
        for entry, said in db.execute(
            "SELECT p.sample, (SELECT x.answer FROM link_sample_answer AS x JOIN entry AS e ON e.id = x.entry"
            " WHERE x.sample = p.sample AND x.place = p.place ORDER BY e.seq DESC LIMIT 1) FROM link_sample_pair AS p"
        ).fetchall():
            told.setdefault(entry, []).append(said or "")
        lines = tuple(
            SampleLine(
                id_text(entry), datetime.fromisoformat(drawn), author or "", weighed, links, len(told[entry]),
                sum(bool(one) for one in told[entry]), estimate(told[entry]),
            )
            for entry, drawn, author, weighed, links in db.execute(_SAMPLES).fetchall()
        )  # fmt: skip
        population = len(machine_links(db))
    every = [one for line in lines if line.model == model for one in told[id_bytes(line.entry)]]
    return Samples(lines, model, estimate(every), population)


def estimate(answers: Iterable[str]) -> Estimate | None:
    """What these answers say of all links; None where nobody could tell anything yet."""
    said: Sequence[str] = [one for one in answers if one]
    wrong, unknown = said.count("apart"), said.count("unknown")
    checked = len(said) - unknown
    if not checked:
        return None
    return Estimate(checked, wrong, unknown, exact(wrong, checked), exact(wrong + unknown, checked + unknown))
