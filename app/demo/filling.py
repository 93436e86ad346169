"""Very many made-up inhabitants at little cost: for measuring, never for looking at.

The demo city (``app.demo.city``) makes files as departments write them, and takes minutes for a large
municipality. Here the same kinds of facts are drawn straight, about twenty-five for each child, so that
a view of 400,000 children can be filled and measured. How often a thing happens is plausible, no more:
nothing about how well a list finds anybody can be learned from it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from app.demo.model import FEMALE, MALE
from app.demo.names import names
from app.domain.ages import fiscal_year, grade_index
from app.domain.facts import KINDS

_MIXER, _RANGE = 0x9E3779B97F4A7C15, 1 << 61
_CHILD_AGES = 18 * 365
_SUBJECTS = ("国語", "算数", "英語")
_VACCINES = ("五種混合", "小児用肺炎球菌", "BCG", "MR", "水痘", "日本脳炎")
_MONTHS_TOLD = 17

Said = tuple[str, date, date | None, dict[str, float | str]]
"""A fact: kind, first day, last day (None for a point in time), attributes."""


@dataclass(slots=True)
class Inhabitant:
    """Somebody of a household. ``trouble`` (0 to 1) makes weak signs more frequent; siblings share it."""

    number: int
    household: int
    relation: str
    born: date
    sex: str
    family: tuple[str, str]
    given: tuple[str, str]
    trouble: float
    extracts: tuple[str, ...] = field(default=())

    @property
    def is_child(self) -> bool:
        """Whether it is one of the children of the household."""
        return self.relation == "子"


def inhabitants(children: int, seed: int, as_of: date) -> list[Inhabitant]:
    """So many children and the adults of their households, in the order of their scattered numbers.

    Numbers lie scattered like real ones, so that reading a household costs what it costs in earnest.
    """
    rng = random.Random(f"{seed}/inhabitants")
    people: list[Inhabitant] = []
    household = made = 0
    while made < children:
        household += 1
        size = min(children - made, rng.choices((1, 2, 3, 4), (45, 40, 12, 3))[0])
        people += _household(rng, household, size, as_of, len(people))
        made += size
    return sorted(people, key=lambda one: one.number)


def _household(rng: random.Random, household: int, size: int, as_of: date, before: int) -> Iterator[Inhabitant]:
    table = names()
    family = table.family(rng)
    trouble = rng.random() ** 4
    oldest = as_of - timedelta(days=rng.randrange(_CHILD_AGES))
    adults = 1 if rng.random() < 0.09 + 0.2 * trouble else 2
    for place in range(adults + size):
        child = place >= adults
        sex = rng.choice((MALE, FEMALE)) if child or place else (MALE if adults == 2 else FEMALE)
        born = min(as_of, oldest + timedelta(days=(place - adults) * rng.randrange(500, 1400)))
        born = born if child else oldest - timedelta(days=rng.randrange(20 * 365, 40 * 365))
        relation = "子" if child else ("世帯主" if place == 0 else "妻")
        number = (before + place + 1) * _MIXER % _RANGE
        given = table.given(rng, sex, born.year)
        one = Inhabitant(number, household, relation, born, sex, family, given, trouble)
        one.extracts = _extracts(rng, one, as_of)
        yield one


def _extracts(rng: random.Random, one: Inhabitant, as_of: date) -> tuple[str, ...]:
    """Of whose rosters somebody has a record."""
    if not one.is_child:
        return ("resident_register",)
    grade = grade_index(one.born, as_of)
    found = ["resident_register", "infant_checkup", "immunisation"]
    if 6 <= grade <= 14 and rng.random() < 0.98:
        found.append("school_register")
    if grade < 6 and rng.random() < (0.4 if grade < 3 else 0.92):
        found.append("childcare")
    return tuple(found)


def facts_of(rng: random.Random, one: Inhabitant, as_of: date) -> list[Said]:
    """What the departments know about somebody, up to the day."""
    facts = list(_register(rng, one, as_of))
    if not one.is_child:
        if rng.random() < 0.03:
            facts.append(("disability", _back(rng, as_of, 2000), None, {"kind": "身体", "grade": "3級"}))
        return facts
    grade = grade_index(one.born, as_of)
    if "school_register" in one.extracts:
        facts += _school(rng, one, as_of, grade)
    if "childcare" in one.extracts:
        facts += _nursery(rng, one, as_of)
    if grade <= 11:
        facts += _health(rng, one, as_of, grade)
    facts += _welfare(rng, one, as_of)
    return [fact for fact in facts if fact[1] <= as_of]


def _register(rng: random.Random, one: Inhabitant, as_of: date) -> Iterator[Said]:
    if one.is_child or rng.random() < 0.3:
        yield "residence_change", one.born, None, {"reason": "出生" if one.is_child else "転入"}
    if rng.random() < 0.12 + 0.2 * one.trouble:
        yield "residence_change", max(one.born, _back(rng, as_of, 1500)), None, {"reason": "転居"}


def _school(rng: random.Random, one: Inhabitant, as_of: date, grade: int) -> Iterator[Said]:
    entered = date(fiscal_year(as_of) - (grade - 6), 4, 1)
    yield "enrolment", entered, None, {"state": "在籍", "school": "第一小学校", "grade": "小1", "class": "1"}
    rate = 0.6 + 3 * one.trouble
    for first, last in _months(as_of):
        if first >= entered and first.month != 8:
            yield "attendance", first, last, _month_at_school(rng, rate)
    for _ in range(_few(rng, 2 + 4 * one.trouble)):
        reason = rng.choices(("体調不良", "けが", "相談", "心の不調"), (60, 30, 6, 4))[0]
        yield "nurse_visit", max(entered, _back(rng, as_of, 500)), None, {"reason": reason}
    level = rng.gauss(50 - 6 * one.trouble, 8)
    for year in range(max(0, min(3, grade - 7))):
        for subject in _SUBJECTS:
            score = round(level + rng.gauss(0, 5), 1)
            day = date(fiscal_year(as_of) - year, 4, 18)
            yield "achievement", day, None, {"deviation": score, "subject": subject}
    yield from _school_checks(rng, one, as_of, grade)
    if rng.random() < 0.03 + 0.15 * one.trouble:
        yield "school_arrears", _back(rng, as_of, 200), None, {"months": rng.randint(1, 4), "amount": 9000}
    if grade in (11, 13):
        cares = "有" if rng.random() < 0.05 + 0.1 * one.trouble else "無"
        hours = {"hours": rng.randint(1, 4)} if cares == "有" else {}
        yield "carer_survey", date(fiscal_year(as_of), 7, 1), None, {"cares": cares, **hours}


def _month_at_school(rng: random.Random, rate: float) -> dict[str, float | str]:
    sick, other, late = _few(rng, rate), _few(rng, 0.3 * rate), _few(rng, 0.4 * rate)
    return {
        "school_days": 20, "sick": sick, "other": other, "suspended": 0, "late": late, "early": 0,
        "longest_run": min(sick, 3),
    }  # fmt: skip


def _school_checks(rng: random.Random, one: Inhabitant, as_of: date, grade: int) -> Iterator[Said]:
    place = rng.gauss(1, 0.1)
    for year in range(min(4, grade - 5)):
        day = date(fiscal_year(as_of) - year, 5, 15)
        age = (day - one.born).days / 365.25
        caries = _few(rng, 0.5 + 2 * one.trouble)
        yield "school_checkup", day, None, {
            "height": round(80 + 6 * age, 1), "weight": round((2.6 * age + 4) * place * rng.gauss(1, 0.02), 1),
            "caries": caries, "untreated": _few(rng, 0.5 * caries), "finding": "所見なし", "visit_reported": "無",
        }  # fmt: skip


def _nursery(rng: random.Random, one: Inhabitant, as_of: date) -> Iterator[Said]:
    entered = max(one.born, _back(rng, as_of, 900))
    arrears = rng.randint(1, 5) if rng.random() < 0.04 + 0.1 * one.trouble else 0
    yield "childcare_use", entered, None, {"facility": "第一保育園", "state": "在園", "arrears_months": arrears}
    rate = 1 + 3 * one.trouble
    for first, last in _months(as_of):
        if first >= entered:
            yield "childcare_attendance", first, last, {
                "open_days": 22, "absent": _few(rng, rate), "unexplained": _few(rng, 0.05 * rate),
                "late_pickup": _few(rng, 0.1 * rate),
            }  # fmt: skip


def _health(rng: random.Random, one: Inhabitant, as_of: date, grade: int) -> Iterator[Said]:
    missed = 0.03 + 0.2 * one.trouble
    for check, month, weight in (("3～4か月", 4, 6.8), ("1歳6か月", 19, 10.2), ("3歳", 42, 14.2)):
        day = one.born + timedelta(days=month * 30.44)
        if day > as_of:
            continue
        if rng.random() < missed:
            yield "infant_checkup", day, None, {"check": check, "state": "未受診"}
            continue
        yield "infant_checkup", day, None, {
            "check": check, "state": "受診", "judgement": "異常なし", "height": round(50 + 1.1 * month, 1),
            "weight": round(weight * rng.gauss(1, 0.1), 1), "caries": 0, "untreated": 0,
        }  # fmt: skip
    for place, vaccine in enumerate(_VACCINES if grade < 6 else ()):
        for dose in range(1, 4):
            if rng.random() > missed:
                day = one.born + timedelta(days=70 + 60 * place + 30 * dose)
                yield "immunisation", day, None, {"vaccine": vaccine, "dose": dose}
    if grade < 6 and rng.random() < 0.9:
        weeks = rng.choices((8, 12, 18, 24), (70, 25, 3, 2))[0]
        day = one.born - timedelta(days=280 - 7 * weeks)
        yield "pregnancy", day, None, {"weeks": weeks, "checkups": rng.choices((14, 9, 5), (90, 7, 3))[0]}


def _welfare(rng: random.Random, one: Inhabitant, as_of: date) -> Iterator[Said]:
    if rng.random() < 0.12 * one.trouble:
        kind = rng.choices(("養護", "発達", "虐待"), (50, 40, 10))[0]
        start = max(one.born, _back(rng, as_of, 1200))
        yield "consultation", start, start + timedelta(days=300), {"route": "学校", "type": kind}
    if rng.random() < 0.05 + 0.2 * one.trouble:
        report = "提出" if rng.random() < 0.9 else "未提出"
        yield "allowance", max(one.born, _back(rng, as_of, 900)), None, {"class": "全部支給", "report": report}
    if "school_register" in one.extracts and rng.random() < 0.1 + 0.2 * one.trouble:
        yield "school_aid", date(fiscal_year(as_of), 4, 1), None, {"class": "準要保護"}
    if rng.random() < 0.06 * one.trouble:
        yield "assistance", max(one.born, _back(rng, as_of, 1500)), None, {"state": "開始"}


@cache
def _months(as_of: date) -> tuple[tuple[date, date], ...]:
    """First and last day of the whole months before the day, the latest first."""
    first, found = as_of.replace(day=1), []
    if (as_of + timedelta(days=1)).day == 1:
        found.append((first, as_of))
    for _ in range(_MONTHS_TOLD):
        last = first - timedelta(days=1)
        first = last.replace(day=1)
        found.append((first, last))
    return tuple(found)


def _back(rng: random.Random, as_of: date, days: int) -> date:
    return as_of - timedelta(days=rng.randrange(1, days))


def _few(rng: random.Random, mean: float) -> int:
    """A small count with about this mean: many zeros, few large ones."""
    return int(rng.expovariate(1 / mean) + 0.2) if mean > 0 else 0


def slots(fact: Said) -> tuple[str, dict[str, float | str]]:
    """The kind of a fact and its attributes by the columns of the fact table."""
    kind, _, _, said = fact
    columns = _columns(kind)
    return kind, {columns[name]: value for name, value in said.items()}


@cache
def _columns(kind: str) -> dict[str, str]:
    rule = KINDS[kind]
    return {name: rule.slot(name) for name in (*rule.numbers, *rule.words)}
