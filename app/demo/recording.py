"""How a department writes a person down, and what it gets wrong: typing errors, variant characters, old addresses,
damaged names.

A `Desk` belongs to one extract. Errors are drawn once for each record, so all rows of one local ID carry the same
ones; the address, telephone and family name are those that the department knew on the day of the row.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from app.demo.chance import Streams
from app.demo.model import FEMALE, MALE, City, ErrorRates, Household, Name, PartialDate, Person, Row, Truth

VARIANT_FAMILIES = [
    "高髙",
    "崎﨑",
    "辺邊邉",
    "吉𠮷",
    "斎齋斉齊",
    "浜濱濵",
    "沢澤",
    "桜櫻",
    "広廣",
    "島嶋",
    "国國",
    "徳德",
    "真眞",
    "恵惠",
    "竜龍",
    "滝瀧",
    "黒黑",
    "柳栁",
    "関關",
    "凛凜",
    "遥遙",
    "桧檜",
    "富冨",
    "館舘",
    "槙槇",
]
VARIANTS = {char: family.replace(char, "") for family in VARIANT_FAMILIES for char in family}
DAMAGE = ("〓", "〓", "〓", "?", "■", "\ue000", "U+2363A")
CONFUSED_KANA = [
    "シツ",
    "ソン",
    "ヤユ",
    "カガ",
    "キギ",
    "タダ",
    "ハバ",
    "コゴ",
    "ウオ",
    "ズヅ",
    "サザ",
    "ナメ",
    "ルレ",
    "クケ",
]
CONFUSED = {char: pair.replace(char, "") for pair in CONFUSED_KANA for char in pair}


@dataclass(slots=True)
class Record:
    """One person as one department knows it under one local ID. `born` and `sex` are as written, errors included."""

    household: Household
    person: Person
    local_id: str
    began: dt.date
    stale: bool
    phone: str | None
    born: dt.date | PartialDate
    sex: str
    family_from_to: tuple[str, str]
    given_from_to: tuple[str, str]
    kana_from_to: tuple[str, str]
    katakana: bool
    swapped: bool

    def block(self, day: dt.date) -> Row:
        """The person block on a row of `day`."""
        known = self.began if self.stale else day
        name = self.person.name_on(known)
        address = self.household.address_on(known)
        guardian = self.household.guardian
        return {
            "氏名": self._written(name),
            "氏名カナ": name.kana.replace(*self.kana_from_to, 1),
            "生年月日": self.born,
            "性別": self.sex,
            "郵便番号": address.postal,
            "住所": address,
            "電話番号": self.phone,
            "保護者氏名": guardian.name_on(known).full if self.person.role == "child" else None,
        }

    def _written(self, name: Name) -> str:
        if self.katakana:
            return f"{name.given_kana} {name.family_kana}" if self.swapped else name.kana
        family, given = name.family.replace(*self.family_from_to, 1), name.given.replace(*self.given_from_to, 1)
        return f"{given} {family}" if self.swapped else f"{family} {given}"


class Desk:
    """Where one extract is written. `care` multiplies the rates of errors per record: a register is careful, a
    telephone note is not."""

    def __init__(self, city: City, streams: Streams, errors: ErrorRates, extract: str, care: float = 1.0) -> None:
        self.rng = streams.of(extract)
        self.as_of = city.as_of
        self.errors = errors
        self.extract = extract
        self.rows: list[Row] = city.extracts.setdefault(extract, [])
        self._truth = city.truth
        self._clerk = streams.of(f"{extract} clerk")
        self._care = care

    def record(self, household: Household, person: Person, local_id: str, began: dt.date) -> Record:
        """Open a record for a person on the day `began`, with the errors that will stay in it."""
        self._truth.append(Truth(self.extract, local_id, person.key))
        rng = self._clerk
        name = person.name_on(self.as_of)
        family, given = self._misspelt(name.family, name), self._misspelt(name.given, name)
        if not name.foreign and self._slips(self.errors.damaged_name):
            family, given = _damaged(rng, name)
        return Record(
            household=household,
            person=person,
            local_id=local_id,
            began=began,
            stale=rng.random() < self.errors.stale_record,
            phone=rng.choice((household.phone, household.phone, household.mobile)) if rng.random() < 0.9 else None,
            born=self._birth_date(person.born),
            sex=self._sex(person.sex),
            family_from_to=family,
            given_from_to=given,
            kana_from_to=_kana_typo(rng, name.given_kana) if self._slips(self.errors.kana_typo) else ("", ""),
            katakana=name.foreign and rng.random() < self.errors.katakana_name,
            swapped=name.foreign and rng.random() < self.errors.order_swapped,
        )

    def _slips(self, rate: float) -> bool:
        return self._clerk.random() < rate * self._care

    def _misspelt(self, text: str, name: Name) -> tuple[str, str]:
        """The first character with a variant, and the variant that this department writes."""
        char = next((char for char in text if char in VARIANTS), None)
        if char is None or name.foreign or not self._slips(self.errors.kanji_variant):
            return ("", "")
        return char, self._clerk.choice(VARIANTS[char])

    def _birth_date(self, born: dt.date) -> dt.date | PartialDate:
        rng = self._clerk
        if self._slips(self.errors.partial_birthday):
            return PartialDate(born.year, rng.choice((0, born.month)))
        if self._slips(self.errors.birthday_swap) and born.day <= 12:
            swapped = dt.date(born.year, born.day, born.month)
            return swapped if swapped <= self.as_of else born
        if self._slips(self.errors.birthday_slip):
            return born - dt.timedelta(days=rng.choice((1, 2, 10, 30)))
        return born

    def _sex(self, sex: str) -> str:
        if self._slips(self.errors.sex_slip):
            return MALE if sex == FEMALE else FEMALE
        return sex

    def register_number(self, person: Person, others: list[Person]) -> str | None:
        """The extra 宛名番号 column: mostly right, sometimes empty, seldom somebody else's."""
        rng = self._clerk
        if not person.number or rng.random() < self.errors.number_missing:
            return None
        return rng.choice(others).number if rng.random() < self.errors.number_wrong else person.number


def empty_cells(rng: random.Random, rows: list[Row], columns: list[str], rate: float) -> None:
    """Lose some cells that may be empty."""
    for row in rows:
        for column in columns:
            if rng.random() < rate and column in row:
                row[column] = None


def _kana_typo(rng: random.Random, kana: str) -> tuple[str, str]:
    """What is typed wrong in a kana name, and what stands there instead: a confused kana, else one left out."""
    confusable = [char for char in kana if char in CONFUSED]
    if confusable and rng.random() < 0.7:
        char = rng.choice(confusable)
        return char, CONFUSED[char]
    position = rng.randrange(len(kana))
    pair = kana[max(0, position - 1) : position + 1]
    return (pair, pair[0]) if len(pair) == 2 else ("", "")


def _damaged(rng: random.Random, name: Name) -> tuple[tuple[str, str], tuple[str, str]]:
    """One character of the name that another system could not show."""
    damage = rng.choice(DAMAGE)
    if rng.random() < 0.5:
        return (rng.choice(name.family), damage), ("", "")
    return ("", ""), (rng.choice(name.given), damage)
