"""How two normal forms are compared: one list of fields and levels, in plain SQL.

The same list makes the Splink settings (DuckDB now, Spark later: only CASE, LIKE, LEVENSHTEIN,
SUBSTR) and the evidence that people read. The order of the levels is the order of testing.
The numbers (how often a level is seen among same and among different people) stand in the model.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """One answer of a comparison: a key that people's words hang on, and its test."""

    key: str
    sql: str


@dataclass(frozen=True, slots=True)
class Field:
    """One comparison. ``silent`` is the test for "nothing to compare"; the last level is ELSE."""

    key: str
    silent: str
    levels: tuple[Level, ...]


def _both(column: str) -> str:
    return f"({column}_l is not null and {column}_r is not null)"


def _same(column: str) -> str:
    return f"({column}_l = {column}_r)"


def _fits(left: str, right: str) -> str:
    """Equal where a damaged character matches any one character."""
    return f"({left} like {right} or {right} like {left})"


def _tail(text: str, like: str) -> str:
    """The end of ``text`` as long as ``like`` ("" where the text is shorter)."""
    return f"substr({text}, greatest(length({text}) - length({like}) + 1, 1))"


def _near(left: str, right: str) -> str:
    """One letter more, less or other; or two neighbours exchanged. Only for ASCII (see normal.coded)."""
    swapped = (
        f"(length({left}) = length({right}) and levenshtein({left}, {right}) = 2 and"
        f" substr({left}, 1, 1) || substr({left}, 3, 1) = substr({right}, 2, 1) || substr({right}, 3, 1)"
        f" and substr({left}, 2, 1) = substr({right}, 1, 1) and length({left}) >= 3)"
    )
    return f"(length({left}) > 1 and length({right}) > 1 and (levenshtein({left}, {right}) <= 1 or {swapped}))"


def _one_sign_apart(left: str, right: str) -> str:
    """As many signs, of two to eight, and all but one the same: for kanji."""
    differ = " + ".join(
        f"case when substr({left}, {place}, 1) <> substr({right}, {place}, 1) then 1 else 0 end"
        for place in range(1, 9)
    )
    return f"(length({left}) = length({right}) and length({left}) between 2 and 8 and {differ} <= 1)"


def _turned(left: str, right: str) -> str:
    """The same signs beginning elsewhere: given name and family name exchanged, not separated."""
    return f"(length({left}) = length({right}) and length({left}) > 2 and {left} || {left} like '%' || {right} || '%')"


def _some_words(form: str) -> str:
    """All parts of one foreign name, at least two, are among those of the other."""
    left, right = f"{form}_words_l", f"{form}_words_r"

    def among(part: str, whole: str) -> str:
        return f"({part} like '%  %' and {whole} like '%' || replace({part}, '  ', ' % ') || '%')"

    return f"coalesce({among(left, right)} or {among(right, left)}, false)"


def _given(form: str, test: str) -> str:
    """``test`` on the given names, also where one or both sides do not separate them."""
    given_l, given_r, full_l, full_r = (f"{form}_{part}_{side}" for part in ("given", "full") for side in "lr")
    tests = {
        "equal": lambda a, b: f"({a} = {b} and replace({a}, '_', '') = {a})",  # what is damaged equals nothing
        "fits": _fits,
        "near": _near,
        "one_sign": _one_sign_apart,
    }
    compare = tests[test]
    undamaged = f" and replace({full_l} || {full_r}, '_', '') = {full_l} || {full_r}" if test == "equal" else ""
    turned = f" or ({_turned(full_l, full_r)}{undamaged})" if test in ("equal", "fits") else ""
    longer_r, longer_l = (
        f"length({full_r}) > length({given_l})",
        f"length({full_l}) > length({given_r})",
    )
    return (
        "(case"
        f" when {given_l} is not null and {given_r} is not null then {compare(given_l, given_r)}"
        f" when {given_l} is not null then {longer_r} and {compare(given_l, _tail(full_r, given_l))}"
        f" when {given_r} is not null then {longer_l} and {compare(given_r, _tail(full_l, given_r))}"
        f" else {compare(full_l, full_r)} end"
        f" or coalesce({_whole(form, test)}, false) or {compare(full_l, full_r)}{turned})"
    )


def _whole(form: str, test: str) -> str:
    """The same parts in any order."""
    same = f"{form}_bag_l = {form}_bag_r"
    return f"{same} and replace({form}_bag_l, '_', '') = {form}_bag_l" if test == "equal" else same


def _family(form: str, compare: str) -> str:
    """Family names equal (``fits`` lets a damaged character match), separated or not."""
    family_l, family_r, full_l, full_r = (f"{form}_{part}_{side}" for part in ("family", "full") for side in "lr")
    head_l = f"substr({full_l}, 1, length({family_r}))"
    head_r = f"substr({full_r}, 1, length({family_l}))"

    def test(left: str, right: str) -> str:
        return _fits(left, right) if compare == "fits" else _near(left, right)

    return (
        "(case"
        f" when {family_l} is not null and {family_r} is not null then {test(family_l, family_r)}"
        f" when {family_l} is not null then {test(family_l, head_r)}"
        f" when {family_r} is not null then {test(head_l, family_r)}"
        f" else {test(full_l, full_r)} end"
        f" or coalesce({form}_bag_l = {form}_bag_r, false) or {_turned(full_l, full_r)})"
    )


_KANJI_EQUAL = f"({_both('n_full')} and {_given('n', 'equal')})"
_KANJI_FITS = f"({_both('n_full')} and {_given('n', 'fits')})"
_KANJI_NEAR = f"({_both('n_full')} and {_given('n', 'one_sign')})"
_KANA_KNOWN = _both("k_full")
_KANA_EQUAL = f"({_KANA_KNOWN} and {_given('k', 'fits')})"
_KANA_NEAR = f"({_KANA_KNOWN} and {_given('k', 'near')})"
_SOUND_KNOWN = _both("sound")
_SOUND_EQUAL = f"({_SOUND_KNOWN} and sound_l = sound_r)"
_SOUND_NEAR = f"({_SOUND_KNOWN} and length(sound_l) > 5 and levenshtein(sound_l, sound_r) <= 2)"

GIVEN = Field(
    "given",
    f"(not {_both('n_full')} and not {_KANA_KNOWN} and not {_SOUND_KNOWN})",
    (
        Level("same_both", f"{_KANA_EQUAL} and {_KANJI_EQUAL}"),
        Level("same_kana_damaged_kanji", f"{_KANA_EQUAL} and {_KANJI_FITS}"),
        Level("same_kana_no_kanji", f"{_KANA_EQUAL} and not {_both('n_full')}"),
        Level("same_kana", _KANA_EQUAL),
        Level("same_kanji_no_kana", f"{_KANJI_EQUAL} and not {_KANA_KNOWN}"),
        Level("same_kanji_near_kana", f"{_KANJI_EQUAL} and {_KANA_NEAR}"),
        Level("same_kanji", _KANJI_EQUAL),
        Level("some_names", f"({_some_words('n')} or {_some_words('k')})"),
        Level("same_sound", _SOUND_EQUAL),
        Level("damaged_kanji_no_kana", f"{_KANJI_FITS} and not {_KANA_KNOWN}"),
        Level("near_kana_damaged_kanji", f"{_KANA_NEAR} and {_KANJI_FITS}"),
        Level("near_kana", _KANA_NEAR),
        Level("near_sound", f"{_SOUND_NEAR} and not {_KANA_KNOWN} and not {_both('n_full')}"),
        Level("near_kanji_no_kana", f"{_KANJI_NEAR} and not {_KANA_KNOWN}"),
        Level("near_kanji", f"{_KANJI_NEAR}"),
        Level("differs", "ELSE"),
    ),
)

_FAMILY_KNOWN = (
    "not ((n_family_l is null and n_family_r is null and coalesce(n_full_l <> n_full_r, true))"
    " and (k_family_l is null and k_family_r is null and coalesce(k_full_l <> k_full_r, true)))"
)

FAMILY = Field(
    "family",
    f"(not ({_FAMILY_KNOWN}))",
    (
        Level("same_both", f"{_KANA_KNOWN} and {_family('n', 'fits')} and {_family('k', 'fits')}"),
        Level("same_kanji", f"{_both('n_full')} and {_family('n', 'fits')}"),
        Level("same_kana", f"{_KANA_KNOWN} and {_family('k', 'fits')}"),
        Level("near", f"{_KANA_KNOWN} and {_family('k', 'near')}"),
        Level("differs", "ELSE"),
    ),
)

_PART_AGREES = "coalesce(b_{0}_l = b_{0}_r, true)"
_PARTS_AGREE = " and ".join(_PART_AGREES.format(part) for part in ("month", "day"))

BIRTH = Field(
    "birth",
    "(b_year_l is null or b_year_r is null)",
    (
        Level("same", _same("birth")),
        Level(
            "same_as_far_as_known",
            f"b_year_l = b_year_r and {_PARTS_AGREE} and (birth_l is null or birth_r is null)",
        ),
        Level(
            "day_and_month_exchanged",
            "b_year_l = b_year_r and b_month_l = b_day_r and b_day_l = b_month_r",
        ),
        Level("one_digit", "levenshtein(birth_l, birth_r) <= 1"),
        Level(
            "one_part",
            "(case when b_year_l = b_year_r then 1 else 0 end + case when b_month_l = b_month_r then 1 else 0 end"
            " + case when b_day_l = b_day_r then 1 else 0 end) >= 2",
        ),
        Level("same_year", _same("b_year")),
        Level("differs", "ELSE"),
    ),
)

SEX = Field("sex", f"(not {_both('sex')})", (Level("same", _same("sex")), Level("differs", "ELSE")))

_TOWN = "(town_l like '%' || town_r or town_r like '%' || town_l)"
_STREET_HEAD = "(street_l like street_r || '-%' or street_r like street_l || '-%')"

ADDRESS = Field(
    "address",
    f"(not {_both('town')})",
    (
        Level("same", f"{_same('street')} and {_TOWN}"),
        Level(
            "same_block",
            f"({_same('street')} and length(street_l) >= 5) or ({_TOWN} and {_STREET_HEAD})",
        ),
        Level("other_number", f"{_TOWN} and coalesce({_same('block')}, false)"),
        Level("same_town", f"{_TOWN} or coalesce({_same('postal')}, false)"),
        Level("differs", "ELSE"),
    ),
)

PHONE = Field("phone", f"(not {_both('phone')})", (Level("same", _same("phone")), Level("differs", "ELSE")))

GUARDIAN = Field(
    "guardian",
    f"(not {_both('guardian')})",
    (
        Level("same", _fits("guardian_l", "guardian_r")),
        Level(
            "same_given",
            "coalesce(guardian_given_l = guardian_given_r, false)"
            f" or coalesce(length(guardian_r) > length(guardian_given_l) + 1"
            f" and {_tail('guardian_r', 'guardian_given_l')} = guardian_given_l, false)"
            f" or coalesce(length(guardian_l) > length(guardian_given_r) + 1"
            f" and {_tail('guardian_l', 'guardian_given_r')} = guardian_given_r, false)",
        ),
        # The other parent. Family names have two signs as a rule; most guardians come unseparated.
        Level("same_family", "substr(guardian_l, 1, 2) = substr(guardian_r, 1, 2)"),
        Level("differs", "ELSE"),
    ),
)

HOUSEHOLD = Field(
    "household", f"(not {_both('household')})", (Level("same", _same("household")), Level("differs", "ELSE"))
)

FACILITY = Field(
    "facility",
    f"(not {_both('facility')} or extract_l <> extract_r)",  # a child leaves its nursery for school
    (Level("same", _same("facility")), Level("differs", "ELSE")),
)

NUMBER = Field("number", f"(not {_both('number')})", (Level("same", _same("number")), Level("differs", "ELSE")))

OWN_NUMBER = Field(
    "own_number",
    f"(not {_both('own_number')} or own_number_l <> own_number_r)",
    (Level("same", _same("own_number")), Level("differs", "ELSE")),
)

FIELDS: tuple[Field, ...] = (
    GIVEN,
    FAMILY,
    BIRTH,
    SEX,
    ADDRESS,
    PHONE,
    GUARDIAN,
    HOUSEHOLD,
    FACILITY,
    NUMBER,
    OWN_NUMBER,
)

BLOCKING: tuple[tuple[str, ...], ...] = (
    ("own_number",),
    ("number",),
    ("birth", "k_last"),
    ("birth", "k_first"),
    ("birth", "n_last"),
    ("birth", "phone"),
    ("birth", "home"),
    ("n_bag", "b_year"),
    ("k_bag", "b_year"),
    ("k_full", "b_year"),
    ("n_full", "b_year"),
    ("n_full", "b_month", "b_day"),
    ("k_full", "b_month", "b_day"),
    ("n_full", "home"),
    ("k_full", "home"),
    ("n_full", "guardian"),
    ("k_full", "guardian"),
    ("n_full", "phone"),
    ("k_full", "phone"),
    ("k_given", "phone"),
    ("k_given", "guardian"),
    ("k_given", "home"),
    ("n_given", "home"),
    ("n_given", "guardian"),
    ("n_given", "phone"),
    ("k_last", "b_year", "home"),
    ("k_last", "b_year", "phone"),
    ("k_last", "b_year", "guardian"),
    ("k_given", "b_year", "b_month", "sex"),
    ("birth", "sound"),
    ("sound", "home"),
)
"""Pairs that agree in all columns of any one line are compared; nothing else is. No line is a name
alone: namesakes grow with the square of the city."""
