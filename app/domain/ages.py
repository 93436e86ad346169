"""Ages and school years as Japanese law counts them.

The registered school year runs from 2 April to 1 April: a person born on 1 April belongs with
those born the day before. A child is a person under 18, to the 31 March after the 18th birthday.
"""

from __future__ import annotations

from datetime import date

SCHOOL_GRADES = ("小1", "小2", "小3", "小4", "小5", "小6", "中1", "中2", "中3", "高1", "高2", "高3")
NURSERY_CLASSES = ("0歳児", "1歳児", "2歳児", "年少", "年中", "年長")


def age_on(birth: date, day: date) -> int:
    """Full years lived on ``day``; negative before birth."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def fiscal_year(day: date) -> int:
    """The Japanese fiscal and school year (年度), 4/1 to 3/31, that ``day`` lies in."""
    return day.year if day.month >= 4 else day.year - 1


def class_year(birth: date) -> int:
    """The fiscal year whose newborn class a child belongs to: born 2 April to 1 April."""
    return birth.year if (birth.month, birth.day) >= (4, 2) else birth.year - 1


def grade_index(birth: date, day: date) -> int:
    """Place among the classes: 0 is 0歳児, 6 is 小1, 17 is 高3; negative before the year of birth.

    A class goes by the age on 2 April, so the year of birth and the one after it are both 0歳児.
    """
    years = fiscal_year(day) - class_year(birth)
    return max(years - 1, 0) if years >= 0 else years


def grade_on(birth: date, day: date) -> str:
    """The class a person of this birth date belongs to on ``day`` ("小4", "年長"), "" outside."""
    index = grade_index(birth, day)
    if 0 <= index < len(NURSERY_CLASSES):
        return NURSERY_CLASSES[index]
    if 6 <= index < 6 + len(SCHOOL_GRADES):
        return SCHOOL_GRADES[index - 6]
    return ""


def is_child_on(birth: date, day: date) -> bool:
    """Under 18, or not past the 31 March after the 18th birthday; born by ``day``.

    Someone born on 1 April turns 18 with the end of 31 March in law, so that same 31 March ends it.
    """
    return birth <= day <= last_day_as_child(birth)


def last_day_as_child(birth: date) -> date:
    """The 31 March after the 18th birthday."""
    return date(class_year(birth) + 19, 3, 31)
