"""What a scored pair allows by itself: the machine may join it, a person is asked, or nothing.

The weight alone does not decide. Given names rule out twins and siblings; a number is strong and
no proof. How pairs become groups stands in ``app.linkage.grouping``.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
import pandas as pd

from app.linkage.comparisons import ADDRESS, BIRTH, FIELDS, GIVEN, GUARDIAN, Field
from app.linkage.model import Model
from app.linkage.results import Edge, EdgeState, Evidence, ReviewReason

SOUND = (
    "same_both", "same_kana_damaged_kanji", "same_kana_no_kanji", "same_kana", "same_kanji_no_kana",
    "same_kanji_near_kana", "same_kanji", "some_names", "same_sound",
)  # fmt: skip
"""Given names that agree in one form while the other does not speak of two people."""

UNDISPUTED = ("same_both", "same_kana_damaged_kanji", "same_kana_no_kanji", "same_kanji_no_kana")
"""Given names that agree in every form that both sides have."""

KANJI_AGREE = ("same_both", "same_kana_damaged_kanji", "same_kanji_no_kana", "same_kanji_near_kana")

DAMAGED = ("damaged_kanji_no_kana", "near_kana_damaged_kanji")
"""Given names that agree but for what a converter destroyed."""

ONE_APART = (*DAMAGED, "near_kana", "near_sound", "near_kanji_no_kana")
"""Given names that may be a slip of the pen, or twins."""

EXTRA = 12.0
"""Bits above the link weight from which a birth date that is far off is a slip."""

_NONE, _REVIEW, _LINKED = 0, 1, 2
_UNCERTAIN, _ONE_APART = 0, 1
_VERDICTS: dict[tuple[int, int], tuple[EdgeState, ReviewReason | Literal[""]]] = {
    (_LINKED, _UNCERTAIN): ("linked", ""),
    (_LINKED, _ONE_APART): ("linked", ""),
    (_REVIEW, _UNCERTAIN): ("review", "uncertain"),
    (_REVIEW, _ONE_APART): ("review", "names_one_apart"),
}


def edges(pairs: pd.DataFrame, records: np.ndarray, model: Model) -> list[Edge]:
    """One edge for every pair of records that may be linked or asked about, in canonical order.

    ``pairs`` as ``scoring.score`` gives them; ``records``: the record id of every line. Of several
    pairs of spellings the one that allows most counts, then the heaviest.
    """
    if pairs.empty:
        return []
    left, right = records[pairs["spelling_l"].to_numpy()], records[pairs["spelling_r"].to_numpy()]
    judged = pairs.assign(a=np.minimum(left, right), b=np.maximum(left, right))
    judged["state"], judged["reason"] = _judge(pairs, model)
    judged = judged[judged["state"] > _NONE]
    levels = [f"g_{field.key}" for field in FIELDS]
    order = ["a", "b", "state", "weight", *levels]
    ascending = [True, True, False, False, *([True] * len(levels))]
    best = judged.sort_values(order, ascending=ascending).drop_duplicates(["a", "b"])
    evidence = _Evidences(model)
    columns = (best[column].tolist() for column in ("a", "b", "weight", "state", "reason"))
    numbers = best[levels].itertuples(index=False, name=None)
    return [
        Edge(a, b, weight, evidence.of(levels), *_VERDICTS[state, reason])
        for a, b, weight, state, reason, levels in zip(*columns, numbers, strict=True)
    ]


def _judge(pairs: pd.DataFrame, model: Model) -> tuple[np.ndarray, np.ndarray]:
    """State and number of the reason for every pair of spellings."""
    weight = pairs["weight"].to_numpy()
    sound, one_apart = _among(pairs, GIVEN, SOUND), _among(pairs, GIVEN, ONE_APART)
    named = pairs["g_given"].to_numpy() >= 0
    birth_same = _among(pairs, BIRTH, ("same", "same_as_far_as_known"))
    birth_far = _among(pairs, BIRTH, ("same_year", "differs"))
    own = pairs["g_own_number"].to_numpy() == 0
    number = pairs["g_number"].to_numpy() == 0
    heavy, worth_asking = weight >= model.link, weight >= model.review

    at_home = _among(pairs, ADDRESS, ("same", "same_block")) | (pairs["g_phone"].to_numpy() == 0) | own | number
    same_guardian = _among(pairs, GUARDIAN, ("same",))
    birth_close = birth_same | (~birth_far & (at_home | same_guardian)) | (pairs["g_birth"].to_numpy() < 0)

    # A father may have his child's name and live with it, but he has no guardian.
    same_child = _among(pairs, GIVEN, KANJI_AGREE) & same_guardian & at_home
    same_name, same_year = _among(pairs, GIVEN, ("same_both",)), _among(pairs, BIRTH, ("same_year",))
    slipped = (same_child | (same_name & same_year)) & birth_far & (weight >= model.link + EXTRA)
    slipped |= _among(pairs, GIVEN, KANJI_AGREE) & same_year & at_home

    one_form = _among(pairs, GIVEN, ("same_kana", "same_kanji", "some_names", "same_sound"))
    known_by_more = at_home | _among(pairs, GUARDIAN, ("same", "same_given"))

    by_weight = heavy & sound & (birth_close | slipped) & (~one_form | known_by_more)
    by_number = (own | number) & (sound | _among(pairs, GIVEN, DAMAGED)) & birth_same & heavy
    by_own_number = own & sound & ~birth_far
    linked = by_weight | by_number | by_own_number

    uncertain = worth_asking & sound & ~(birth_far & ~heavy)
    slip = one_apart & ((worth_asking & birth_same) | (heavy & ~birth_far))
    unnamed = ~named & heavy & birth_same
    odd_number = own & (birth_same | sound | one_apart) & worth_asking
    asked = uncertain | slip | unnamed | odd_number
    state = np.where(linked, _LINKED, np.where(asked, _REVIEW, _NONE))
    return state, np.where(one_apart, _ONE_APART, _UNCERTAIN)


def _among(pairs: pd.DataFrame, field: Field, keys: tuple[str, ...]) -> np.ndarray:
    numbers = [number for number, level in enumerate(field.levels) if level.key in keys]
    return np.isin(pairs[f"g_{field.key}"].to_numpy(), numbers)


class _Evidences:
    """Level numbers -> evidence. Equal evidence is one object: there are millions of edges."""

    def __init__(self, model: Model) -> None:
        self._known: dict[tuple[int, ...], tuple[Evidence, ...]] = {}
        self._single: dict[tuple[int, int], Evidence] = {}
        for place, field in enumerate(FIELDS):
            self._single[place, -1] = Evidence(field.key, "silent", 0.0)
            for number, level in enumerate(field.levels):
                push = round(model.push(field.key, level.key), 6)
                self._single[place, number] = Evidence(field.key, level.key, push)

    def of(self, numbers: tuple[int, ...]) -> tuple[Evidence, ...]:
        """The evidence of one pair; ``numbers`` are its level numbers in the order of FIELDS."""
        if numbers not in self._known:
            self._known[numbers] = tuple(self._single[place, int(number)] for place, number in enumerate(numbers))
        return self._known[numbers]


@cache
def _level_numbers() -> dict[tuple[str, str], int]:
    return {(field.key, level.key): number for field in FIELDS for number, level in enumerate(field.levels)}


def pack(why: tuple[Evidence, ...]) -> str:
    """Evidence as a short text for storing: one base-36 digit a field, ``-`` for silent."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    known = _level_numbers()
    return "".join("-" if item.level == "silent" else digits[known[item.field, item.level]] for item in why)


def unpack(text: str, model: Model) -> tuple[Evidence, ...]:
    """The evidence behind ``pack``'s text, with the pushes of ``model``."""
    return _Evidences(model).of(tuple(-1 if sign == "-" else int(sign, 36) for sign in text))
