"""A desk of made-up children for tests of the window: no office, no disk, no clock.

``sample_rows`` has the variety of a real list; ``many`` fills a list of any length cheaply. All
names are made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.domain.decisions import DecisionKind
from app.domain.message import Refused
from app.domain.priority import LEVELS, Level, Reason
from app.domain.sectors import SECTORS, Sector
from app.services.answers.caseload import CaseloadList, CaseloadQuery, CaseloadRow, Freshness, SectorMark
from app.services.answers.outcomes import Changes, MemberLine, Outcome
from app.services.casework.caseload import Choices
from app.services.casework.drafting import Draft
from app.services.desk.remembering import Look, Place
from ui.desk import Desk

FIRST = 7_833_093_190_015_000_000
"""The first made-up child's id: as long as real ids are."""
TODAY = date(2026, 11, 24)
JST = timezone(timedelta(hours=9))
REACH = {
    Sector.REGISTER: date(2026, 11, 20),
    Sector.EDUCATION: date(2026, 10, 31),
    Sector.CHILDCARE: date(2026, 10, 31),
    Sector.WELFARE: date(2026, 11, 10),
    Sector.MEDICAL: date(2026, 9, 30),
}
NAMES = (
    ("松原 陽菜", "まつばら ひな", 3, "2歳児"),
    ("大江 樹", "おおえ いつき", 8, "小3"),
    ("三枝 美月", "さえぐさ みつき", 9, "小3"),
    ("庄司 大和", "しょうじ やまと", 14, "中2"),
    ("グエン・ティ・ハーリン", "ぐえん てぃ はーりん", 13, "中1"),
    ("小暮 颯太", "こぐれ そうた", 10, "小4"),
    ("小暮 結衣", "こぐれ ゆい", 5, "年長"),
    ("野々村 咲良", "ののむら さくら", 5, "年中"),
    ("尾形 湊", "おがた みなと", 12, "中1"),
    ("久我 芽依", "くが めい", 8, "小2"),
    ("真壁 悠人", "まかべ ゆうと", 11, "小5"),
    ("富樫 碧", "とがし あおい", 4, "年中"),
    ("井波 紗英", "いなみ さえ", 7, "小2"),
    ("諸星 奏", "もろほし かなで", 14, "中3"),
    ("藤代 航", "ふじしろ わたる", 9, "小4"),
    ("沢渡 ひかり", "さわたり ひかり", 6, "年長"),
    ("沢渡 のぞみ", "さわたり のぞみ", 6, "年長"),
    ("相楽 理久", "さがら りく", 11, "小5"),
    ("安西 陸斗", "あんざい りくと", 10, "小4"),
    ("檜山 杏", "ひやま あん", 12, "小6"),
    ("折原 七海", "おりはら ななみ", 7, "小1"),
)
CRITERIA = {
    Sector.REGISTER: ("moves",),
    Sector.EDUCATION: ("absence_days", "nurse_room", "school_fees", "attainment_drop"),
    Sector.CHILDCARE: ("nursery_unexplained", "late_pickup"),
    Sector.WELFARE: ("school_aid", "consultation"),
    Sector.MEDICAL: ("school_caries", "checkup_missed", "vaccine_mr"),
}
MEMBERS = (
    MemberLine("佐伯 千景", frozenset({"worker", "lead"}), 38),
    MemberLine("長谷 修", frozenset({"worker"}), 31),
    MemberLine("森 由布子", frozenset({"worker"}), 18),
    MemberLine("監査 太郎", frozenset({"auditor"}), 0),
)


def _marks(at: int, small: bool) -> tuple[SectorMark, ...]:
    marks = []
    for number, sector in enumerate(SECTORS):
        points = (at * 7 + number * 5) % 9
        state = "points" if points else "nothing"
        if sector is Sector.CHILDCARE and not small:
            state, points = "not_applicable", 0
        if sector is Sector.EDUCATION and small:
            state, points = "not_applicable", 0
        if (at + number) % 11 == 7:
            state, points = "unknown", 0
        marks.append(SectorMark(sector, state, points, REACH[sector]))
    return tuple(marks)


def _reasons(at: int, marks: Sequence[SectorMark]) -> tuple[Reason, ...]:
    reasons = []
    for mark in sorted(marks, key=lambda one: -one.points):
        if mark.state == "points":
            names = CRITERIA[mark.sector]
            last = (mark.as_of or TODAY) - timedelta(days=(at * 13 + mark.points * 17) % 160)
            first = last - timedelta(days=mark.points * 12)
            values: dict[str, object] = {
                "value": float(mark.points * 3),
                "count": mark.points,
                "first": first,
                "last": last,
            }
            reasons.append(
                Reason(
                    names[at % len(names)],
                    mark.sector,
                    mark.points,
                    False,
                    (at * 10 + mark.points,),
                    first,
                    last,
                    values,
                )
            )
    return tuple(reasons)


def _level(at: int, of: int) -> Level:
    share = at / of
    return LEVELS[0 if share < 0.05 else 1 if share < 0.23 else 2 if share < 0.6 else 3 if share < 0.9 else 4]


def row(at: int, of: int = 40) -> CaseloadRow:
    """The made-up child at place ``at`` of a list of ``of``."""
    name, kana, age, grade = NAMES[at % len(NAMES)]
    marks = _marks(at, age < 7)
    reasons = _reasons(at, marks)
    fresh = [one for one in reasons if one.last and one.last > date(2026, 9, 25)]
    worked = at % 4 != 3
    return CaseloadRow(
        person_id=FIRST + at,
        level=_level(at, of),
        name=name,
        kana=kana,
        birth=date(2026 - age, 9, 1 + at % 28) if at % 17 != 16 else None,
        age=age if at % 17 != 16 else None,
        grade=grade if at % 17 != 16 else "",
        sectors=marks,
        points=sum(mark.points for mark in marks),
        has_unknown=any(mark.state == "unknown" for mark in marks),
        reasons=reasons,
        new_count=len(fresh),
        new_words=tuple(one.criterion for one in fresh[:2]),
        last_contact=TODAY - timedelta(days=3 + at * 3 % 150) if worked else None,
        last_contact_kind=("phone", "home_visit", "agency", "office_visit")[at % 4],
        last_seen=TODAY - timedelta(days=4 + at * 5 % 190) if worked and at % 5 else None,
        next_day=TODAY + timedelta(days=at % 60 - 4) if worked and at % 7 != 6 else None,
        next_kind=("home_visit", "phone", "school_visit")[at % 3],
        assignee=MEMBERS[at % 3].name if worked else "",
        already_supported=at % 9 == 3,
        protected=at % 9 == 2,
        uncertain_links=1 if at % 8 == 5 else 0,
        has_siblings=name.startswith(("小暮", "沢渡")),
        moved_out=at % 19 == 12,
        last_decision=DecisionKind.WATCH if worked else None,
    )


class FakeCaseload:
    """Answers like ``app.services.casework.caseload``, from ``of`` made-up children."""

    def __init__(self, of: int = 40, capacity: int = 16) -> None:
        self.of, self.capacity = of, capacity
        self.assigned: dict[int, str] = {}
        self.queries: list[CaseloadQuery] = []
        self.fetched = 0
        self.searched: list[tuple[str, int]] = []

    def listing(self, _office: object, query: CaseloadQuery, _today: date) -> CaseloadList:
        self.queries.append(query)
        ids = tuple(range(FIRST, FIRST + self.of))
        if query.text or query.levels or query.assignees or query.view == "mine":
            ids = tuple(one for one in ids if self._fits(self._row(one), query))
        if query.sort.startswith("-"):
            ids = ids[::-1]
        cut = None
        if query.view == "month" and query.sort == "rank" and len(ids) > self.capacity:
            cut = self.capacity + 1
        ties = frozenset(ids[cut - 3 : cut]) if cut else frozenset()
        counts = {"mine": 38, "unassigned": 7, "month": self.of, "all": 11842}
        return CaseloadList(ids, 11842 if self.of else 0, cut, self.capacity, ties, counts, TODAY)

    def listing_with_rows(
        self, office: object, query: CaseloadQuery, today: date, person: int | None, sight: int
    ) -> tuple[CaseloadList, list[CaseloadRow]]:
        listed = self.listing(office, query, today)
        place = listed.ids.index(person) if person in listed.ids else 0
        return listed, self.rows(office, listed.ids[max(0, place - sight) : place + sight], today)

    def rows(self, _office: object, ids: Sequence[int], _today: date) -> list[CaseloadRow]:
        self.fetched += 1
        return [self._row(one) for one in ids]

    def choices(self, _office: object) -> Choices:
        return Choices((("absence_days", Sector.EDUCATION), ("moves", Sector.REGISTER)), ("第一小学校", "若葉保育園"))

    def log_search(self, _office: object, query: CaseloadQuery, found: int, _now: datetime) -> None:
        self.searched.append((query.text, found))

    def freshness(self, _office: object) -> tuple[Freshness, ...]:
        return tuple(Freshness(sector, REACH[sector]) for sector in SECTORS)

    def _row(self, person_id: int) -> CaseloadRow:
        made = row(person_id - FIRST, self.of)
        if person_id in self.assigned:
            return replace(made, assignee=self.assigned[person_id])
        return made

    def _fits(self, line: CaseloadRow, query: CaseloadQuery) -> bool:
        return (
            (not query.text or query.text in line.name or query.text in line.kana)
            and (not query.levels or line.level in query.levels)
            and (not query.assignees or line.assignee in query.assignees)
            and (query.view != "mine" or line.assignee == MEMBERS[0].name)
        )


class FakeRemembering:
    """What a member chose on this PC, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, object] = {}

    Place = Place

    def look_of(self, _office: object) -> Look:
        return Look()

    def keep_place(self, _folder: Path, place: Place) -> None:
        self.kept["place"] = place

    def chosen(self, _office: object, key: str) -> object:
        return self.kept.get(key)

    def choose(self, _office: object, key: str, value: object) -> None:
        self.kept[key] = value


class FakeAssigning:
    """Assigns in the fake list; undo gives back."""

    def __init__(self, caseload: FakeCaseload) -> None:
        self._caseload = caseload
        self.entries: dict[str, dict[int, str]] = {}

    def assign(self, _office: object, people: Sequence[int], member: str, _now: datetime) -> Outcome[str]:
        entry = f"entry{len(self.entries)}"
        self.entries[entry] = {one: self._caseload._row(one).assignee for one in people}
        self._caseload.assigned.update(dict.fromkeys(people, member))
        return Outcome(entry, Changes(frozenset({"assignment"}), frozenset(people)))

    def undo_assign(self, _office: object, entry: str, _now: datetime) -> Outcome[tuple[str, ...]]:
        before = self.entries[entry]
        self._caseload.assigned.update(before)
        return Outcome((entry,), Changes(frozenset({"assignment"}), frozenset(before)))


class FakeDrafting:
    """Keeps drafts in memory; ``kept`` by child and form."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, str], Draft] = {}

    def keep(self, _office: object, person: int, form: str, content: dict[str, Any], now: datetime) -> datetime:
        self.kept[person, form] = Draft(person, form, now, content)
        return now

    def drop(self, _office: object, person: int, form: str) -> None:
        self.kept.pop((person, form), None)

    def drafts_of(self, _office: object, person: int) -> dict[str, Draft]:
        return {form: draft for (whose, form), draft in self.kept.items() if whose == person}


class FakeOpening:
    """One office with two people; the passphrase is "kizuki kizuki"."""

    def __init__(self) -> None:
        self.closed = False

    def people_of(self, folder: Path) -> tuple[str, ...]:
        if folder.name == "elsewhere":
            raise Refused("office.not_an_office", folder=str(folder))
        return (MEMBERS[0].name, MEMBERS[1].name)

    def open_office(self, _folder: Path, person: str, passphrase: str, _now: datetime) -> Any:
        if passphrase != "kizuki kizuki":
            raise Refused("office.wrong_passphrase", person=person)
        return fake_office(self)

    def members(self, _office: object) -> tuple[MemberLine, ...]:
        return MEMBERS


def fake_office(opening: FakeOpening | None = None) -> Any:
    def close() -> None:
        if opening is not None:
            opening.closed = True

    return SimpleNamespace(member=MEMBERS[0], close=close, folder=Path("/srv/kizuki/office"))


def fake_desk(of: int = 40, roles: frozenset[str] = MEMBERS[0].roles) -> Desk:
    """A desk on which everything is made up."""
    caseload = FakeCaseload(of)
    return Desk(
        office=fake_office(),
        member=MemberLine(MEMBERS[0].name, roles),
        caseload=caseload,
        reviewing=SimpleNamespace(),
        assigning=FakeAssigning(caseload),
        belonging=FakeOpening(),
        today=lambda: TODAY,
        now=lambda: datetime(2026, 11, 24, 10, 42, tzinfo=JST),
        views=SimpleNamespace(saved=lambda _office: ()),
        remembering=FakeRemembering(),
    )
