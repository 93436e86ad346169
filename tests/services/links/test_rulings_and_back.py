"""Rulings made and taken back by chance, and protections: whatever the way, the view is what a rebuild comes to."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.demo.city import make_city
from app.demo.writing import write_extracts
from app.services.deriving import rebuilding
from app.services.links import linking
from app.services.protection import protecting
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW, bring_in, new_office, opened

ACTS, PROTECTED, BACK, ASKED = 20, 0.15, 0.4, 5
"""How much is done; how likely somebody is protected or a ruling is taken back; after how many acts the view is
rebuilt."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty children of a made-up city, some of them protected, some with another surname since."""
    folder = tmp_path_factory.mktemp("city")
    write_extracts(make_city(40, 1, AS_OF), folder / "extracts")
    new_office(folder / "office")
    with opened(folder / "office") as office:
        bring_in(office, folder / "extracts")
    return folder / "office"


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    with opened(Path(shutil.copytree(made, tmp_path / "office"))) as it:
        yield it


@pytest.mark.parametrize("seed", [4, 12, 20])
def test_rulings_and_what_takes_them_back_leave_no_trace_in_the_view(office: Office, seed: int) -> None:
    chance, stands = random.Random(seed), list[str]()
    for number in range(ACTS):
        now = NOW + timedelta(seconds=number)
        luck = chance.random()
        if luck < PROTECTED:
            children = office.reader().execute("SELECT person_id FROM view.priority ORDER BY person_id").fetchall()
            protecting.protect(office, chance.choice(children)[0], "本人の申出", now)
        elif stands and luck < PROTECTED + BACK:
            linking.withdraw_ruling(office, stands.pop(chance.randrange(len(stands))), "確認し直した", now)
        else:
            rows = office.reader().execute("SELECT record_id, person_id FROM view.record ORDER BY record_id").fetchall()
            (a, one), (b, other) = chance.sample(rows, 2)
            stands.append(linking.rule(office, a, b, one != other, "確認した", now).value)
        if (number + 1) % ASKED == 0:
            assert rebuilding.differences(office) == []
