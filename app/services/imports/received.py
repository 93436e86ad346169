"""What has arrived: for each extract the last file, the time it speaks of, and of whom it should speak.

It tells the lead which department is late and which children nobody has told us about. Nothing is
judged here: a child of whom an extract is silent is counted, not named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from app.domain.ages import grade_index
from app.domain.dates import day_of
from app.domain.extracts.profile import Profile
from app.domain.purposes import EVERYBODY, WHOLE
from app.domain.sectors import Sector
from app.services.deriving.coverage import uncovered
from app.services.deriving.profiles_in_force import profiles_of
from app.storage.offices.office import Office
from app.storage.truth.notices import EXTRACT as NOTICE

FRESH_DAYS = 400
"""A child of whom something was said within so many days has been received."""
MONTHS = 12
_MONTHLY = ("attendance", "childcare_attendance", "resident_register", "school_register", "childcare")
_USUAL, _GRACE = 31, 14
_SCHOOL, _BEFORE_SCHOOL = (6, 14), (0, 5)
_EVERYBODY = (0, 18)

_EXPECTED: Mapping[str, tuple[str, tuple[int, int]]] = {
    "school_register": ("resident_register", _SCHOOL),
    "attendance": ("school_register", _SCHOOL),
    "school_health": ("school_register", _SCHOOL),
    "childcare": ("resident_register", _BEFORE_SCHOOL),
    "childcare_attendance": ("childcare", _BEFORE_SCHOOL),
    "infant_checkup": ("resident_register", _BEFORE_SCHOOL),
    "immunisation": ("resident_register", _BEFORE_SCHOOL),
}
"""Extract -> whose children it should speak of, and of which classes (0 is the year of birth, 6 is 小1).
Others speak only of those who use a service: nobody is expected there."""


@dataclass(frozen=True)
class AgeCount:
    """Children of one class (index of ``grade_index``): known to the roster, spoken of."""

    grade: int
    expected: int
    received: int


@dataclass(frozen=True)
class Month:
    """How much of a month is covered: ``full part none``; the days that are not."""

    first: date
    state: str
    days: int


@dataclass(frozen=True)
class Arrived:
    """One extract. ``state``: ``ok late never off``. ``first`` and ``last`` bound what is covered.

    ``gaps`` lie between them. ``usual``: days from one file to the next, None where nobody can say;
    ``due``: when the next one was to come. ``received``: children spoken of; ``ages`` is empty where
    nobody is expected in particular.
    """

    extract: str
    names: Mapping[str, str]
    sector: Sector
    state: str
    file: str
    as_of: date | None
    received_on: date | None
    days_since: int | None
    usual: int | None
    due: date | None
    first: date | None
    last: date | None
    gaps: tuple[tuple[date, date], ...]
    months: tuple[Month, ...]
    ages: tuple[AgeCount, ...]
    received: int
    roster: str

    @property
    def expected(self) -> int | None:
        """How many children it should speak of; None where nobody is expected."""
        return sum(one.expected for one in self.ages) if self.ages else None

    @property
    def missing(self) -> int:
        """Of how many expected children it is silent."""
        return sum(max(0, one.expected - one.received) for one in self.ages)


def _delivered(office: Office) -> list[Profile]:
    """The extracts that departments deliver: what the office itself takes down is never late."""
    return [profile for profile in profiles_of(office).values() if profile.key != NOTICE]


def arrived(office: Office, today: date) -> tuple[Arrived, ...]:
    """Every extract that the office knows, late ones first, then by sector."""
    db = office.reader()
    off = _off(db)
    people = _People(db, today)
    order = list(Sector)
    lines = [_arrived(db, profile, people, today, profile.key in off) for profile in _delivered(office)]
    states = ("late", "ok", "never", "off")
    return tuple(sorted(lines, key=lambda one: (states.index(one.state), order.index(one.sector), one.extract)))


def late(office: Office, today: date) -> tuple[Arrived, ...]:
    """The extracts whose next file should have come, the longest late first. Nobody is counted: quick."""
    db = office.reader()
    off = _off(db)
    lines = (_arrived(db, one, None, today, one.key in off) for one in profiles_of(office).values())
    found = [one for one in lines if one.state == "late" and one.due is not None]
    return tuple(sorted(found, key=lambda one: (one.due or today, one.extract)))


def _off(db: Any) -> set[str]:
    """The extracts that are switched off as a whole."""
    query = "SELECT extract FROM view.withheld WHERE person_id = ? AND item = ?"
    return {row[0] for row in db.execute(query, (EVERYBODY, WHOLE)).fetchall()}


def _arrived(db: Any, profile: Profile, people: _People | None, today: date, off: bool) -> Arrived:
    files = db.execute(
        "SELECT file, as_of, received FROM batch WHERE extract = ? AND state = 'published' AND as_of IS NOT NULL"
        " ORDER BY as_of, batch_id",
        (profile.key,),
    ).fetchall()
    spans = [
        (day_of(start), day_of(end))
        for start, end in db.execute(
            'SELECT start, "end" FROM view.coverage WHERE extract = ? ORDER BY start', (profile.like,)
        ).fetchall()
    ]
    days = sorted({day_of(row[1]) for row in files})
    usual = _usual(profile, days)
    last = files[-1] if files else None
    as_of = days[-1] if days else None
    due = as_of + timedelta(days=usual) if as_of and usual else None
    state = "off" if off else "never" if last is None else "ok"
    if state == "ok" and due and usual and today > due + timedelta(days=min(_GRACE, usual // 2)):
        state = "late"
    ages, received = people.counts(profile) if people is not None and state in ("ok", "late") else ((), 0)
    return Arrived(
        extract=profile.key,
        names=profile.names,
        sector=profile.sector,
        state=state,
        file=last[0] if last else "",
        as_of=as_of,
        received_on=datetime.fromisoformat(last[2]).date() if last else None,
        days_since=(today - as_of).days if as_of else None,
        usual=usual,
        due=due,
        first=spans[0][0] if spans else None,
        last=max(end for _, end in spans) if spans else None,
        gaps=tuple(uncovered(spans, spans[0][0], spans[-1][1])) if spans else (),
        months=_months(spans, today),
        ages=ages,
        received=received,
        roster=_EXPECTED.get(profile.like, ("", _EVERYBODY))[0],
    )


def _usual(profile: Profile, days: Sequence[date]) -> int | None:
    """From one file to the next: as the office's own files came, else a month where that is usual."""
    between = [(later - earlier).days for earlier, later in pairwise(days)]
    if len(between) >= 2:
        return max(7, round(median(between[-6:])))
    return _USUAL if profile.like in _MONTHLY else None


def _months(spans: Sequence[tuple[date, date]], today: date) -> tuple[Month, ...]:
    """The last twelve months up to this one, the oldest first."""
    found = []
    first = today.replace(day=1)
    for _ in range(MONTHS):
        end = min(today, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1))
        days = (end - first).days + 1
        seen = sum(max(0, (min(end, last) - max(first, start)).days + 1) for start, last in spans)
        state = "full" if seen >= days else "part" if seen else "none"
        found.append(Month(first, state, max(0, days - seen)))
        first = (first - timedelta(days=1)).replace(day=1)
    return tuple(reversed(found))


class _People:
    """The office's children by class, and of whom an extract speaks."""

    def __init__(self, db: Any, today: date) -> None:
        self._db, self._since = db, (today - timedelta(days=FRESH_DAYS)).isoformat()
        self._grade = {
            person: grade_index(day_of(born), today)
            for person, born in db.execute(
                "SELECT person_id, born FROM view.person WHERE last_child_day >= ? AND born IS NOT NULL"
                " AND NOT dead AND NOT moved_out",
                (today.isoformat(),),
            ).fetchall()
        }

    def counts(self, profile: Profile) -> tuple[tuple[AgeCount, ...], int]:
        """By class where children are expected, and how many are spoken of in all."""
        spoken = (self._on(profile.key) if profile.bears_persons else set()) | self._in_facts(profile)
        roster, (low, high) = _EXPECTED.get(profile.like, ("", (1, 0)))
        expected = self._on(roster)
        ages = tuple(
            AgeCount(grade, len(there), len(there & spoken))
            for grade in range(low, high + 1)
            if (there := {person for person in expected if self._grade[person] == grade})
        )
        return ages, len(spoken)

    def _on(self, roster: str) -> set[int]:
        rows = self._db.execute(
            "SELECT DISTINCT person_id FROM view.record WHERE extract = ? AND present = 1", (roster,)
        ).fetchall()
        return {row[0] for row in rows} & self._grade.keys()

    def _in_facts(self, profile: Profile) -> set[int]:
        kinds = sorted({rule.kind for rule in profile.facts})
        marks = ", ".join("?" * len(kinds))
        rows = self._db.execute(
            f'SELECT DISTINCT person_id FROM view.fact WHERE kind IN ({marks}) AND coalesce("end", start) >= ?',
            (*kinds, self._since),
        ).fetchall()
        return {row[0] for row in rows} & self._grade.keys()
