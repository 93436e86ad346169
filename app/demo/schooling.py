"""What schools hand over: the school register, attendance by month, visits to the nurse's room, tests, and the
young carer survey."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from app.demo.chance import Numbering, Streams, day_between, poisson
from app.demo.model import City, ErrorRates, Household, Person, Row
from app.demo.places import places
from app.demo.recording import Desk
from app.demo.schoolyear import first_school_year, grade, months_before, school_year, weekday

YEARS_BACK = 2
"""How many school years before the running one are handed over."""

SCHOOL_DAYS = {4: 15, 5: 19, 6: 21, 7: 14, 8: 2, 9: 20, 10: 21, 11: 19, 12: 16, 1: 16, 2: 18, 3: 16}
SUBJECTS = {"小": ("国語", "算数"), "中": ("国語", "数学", "英語")}
SURVEY_SHARE = {"小6": 0.065, "中2": 0.057}
LONG_ABSENT = 0.012
"""Pupils who stay away for weeks, which everybody knows of."""


@dataclass(slots=True)
class Pupil:
    """A child on the school register. `first` and `last`: the days from and to which it goes to school here."""

    number: str
    person: Person
    household: Household
    first: dt.date
    last: dt.date
    ability: float
    weakness: float
    """Days of illness in a month, on average."""
    away: float
    """Days away for other reasons in a month, on average, beyond what its signs tell."""


def enrol(city: City, streams: Streams, errors: ErrorRates) -> list[Pupil]:
    """The rows of `school_register` and the pupils they are about: those here now, and those who moved away in the
    running year."""
    desk = Desk(city, streams, errors, "school_register", care=0.5)
    numbers = Numbering(streams.of("pupil numbers"), 8, start=2_400_000)
    pupils = []
    for household in city.households:
        for child in household.children:
            level = grade(child.born, city.as_of)
            if level and household.resident:
                pupils.append(_enrol(desk, household, child, numbers.next(), level))
    return pupils


def _enrol(desk: Desk, household: Household, child: Person, number: str, level: str) -> Pupil:
    rng = desk.rng
    entry = dt.date(first_school_year(child.born), 4, 1)
    came = household.away[1] if household.away else household.arrived
    first = max(entry, came) if came else entry
    status, day = "在籍", None
    if household.left:
        status, day = "転出", household.left
    elif came and came > entry:
        status, day = "転入", came
    record = desk.record(household, child, number, first)
    kind = "elementary" if level[0] == "小" else "junior"
    desk.rows.append(
        {
            "学籍番号": number,
            **record.block(household.left - dt.timedelta(days=1) if household.left else desk.as_of),
            "学校名": places().school(
                kind, household.moves[0].address if household.left else household.address_on(desk.as_of)
            ),
            "学年": level,
            "組": str(rng.randint(1, 4)),
            "在籍区分": status,
            "異動日": day,
        }
    )
    away = rng.uniform(4, 15) if rng.random() < LONG_ABSENT else 0.0
    return Pupil(
        number,
        child,
        household,
        first,
        household.left or desk.as_of,
        rng.gauss(0, 1),
        rng.gammavariate(1.3, 0.28),
        away,
    )


def make_attendance(city: City, streams: Streams, errors: ErrorRates, pupils: list[Pupil]) -> None:
    """The rows of `attendance`: every month that is over, from April of the school year `YEARS_BACK` years ago."""
    desk = Desk(city, streams, errors, "attendance")
    months = list(months_before(city.as_of, school_year(city.as_of) - YEARS_BACK))
    for pupil in pupils:
        for month in months:
            if pupil.first <= month <= pupil.last:
                desk.rows.append(_month(desk.rng, pupil, month))


def _month(rng: random.Random, pupil: Pupil, month: dt.date) -> Row:
    days = SCHOOL_DAYS[month.month] + rng.choice((-1, 0, 0, 0, 1))
    share = days / 18
    sign = pupil.person.strength("absence", month)
    ill = min(days, poisson(rng, share * (pupil.weakness * (1.5 if month.month in (1, 2, 12) else 0.8) + 0.9 * sign)))
    away = min(days - ill, poisson(rng, share * (0.08 + 1.6 * sign * sign + pupil.away)))
    suspended = min(days - ill - away, poisson(rng, 0.9) if rng.random() < 0.07 else 0)
    late = poisson(rng, share * (0.12 + 2.2 * pupil.person.strength("lateness", month)))
    missed = ill + away
    return {
        "学籍番号": pupil.number,
        "年度": school_year(month),
        "月": month.month,
        "授業日数": days,
        "病欠": ill,
        "事故欠": away,
        "出停忌引": suspended,
        "遅刻": min(late, days - missed),
        "早退": min(days - missed, poisson(rng, share * (0.1 + 0.5 * pupil.person.strength("nurse", month)))),
        "最長連続欠席": missed if missed <= 2 else rng.randint((missed + 1) // 2, missed),
    }


def make_nurse_room(city: City, streams: Streams, errors: ErrorRates, pupils: list[Pupil]) -> None:
    """The rows of `nurse_room`: one for each visit."""
    desk = Desk(city, streams, errors, "nurse_room")
    rng = desk.rng
    start = dt.date(school_year(city.as_of) - YEARS_BACK, 4, 8)
    for pupil in pupils:
        first, last = max(pupil.first, start), min(pupil.last, city.as_of)
        years = max(0.0, (last - first).days / 365)
        for _ in range(poisson(rng, years * 1.3)):
            _visit(desk, pupil, day_between(rng, first, last), ("けが", "けが", "体調不良", "体調不良", "その他"))
        for _ in range(poisson(rng, years * 8 * pupil.person.strength("nurse", city.as_of))):
            _visit(
                desk,
                pupil,
                day_between(rng, max(first, _since(pupil)), last),
                ("体調不良", "体調不良", "心の不調", "相談"),
            )


def _visit(desk: Desk, pupil: Pupil, day: dt.date, reasons: tuple[str, ...]) -> None:
    """A visit on a day or, if that is a day off, on the Friday before, in August before the holidays."""
    if day.month == 8:
        day = day.replace(month=7, day=1 + day.day % 15)
    day = weekday(day)
    if pupil.first <= day:
        desk.rows.append({"学籍番号": pupil.number, "来室日": day, "理由": desk.rng.choice(reasons)})


def _since(pupil: Pupil) -> dt.date:
    return pupil.person.signs.since if pupil.person.signs else pupil.first


def make_achievement(city: City, streams: Streams, errors: ErrorRates, pupils: list[Pupil]) -> None:
    """The rows of `achievement`: one test a year in each subject, on a day in May."""
    desk = Desk(city, streams, errors, "achievement")
    for pupil in pupils:
        for day in _days_each_year(city.as_of, 5, 14, pupil):
            level = grade(pupil.person.born, day) or "小1"
            if level == "小1" or desk.rng.random() < 0.03:
                continue
            fall = 1.3 * pupil.person.strength("attainment", day)
            for subject in SUBJECTS[level[0]]:
                score = 50 + 10 * (0.85 * pupil.ability + 0.5 * desk.rng.gauss(0, 1) - fall)
                score = round(min(80.0, max(22.0, score)), 1)
                desk.rows.append({"学籍番号": pupil.number, "実施日": day, "教科": subject, "偏差値": score})


def make_survey(city: City, streams: Streams, errors: ErrorRates, pupils: list[Pupil]) -> None:
    """The rows of `young_carer_survey`: 小6 and 中2, each June."""
    desk = Desk(city, streams, errors, "young_carer_survey")
    for pupil in pupils:
        for day in _days_each_year(city.as_of, 6, 16, pupil):
            share = SURVEY_SHARE.get(grade(pupil.person.born, day) or "")
            if share:
                desk.rows.append(_answer(desk.rng, pupil, day, share))


def _answer(rng: random.Random, pupil: Pupil, day: dt.date, share: float) -> Row:
    care = pupil.person.strength("care", day)
    answer = "無回答" if rng.random() < 0.05 else "有" if rng.random() < max(share, 0.8 * care) else "無"
    often = rng.choices(("毎日", "週数回", "月数回"), (0.2 + care, 0.5, 0.3))[0]
    cares = answer == "有"
    return {
        "学籍番号": pupil.number,
        "調査日": day,
        "世話の有無": answer,
        "対象": rng.choice(("きょうだい", "きょうだい", "母", "祖母", "祖父", "父")) if cares else None,
        "頻度": often if cares else None,
        "1日時間": rng.choice((1, 1, 1.5, 2, 3 if care else 2)) if cares else None,
    }


def _days_each_year(as_of: dt.date, month: int, day: int, pupil: Pupil) -> Iterator[dt.date]:
    """That day of each school year handed over, on which the pupil was here and which is not ahead."""
    for year in range(school_year(as_of) - YEARS_BACK, as_of.year + 1):
        date = weekday(dt.date(year, month, day))
        if pupil.first <= date <= min(pupil.last, as_of):
            yield date
