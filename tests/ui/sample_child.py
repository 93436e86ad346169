"""A made-up child with something in every lane, and files with as many facts as a test wants."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.decisions import DecisionKind
from app.domain.facts import KINDS, Fact
from app.domain.priority import Level, Reason
from app.domain.sectors import Sector
from app.services.answers.caseload import SectorMark
from app.services.answers.child import (
    ChildFile,
    ContactLine,
    DecisionLine,
    FactLine,
    Gap,
    HouseholdMember,
    PriorityChange,
    RawRow,
    RecordLine,
    SignChange,
    Strength,
    Unknown,
)

TODAY = date(2026, 11, 24)
PERSON = 4711
_EXTRACTS = {
    "residence_change": ("resident_register", "住民記録_0811.csv"),
    "enrolment": ("school_register", "学齢簿_R0811.csv"),
    "attendance": ("attendance", "出欠月計_R0810.csv"),
    "nurse_visit": ("nurse_room", "保健室来室_R0810.csv"),
    "achievement": ("achievement", "学力調査_R08.csv"),
    "school_arrears": ("school_arrears", "諸費滞納_R0810.csv"),
    "carer_survey": ("young_carer_survey", "調査_R08.xlsx"),
    "childcare_use": ("childcare", "保育利用_R0811.csv"),
    "childcare_attendance": ("childcare_attendance", "保育出欠_R0502.csv"),
    "school_aid": ("school_aid", "就学援助_R0811.csv"),
    "assistance": ("public_assistance", "生活保護_R0811.csv"),
    "allowance": ("child_allowance", "児童扶養手当_R0811.csv"),
    "consultation": ("consultation", "家庭児童相談_R0811.csv"),
    "disability": ("disability_care", "手帳_R0811.csv"),
    "school_checkup": ("school_health", "学校健診_R08.csv"),
    "infant_checkup": ("infant_checkup", "乳幼児健診.csv"),
    "immunisation": ("immunisation", "予防接種.csv"),
    "pregnancy": ("pregnancy", "妊娠届.csv"),
}


class _Facts:
    """Adds facts one by one, each with a number and a line of its own."""

    def __init__(self) -> None:
        self.lines: list[FactLine] = []

    def add(self, kind: str, start: date, end: date | None = None, /, **attributes: Any) -> int:
        uncertain = bool(attributes.pop("uncertain", False))
        number = len(self.lines) + 1
        extract, file = _EXTRACTS[kind]
        fact = Fact(number, list(KINDS).index(kind) + 1, kind, start, end, attributes, number)
        self.lines.append(FactLine(fact, extract, file, 400 + number, 3, date(2026, 11, 10), uncertain))
        return number


def _month(year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _school(facts: _Facts) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {"nurse": [], "arrears": []}
    absences = {
        (2024, 5): 1,
        (2024, 7): 1,
        (2024, 9): 1,
        (2024, 11): 2,
        (2024, 12): 1,
        (2025, 1): 1,
        (2025, 6): 1,
        (2025, 7): 1,
        (2025, 9): 2,
        (2025, 10): 1,
        (2025, 12): 2,
        (2026, 1): 1,
        (2026, 2): 1,
        (2026, 5): 1,
        (2026, 6): 1,
        (2026, 7): 2,
        (2026, 9): 3,
        (2026, 10): 4,
    }
    for index in range(43):
        year, month = 2023 + (index + 3) // 12, (index + 3) % 12 + 1
        if (year, month) in ((2025, 2), (2025, 3)):
            continue
        days = 0 if month == 8 else 19
        absent = absences.get((year, month), 0)
        facts.add(
            "attendance",
            *_month(year, month),
            school_days=days,
            sick=max(absent - 1, 0),
            other=min(absent, 1),
            late=3 if (year, month) == (2026, 10) else 0,
            early=0,
        )
    visits = {
        (2024, 6): 1,
        (2024, 10): 1,
        (2025, 1): 1,
        (2025, 5): 1,
        (2025, 9): 1,
        (2025, 10): 1,
        (2026, 1): 2,
        (2026, 2): 1,
        (2026, 4): 1,
        (2026, 5): 1,
        (2026, 7): 2,
        (2026, 9): 4,
        (2026, 10): 9,
    }
    for (year, month), times in visits.items():
        for n in range(times):
            reason = "心の不調" if n % 3 else "体調不良"
            made = facts.add("nurse_visit", date(year, month, 2 + 3 * n), reason=reason)
            if (year, month) >= (2026, 9):
                found["nurse"].append(made)
    for day, value in (
        (date(2024, 4, 18), 52),
        (date(2025, 4, 17), 51),
        (date(2025, 12, 4), 49),
        (date(2026, 4, 16), 47),
    ):
        facts.add("achievement", day, deviation=value + 1.0, subject="国語")
        facts.add("achievement", day, deviation=value - 1.0, subject="算数")
    for month in (7, 8, 9, 10):
        found["arrears"].append(
            facts.add("school_arrears", _month(2026, month)[1], months=month - 6, amount=4200 * (month - 6))
        )
    facts.add("enrolment", date(2023, 4, 6), state="在籍", school="みどり台小", grade="小4")
    return found


def _early_years(facts: _Facts) -> None:
    facts.add("pregnancy", date(2016, 3, 3), weeks=14, checkups=11)
    vaccines = ("Hib", "肺炎球菌", "四種混合", "B型肝炎", "ロタ")
    for n in range(15):
        facts.add("immunisation", date(2016, 11, 28) + timedelta(days=27 * n), vaccine=vaccines[n % 5], dose=n // 5 + 1)
    for check, day, weight in (
        ("3～4か月", date(2017, 1, 20), 6.4),
        ("1歳6か月", date(2018, 4, 13), 10.1),
        ("3歳", date(2019, 10, 18), 13.6),
    ):
        facts.add(
            "infant_checkup",
            day,
            check=check,
            state="受診",
            judgement="異常なし",
            weight=weight,
            height=60 + 3 * weight,
        )
    facts.add(
        "childcare_use", date(2018, 4, 1), date(2023, 3, 31), facility="ひばり保育所", state="退園", **{"class": "2号"}
    )
    for index in range(60):
        year, month = 2018 + (index + 3) // 12, (index + 3) % 12 + 1
        facts.add("childcare_attendance", *_month(year, month), open_days=22, absent=index * 7 % 4, unexplained=0)


def _welfare_and_health(facts: _Facts) -> dict[str, list[int]]:
    facts.add("school_aid", date(2024, 7, 1), **{"class": "準要保護"})
    facts.add("school_aid", date(2026, 7, 1), **{"class": "準要保護"})
    facts.add("allowance", date(2025, 4, 1), report="提出", **{"class": "一部支給"})
    consultation = facts.add("consultation", date(2026, 10, 15), uncertain=True, route="学校", type="養護")
    for day, weight in (
        (date(2023, 4, 20), 23.0),
        (date(2024, 4, 20), 25.1),
        (date(2024, 9, 10), 26.0),
        (date(2025, 4, 21), 28.2),
        (date(2025, 9, 9), 29.1),
        (date(2026, 4, 21), 30.0),
        (date(2026, 9, 8), 30.3),
    ):
        facts.add("school_checkup", day, weight=weight, height=100 + weight, finding="所見なし")
    facts.add("school_checkup", date(2024, 6, 10), caries=2, untreated=1, finding="要受診")
    facts.add("school_checkup", date(2025, 6, 11), caries=3, untreated=2, finding="要受診")
    teeth = facts.add("school_checkup", date(2026, 6, 10), caries=5, untreated=4, finding="要受診", visit_reported="無")
    facts.add("residence_change", date(2016, 9, 28), reason="出生")
    facts.add("residence_change", date(2025, 5, 31), reason="転居")
    joined = facts.add("residence_change", date(2026, 5, 10), reason="世帯変更")
    return {"consultation": [consultation], "teeth": [teeth], "joined": [joined]}


def _reasons(found: dict[str, list[int]]) -> tuple[Reason, ...]:
    def reason(
        key: str, sector: Sector, points: int, facts: list[int], first: date, last: date, **values: object
    ) -> Reason:
        return Reason(key, sector, points, False, tuple(facts), first, last, values)

    return (
        reason(
            "nurse_room", Sector.EDUCATION, 3, found["nurse"], date(2026, 9, 2), date(2026, 10, 26), value=9, count=13
        ),
        reason(
            "school_fees",
            Sector.EDUCATION,
            2,
            found["arrears"],
            date(2026, 7, 31),
            date(2026, 10, 31),
            value=4,
            count=4,
        ),
        reason(
            "consultation",
            Sector.WELFARE,
            4,
            found["consultation"],
            date(2026, 10, 15),
            date(2026, 10, 15),
            value=1,
            count=1,
        ),
        reason(
            "school_caries", Sector.MEDICAL, 3, found["teeth"], date(2026, 6, 10), date(2026, 6, 10), value=4, count=1
        ),
        reason(
            "household_change",
            Sector.REGISTER,
            1,
            found["joined"],
            date(2026, 5, 10),
            date(2026, 5, 10),
            value=1,
            count=1,
        ),
    )


def _gaps() -> tuple[Gap, ...]:
    education = ("attendance", "nurse_room", "achievement", "school_arrears")
    gaps = [Gap(e, Sector.EDUCATION, date(2025, 2, 1), date(2025, 3, 31)) for e in education]
    gaps += [Gap(e, Sector.EDUCATION, date(2026, 11, 1), TODAY) for e in education]
    gaps += [
        Gap("school_health", Sector.MEDICAL, date(2025, 10, 1), date(2026, 3, 31)),
        Gap("school_health", Sector.MEDICAL, date(2026, 10, 1), TODAY),
    ]
    gaps += [
        Gap(e, Sector.WELFARE, date(2026, 11, 11), TODAY) for e in ("school_aid", "child_allowance", "consultation")
    ]
    return tuple(gaps)


def _decision(entry: str, kind: DecisionKind, day: date, following: date | None) -> DecisionLine:
    return DecisionLine(
        entry,
        "佐伯",
        datetime(day.year, day.month, day.day, 10, 41),
        kind,
        "担任に確認。来室は月曜が多く、家庭の話はしていない。",
        day,
        following,
        (1, 2),
    )


def _contact(entry: str, kind: str, result: str, seen: bool, day: date) -> ContactLine:
    return ContactLine(
        entry, "佐伯", datetime(day.year, day.month, day.day, 16, 5), kind, result, seen, day, "校内で短く話した。"
    )


def sample_child() -> ChildFile:
    """小暮 颯太, ten years old: small signs in several departments that add up."""
    facts = _Facts()
    _early_years(facts)
    found = _school(facts) | _welfare_and_health(facts)
    return ChildFile(
        person_id=PERSON,
        name="小暮 颯太",
        kana="こぐれ そうた",
        birth=date(2016, 9, 28),
        age=10,
        grade="小4",
        sex="M",
        facility="みどり台小学校",
        school_class="2",
        address="本町1-4-5",
        phone="0000-55-0142",
        protected=False,
        protected_until=None,
        dead=False,
        moved_out=False,
        household=(
            HouseholdMember(1, "小暮 美咲", "こぐれ みさき", "母", date(1988, 1, 5), 38, "", False, None),
            HouseholdMember(2, "高田 健", "たかだ けん", "同居人", date(1985, 7, 1), 41, "", False, None),
            HouseholdMember(3, "小暮 結衣", "こぐれ ゆい", "子", date(2021, 2, 3), 5, "年長", True, Level.HIGH),
        ),
        level=Level.HIGH,
        rank=6,
        points=13,
        has_unknown=True,
        sectors=(
            SectorMark(Sector.REGISTER, "points", 1, date(2026, 11, 20)),
            SectorMark(Sector.EDUCATION, "points", 5, date(2026, 10, 31)),
            SectorMark(Sector.CHILDCARE, "not_applicable"),
            SectorMark(Sector.WELFARE, "points", 4, date(2026, 11, 10)),
            SectorMark(Sector.MEDICAL, "points", 3, date(2026, 9, 30)),
        ),
        reasons=_reasons(found),
        unknown=(
            Unknown(Sector.EDUCATION, "absence_days", "no_data"),
            Unknown(Sector.MEDICAL, "school_weight", "no_data"),
        ),
        already_supported=False,
        uncertain_links=1,
        records=(
            RecordLine(
                1,
                "resident_register",
                Sector.REGISTER,
                "100234",
                "linked",
                "小暮 颯太",
                "コグレ ソウタ",
                "2016-09-28",
                "M",
                "本町1-4-5",
                "0000-55-0142",
                "小暮 美咲",
                "",
                True,
                date(2026, 11, 20),
            ),
            RecordLine(
                2,
                "school_register",
                Sector.EDUCATION,
                "2304118",
                "linked",
                "小暮 颯太",
                "コグレ ソウタ",
                "2016-09-28",
                "M",
                "本町1-4-5",
                "",
                "小暮 美咲",
                "みどり台小学校",
                True,
                date(2026, 11, 10),
            ),
            RecordLine(
                13,
                "consultation",
                Sector.WELFARE,
                "R8-0212",
                "review",
                "小暮 颯大",
                "コグレ ソウタ",
                "2016-09-00",
                "M",
                "",
                "",
                "",
                "",
                True,
                date(2026, 11, 10),
            ),
        ),
        facts=tuple(facts.lines),
        gaps=_gaps(),
        decisions=(
            _decision("d1", DecisionKind.NONE, date(2025, 7, 15), None),
            _decision("d2", DecisionKind.WATCH, date(2026, 7, 3), date(2026, 10, 5)),
        ),
        contacts=(
            _contact("c1", "phone", "guardian_only", False, date(2025, 6, 20)),
            _contact("c2", "school_visit", "met", True, date(2025, 7, 8)),
            _contact("c3", "phone", "not_reached", False, date(2026, 5, 28)),
            _contact("c4", "phone", "guardian_only", False, date(2026, 6, 4)),
            _contact("c5", "school_visit", "met", True, date(2026, 6, 25)),
            _contact("c6", "home_visit", "absent", False, date(2026, 8, 6)),
            _contact("c7", "phone", "guardian_only", False, date(2026, 9, 16)),
            _contact("c8", "office_visit", "met", True, date(2026, 10, 27)),
        ),
        assignee="佐伯",
        last_seen=date(2026, 10, 27),
        next_day=date(2026, 11, 20),
        next_kind="watch",
        as_of=TODAY,
        run=12,
        on_screen='{"level": "high"}',
        changed=(
            PriorityChange(
                "decision",
                date(2026, 7, 3),
                Level.LOW,
                Level.HIGH,
                6,
                13,
                (
                    SignChange("nurse_room", "worse", 1, 3, 4, 9, tuple(found["nurse"][:3]), date(2026, 10, 26)),
                    SignChange(
                        "consultation", "added", 0, 4, None, 1, tuple(found["consultation"]), date(2026, 10, 15)
                    ),
                ),
            ),
        ),
        strengths=(
            Strength("met", Sector.WELFARE, (), date(2026, 10, 27), date(2026, 10, 27)),
            Strength("punctual", Sector.EDUCATION, (), date(2026, 9, 1), date(2026, 10, 31)),
        ),
    )


def child_with(count: int, seed: int = 7) -> ChildFile:
    """The sample child with ``count`` facts of every kind, strewn over ten years."""
    chance = random.Random(seed)
    facts = _Facts()
    kinds = list(KINDS)
    first = date(2016, 10, 1)
    for n in range(count):
        kind = KINDS[kinds[n % len(kinds)]]
        day = first + timedelta(days=chance.randrange(3650))
        attributes: dict[str, Any] = {name: chance.randrange(1, 20) for name in kind.numbers}
        attributes |= dict.fromkeys(kind.words, "その他")
        end = None
        if kind.name.endswith("attendance"):
            day, end = _month(day.year, day.month)
        facts.add(kind.name, day, end, **attributes)
    reasons = (replace(sample_child().reasons[0], facts=tuple(range(1, count, max(count // 40, 1)))),)
    return replace(sample_child(), facts=tuple(facts.lines), reasons=reasons)


def raw_row() -> RawRow:
    """A row as received, with a cell that tries to be more than text."""
    return RawRow(
        "nurse_room",
        "保健室来室_R0810.csv",
        412,
        3,
        date(2026, 11, 10),
        (
            ("学籍番号", "2304118"),
            ("来室日", "令和8年10月2日"),
            ("理由", "心の不調"),
            ("備考", "<img src='//evil/x.png'>"),
        ),
    )
