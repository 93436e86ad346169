"""A notice comes in: find or create the child, take it down, and the 48 hours until somebody has seen it.

A child who stands in no extract becomes a person of the office's own source (``notice``): its row is kept
like any other, compared with what extracts bring later, and rebuilt with the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain import ids, intake
from app.domain.ages import age_on
from app.domain.dates import full_day
from app.domain.intake import Form, NewChild
from app.domain.message import WrongUse
from app.domain.sectors import Sector
from app.services.answers.outcomes import Changes, Outcome
from app.services.deriving.rebuilding import catch_up
from app.services.deriving.searching import phrase
from app.services.protection.need_to_know import closed_to
from app.storage.offices.office import Office
from app.storage.truth import notices
from app.storage.truth.desk import id_text

MOST_HITS = 12
HEADER = (
    "通告番号", "氏名", "氏名カナ", "生年月日", "性別", "郵便番号", "住所", "電話番号", "保護者氏名",
    "通告受付日", "通告経路", "通告種別", "通告虐待種別", "通告学校園",
)  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """Somebody whom the search found; whereabouts of a protected one are None."""

    person_id: int
    name: str
    kana: str
    birth: date | None
    age: int | None
    facility: str | None
    address: str | None
    protected: bool
    child: bool


@dataclass(frozen=True)
class Clock:
    """A notice whose child nobody has seen yet. ``hours_left`` is negative once the 48 hours are over."""

    notice: str
    person_id: int
    name: str
    received: datetime
    due: datetime
    hours_left: float
    assignee: str

    @property
    def over(self) -> bool:
        """Whether the 48 hours are over."""
        return self.hours_left < 0


@dataclass(frozen=True)
class NoticeLine:
    """A notice as recorded. ``seen``: the day of the sighting that stopped its clock, None while it runs."""

    notice: str
    person_id: int
    author: str
    recorded: datetime
    received: datetime
    form: Form
    seen: date | None
    withdrawn: bool


def find(office: Office, text: str, today: date) -> tuple[Hit, ...]:
    """Persons of whom every word stands in name, kana, number, guardian or school; children first.

    What a sector says that is closed to this member's role is left out: address, school or nursery.
    """
    office.demand("see", "child")
    words = phrase(text)
    if not words:
        return ()
    rows = office.reader().execute(
        "SELECT n.person_id, n.name, n.kana, n.birth, n.facility, n.protected,"
        " coalesce(n.last_child_day, '9999') >= :day,"
        " (SELECT r.address FROM view.record AS r WHERE r.person_id = n.person_id AND r.address <> ''"
        "  ORDER BY r.extract <> 'resident_register', r.record_id LIMIT 1)"
        " FROM view.person AS n WHERE n.dead = 0 AND n.person_id IN"
        " (SELECT rowid FROM view.search WHERE search MATCH :words)"
        " ORDER BY 7 DESC, n.kana, n.person_id LIMIT :most",
        {"day": today.isoformat(), "words": words, "most": MOST_HITS},
    )
    closed = closed_to(office)
    return tuple(_hit(row, today, closed) for row in rows.fetchall())


def _hit(row: Any, today: date, closed: Set[Sector]) -> Hit:
    birth, protected = full_day(row[3]), bool(row[5])
    nobody_says = not closed.isdisjoint({Sector.EDUCATION, Sector.CHILDCARE})
    return Hit(
        person_id=row[0], name=row[1], kana=row[2], birth=birth, age=age_on(birth, today) if birth else None,
        facility=None if protected else "" if nobody_says else row[4],
        address=None if protected else "" if Sector.REGISTER in closed else row[7] or "",
        protected=protected, child=bool(row[6]),
    )  # fmt: skip


def log_find(office: Office, text: str, found: int, now: datetime) -> None:
    """Log that somebody was looked for here: a digest of the words, and how many were found."""
    words = phrase(text)
    if words:
        office.log_view(0, f"search:{office.digester.searched(words)} intake {found}", time=now)


def receive(
    office: Office, form: Form, received: datetime, now: datetime, *, person_id: int | None = None,
    child: NewChild | None = None,
) -> Outcome[int]:  # fmt: skip
    """Take a notice down; the child's person. Either about a known ``person_id`` or about a new ``child``."""
    intake.check(form, received, now)
    if (person_id is None) == (child is None):
        raise WrongUse("notice.who")
    moment = received.astimezone(now.tzinfo)
    said: dict[str, object] = {
        "received": moment.isoformat(timespec="seconds"), "day": moment.date().isoformat(), "form": form.document(),
    }  # fmt: skip
    if child is not None:
        said |= _row(office, child, form, moment.date())
    elif person_id is not None:
        if office.reader().execute("SELECT 1 FROM view.person WHERE person_id = ?", (person_id,)).fetchone() is None:
            raise WrongUse("child.unknown", child=ids.code(person_id))
        said["person"] = ids.code(person_id)
    office.write("notice.received", said, time=now)
    person = ids.number(str(said["person"]))
    concerned = catch_up(office) | {person}
    kinds = {"notice", "published"} if child is not None else {"notice"}
    return Outcome(person, Changes(frozenset(kinds), concerned))


def _row(office: Office, child: NewChild, form: Form, day: date) -> dict[str, object]:
    """The row by which a new child becomes a record of ours."""
    number = _next_number(office, day)
    name = " ".join(child.name.split()) or intake.NAME_UNKNOWN
    cells = (
        number, name, child.kana.strip(), child.birth, child.sex, "", child.address.strip(), child.phone.strip(),
        child.guardian.strip(), day.isoformat(), form.route, form.type, form.abuse, child.facility.strip(),
    )  # fmt: skip
    return notices.new_row(office.digester, HEADER, cells, number)


def _next_number(office: Office, day: date) -> str:
    """N-261123-2: the second new child of a day; this PC's device keeps numbers of two PCs apart."""
    db = office.reader()
    stem = f"N-{day:%y%m%d}-{office.held.device[:4]}"
    many = db.execute("SELECT count(*) FROM batch WHERE state = ? AND file LIKE ?", (notices.STATE, stem + "-%"))
    return f"{stem}-{many.fetchone()[0] + 1}"


def withdraw(office: Office, notice: str, reason: str, now: datetime) -> Outcome[str]:
    """Take a notice back that was noted wrongly, with a reason: its clock stops."""
    if not reason.strip():
        raise WrongUse("decision.reason_missing")
    entry = office.write("notice.withdrawn", {"entry": notice, "reason": reason.strip()}, time=now)
    return Outcome(entry.id, Changes(frozenset({"notice"}), frozenset()))


# A sighting noted after the notice, of its day or later: one noted late about last week stops nothing.
_SEEN = """
    (SELECT min(c.day) FROM contact AS c WHERE c.person_id = n.person_id AND c.seen = 1 AND c.day >= n.day
     AND (c.day > n.day OR c.recorded >= n.recorded))
"""


def clocks(office: Office, now: datetime) -> tuple[Clock, ...]:
    """The notices whose child nobody has seen since, the oldest first; one for each child."""
    office.demand("see", "child")
    rows = office.reader().execute(
        "SELECT n.entry, n.person_id, coalesce(p.name, ''), n.received, coalesce(m.name, '') FROM notice AS n"
        " LEFT JOIN view.person AS p ON p.person_id = n.person_id"
        " LEFT JOIN assignment AS a ON a.person_id = n.person_id LEFT JOIN member AS m ON m.id = a.member"
        f" WHERE n.withdrawn = 0 AND {_SEEN} IS NULL ORDER BY n.received, n.entry"
    )
    found: dict[int, Clock] = {}
    for entry, person, name, received, assignee in rows.fetchall():
        begun = datetime.fromisoformat(received)
        due = begun + intake.TO_BE_SEEN
        left = (due - now).total_seconds() / 3600
        found.setdefault(person, Clock(id_text(entry), person, name, begun, due, left, assignee))
    return tuple(found.values())


def of_child(office: Office, person_id: int) -> tuple[NoticeLine, ...]:
    """The notices about a child, the newest first."""
    office.demand("see", "child")
    rows = office.reader().execute(
        f"SELECT n.entry, n.person_id, m.name, n.recorded, n.received, n.form, {_SEEN}, n.withdrawn FROM notice AS n"
        " LEFT JOIN member AS m ON m.id = n.author WHERE n.person_id = ? ORDER BY n.received DESC, n.entry",
        (person_id,),
    )
    return tuple(_line(row) for row in rows.fetchall())


def _line(row: Any) -> NoticeLine:
    form: Mapping[str, object] = json.loads(row[5])
    return NoticeLine(
        notice=id_text(row[0]), person_id=row[1], author=row[2] or "",
        recorded=datetime.fromisoformat(row[3]), received=datetime.fromisoformat(row[4]), form=Form.of(form),
        seen=full_day(row[6] or ""), withdrawn=bool(row[7]),
    )  # fmt: skip
