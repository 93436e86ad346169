"""What clerks make of names, dates and addresses: noise of our own over a made-up city's rows.

Independent of the demo's own error rates and spellings, so that the matching is measured on cities
that nobody tuned it on. Each department has its habits, each record its slips; a record keeps both.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import jaconv
import pandas as pd

from app.demo.layout import LAYOUTS, PERSON_BEARING
from app.demo.model import Address, Cell, City, PartialDate, Person, Row
from app.demo.names import names
from app.demo.spelling import kanji_number
from app.linkage.frame import RAW_COLUMNS
from tests.linkage.people import record_id

CAREFUL = {"resident_register": 0.12, "school_register": 0.5, "consultation": 1.8}
"""Times the slips of a department. A register is checked against papers."""

VARIANTS = [
    "高髙", "崎﨑", "辺邊邉", "吉𠮷", "斎齋斉齊", "浜濱濵", "沢澤", "桜櫻", "広廣", "島嶋", "真眞", "恵惠", "凛凜",
    "遥遙", "富冨",
]  # fmt: skip
KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
LENGTHENED = "コソトノホモヨロゴドユリクシキョュオ"
LARGE = str.maketrans("ァィゥェォッャュョ", "アイウエオツヤユヨ")
LOST = ("〓", "?", "？", "■", "\ue123", "＊", "U+2363A", "□")


@dataclass(frozen=True)
class Slips:
    """How often, per record of a department of usual care; all times ``level`` of a city."""

    kana_typo: float = 0.015
    long_vowel: float = 0.04
    other_kanji: float = 0.006
    variant: float = 0.25
    lost_sign: float = 0.008
    lost_kana_sign: float = 0.002
    given_first: float = 0.002
    no_kana: float = 0.03
    day_for_month: float = 0.003
    birth_digit: float = 0.005
    birth_year: float = 0.002
    birth_part: float = 0.004
    no_sex: float = 0.02
    wrong_sex: float = 0.002
    no_phone: float = 0.12
    phone_digit: float = 0.01
    other_phone: float = 0.05
    no_address: float = 0.04
    address_digit: float = 0.015
    former_address: float = 0.03
    no_guardian: float = 0.05
    other_parent: float = 0.12
    guardian_slip: float = 0.01
    no_number: float = 0.15
    others_number: float = 0.006
    siblings_number: float = 0.006

    def times(self, level: float) -> Slips:
        """All of them so many times as often."""
        return replace(self, **{one.name: min(0.9, getattr(self, one.name) * level) for one in fields(self)})


@dataclass(frozen=True)
class Habits:
    """How a department writes, all its records alike."""

    kana: str
    space: str
    large_kana: bool
    address: str
    prefix: str
    building: bool
    foreign: str
    parents_first: bool


def written(city: City, seed: int, slips: Slips, lacking: frozenset[str] = frozenset()) -> pd.DataFrame:
    """The city's records as its departments' clerks wrote them, a line for each spelling (RAW_COLUMNS).

    ``lacking``: columns that no department but the register knows; ``birth_day``: of birth dates
    they know year and month.
    """
    household_of = {one.key: household for household in city.households for one in household.members}
    persons = {one.key: one for one in city.persons}
    truth = {(one.extract, one.local_id): one.person for one in city.truth}
    numbers = [one.number for one in city.persons if one.number]
    lines: list[dict[str, object]] = []
    for extract in PERSON_BEARING:
        habits = _habits(random.Random(f"{seed}/{extract}"), extract)
        by_id: dict[str, list[Row]] = defaultdict(list)
        for row in city.extracts[extract]:
            by_id["+".join(str(row[part] or "") for part in LAYOUTS[extract].local_id)].append(row)
        for local_id, rows in by_id.items():
            person = persons.get(truth.get((extract, local_id), ""))
            if person is None:
                continue
            clerk = _Clerk(f"{seed}/{extract}/{local_id}", slips.times(CAREFUL.get(extract, 1.0)), habits)
            family = household_of[person.key]
            for row in rows:
                line = clerk.line(row, person, family.members, [m.address for m in family.moves], numbers)
                line |= {"record_id": record_id(extract, local_id), "extract": extract, "local_id": local_id}
                line["system"] = {"infant_checkup": "健康管理番号", "pregnancy": "健康管理番号"}.get(extract, extract)
                if extract == "resident_register":
                    line["register_number"] = ""
                else:
                    _lack(line, lacking)
                lines.append(line)
    frame = pd.DataFrame(lines).reindex(columns=list(RAW_COLUMNS), fill_value="").fillna("")
    return frame.drop_duplicates(ignore_index=True)


def _lack(line: dict[str, object], lacking: frozenset[str]) -> None:
    for column in lacking:
        if column == "birth_day":
            line["birth"] = str(line["birth"])[:7] + "-00"
        else:
            line[column] = ""


def _habits(rng: random.Random, extract: str) -> Habits:
    register = extract == "resident_register"
    return Habits(
        kana=rng.choice(("wide", "narrow", "hiragana", "wide")),
        space=rng.choice((" ", "　", "")) if not register else "　",
        large_kana=rng.random() < 0.4,
        address=rng.choice(("kanji", "mixed", "hyphens", "wide", "banchi")),
        prefix=rng.choice(("", "凪浜市", "青波県凪浜市", "")),
        building=rng.random() < 0.6,
        foreign="latin" if register else rng.choice(("latin", "katakana", "both")),
        parents_first=rng.random() < 0.5,
    )


class _Clerk:
    """One record's slips: the same for all its rows."""

    def __init__(self, seed: str, slips: Slips, habits: Habits) -> None:
        self._seed, self._slips, self._habits = seed, slips, habits
        self._rng = random.Random(seed)

    def line(
        self, row: Row, person: Person, family: list[Person], homes: list[Address], numbers: list[str]
    ) -> dict[str, object]:
        self._rng = random.Random(self._seed)
        read = str(row["氏名カナ"] or "")
        name, kana = self._name(str(row["氏名"] or ""), read, foreign=person.names[0][1].foreign)
        return {
            "name": name,
            "kana": kana,
            "birth": self._birth(row["生年月日"]),
            "sex": self._sex(str(row["性別"] or "")),
            "postal": str(row["郵便番号"] or ""),
            "address": self._address(row["住所"], homes),
            "phone": self._phone(str(row["電話番号"] or "")),
            "guardian": self._guardian(str(row["保護者氏名"] or ""), family),
            "register_number": self._number(str(row.get("宛名番号") or ""), person, family, numbers),
            "household": str(row.get("世帯番号") or ""),
            "relation": str(row.get("続柄") or ""),
            "facility": str(row.get("施設名") or row.get("学校名") or ""),
            "grade": str(row.get("学年") or ""),
        }

    def _slip(self, chance: float) -> bool:
        return self._rng.random() < chance

    def _name(self, name: str, kana: str, *, foreign: bool) -> tuple[str, str]:
        rng, slips = self._rng, self._slips
        if foreign:
            return self._foreign(name, kana)
        family, _, given = name.partition(" ")
        if self._slip(slips.other_kanji):
            given = _homophone(rng, given, kana.rpartition(" ")[2])
        if self._slip(slips.variant):
            family, given = _variant(rng, family), _variant(rng, given)
        if self._slip(slips.lost_sign):
            family, given = rng.choice(((_lose(rng, family), given), (family, _lose(rng, given))))
        if self._slip(slips.kana_typo):
            kana = _typo(rng, kana)
        if self._slip(slips.long_vowel):
            kana = _long(rng, kana)
        if self._slip(slips.lost_kana_sign):
            kana = _lose(rng, kana)
        space = self._habits.space
        if self._slip(slips.given_first):
            return f"{given}{space}{family}", self._kana(" ".join(reversed(kana.split(" "))))
        return f"{family}{space}{given}", "" if self._slip(slips.no_kana) else self._kana(kana)

    def _foreign(self, name: str, kana: str) -> tuple[str, str]:
        rng, way = self._rng, self._habits.foreign
        if way == "katakana" or (way == "both" and rng.random() < 0.5):
            name = kana
        parts = name.split()
        if rng.random() < 0.15 * min(2.0, self._slips.kana_typo / 0.015) and len(parts) > 2:
            del parts[rng.randrange(1, len(parts) - 1)]
        if rng.random() < 0.3:
            parts = parts[1:] + parts[:1]
        name = " ".join(parts)
        if name.isascii():
            name = rng.choice((name, name.title(), name))
        return name, "" if rng.random() < 0.3 else self._kana(kana)

    def _kana(self, kana: str) -> str:
        text = kana.replace(" ", self._habits.space) if self._habits.space else kana
        text = text.translate(LARGE) if self._habits.large_kana else text
        if self._habits.kana == "narrow":
            return str(jaconv.z2h(text, kana=True))
        return str(jaconv.kata2hira(text)) if self._habits.kana == "hiragana" else text

    def _birth(self, born: Cell) -> str:
        slips, rng = self._slips, self._rng
        if isinstance(born, PartialDate):
            return f"{born.year}-{born.month:02d}-00"
        if not isinstance(born, dt.date):
            return ""
        if self._slip(slips.day_for_month) and born.day <= 12:
            born = dt.date(born.year, born.day, born.month)
        elif self._slip(slips.birth_digit):
            born += dt.timedelta(days=rng.choice((1, -1, 2, 10, -10, 30, 7)))
        elif self._slip(slips.birth_year):
            born = born.replace(year=born.year + rng.choice((-1, 1, 10, -12)), day=min(born.day, 28))
        elif self._slip(slips.birth_part):
            return rng.choice((f"{born.year}-{born.month:02d}-00", f"{born.year}-00-00"))
        return born.isoformat()

    def _sex(self, sex: str) -> str:
        if self._slip(self._slips.no_sex):
            return ""
        return (
            {"男": "M", "女": "F"}.get(sex, "")
            if not self._slip(self._slips.wrong_sex)
            else "F"
            if sex == "男"
            else "M"
        )

    def _address(self, home: Cell, homes: list[Address]) -> str:
        slips, rng, habits = self._slips, self._rng, self._habits
        if not isinstance(home, Address) or self._slip(slips.no_address):
            return ""
        if self._slip(slips.former_address):
            home = rng.choice(homes)
        go = rng.randint(1, 25) if self._slip(slips.address_digit) else home.go
        number: dict[str, Callable[[], str]] = {
            "kanji": lambda: f"{kanji_number(home.ban)}番{kanji_number(go)}号",
            "mixed": lambda: f"{home.ban}番{go}号",
            "banchi": lambda: f"{home.ban}番地の{go}",
            "hyphens": lambda: f"{home.ban}-{go}",
            "wide": lambda: jaconv.h2z(f"{home.ban}-{go}", digit=True, ascii=True),
        }
        short = habits.address in ("hyphens", "wide")
        chome = "" if not home.chome else f"{home.chome}{'-' if short else '丁目'}"
        if habits.address == "kanji" and home.chome:
            chome = f"{kanji_number(home.chome)}丁目"
        building = f"　{home.building}{home.room}" if habits.building and home.building else ""
        return f"{'' if home.outside else habits.prefix}{home.town}{chome}{number[habits.address]()}{building}"

    def _phone(self, phone: str) -> str:
        slips, rng = self._slips, self._rng
        if not phone or self._slip(slips.no_phone):
            return ""
        if self._slip(slips.other_phone):
            return f"090-{rng.randint(1000, 9999)}-{rng.randint(0, 9999):04d}"
        if self._slip(slips.phone_digit):
            place = rng.randrange(len(phone))
            phone = phone[:place] + (str(rng.randint(0, 9)) if phone[place].isdigit() else "-") + phone[place + 1 :]
        return rng.choice((phone, phone.replace("-", ""), jaconv.h2z(phone, digit=True)))

    def _guardian(self, guardian: str, family: list[Person]) -> str:
        slips, rng = self._slips, self._rng
        if not guardian or self._slip(slips.no_guardian):
            return ""
        elders = [one for one in family if one.role in ("father", "mother", "grandfather", "grandmother")]
        if self._slip(slips.other_parent) and elders:
            guardian = rng.choice(elders).names[-1][1].full
        if self._slip(slips.guardian_slip):
            guardian = _lose(rng, guardian)
        return guardian.replace(" ", self._habits.space)

    def _number(self, number: str, person: Person, family: list[Person], numbers: list[str]) -> str:
        slips, rng = self._slips, self._rng
        if not number or self._slip(slips.no_number):
            return ""
        if self._slip(slips.siblings_number):
            return rng.choice([one.number for one in family])
        return rng.choice(numbers) if self._slip(slips.others_number) else number


def _homophone(rng: random.Random, given: str, kana: str) -> str:
    """Other kanji that are read alike."""
    alike = sorted({item[0] for table in names()._given.values() for item in table.items if item[1] == kana})
    return rng.choice([one for one in alike if one != given] or [given])


def _variant(rng: random.Random, text: str) -> str:
    for family in VARIANTS:
        for sign in family:
            if sign in text:
                return text.replace(sign, rng.choice(family))
    return text


def _lose(rng: random.Random, text: str) -> str:
    places = [place for place, sign in enumerate(text) if sign != " "]
    if not places:
        return text
    place = rng.choice(places)
    return text[:place] + rng.choice(LOST) + text[place + 1 :]


def _typo(rng: random.Random, kana: str) -> str:
    """One kana other, left out, doubled, or two neighbours exchanged."""
    places = [place for place, sign in enumerate(kana) if sign != " "]
    place = rng.choice(places)
    way = rng.randrange(4)
    if way == 0:
        return kana[:place] + rng.choice(KANA) + kana[place + 1 :]
    if way == 1:
        return kana[:place] + kana[place + 1 :]
    if way == 2:
        return kana[:place] + kana[place] + kana[place:]
    swapped = kana[place : place + 2][::-1]
    return kana[:place] + swapped + kana[place + 2 :] if " " not in swapped else kana


def _long(rng: random.Random, kana: str) -> str:
    """A long vowel by another spelling."""
    for written_, other in (("ウ", "ー"), ("ー", "ウ"), ("オオ", "オー"), ("イイ", "イー")):
        starts = (place for place in range(1, len(kana)) if kana.startswith(written_, place))
        places = [place for place in starts if kana[place - 1] in LENGTHENED]
        if places:
            place = rng.choice(places)
            return kana[:place] + other + kana[place + len(written_) :]
    return kana
