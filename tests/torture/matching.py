"""How well the matching does on cities that nobody tuned it on: pairs, questions, mixed groups, twins.

`python3 packaging/dev.py torture matching` measures every sort of city; its short form is
tests/linkage/test_hard_cities.py. Made with the demo's people (see ``families``) and noise of our own (``clerks``).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from app.demo.model import City, ErrorRates
from app.linkage.matching import match
from app.linkage.model import Model
from app.linkage.results import LinkResult
from tests.linkage.people import person_id_of, record_id
from tests.torture.clerks import Slips, written
from tests.torture.families import hard_city
from tests.torture.place import Place

AS_OF = dt.date(2026, 10, 31)


@dataclass(frozen=True)
class Sort:
    """A sort of city. ``level``: times the usual slips; ``lacking``: see ``clerks.written``."""

    name: str
    level: float = 1.0
    lacking: frozenset[str] = frozenset()


SORTS = (
    Sort("clean", 0.0),
    Sort("usual", 1.0),
    Sort("dirty", 2.0),
    Sort("very dirty", 4.0),
    Sort("no kana", 1.0, frozenset({"kana"})),
    Sort("no day of birth", 1.0, frozenset({"birth_day"})),
    Sort("no address", 1.0, frozenset({"address", "postal"})),
    Sort("no phone", 1.0, frozenset({"phone"})),
)


@dataclass
class Measured:
    """What came out. ``pairs``: right, wrong, missed; ``unaskable``: missed ones between two register entries."""

    children: int
    right: int
    wrong: int
    missed: int
    unaskable: int
    groups: int
    mixed: list[list[int]] = field(default_factory=list)
    twins: list[list[int]] = field(default_factory=list)
    reviews: Counter[tuple[str, bool]] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    @property
    def asked(self) -> float:
        """Pairs of groups in review per 100 children."""
        return 100 * sum(self.reviews.values()) / self.children

    def __str__(self) -> str:
        two = 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed - self.unaskable)
        return (
            f"P {self.precision:.5f} R {self.recall:.5f} F1 {self.f1:.5f} ({two:.5f} but for two register entries)"
            f" reviews/100 {self.asked:.2f} mixed {len(self.mixed)} of {self.groups} twins {len(self.twins)}"
        )


def city_of(sort: Sort, children: int, seed: int) -> tuple[City, pd.DataFrame]:
    """A city of this sort and its records as they were written down."""
    usual = ErrorRates()
    errors = ErrorRates(
        **{
            **dict.fromkeys(ErrorRates.__dataclass_fields__, 0.0),
            "stale_record": usual.stale_record * min(2.0, sort.level),
            "second_number": usual.second_number,
        }
    )
    city = hard_city(children, seed, AS_OF, errors)
    return city, written(city, seed * 31 + 7, Slips().times(sort.level), sort.lacking)


def measure(city: City, frame: pd.DataFrame, model: Model | None = None) -> tuple[Measured, LinkResult]:
    """Match and compare with the truth."""
    result = match(frame, person_id_of=person_id_of, model=model)
    children = sum(len(one.children) for one in city.households)
    register = set(frame.loc[frame["extract"] == "resident_register", "record_id"].tolist())
    truth = {record_id(one.extract, one.local_id): one.person for one in city.truth}
    return compare(result, truth, {frozenset(pair) for pair in city.twins}, children, register), result


def compare(
    result: LinkResult,
    truth: Mapping[int, str],
    twins: set[frozenset[str]],
    children: int,
    register: set[int],
) -> Measured:
    """Count pairs within groups."""
    groups: dict[int, list[int]] = defaultdict(list)
    people: dict[str, list[int]] = defaultdict(list)
    for record, person in result.persons.items():
        groups[person].append(record)
        people[truth[record]].append(record)
    right = sum(_pairs(n) for group in groups.values() for n in Counter(truth[one] for one in group).values())
    together = sum(_pairs(len(group)) for group in groups.values())
    same = sum(_pairs(len(person)) for person in people.values())
    twice = [records for records in people.values() if len(register & set(records)) > 1]
    reached = sum(_pairs(n) for records in twice for n in Counter(result.persons[one] for one in records).values())
    mixed = [group for group in groups.values() if len({truth[one] for one in group}) > 1]
    return Measured(
        children=children,
        right=right,
        wrong=together - right,
        missed=same - right,
        unaskable=sum(_pairs(len(records)) for records in twice) - reached,
        groups=len(groups),
        mixed=mixed,
        twins=[group for group in mixed if any(pair <= {truth[one] for one in group} for pair in twins)],
        reviews=Counter((one.reason, truth[one.a] == truth[one.b]) for one in result.reviews),
    )


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def every_sort(place: Place, times: int) -> list[str]:
    """A city of each sort against the targets; ``times`` is ten times its hundreds of children."""
    failures = []
    for number, sort in enumerate(SORTS):
        city, frame = city_of(sort, times * 40, place.seed * 1000 + number)
        measured, _ = measure(city, frame)
        place.say(f"{sort.name}: {measured}")
        if measured.twins:
            failures.append(f"{sort.name}: {len(measured.twins)} groups hold twins")
        if len(measured.mixed) > 1 + measured.groups / 5000:
            failures.append(f"{sort.name}: {len(measured.mixed)} of {measured.groups} groups hold two people")
    return failures
