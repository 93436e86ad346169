"""The nouns of the demo: persons, households, addresses, hidden needs, and the city that holds them.

A `Row` is one line of an extract with clean cells: dates are dates, addresses are `Address`. How a department
spells them is decided in `spelling` and `writing`; what a clerk got wrong is decided in `recording`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

PREFECTURE = "青波県"
CITY_NAME = "凪浜市"

MALE, FEMALE = "男", "女"


@dataclass(frozen=True, slots=True)
class Address:
    """A home. `town` of an address outside the city holds prefecture and city, and `outside` is true. `chome` 0:
    the town has none."""

    town: str
    chome: int
    ban: int
    go: int
    building: str = ""
    room: int = 0
    postal: str = ""
    zone: int = 0
    outside: bool = False


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which only the year, or year and month, is known."""

    year: int
    month: int = 0


Cell = str | int | float | dt.date | Address | PartialDate | None
Row = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Name:
    """Family and given name, each in kanji (or Latin letters) and full-width katakana."""

    family: str
    family_kana: str
    given: str
    given_kana: str
    foreign: bool = False

    @property
    def full(self) -> str:
        return f"{self.family} {self.given}"

    @property
    def kana(self) -> str:
        return f"{self.family_kana} {self.given_kana}"

    def renamed(self, family: str, family_kana: str) -> Name:
        """The same person under another family name."""
        return Name(family, family_kana, self.given, self.given_kana, self.foreign)


@dataclass(frozen=True, slots=True)
class Signs:
    """How strongly a child shows signs in each area, 0 (as everybody) to about 1 (plain to see), from `since` on."""

    since: dt.date
    absence: float = 0.0
    lateness: float = 0.0
    nurse: float = 0.0
    attainment: float = 0.0
    teeth: float = 0.0
    checkups: float = 0.0
    nursery: float = 0.0
    money: float = 0.0
    growth: float = 0.0
    care: float = 0.0

    def of(self, area: str, on: dt.date) -> float:
        """The strength of one area on a day: nothing before `since`."""
        return getattr(self, area) if on >= self.since else 0.0


@dataclass(slots=True)
class Person:
    """One true person. `role`: child, mother, father, grandmother, grandfather or adult. `names` are (from, name),
    oldest first."""

    key: str
    role: str
    sex: str
    born: dt.date
    names: list[tuple[dt.date, Name]]
    relation: str
    number: str = ""
    signs: Signs | None = None
    died: dt.date | None = None

    def name_on(self, day: dt.date) -> Name:
        """The name borne on a day; the first one for any day before it."""
        current = self.names[0][1]
        for since, name in self.names:
            if since <= day:
                current = name
        return current

    def strength(self, area: str, on: dt.date) -> float:
        """How strongly this child shows an area of `Signs` on a day."""
        return self.signs.of(area, on) if self.signs else 0.0


@dataclass(frozen=True, slots=True)
class Move:
    """The household lives at `address` from `since` on. The first move of a household is where it came from or
    always lived."""

    since: dt.date
    address: Address


@dataclass(slots=True)
class Household:
    """People under one roof. `arrived` and `left` are None for a household that was always here, and is still here.

    `away`: left the city and came back, both days. `resident` is false for people whom only some department knows
    (a nursery child from the next town).
    """

    number: str
    members: list[Person]
    moves: list[Move]
    phone: str
    mobile: str
    arrived: dt.date | None = None
    left: dt.date | None = None
    away: tuple[dt.date, dt.date] | None = None
    single_parent: bool = False
    poor: bool = False
    assisted: bool = False
    protected_until: dt.date | None = None
    resident: bool = True

    @property
    def children(self) -> list[Person]:
        return [member for member in self.members if member.role == "child"]

    @property
    def guardian(self) -> Person:
        """The parent that departments write as guardian: the head, else the first adult."""
        adults = [member for member in self.members if member.role in ("father", "mother")]
        return adults[0] if adults else self.members[0]

    @property
    def mother(self) -> Person | None:
        return next((member for member in self.members if member.role == "mother"), None)

    def address_on(self, day: dt.date) -> Address:
        """Where the household lived on a day; its first address for any day before."""
        current = self.moves[0].address
        for move in self.moves:
            if move.since <= day:
                current = move.address
        return current

    def here_on(self, day: dt.date) -> bool:
        """Whether the household lived in the city on a day."""
        if self.away and self.away[0] <= day < self.away[1]:
            return False
        return (
            self.resident and (self.arrived is None or self.arrived <= day) and (self.left is None or day < self.left)
        )


@dataclass(frozen=True, slots=True)
class Story:
    """A hidden need of one child, that its signs speak of weakly and in several departments at once."""

    person: str
    need: str
    since: dt.date


@dataclass(frozen=True, slots=True)
class Truth:
    """Which true person a record of an extract is about. A two-part local ID is joined with `+`."""

    extract: str
    local_id: str
    person: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """A deliberately bad row: `outcome` is what the program has to say about it, `rejected` or `waiting`."""

    extract: str
    local_id: str
    column: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """How often departments get things wrong, each a probability between 0 and 1.

    Per record: `kana_typo`, `kanji_variant`, `birthday_swap` (day and month), `birthday_slip` (a digit),
    `partial_birthday`, `sex_slip`, `damaged_name`, `order_swapped` and `katakana_name` (both of foreign names),
    `stale_record` (address, telephone and family name as they were when the record began), `number_missing` and
    `number_wrong` (the extra 宛名番号 column), `second_number` (someone who came back). Per cell: `missing_cell`
    (only cells that may be empty). Per row: `broken_row` (must be rejected), `unknown_id` (must wait).
    """

    kana_typo: float = 0.012
    kanji_variant: float = 0.15
    birthday_swap: float = 0.002
    birthday_slip: float = 0.003
    partial_birthday: float = 0.0004
    sex_slip: float = 0.001
    damaged_name: float = 0.004
    order_swapped: float = 0.25
    katakana_name: float = 0.3
    stale_record: float = 0.3
    number_missing: float = 0.15
    number_wrong: float = 0.01
    second_number: float = 0.2
    missing_cell: float = 0.008
    broken_row: float = 0.0005
    unknown_id: float = 0.0005

    @classmethod
    def none(cls) -> ErrorRates:
        """A city in which every department writes everything down correctly."""
        return cls(**dict.fromkeys(cls.__dataclass_fields__, 0.0))


@dataclass(slots=True)
class City:
    """A made-up municipality on one day.

    `extracts` maps each extract's key to its rows; `truth`, `twins` (pairs of person keys), `stories` and `flaws`
    are for tests and measurements and are never handed to the program.
    """

    as_of: dt.date
    households: list[Household]
    extracts: dict[str, list[Row]] = field(default_factory=dict)
    truth: list[Truth] = field(default_factory=list)
    twins: list[tuple[str, str]] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)

    @property
    def persons(self) -> list[Person]:
        return [person for household in self.households for person in household.members]
