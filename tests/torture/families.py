"""Families that are hard to tell apart: a demo city with many more of them than chance would make.

Twins of every kind, strangers with the same name and birthday, grandparents and parents with a
child's name, foreign children with middle names. The truth stays the city's own.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Sequence
from unittest import mock

from app.demo import city as building
from app.demo import households as making
from app.demo.chance import Streams
from app.demo.model import City, ErrorRates, Household, Name, Person

TWIN_BIRTHS = 0.04
TWIN_NAMES = (
    ("陽斗", "ハルト", "陽希", "ハルキ"), ("蓮", "レン", "蘭", "ラン"), ("柚希", "ユズキ", "結月", "ユヅキ"),
    ("大翔", "ヒロト", "悠翔", "ユウト"), ("葵", "アオイ", "碧", "アオ"), ("健太", "ケンタ", "健人", "ケント"),
    ("結衣", "ユイ", "由依", "ユエ"), ("航", "コウ", "洸", "ヒロ"), ("莉子", "リコ", "莉央", "リオ"),
    ("颯", "ハヤテ", "颯太", "ソウタ"), ("真央", "マオ", "真生", "マナ"), ("一", "ハジメ", "二", "ツグ"),
    ("勇太", "ユウタ", "勇大", "ユウダイ"), ("さくら", "サクラ", "さつき", "サツキ"), ("凛", "リン", "凛花", "リンカ"),
)  # fmt: skip
"""Names that only parents of twins think of: one kana or one sign apart, the same first letter, mixed sexes."""

MIDDLE = {"VAN": "ヴァン", "THI": "ティ", "JOSE": "ホセ", "MARIA": "マリア", "DA": "ダ", "ANH": "アイン"}


def hard_city(children: int, seed: int, as_of: dt.date, errors: ErrorRates) -> City:
    """A city of the demo whose families are hard; ``errors``: what the demo itself gets wrong."""

    def harder(
        streams: Streams, count: int, day: dt.date
    ) -> tuple[list[Household], list[tuple[str, str]]]:  # stands in for make_households
        with mock.patch.object(making, "TWIN_BIRTHS", TWIN_BIRTHS):
            households, twins = making.make_households(streams, count, day)
        _harden(streams.of("hard families"), households, twins)
        return households, twins

    with mock.patch.object(building, "make_households", harder):
        return building.make_city(children, seed, as_of, errors)


def _harden(rng: random.Random, households: list[Household], twins: Sequence[tuple[str, str]]) -> None:
    persons = {one.key: one for household in households for one in household.members}
    for first, second in twins:
        if rng.random() < 0.6 and not persons[first].names[0][1].foreign:
            one, reading, other, other_reading = rng.choice(TWIN_NAMES)
            _call(persons[first], one, reading)
            _call(persons[second], other, other_reading)
    for household in households:
        _handed_down(rng, household)
        _middle_names(rng, household)
    _same_name_and_day(rng, households, twins)


def _call(person: Person, given: str, reading: str) -> None:
    person.names = [
        (since, Name(name.family, name.family_kana, given, reading, name.foreign)) for since, name in person.names
    ]


def _handed_down(rng: random.Random, household: Household) -> None:
    """A father or grandfather has a child's given name, or its kanji with another reading."""
    elders = [one for one in household.members if one.role in ("father", "grandfather", "mother", "grandmother")]
    for child in household.children:
        fitting = [one for one in elders if one.sex == child.sex]
        if fitting and not child.names[0][1].foreign and rng.random() < 0.015:
            given = child.names[0][1]
            _call(rng.choice(fitting), given.given, given.given_kana if rng.random() < 0.7 else given.given_kana[:2])


def _middle_names(rng: random.Random, household: Household) -> None:
    for child in household.children:
        name = child.names[0][1]
        if name.foreign and " " not in name.given and rng.random() < 0.4:
            middle = rng.choice(sorted(MIDDLE))
            _call(child, f"{name.given} {middle}", f"{name.given_kana} {MIDDLE[middle]}")


def _same_name_and_day(rng: random.Random, households: list[Household], twins: Sequence[tuple[str, str]]) -> None:
    """Children of different families with one family name get the same given name and birthday."""
    doubles = {key for pair in twins for key in pair}
    by_family: dict[str, list[Household]] = defaultdict(list)
    for household in households:
        if household.resident and household.children:
            by_family[household.children[0].names[0][1].family].append(household)
    wanted = len(households) // 300 + 1
    families = [some for some in by_family.values() if len(some) > 1]
    for _ in range(wanted if families else 0):
        first, second = rng.sample(rng.choice(families), 2)
        one, other = first.children[0], second.children[0]
        same_year = abs((one.born - other.born).days) < 800
        if {one.key, other.key} & doubles or one.sex != other.sex or not same_year or other.names[0][1].foreign:
            continue
        _call(other, one.names[0][1].given, one.names[0][1].given_kana)
        if len(second.children) == 1:
            other.born = one.born
            other.names = [(max(since, one.born), name) for since, name in other.names]
