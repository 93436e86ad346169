"""Sign-off (決裁): a lead signs what a worker decided, or sends it back with a word.

A decision of somebody who may not sign off asks for it. It waits until it is signed, sent back, withdrawn or
followed by another; it holds meanwhile, nobody's work stops for it. One that was sent back is not edited: the
worker records another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain import ids
from app.domain.dates import day_of, full_day
from app.domain.decisions import REASON_LIMIT, DecisionKind, SignOff, SignOffState
from app.domain.entries import Entry, Kind
from app.domain.message import Refused, WrongUse
from app.domain.priority import Level
from app.services.answers.outcomes import Changes, Outcome
from app.storage.offices.office import Office
from app.storage.truth.desk import id_bytes, id_text
from app.storage.truth.journal import Derive

NEWEST_SIGN_OFF = (
    "SELECT x.entry FROM sign_off AS x WHERE x.decision = d.entry AND x.withdrawn = 0"
    " ORDER BY x.recorded DESC, x.entry DESC LIMIT 1"
)
"""The sign-off that counts of the decision ``d``."""

_IN_FORCE = """d.withdrawn = 0 AND NOT EXISTS (SELECT 1 FROM decision AS y WHERE y.person_id = d.person_id
    AND y.withdrawn = 0 AND (y.recorded, y.entry) > (d.recorded, d.entry))"""


@dataclass(frozen=True)
class WaitingDecision:
    """One decision that asks for sign-off. ``recorded`` has its zone; an empty ``name``: no delivery tells it."""

    entry: str
    person_id: int
    name: str
    level: Level
    kind: DecisionKind
    reason: str
    meeting: str
    author: str
    day: date
    next: date | None
    recorded: datetime


@dataclass(frozen=True)
class ReturnedDecision:
    """One's own decision that was sent back, and the words with it."""

    entry: str
    person_id: int
    name: str
    kind: DecisionKind
    author: str
    recorded: datetime
    words: str


_WAITING = f"""
    SELECT d.entry, d.person_id, coalesce(n.name, ''), coalesce(p.level, 'none'), d.kind, d.reason, d.meeting,
        coalesce(m.name, ''), d.day, d.next, d.recorded, d.author
    FROM decision AS d
    LEFT JOIN view.person AS n ON n.person_id = d.person_id
    LEFT JOIN view.priority AS p ON p.person_id = d.person_id
    LEFT JOIN member AS m ON m.id = d.author
    WHERE d.asks = 1 AND {_IN_FORCE} AND ({NEWEST_SIGN_OFF}) IS NULL
    ORDER BY d.recorded, d.entry
"""


def waiting(office: Office) -> tuple[WaitingDecision, ...]:
    """What this lead may sign off: the highest level first, then what has waited longest. Refused but for a lead."""
    office.demand("sign_off", "decisions")
    found = [_waiting_line(row) for row in office.reader().execute(_WAITING).fetchall() if row[11] != office.member.id]
    order = list(Level)
    return tuple(sorted(found, key=lambda line: order.index(line.level)))


def _waiting_line(row: Sequence[Any]) -> WaitingDecision:
    return WaitingDecision(
        entry=id_text(row[0]),
        person_id=row[1],
        name=row[2],
        level=Level(row[3]),
        kind=DecisionKind(row[4]),
        reason=row[5],
        meeting=row[6],
        author=row[7],
        day=day_of(row[8]),
        next=full_day(row[9] or ""),
        recorded=_moment(row[10]),
    )


_RETURNED = f"""
    SELECT d.entry, d.person_id, coalesce(n.name, ''), d.kind, coalesce(c.name, ''), s.recorded, s.words
    FROM decision AS d
    JOIN sign_off AS s ON s.entry = ({NEWEST_SIGN_OFF}) AND s.signed = 0
    LEFT JOIN view.person AS n ON n.person_id = d.person_id
    LEFT JOIN member AS c ON c.id = s.author
    LEFT JOIN member AS m ON m.id = d.author
    LEFT JOIN assignment AS a ON a.person_id = d.person_id
    WHERE {_IN_FORCE} AND (d.author = ?1 OR (a.member = ?1 AND NOT coalesce(m.active, 0)))
    ORDER BY s.recorded, d.entry
"""


def returned(office: Office) -> tuple[ReturnedDecision, ...]:
    """What was sent back to this member, also in the place of an author who has left; the oldest first."""
    office.demand("see", "child")
    rows = office.reader().execute(_RETURNED, (office.member.id,)).fetchall()
    return tuple(
        ReturnedDecision(id_text(row[0]), row[1], row[2], DecisionKind(row[3]), row[4], _moment(row[5]), row[6])
        for row in rows
    )


def sign(office: Office, decisions: Mapping[str, int], now: datetime) -> Outcome[tuple[str, ...]]:
    """Sign decisions off, all or none; the entries' ids. ``decisions``: entry -> child.

    Refused but for a lead, of one's own decision, and where somebody was faster.
    """
    if not decisions:
        raise WrongUse("sign_off.nothing_chosen")
    acts = [(Kind.DECISION_SIGNED, {"person": ids.code(child), "entry": one}) for one, child in decisions.items()]
    made = office.write_many(acts, time=now, derive=_still_waiting(decisions))
    return Outcome(tuple(one.id for one in made), _changes(decisions.values()))


def send_back(office: Office, decision: str, person_id: int, words: str, now: datetime) -> Outcome[str]:
    """Send a decision back with a word; the entry's id. WrongUse without one; Refused like ``sign``."""
    if not words.strip():
        raise WrongUse("sign_off.words_missing")
    if len(words) > REASON_LIMIT:
        raise WrongUse("decision.reason_too_long", limit=REASON_LIMIT)
    said = {"person": ids.code(person_id), "entry": decision, "reason": words.strip()}
    made = office.write(Kind.DECISION_RETURNED, said, time=now, derive=_still_waiting([decision]))
    return Outcome(made.id, _changes([person_id]))


def withdraw(office: Office, signed: Mapping[int, str], reason: str, now: datetime) -> Outcome[tuple[str, ...]]:
    """Take sign-offs back, child -> the sign-off's entry: the decisions wait again."""
    if not reason.strip():
        raise WrongUse("decision.reason_missing")
    acts = [
        (Kind.SIGN_OFF_WITHDRAWN, {"person": ids.code(child), "entry": one, "reason": reason})
        for child, one in signed.items()
    ]
    made = office.write_many(acts, time=now)
    return Outcome(tuple(one.id for one in made), _changes(signed))


def sign_off_of(asks: int, signed: int | None, author: str | None, recorded: str, words: str, entry: bytes) -> Any:
    """The ``SignOff`` of a decision from its columns; None where it asks for none and got none."""
    if signed is None:
        return SignOff(SignOffState.WAITING) if asks else None
    state = SignOffState.SIGNED if signed else SignOffState.RETURNED
    return SignOff(state, author or "", _moment(recorded), words, id_text(entry))


def _still_waiting(decisions: Sequence[str] | Mapping[str, int]) -> Derive:
    """Refused, within the transaction, where one was signed, sent back, withdrawn or followed meanwhile."""

    def check(connection: Any, made: list[Entry]) -> None:
        mine = {id_bytes(one.id) for one in made}
        for decision in decisions:
            row = connection.execute(
                f"SELECT ({_IN_FORCE}) AND d.asks FROM decision AS d WHERE d.entry = ?", (id_bytes(decision),)
            ).fetchone()
            others = connection.execute(
                "SELECT entry FROM sign_off WHERE decision = ? AND withdrawn = 0", (id_bytes(decision),)
            ).fetchall()
            if row is None or not row[0] or {one for (one,) in others} - mine:
                raise Refused("sign_off.over")

    return check


def _changes(persons: Any) -> Changes:
    return Changes(frozenset({"sign_off"}), frozenset(persons))


def _moment(time: str) -> datetime:
    return datetime.fromisoformat(time).astimezone()
