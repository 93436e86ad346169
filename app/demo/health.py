"""What public health and schools hand over about bodies: school health, infant check-ups, immunisation, notified
pregnancies."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from app.demo.chance import Numbering, Streams, some
from app.demo.growth import decayed_teeth, measured
from app.demo.model import City, ErrorRates, Household, Person, Row
from app.demo.recording import Desk, Record
from app.demo.schooling import YEARS_BACK, Pupil
from app.demo.schoolyear import school_year, weekday

DAY = dt.timedelta(days=1)
CHECKUPS = (("3～4か月", 105), ("1歳6か月", 560), ("3歳", 1130))
"""Kind, and age in days at which it is due."""
TEETH_FROM = 500  # days of age

CHECKUPS_SINCE = 12 * 365  # days before the extract's day: when the system began
EXAMINED = ("身長", "体重", "判定", "精密受診", "う歯数", "未処置う歯数")
IMMUNISATION_SINCE = 7 * 365
PREGNANCY_SINCE = 5 * 365

SCHEDULE = (
    ("Hib", (62, 90, 118, 400)),
    ("小児用肺炎球菌", (62, 90, 118, 400)),
    ("DPT-IPV", (90, 118, 146, 520)),
    ("BCG", (165,)),
    ("MR", (380, 1900)),
    ("水痘", (385, 570)),
    ("日本脳炎", (1110, 1140, 1500)),
)
"""Vaccine, and ages in days at which its doses are usually given."""


@dataclass(slots=True)
class HealthFile:
    """A child as the health centre knows it. `since`: birth, or the day it moved here."""

    number: str
    person: Person
    household: Household
    since: dt.date


def make_school_health(city: City, streams: Streams, errors: ErrorRates, pupils: list[Pupil]) -> None:
    """The rows of `school_health`: one each year, on a day of May."""
    desk = Desk(city, streams, errors, "school_health")
    for pupil in pupils:
        for year in range(school_year(city.as_of) - YEARS_BACK, city.as_of.year + 1):
            day = weekday(dt.date(year, 5, desk.rng.randint(8, 30)))
            if pupil.first <= day <= min(pupil.last, city.as_of) and desk.rng.random() > 0.01:
                desk.rows.append(_school_check(desk.rng, pupil, day))


def _school_check(rng: random.Random, pupil: Pupil, day: dt.date) -> Row:
    height, weight = measured(rng, pupil.person, day)
    teeth, untreated = decayed_teeth(rng, pupil.person, day)
    seen = rng.choices(("所見なし", "要観察", "要受診"), (0.8, 0.1, 0.1))[0]
    seen = "要受診" if untreated else seen
    reports = rng.random() < 0.72 - 0.5 * pupil.person.strength("checkups", day)
    return {
        "学籍番号": pupil.number,
        "健診日": day,
        "身長": height,
        "体重": weight,
        "う歯数": teeth,
        "未処置う歯数": untreated,
        "所見": seen,
        "受診報告": ("有" if reports else "無") if seen == "要受診" else None,
    }


def make_infant_checkups(city: City, streams: Streams, errors: ErrorRates, numbers: Numbering) -> list[HealthFile]:
    """The rows of `infant_checkup`, and the files they are about. A newborn's first check-up is invited at once,
    so every baby has a row."""
    desk = Desk(city, streams, errors, "infant_checkup")
    residents = [person for person in city.persons if person.number]
    files = []
    for household in city.households:
        for child in household.children:
            if household.resident and (city.as_of - child.born).days < CHECKUPS_SINCE:
                files += _check(desk, household, child, numbers, residents)
    return files


def _check(
    desk: Desk, household: Household, child: Person, numbers: Numbering, residents: list[Person]
) -> list[HealthFile]:
    due = [(kind, child.born + age * DAY) for kind, age in CHECKUPS]
    due = [(kind, day) for kind, day in due if household.here_on(day) and day <= desk.as_of + CHECKUPS[0][1] * DAY]
    if not due:
        return []
    number = numbers.next()
    record = desk.record(household, child, number, due[0][1])
    extra = desk.register_number(child, residents)
    for kind, day in due:
        row = _checkup(desk, child, kind, day)
        attended = row["受診日"]
        known = attended if isinstance(attended, dt.date) else min(day, desk.as_of)
        desk.rows.append({"健康管理番号": number, "宛名番号": extra, **record.block(known), **row})
    return [HealthFile(number, child, household, max(child.born, household.arrived or child.born))]


def _checkup(desk: Desk, child: Person, kind: str, due: dt.date) -> Row:
    """Everything on a row but the person: attended on or soon after the day, late after a second invitation, or
    not at all."""
    rng, sign = desk.rng, child.strength("checkups", due)
    late = rng.random() < 0.04 + 0.45 * sign
    came = late and rng.random() < 0.6 - 0.3 * sign
    attended = due + dt.timedelta(days=rng.randint(40, 75) if came else rng.randint(0, 9))
    row: Row = {"健診種別": kind, "対象日": due, **dict.fromkeys(("受診日", "受診状況", "再勧奨日", *EXAMINED))}
    if due > desk.as_of or (attended > desk.as_of and not late):
        return row
    invited = due + 30 * DAY
    if late and invited <= desk.as_of:
        row["再勧奨日"] = invited
    if (late and not came) or attended > desk.as_of:
        return row | {"受診状況": "未受診"}
    return row | {"受診日": attended, "受診状況": "受診"} | _examined(rng, child, attended)


def _examined(rng: random.Random, child: Person, day: dt.date) -> Row:
    height, weight = measured(rng, child, day)
    result = rng.choices(("異常なし", "要観察", "要精密", "要治療"), (0.8, 0.13, 0.05, 0.02))[0]
    goes = rng.random() < 0.85 - 0.5 * child.strength("checkups", day)
    teeth, untreated = decayed_teeth(rng, child, day) if (day - child.born).days > TEETH_FROM else (None, None)
    return {
        "身長": height,
        "体重": weight,
        "判定": result,
        "精密受診": ("受診" if goes else "未受診") if result == "要精密" else None,
        "う歯数": teeth,
        "未処置う歯数": untreated,
    }


def make_immunisations(city: City, streams: Streams, errors: ErrorRates, files: list[HealthFile]) -> None:
    """The rows of `immunisation`: no person block, each hangs on the child's number in `infant_checkup`."""
    desk = Desk(city, streams, errors, "immunisation")
    rng = desk.rng
    for file in files:
        if (city.as_of - file.person.born).days > IMMUNISATION_SINCE:
            continue
        gives_up = 0.02 + 0.3 * file.person.strength("checkups", city.as_of)
        for vaccine, ages in SCHEDULE:
            for dose, day in enumerate(_doses(rng, file.person.born, ages, gives_up), 1):
                if file.since <= day <= city.as_of and file.household.here_on(day):
                    desk.rows.append({"健康管理番号": file.number, "ワクチン": vaccine, "回数": dose, "接種日": day})


def _doses(rng: random.Random, born: dt.date, ages: tuple[int, ...], gives_up: float) -> list[dt.date]:
    """Days of the doses given, each at least four weeks after the one before; after one that was left out none
    follows."""
    days: list[dt.date] = []
    for age in ages:
        if rng.random() < gives_up:
            break
        usual = born + dt.timedelta(days=age + int(rng.expovariate(1 / 20)))
        days.append(max(usual, days[-1] + 28 * DAY) if days else usual)
    return days


def make_pregnancies(
    city: City, streams: Streams, errors: ErrorRates, numbers: Numbering, files: list[HealthFile]
) -> None:
    """The rows of `pregnancy`: one for each birth of the last years (of twins the first), and mothers who expect a
    child now."""
    desk = Desk(city, streams, errors, "pregnancy")
    known = {file.person.key: file.number for file in files}
    families = [household for household in city.households if household.mother and household.here_on(city.as_of)]
    expecting = {
        household.number
        for household in some(desk.rng, [one for one in families if _may_expect(one, city.as_of)], 0.08)
    }
    for household in families:
        births = {
            child.born: child for child in reversed(household.children) if _notified_here(household, child, city.as_of)
        }
        due = [(born, known.get(child.key), child.strength("checkups", born)) for born, child in sorted(births.items())]
        if household.number in expecting:
            due.append((city.as_of + desk.rng.randint(10, 190) * DAY, None, 0.0))
        if due and household.mother:
            record = desk.record(household, household.mother, numbers.next(), due[0][0] - 200 * DAY)
            for born, child_number, sign in due:
                desk.rows.append(_notice(desk, record, born, child_number, sign))


def _may_expect(household: Household, as_of: dt.date) -> bool:
    youngest = max((child.born for child in household.children), default=dt.date.min)
    return 500 < (as_of - youngest).days < 2500


def _notified_here(household: Household, child: Person, as_of: dt.date) -> bool:
    return (as_of - child.born).days < PREGNANCY_SINCE and household.here_on(child.born - 190 * DAY)


def _notice(desk: Desk, record: Record, born: dt.date, child_number: str | None, sign: float) -> Row:
    """One notified pregnancy. `born`: the birth, or the due date where that is ahead."""
    rng, ahead = desk.rng, born > desk.as_of
    weeks = 8 + int(rng.expovariate(1 / 2.2)) + (int(rng.uniform(4, 16)) if rng.random() < sign else 0)
    expected = born if ahead else born + rng.randint(-10, 10) * DAY
    day = min(desk.as_of, expected - 280 * DAY + weeks * 7 * DAY)
    visits = max(0.0, rng.gauss(13 - 5 * sign, 1.5))
    return {
        "健康管理番号": record.local_id,
        **record.block(day),
        "届出日": day,
        "妊娠週数": weeks,
        "分娩予定日": expected,
        "妊婦健診回数": round(visits * min(1.0, (desk.as_of - day).days / 210)),
        "児の健康管理番号": child_number,
    }
