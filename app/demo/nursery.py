"""What the childcare department hands over: who is enrolled where, and attendance by month."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from app.demo.chance import Numbering, Streams, poisson
from app.demo.model import City, ErrorRates, Household, Person, Row
from app.demo.places import places
from app.demo.recording import Desk
from app.demo.schoolyear import cohort, first_school_year, months_before, school_year

YEARS_BACK = 1
NURSERY_SHARE = (0.15, 0.42, 0.5, 0.55, 0.56, 0.57)  # by class: 0 to 5 years at the start of the school year
KINDERGARTEN_SHARE = (0.0, 0.0, 0.0, 0.34, 0.37, 0.38)
OPEN_DAYS = {4: 25, 5: 23, 6: 26, 7: 26, 8: 25, 9: 24, 10: 26, 11: 24, 12: 23, 1: 23, 2: 23, 3: 26}


@dataclass(slots=True)
class Enrolment:
    """A child enrolled from `first` to `last`; `cared` marks a nursery, whose months are counted (a kindergarten's
    are not)."""

    number: str
    person: Person
    household: Household
    first: dt.date
    last: dt.date
    cared: bool


def make_childcare(city: City, streams: Streams, errors: ErrorRates) -> list[Enrolment]:
    """The rows of `childcare`, and the enrolments behind them."""
    desk = Desk(city, streams, errors, "childcare")
    numbers = Numbering(streams.of("nursery numbers"), 6, prefix="H", start=4_000)
    residents = [person for person in city.persons if person.number]
    enrolments = []
    for household in city.households:
        for child in household.children:
            if first_school_year(child.born) > school_year(city.as_of):
                enrolment = _apply(desk, household, child, numbers, residents)
                enrolments += [enrolment] if enrolment else []
    return enrolments


def _apply(
    desk: Desk, household: Household, child: Person, numbers: Numbering, residents: list[Person]
) -> Enrolment | None:
    """Whether a child is enrolled, waits, or is not known to the department at all (None, and no row)."""
    rng, as_of = desk.rng, desk.as_of
    group = max(0, school_year(as_of) - cohort(child.born) - 1)
    draw = rng.random() if household.resident else 0.0
    kindergarten = NURSERY_SHARE[group] <= draw < NURSERY_SHARE[group] + KINDERGARTEN_SHARE[group]
    if draw >= NURSERY_SHARE[group] + KINDERGARTEN_SHARE[group] + 0.03:
        return None
    status = _status(rng, household, enrolled=kindergarten or draw < NURSERY_SHARE[group])
    first, last = _span(rng, household, child, as_of, kindergarten)
    number = numbers.next()
    record = desk.record(household, child, number, first)
    here = status in ("在園", "退園")
    desk.rows.append(
        {
            "児童番号": number,
            "宛名番号": _number(desk, child, residents),
            **record.block(min(last, as_of)),
            "施設名": places().nursery(rng, "kindergarten" if kindergarten else "nursery", household.address_on(first))
            if here
            else None,
            "認定区分": "1号" if kindergarten else "2号" if group >= 3 else "3号",
            "利用状況": status,
            "入園日": first if here else None,
            "退園日": last if status == "退園" else None,
            "保育料滞納月数": _arrears(rng, child, as_of) if here else None,
            "基準日": as_of.replace(day=1),
        }
    )
    return Enrolment(number, child, household, first, last, cared=not kindergarten) if here else None


def _status(rng: random.Random, household: Household, enrolled: bool) -> str:
    if household.left or (enrolled and rng.random() < 0.01):
        return "退園"
    return "在園" if enrolled else rng.choice(("待機", "未利用"))


def _span(
    rng: random.Random, household: Household, child: Person, as_of: dt.date, kindergarten: bool
) -> tuple[dt.date, dt.date]:
    """First and last day: mostly from the April after the child was ready and the family here, else in the middle
    of a year."""
    came = household.away[1] if household.away else household.arrived or child.born
    ready = max(came, child.born + dt.timedelta(days=1100 if kindergarten else rng.choice((180, 400, 500, 800))))
    first = ready if rng.random() < 0.25 else dt.date(school_year(ready) + 1, 4, 1)
    last = household.left or as_of
    if first > last:
        first = min(last, max(came, child.born + dt.timedelta(days=60)))
    return first, last


def _number(desk: Desk, child: Person, residents: list[Person]) -> str | None:
    """The 宛名番号; for a child of the next town one of the department's own making, which belongs to somebody
    else in the register."""
    return desk.register_number(child, residents) if child.number else desk.rng.choice(residents).number


def _arrears(rng: random.Random, child: Person, as_of: dt.date) -> int:
    return poisson(rng, 0.03 + 1.1 * child.strength("money", as_of))


def make_childcare_attendance(city: City, streams: Streams, errors: ErrorRates, enrolments: list[Enrolment]) -> None:
    """The rows of `childcare_attendance`: every month that is over, of the running school year and the one before."""
    desk = Desk(city, streams, errors, "childcare_attendance")
    months = list(months_before(city.as_of, school_year(city.as_of) - YEARS_BACK))
    for enrolment in enrolments:
        for month in months:
            if enrolment.cared and enrolment.first <= month <= enrolment.last:
                desk.rows.append(_month(desk.rng, enrolment, month))


def _month(rng: random.Random, enrolment: Enrolment, month: dt.date) -> Row:
    days = OPEN_DAYS[month.month] + rng.choice((-1, 0, 0))
    sign = enrolment.person.strength("nursery", month)
    absent = min(days, poisson(rng, 1.7 + 2.0 * sign))
    return {
        "児童番号": enrolment.number,
        "年度": school_year(month),
        "月": month.month,
        "開所日数": days,
        "欠席": absent,
        "連絡なし欠席": min(absent, poisson(rng, 0.05 + 1.3 * sign)),
        "遅い迎え": min(days, poisson(rng, 0.1 + 1.5 * sign)),
    }
