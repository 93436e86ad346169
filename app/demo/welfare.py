"""What welfare hands over: public assistance, child support allowance, consultations, disability and care, school
aid, school fees."""

from __future__ import annotations

import datetime as dt
import random

from app.demo.chance import Numbering, Streams, day_between, poisson, some
from app.demo.model import City, ErrorRates, Household, Person, Row
from app.demo.recording import Desk
from app.demo.schooling import YEARS_BACK, Pupil
from app.demo.schoolyear import age, school_year

YEAR = dt.timedelta(days=365)
ASSISTED = 0.015
PROTECTED = 0.003
CONSULTED = 0.02
EXPECTANT_CONSULTED = 0.004
CHILD_HANDICAPPED = 0.025
ADULT_HANDICAPPED = 0.02
OLD_IN_CARE = 0.25
AID_SHARE = {True: 0.75, False: 0.06}  # by whether the household is poor
FEES_PER_MONTH = 5_200  # yen

KINDS = {"養護": 0.34, "虐待": 0.28, "不登校": 0.15, "発達": 0.15, "非行": 0.03, "その他": 0.05}
ROUTES = ("学校", "学校", "保育所", "医療機関", "近隣", "家族", "家族", "警察", "児童相談所", "その他")
ABUSE = {"身体": 0.24, "性": 0.01, "ネグレクト": 0.17, "心理": 0.58}
LEADS = ("こども家庭センター", "学校", "児童相談所", "保健センター", "教育支援センター")


def settle_support(city: City, streams: Streams) -> None:
    """Decide which households live on public assistance and which have a protective measure; both bear on several
    extracts."""
    rng = streams.of("support")
    families = [household for household in city.households if household.children and household.here_on(city.as_of)]
    poor = [household for household in families if household.poor] or families
    for household in some(rng, poor, ASSISTED * len(families) / len(poor)):
        household.assisted = True
    mothers = [household for household in families if household.single_parent and household.mother] or families
    for household in some(rng, mothers, PROTECTED * len(families) / len(mothers)):
        household.protected_until = city.as_of + dt.timedelta(days=rng.randint(20, 360))


def make_public_assistance(city: City, streams: Streams, errors: ErrorRates) -> None:
    """The rows of `public_assistance`: one for each member and each decision. Cases that ended are among them."""
    desk = Desk(city, streams, errors, "public_assistance")
    rng, numbers = desk.rng, Numbering(streams.of("cases"), 6, start=3_000)
    families = [household for household in city.households if household.children and household.here_on(city.as_of)]
    ended = some(rng, [household for household in families if not household.assisted], 0.003)
    for household in sorted(
        [household for household in families if household.assisted] + ended, key=lambda one: one.number
    ):
        case = numbers.next()
        first = day_between(
            rng, max(household.arrived or dt.date.min, city.as_of - 6 * YEAR), city.as_of - dt.timedelta(days=20)
        )
        decisions = [("開始", first)]
        if not household.assisted:
            decisions.append(("廃止", day_between(rng, first + YEAR // 6, city.as_of)))
        for index, member in enumerate(household.members, 1):
            _decide(desk, household, member, (case, f"{index:02d}"), decisions)


def _decide(
    desk: Desk, household: Household, member: Person, number: tuple[str, str], decisions: list[tuple[str, dt.date]]
) -> None:
    """A member born after the start joins on the day of birth; one who has died is left out."""
    if member.died:
        return
    record = desk.record(household, member, "+".join(number), max(decisions[0][1], member.born))
    for kind, day in decisions:
        day = min(desk.as_of, max(day, member.born))
        desk.rows.append({"ケース番号": number[0], "員番": number[1], **record.block(day), "区分": kind, "決定日": day})


def make_child_allowance(city: City, streams: Streams, errors: ErrorRates) -> None:
    """The rows of `child_allowance`: the children under 18 of single parents."""
    desk = Desk(city, streams, errors, "child_allowance")
    rng, numbers = desk.rng, Numbering(streams.of("certificates"), 7, start=10_000)
    residents = [person for person in city.persons if person.number]
    families = [household for household in city.households if household.single_parent and household.here_on(city.as_of)]
    for household in some(rng, [household for household in families if household.children], 0.85):
        certificate = numbers.next()
        granted = day_between(
            rng, max(household.arrived or dt.date.min, city.as_of - 8 * YEAR), city.as_of - YEAR // 12
        )
        kind = rng.choices(
            ("全部支給", "一部支給", "全部停止"), (0.6, 0.32, 0.08) if household.poor else (0.3, 0.5, 0.2)
        )[0]
        sign = max(child.strength("money", city.as_of) for child in household.children)
        reported = "未提出" if rng.random() < 0.04 + 0.4 * sign else "提出"
        for index, child in enumerate(household.children, 1):
            day = max(granted, child.born)
            record = desk.record(household, child, f"{certificate}+{index}", day)
            desk.rows.append(
                {
                    "証書番号": certificate,
                    "児童連番": str(index),
                    "宛名番号": desk.register_number(child, residents),
                    **record.block(city.as_of),
                    "受給者氏名": household.guardian.name_on(day if record.stale else city.as_of).full,
                    "支給区分": kind,
                    "認定日": day,
                    "現況届": reported,
                }
            )


def make_consultations(city: City, streams: Streams, errors: ErrorRates) -> None:
    """The rows of `consultation`: each reception has a number of its own, so one child can have several. Mothers
    of newborns are among them.

    Children with a planted story are known here only by a closed notice, and seldom: they are the ones to be found.
    """
    desk = Desk(city, streams, errors, "consultation", care=2.5)
    rng, numbers = desk.rng, Numbering(streams.of("receptions"), 5, prefix="R", start=700)
    needs = {story.person: story.need for story in city.stories}
    here = [
        (household, child)
        for household in city.households
        for child in household.children
        if household.here_on(city.as_of)
    ]
    for household, child in some(rng, [pair for pair in here if pair[1].key not in needs], CONSULTED):
        for _ in range(rng.choices((1, 2, 3), (0.8, 0.15, 0.05))[0]):
            _receive(desk, household, child, numbers, rng.choices(list(KINDS), list(KINDS.values()))[0])
    for household, child in here:
        if needs.get(child.key) == "abuse notice" and rng.random() < 0.5:
            _receive(desk, household, child, numbers, "虐待", quiet=True)
    expectant = [
        (household, household.mother)
        for household in city.households
        if household.mother
        and household.here_on(city.as_of)
        and any(age(child.born, city.as_of) < 2 for child in household.children)
    ]
    for household, mother in some(rng, expectant, EXPECTANT_CONSULTED):
        _receive(desk, household, mother, numbers, "養護", council="特定妊婦")


def _receive(
    desk: Desk,
    household: Household,
    person: Person,
    numbers: Numbering,
    kind: str,
    council: str | None = None,
    quiet: bool = False,
) -> None:
    """One reception. `quiet`: closed without the council taking it up."""
    rng, number = desk.rng, numbers.next()
    earliest = max(
        household.moves[0].since if not household.arrived else household.arrived, person.born, desk.as_of - 4 * YEAR
    )
    day = day_between(rng, earliest, desk.as_of)
    if council is None and not quiet and kind in ("養護", "虐待") and rng.random() < 0.6:
        council = rng.choice(("要保護", "要支援", "要支援"))
    registered = min(desk.as_of, day + dt.timedelta(days=rng.randint(3, 40))) if council else None
    closed = day_between(rng, registered or day, desk.as_of) if quiet or rng.random() < 0.5 else None
    record = desk.record(household, person, number, day)
    desk.rows.append(
        {
            "受付番号": number,
            **record.block(day),
            "受付日": day,
            "経路": rng.choice(ROUTES),
            "相談種別": kind,
            "虐待種別": rng.choices(list(ABUSE), list(ABUSE.values()))[0] if kind == "虐待" else None,
            "要対協区分": council,
            "登録日": registered,
            "終結日": closed,
            "主担当機関": rng.choice(LEADS) if council else None,
        }
    )


def make_disability_care(city: City, streams: Streams, errors: ErrorRates) -> None:
    """The rows of `disability_care`: certificates of children and parents, care levels of the old. Hangs on the
    register's number."""
    desk = Desk(city, streams, errors, "disability_care")
    living = [
        member
        for household in city.households
        if household.here_on(city.as_of)
        for member in household.members
        if not member.died
    ]
    children = [member for member in living if member.role == "child" and age(member.born, city.as_of) >= 1]
    old = [member for member in living if age(member.born, city.as_of) >= 65]
    parents = [member for member in living if member.role in ("mother", "father")]
    for person in some(desk.rng, children, CHILD_HANDICAPPED):
        _certify(desk, person, desk.rng.choices(("療育", "身体", "精神"), (0.6, 0.25, 0.15))[0])
    for person in some(desk.rng, parents, ADULT_HANDICAPPED):
        _certify(desk, person, desk.rng.choices(("精神", "身体", "療育"), (0.5, 0.45, 0.05))[0])
    for person in some(desk.rng, old, OLD_IN_CARE):
        _certify(desk, person, "介護")


def _certify(desk: Desk, person: Person, kind: str) -> None:
    rng = desk.rng
    grades = {
        "療育": ("A", "B1", "B2"),
        "身体": tuple(f"{grade}級" for grade in range(1, 7)),
        "精神": ("1級", "2級", "3級"),
    }
    grades["介護"] = (*(f"要介護{level}" for level in range(1, 6)), "要支援1", "要支援2")
    granted = day_between(rng, max(person.born + YEAR // 2, desk.as_of - 7 * YEAR), desk.as_of)
    expires = granted + (2 if kind in ("精神", "介護") else 5) * YEAR if kind != "身体" else None
    desk.rows.append(
        {
            "宛名番号": person.number,
            "種別": kind,
            "等級": rng.choice(grades[kind]),
            "認定日": granted,
            "有効期限": expires,
        }
    )


def make_school_aid(city: City, streams: Streams, errors: ErrorRates, pupils: list[Pupil]) -> None:
    """The rows of `school_aid`: a decision each July for those who applied."""
    desk = Desk(city, streams, errors, "school_aid")
    for pupil in pupils:
        applies = desk.rng.random() < AID_SHARE[pupil.household.poor]
        for year in range(school_year(city.as_of) - YEARS_BACK, city.as_of.year + 1):
            day = dt.date(year, 7, 10)
            if (applies or pupil.household.assisted) and pupil.first <= day <= min(pupil.last, city.as_of):
                desk.rows.append({"学籍番号": pupil.number, "認定区分": _aid(desk.rng, pupil), "認定日": day})


def _aid(rng: random.Random, pupil: Pupil) -> str:
    if pupil.household.assisted:
        return "要保護"
    return rng.choices(("準要保護", "却下", "停止"), (0.93, 0.05, 0.02))[0]


def make_school_arrears(city: City, streams: Streams, errors: ErrorRates, pupils: list[Pupil]) -> None:
    """The rows of `school_arrears`: at the end of each term, only those who owe something."""
    desk = Desk(city, streams, errors, "school_arrears")
    years = range(school_year(city.as_of) - YEARS_BACK, city.as_of.year + 1)
    terms = [
        day
        for year in years
        for day in (dt.date(year, 3, 31), dt.date(year, 7, 31), dt.date(year, 12, 25))
        if day <= city.as_of
    ]
    for pupil in pupils:
        for day in terms:
            if pupil.first <= day <= pupil.last:
                _owe(desk, pupil, day)


def _owe(desk: Desk, pupil: Pupil, day: dt.date) -> None:
    """Months owed at the end of a term: seldom any, more often with a sign of lacking money, at most half a year."""
    months = min(6, poisson(desk.rng, 0.012 + 0.03 * pupil.household.poor + 1.3 * pupil.person.strength("money", day)))
    if months:
        row: Row = {"学籍番号": pupil.number, "基準日": day, "滞納月数": months, "滞納額": months * FEES_PER_MONTH}
        desk.rows.append(row)
