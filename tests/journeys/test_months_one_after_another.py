"""Month after month little changes: working out only that comes to what working out everything would."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.services.deriving import rebuilding, standing
from app.storage.offices.office import Office
from tests.builders import ATTENDANCE, REGISTER, SCHOOL, bring_in, extract, month, pupil, resident

MONTHS = [date(2026, 11, 2), date(2026, 12, 2), date(2027, 1, 5), date(2027, 2, 2), date(2027, 3, 2), date(2027, 4, 20)]
FAMILIES = 30


class Town:
    """Families with two children and a parent, and what three departments print of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.people: dict[str, list[str]] = {}
        self.pupils: dict[str, list[str]] = {}
        self.counts: list[list[str]] = []
        for at in range(FAMILIES):
            home = {"household": f"H{at}", "address": f"みらい市青葉{at}-1"}
            birth = f"20{12 + at % 6}-{at % 12 + 1:02d}-{at % 27 + 1:02d}"
            self.people[f"p{at}"] = resident(f"p{at}", f"森{at} 親", "", "1985-04-01", relation="世帯主", **home)
            self.people[f"a{at}"] = resident(f"a{at}", f"森{at} 葵", "", birth, **home)
            born = f"20{20 + at % 6}-11-{at % 27 + 1:02d}"
            self.people[f"b{at}"] = resident(f"b{at}", f"森{at} 湊", "", born, **home)
            self.pupils[f"a{at}"] = pupil(f"{at:04d}", f"森{at} 葵", "", birth, address=home["address"])
            self.counts += [month(f"{at:04d}", "2026", str(of), sick=str(at % 9)) for of in range(4, 10)]

    def files(self, name: str) -> list[Path]:
        """This month's three files."""
        folder = self.folder / name
        folder.mkdir()
        return [
            extract(folder / "juki.csv", REGISTER, self.people.values()),
            extract(folder / "gakko.csv", SCHOOL, self.pupils.values()),
            extract(folder / "shukketsu.csv", ATTENDANCE, self.counts),
        ]


def changes(town: Town, at: int) -> None:
    """What happens before the month at this place."""
    of = str((at + 9) % 12 + 1)  # October to March are of one school year
    town.counts += [month(f"{one:04d}", "2026", of, sick=str(one % 4)) for one in range(FAMILIES)]
    town.people[f"n{at}"] = resident(f"n{at}", "林 新", "", f"2026-1{at % 3}-0{at + 1}", household=f"H{at}")
    town.pupils[f"n{at}"] = pupil(f"9{at:03d}", f"林{at} 樹", "", "2018-05-05")
    if at == 1:  # a child goes to live in another household, a count is corrected, a family leaves
        town.people["a3"][9], town.people["a3"][6] = "H4", "みらい市青葉4-1"
        town.counts[5][4] = "9"
        del town.people["p7"], town.people["a7"], town.people["b7"], town.pupils["a7"]
    if at == 2:  # the same pupil's month stands there twice, and says two things
        town.counts.insert(40, [*town.counts[20][:4], "17", *town.counts[20][5:]])
    if at == 3:  # the second is gone again, and the family is back
        del town.counts[40]
        for key, birth in (("p7", "1985-04-01"), ("a7", "2013-08-08"), ("b7", "2021-11-08")):
            home = {"household": "H7", "address": "みらい市緑7-7"}
            town.people[key] = resident(key, f"森7 {'親葵湊'['pab'.index(key[0])]}", "", birth, **home)
    if at == 4:  # two lines change places, and a line comes back as it was
        town.counts[1], town.counts[200] = town.counts[200], town.counts[1]
        town.counts[5][4] = "5"


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each delivery that was laid on, whether only its new lines were looked at."""
    seen: list[bool] = []
    inner = standing._lines_to_lay

    def watch(*given: object) -> str:
        lines = inner(*given)  # type: ignore[arg-type]
        seen.append(lines == standing._NEW_LINES)
        return lines

    monkeypatch.setattr(standing, "_lines_to_lay", watch)
    return seen


def test_each_month_comes_to_what_a_rebuild_gives(fresh: Office, tmp_path: Path, looked_at: list[bool]) -> None:
    town = Town(tmp_path)
    facts = []
    for at, day in enumerate(MONTHS):
        changes(town, at)
        looked_at.clear()
        bring_in(fresh, *town.files(f"m{at}"), as_of=day)
        assert len(looked_at) == 3
        # Where a key stood twice, this month or the month before, all lines are looked at.
        assert looked_at.count(True) == {0: 0, 2: 2, 3: 2}.get(at, 3), f"month {at}"
        assert rebuilding.differences(fresh) == [], f"month {at}"
        facts.append(fresh.reader().execute("SELECT count(*) FROM view.fact WHERE kind = 'attendance'").fetchone()[0])
    assert facts == sorted(set(facts))


def test_a_month_that_comes_late_is_laid_in_between(fresh: Office, tmp_path: Path, looked_at: list[bool]) -> None:
    town = Town(tmp_path)
    files = []
    for at in range(4):
        changes(town, at)
        files.append(town.files(f"m{at}"))
    for at in (0, 1, 3, 2):
        bring_in(fresh, *files[at], as_of=MONTHS[at])
        assert rebuilding.differences(fresh) == [], f"month {at}"
    changes(town, 4)
    looked_at.clear()
    bring_in(fresh, *town.files("m4"), as_of=MONTHS[4])
    assert looked_at.count(True) >= 2
    assert rebuilding.differences(fresh) == []
