"""True households and their histories: who lives together, since when and where, under which names.

Children are spread evenly over the ages from birth to the end of the school year after the eighteenth birthday.
Shares are rounded from what Japanese municipalities of middle size generally show.
"""

from __future__ import annotations

import datetime as dt

from app.demo.chance import Numbering, Streams, day_between
from app.demo.model import FEMALE, MALE, Household, Move, Name, Person
from app.demo.names import names
from app.demo.places import places
from app.demo.schoolyear import school_year

COUPLE, SINGLE_MOTHER, SINGLE_FATHER = "couple", "single mother", "single father"
THREE_GENERATIONS, REMARRIED, FOREIGN, TWINS = "three generations", "remarried", "foreign", "twins"

KINDS = {
    COUPLE: 0.735,
    SINGLE_MOTHER: 0.105,
    SINGLE_FATHER: 0.015,
    THREE_GENERATIONS: 0.08,
    REMARRIED: 0.035,
    FOREIGN: 0.03,
}
FIRST_KINDS = (TWINS, SINGLE_MOTHER, REMARRIED, FOREIGN, THREE_GENERATIONS)
"""The first households of every city, however small, so that each kind can be met."""

CHILDREN_COUNTS = {1: 0.36, 2: 0.46, 3: 0.14, 4: 0.04}
TWIN_BIRTHS = 0.0115
ADULT_ONLY = 0.12  # households without children, per household with children
LEFT_RECENTLY = 0.02
CAME_BACK = 0.01
ONE_DAY = dt.timedelta(days=1)
YEAR = dt.timedelta(days=365)


def oldest_child_birth(as_of: dt.date) -> dt.date:
    """The earliest birth date of a person who still counts as a child: under 18, to the 31 March after the 18th
    birthday."""
    return dt.date(school_year(as_of) - 18, 4, 2)


def make_households(streams: Streams, children: int, as_of: dt.date) -> tuple[list[Household], list[tuple[str, str]]]:
    """Households with exactly `children` children living in the city on `as_of`, some more that left, and the
    pairs of twins (keys)."""
    maker = _Maker(streams, as_of)
    result: list[Household] = []
    lacking = children
    while lacking > 0:
        kind = FIRST_KINDS[len(result)] if len(result) < len(FIRST_KINDS) else None
        household = maker.family(kind, lacking)
        lacking -= len(household.children)
        result.append(household)
    base = len(result)
    result += [maker.departed() for _ in range(round(LEFT_RECENTLY * base) or 1)]
    result += [maker.adults_only() for _ in range(round(ADULT_ONLY * base) or 1)]
    result += [maker.next_town() for _ in range(base // 250 + 1)]
    return result, maker.twins


class _Maker:
    """Makes one household after the other; keeps what must be unique over the city."""

    def __init__(self, streams: Streams, as_of: dt.date) -> None:
        self._rng = streams.of("households")
        self._as_of = as_of
        self._oldest = oldest_child_birth(as_of)
        self._households = Numbering(streams.of("household numbers"), 8, start=20_000)
        self._keys = 0
        self.twins: list[tuple[str, str]] = []

    def family(self, kind: str | None, most: int) -> Household:
        """A household with one to `most` children."""
        rng = self._rng
        kind = kind or rng.choices(list(KINDS), list(KINDS.values()))[0]
        births = self._births(most, twins=kind == TWINS)
        household = self._empty()
        if kind == FOREIGN:
            self._fill_foreign(household, births)
        else:
            self._fill(household, kind, births)
        self._give_history(household)
        household.poor = rng.random() < (0.45 if household.single_parent else 0.1)
        return household

    def departed(self) -> Household:
        """A family that left the city within the last year and a half. Its children are not counted among the
        city's."""
        household = self.family(COUPLE, 2)
        first = max(member.born for member in household.members) + ONE_DAY
        household.left = day_between(self._rng, max(first, self._as_of - YEAR * 3 // 2), self._as_of)
        household.arrived = household.away = None
        household.moves = [household.moves[0], Move(household.left, places().elsewhere(self._rng))]
        if household.moves[0].address.outside:
            household.moves[0] = Move(household.moves[0].since, places().home(self._rng))
        return household

    def adults_only(self) -> Household:
        """One or two adults without children, so that the register holds strangers too."""
        rng, household = self._rng, self._empty()
        family = names().family(rng)
        for index in range(rng.randint(1, 2)):
            sex = FEMALE if index else rng.choice((MALE, FEMALE))
            born = day_between(rng, self._as_of - 85 * YEAR, self._as_of - 20 * YEAR)
            relation = "世帯主" if index == 0 else ("妻" if household.members[0].sex == MALE else "同居人")
            household.members.append(self._person("adult", sex, born, family, relation))
        self._give_history(household)
        return household

    def next_town(self) -> Household:
        """A family of the next town whose child goes to a nursery here: no one of them is in the register."""
        rng, household = self._rng, self._empty()
        born = day_between(rng, self._as_of - 5 * YEAR, self._as_of - YEAR)
        self._fill(household, COUPLE, [(born, False)])
        household.moves = [Move(born, places().elsewhere(rng))]
        household.resident = False
        return household

    def _empty(self) -> Household:
        rng = self._rng
        phone = f"0000-{rng.randint(20, 69)}-{rng.randint(0, 9999):04d}"
        mobile = f"0000-{rng.randint(70, 99)}-{rng.randint(0, 9999):04d}"
        return Household(self._households.next(), [], [], phone, mobile)

    def _births(self, most: int, twins: bool) -> list[tuple[dt.date, bool]]:
        """Birth dates, oldest first, each with whether twins were born. At most `most` persons count as children;
        older ones are adults by now."""
        rng = self._rng
        count = rng.choices(list(CHILDREN_COUNTS), list(CHILDREN_COUNTS.values()))[0]
        anchor = day_between(rng, self._oldest, self._as_of)
        place = rng.randrange(count)
        dates = {place: anchor}
        for index in range(place + 1, count):
            dates[index] = dates[index - 1] + dt.timedelta(days=rng.randint(470, 1650))
        for index in range(place - 1, -1, -1):
            dates[index] = dates[index + 1] - dt.timedelta(days=rng.randint(470, 1650))
        births, room = [], most
        for date in [anchor, *(dates[index] for index in sorted(dates) if index != place)]:
            pair = room >= 2 and date >= self._oldest and ((twins and date == anchor) or rng.random() < TWIN_BIRTHS)
            if date > self._as_of or (date >= self._oldest and room < 1):
                continue
            room -= (2 if pair else 1) if date >= self._oldest else 0
            births.append((date, pair))
        return sorted(births)

    def _fill(self, household: Household, kind: str, births: list[tuple[dt.date, bool]]) -> None:
        rng = self._rng
        family = names().family(rng)
        first, last = births[0][0], births[-1][0]
        mother = self._parent("mother", FEMALE, first, family)
        father = self._parent("father", MALE, first, family)
        household.members = {SINGLE_MOTHER: [mother], SINGLE_FATHER: [father]}.get(kind, [father, mother])
        household.members[0].relation = "世帯主"
        if len(household.members) == 2:
            mother.relation = "妻"
        household.single_parent = kind in (SINGLE_MOTHER, SINGLE_FATHER)
        household.members += self._siblings(births, family)
        if kind == THREE_GENERATIONS:
            self._add_grandparents(household, family, father.born)
        elif kind == REMARRIED:
            self._remarry(household, last)
        elif kind == SINGLE_MOTHER and rng.random() < 0.45:
            self._rename(household.members, names().family(rng), day_between(rng, last, self._as_of))
        elif kind == COUPLE and rng.random() < 0.006:
            father.died = day_between(rng, last, self._as_of)
            household.single_parent = True

    def _fill_foreign(self, household: Household, births: list[tuple[dt.date, bool]]) -> None:
        rng = self._rng
        country = names().foreign_country(rng)
        father_name = names().foreign(rng, country, MALE)
        family = (father_name.family, father_name.family_kana)
        first = births[0][0]
        for role, sex, relation, name in (
            ("father", MALE, "世帯主", father_name),
            ("mother", FEMALE, "妻", names().foreign(rng, country, FEMALE)),
        ):
            parent = self._parent(role, sex, first, family)
            parent.names, parent.relation = [(parent.born, name)], relation
            household.members.append(parent)
        children = self._siblings(births, family)
        taken = {parent.names[0][1].given for parent in household.members}
        for child in children:
            child.names = [(child.born, self._foreign_child(country, child.sex, family, taken))]
        household.members += children

    def _foreign_child(self, country: str, sex: str, family: tuple[str, str], taken: set[str]) -> Name:
        for _ in range(20):
            name = names().foreign(self._rng, country, sex, family)
            if name.given not in taken:
                break
        taken.add(name.given)
        return name

    def _parent(self, role: str, sex: str, first_birth: dt.date, family: tuple[str, str]) -> Person:
        years = min(44.0, max(17.5, self._rng.gauss(29.8 if sex == FEMALE else 31.6, 4.8)))
        return self._person(role, sex, first_birth - dt.timedelta(days=round(years * 365.25)), family, "")

    def _siblings(self, births: list[tuple[dt.date, bool]], family: tuple[str, str]) -> list[Person]:
        rng = self._rng
        siblings: list[Person] = []
        taken: set[str] = set()
        for born, pair in births:
            sex = rng.choice((MALE, FEMALE))
            given = names().given(rng, sex, born.year, taken)
            siblings.append(self._child(sex, born, family, given))
            taken.update(given)
            if pair:
                other = sex if rng.random() < 0.65 else rng.choice((MALE, FEMALE))
                given = names().twin(rng, given, other, born.year)
                siblings.append(self._child(other, born, family, given))
                taken.update(given)
                self.twins.append((siblings[-2].key, siblings[-1].key))
        return siblings

    def _child(self, sex: str, born: dt.date, family: tuple[str, str], given: tuple[str, str]) -> Person:
        role = "child" if born >= self._oldest else "adult"
        return self._person(role, sex, born, family, "子", given)

    def _person(
        self,
        role: str,
        sex: str,
        born: dt.date,
        family: tuple[str, str],
        relation: str,
        given: tuple[str, str] | None = None,
    ) -> Person:
        self._keys += 1
        given = given or names().given(self._rng, sex, born.year)
        return Person(f"P{self._keys:07d}", role, sex, born, [(born, Name(*family, *given))], relation)

    def _add_grandparents(self, household: Household, family: tuple[str, str], son_born: dt.date) -> None:
        rng = self._rng
        born = son_born - dt.timedelta(days=rng.randint(23 * 365, 35 * 365))
        grandmother = self._person("grandmother", FEMALE, born, family, "母")
        household.members.append(grandmother)
        if rng.random() < 0.6:
            grandfather = self._person("grandfather", MALE, born - rng.randint(0, 5) * YEAR, family, "父")
            household.members.append(grandfather)
            if rng.random() < 0.15:
                grandfather.died = day_between(rng, self._as_of - 6 * YEAR, self._as_of)
            elif rng.random() < 0.5:
                self._make_head(household, grandfather)

    def _make_head(self, household: Household, head: Person) -> None:
        """The grandfather heads the household: everybody's relation is told from him."""
        relations = {"father": "子", "mother": "その他", "child": "孫", "adult": "孫", "grandmother": "妻"}
        for member in household.members:
            member.relation = relations.get(member.role, "世帯主")
        head.relation = "世帯主"

    def _remarry(self, household: Household, last_birth: dt.date) -> None:
        """The father in the household is the mother's second husband. Without a wedding he is 同居人 and nobody is
        renamed."""
        rng, stepfather, mother = self._rng, household.members[0], household.members[1]
        family = names().family(rng)
        given = stepfather.names[0][1]
        stepfather.names = [(stepfather.born, given.renamed(*family))]
        if rng.random() < 0.3:
            stepfather.relation, mother.relation = "同居人", "世帯主"
            stepfather.role = "adult"
            return
        self._rename(household.members[1:], family, day_between(rng, last_birth + ONE_DAY, self._as_of))

    def _rename(self, members: list[Person], family: tuple[str, str], day: dt.date) -> None:
        for member in members:
            member.names.append((day, member.names[-1][1].renamed(*family)))

    def _give_history(self, household: Household) -> None:
        """Moves in, within the city, and away and back, in their order."""
        rng, as_of = self._rng, self._as_of
        start = min(member.born for member in household.members)
        household.moves = [Move(start, places().home(rng))]
        if rng.random() < (0.75 if any(member.names[0][1].foreign for member in household.members) else 0.3):
            household.arrived = day_between(rng, as_of - 14 * YEAR, as_of - 5 * ONE_DAY)
            household.moves = [Move(start, places().elsewhere(rng)), Move(household.arrived, places().home(rng))]
        elif rng.random() < CAME_BACK / 0.7:
            gone = day_between(rng, as_of - 10 * YEAR, as_of - 3 * YEAR)
            back = day_between(rng, gone + YEAR // 2, as_of - 30 * ONE_DAY)
            household.away = (gone, back)
            household.moves += [Move(gone, places().elsewhere(rng)), Move(back, places().home(rng))]
        since = max(household.moves[-1].since, as_of - 12 * YEAR)
        for chance in (0.22, 0.2):
            if rng.random() < chance and since < as_of - 60 * ONE_DAY:
                since = day_between(rng, since + 30 * ONE_DAY, as_of)
                household.moves.append(Move(since, places().home(rng)))
            else:
                break
