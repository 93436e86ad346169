"""A school's system was tried out with one made-up name, and nobody took the rows out: they come and go with the
months, and no month comes to another answer than the whole city would."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from app.linkage.crowds import ALIKE
from app.services.deriving import rebuilding
from app.services.imports import batches, withdrawing
from app.storage.offices.office import Office
from tests.builders import NOW, REGISTER, SCHOOL, bring_in, extract, groups, opened, pupil, resident

MONTHS = [date(2026, 11, 2), date(2026, 12, 2), date(2027, 1, 5)]
TRIED = [ALIKE - 5, ALIKE + 15, ALIKE + 16]
"""How many such rows each month's roster holds."""
NAME = ("山田 太郎", "ヤマダ タロウ", "2015-04-01")


def files(folder: Path, month: int) -> list[Path]:
    """A register with one child who is really called so, and the roster of the month."""
    town = [resident("1", *NAME), resident("2", "森 葵", "モリ アオイ", "2016-05-02")]
    roster = [pupil(f"T{at}", *NAME, address="") for at in range(TRIED[month])]
    roster += [
        pupil("S2", "森 葵", "モリ アオイ", "2016-05-02"),
        pupil("S3", f"林 {'一二三'[month]}", "", "2017-01-09"),
    ]
    where = folder / f"m{month}"
    where.mkdir()
    return [extract(where / "juki.csv", REGISTER, town), extract(where / "gakko.csv", SCHOOL, roster)]


def together(office: Office) -> int:
    """How many of the rows with that name are one person with the one who is called so."""
    [group] = [one for one in groups(office) if ("resident_register", "1") in one]
    return len(group)


def answers(office: Office) -> tuple[object, ...]:
    reviews = office.reader().execute("SELECT a, b, weight, why FROM view.review ORDER BY a, b").fetchall()
    return groups(office), reviews


def test_months_come_to_what_the_whole_city_would(empty_office: Path, tmp_path: Path) -> None:
    monthly = Path(shutil.copytree(empty_office, tmp_path / "monthly"))
    with opened(monthly) as office:
        for month, day in enumerate(MONTHS):
            every = files(tmp_path, month)
            bring_in(office, *every, as_of=day)
            assert rebuilding.differences(office) == [], f"month {month}"
            assert together(office) == (TRIED[month] + 1 if month == 0 else 1)
            once = Path(shutil.copytree(empty_office, tmp_path / f"once{month}"))
            with opened(once) as other:
                bring_in(other, *every, as_of=day)
                assert answers(office) == answers(other), f"month {month}"


def test_withdrawing_the_month_that_crowded_them_gives_the_answer_of_before(empty_office: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(empty_office, tmp_path / "office"))
    with opened(place) as office:
        bring_in(office, *files(tmp_path, 0), as_of=MONTHS[0])
        before = answers(office)
        assert together(office) > 1
        bring_in(office, *files(tmp_path, 1), as_of=MONTHS[1])
        assert together(office) == 1
        for batch in [one.batch for one in batches.history(office) if one.as_of == MONTHS[1]]:
            withdrawing.withdraw(office, batch, "試験の行", NOW)
            assert rebuilding.differences(office) == []
        assert answers(office) == before
