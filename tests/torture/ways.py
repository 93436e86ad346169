"""Whatever people do to an office, and in whatever order, its view is what a rebuild comes to.

By chance: pairs are ruled on and rulings taken back, children protected, months imported, batches withdrawn and
brought back, data items switched off and on. After each act everything derived is worked out again and compared.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from app.domain.message import Trouble
from app.services.deriving import rebuilding
from app.services.imports import batches, importing, purposes, withdrawing
from app.services.links import linking
from app.services.protection import protecting
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW, opened
from tests.torture.place import Place

ACTS, FILES, HEAD, STAYS = 25, 5, 8, 0.93
"""Acts of one way; how many files a month brings, how many of their lines may be titles, and how many others stay."""
WHY = "確認した"


def by_chance(place: Place, times: int) -> list[str]:
    """Go ``times`` ways; each that ends in a view unlike its rebuild, with the acts that led there."""
    failures: list[str] = []
    for number in range(times):
        folder = place.office(place.filled())
        with opened(folder) as office:
            way = _Way(office, place, random.Random(f"{place.seed} {number}"), number)
            failures += way.walk()
        shutil.rmtree(folder)
        place.say(f"ways {number + 1}/{times}: {' '.join(way.went)}, {len(failures)} failures")
    return failures


class _Way:
    """One office, and what was done to it so far."""

    def __init__(self, office: Office, place: Place, chance: random.Random, number: int) -> None:
        self._office, self._chance, self._now = office, chance, NOW
        self._texts = [path for path in sorted(place.extracts.iterdir()) if _is_plain(path)]
        self._months = place.folder / "given" / f"months-{number}"
        self._rulings: list[str] = []
        self._withdrawn: list[int] = []
        self._off: list[tuple[str, str]] = []
        self._month = 0
        self.went: list[str] = []
        self._acts: dict[str, tuple[int, Callable[[datetime], bool]]] = {
            "rule": (30, self._rule), "unrule": (20, self._take_ruling_back), "protect": (10, self._protect),
            "month": (12, self._import_a_month), "withdraw": (8, self._withdraw), "restore": (6, self._restore),
            "off": (8, self._switch_off), "on": (6, self._switch_on),
        }  # fmt: skip

    def walk(self) -> list[str]:
        """Act by act; what does not come out the same, with the way there."""
        names, weights = [*self._acts], [weight for weight, _act in self._acts.values()]
        for _ in range(ACTS):
            (name,) = self._chance.choices(names, weights)
            self._now += timedelta(minutes=1)
            try:
                done = self._acts[name][1](self._now)
            except Trouble as refused:  # an item that is always needed, a file that is too short
                self.went.append(f"({name}: {refused.message.key})")
                continue
            if done:
                self.went.append(name)
                if found := rebuilding.differences(self._office):
                    return [f"{' '.join(self.went)}: {', '.join(str(one.values['table']) for one in found)}"]
        return []

    def _rule(self, now: datetime) -> bool:
        rows = self._office.reader().execute("SELECT record_id, person_id FROM view.record ORDER BY record_id")
        (a, one), (b, other) = self._chance.sample(rows.fetchall(), 2)
        self._rulings.append(linking.rule(self._office, a, b, one != other, WHY, now).value)
        return True

    def _take_ruling_back(self, now: datetime) -> bool:
        if self._rulings:
            entry = self._rulings.pop(self._chance.randrange(len(self._rulings)))
            linking.withdraw_ruling(self._office, entry, WHY, now)
            return True
        return False

    def _protect(self, now: datetime) -> bool:
        children = self._office.reader().execute("SELECT person_id FROM view.priority ORDER BY person_id").fetchall()
        protecting.protect(self._office, self._chance.choice(children)[0], WHY, now)
        return True

    def _import_a_month(self, now: datetime) -> bool:
        self._month += 1
        folder = self._months / str(self._month)
        folder.mkdir(parents=True)
        for path in self._chance.sample(self._texts, FILES):
            lines = enumerate(path.read_bytes().splitlines(keepends=True))
            kept = (line for at, line in lines if at < HEAD or self._chance.random() < STAYS)
            (folder / path.name).write_bytes(b"".join(kept))
        as_of: date = AS_OF + timedelta(days=30 * self._month)
        importing.import_extracts(self._office, [folder], now=now, as_of=as_of)
        return True

    def _withdraw(self, now: datetime) -> bool:
        standing = [one.batch for one in batches.history(self._office) if one.state == "published"]
        batch = self._chance.choice(standing)
        withdrawing.withdraw(self._office, batch, WHY, now)
        self._withdrawn.append(batch)
        return True

    def _restore(self, now: datetime) -> bool:
        if self._withdrawn:
            withdrawing.restore(self._office, self._withdrawn.pop(), WHY, now)
            return True
        return False

    def _switch_off(self, now: datetime) -> bool:
        every = [(of.extract, item.name) for of in purposes.items(self._office, "ja") for item in of.items if item.used]
        item = self._chance.choice(every)
        self._switch(item, False, now)
        self._off.append(item)
        return True

    def _switch_on(self, now: datetime) -> bool:
        if self._off:
            self._switch(self._off.pop(), True, now)
            return True
        return False

    def _switch(self, item: tuple[str, str], used: bool, now: datetime) -> None:
        purposes.set_item(
            self._office, extract=item[0], item=item[1], used=used, purpose=WHY, basis="duty", words=WHY, now=now
        )


def _is_plain(path: Path) -> bool:
    """A text whose lines can be left out byte by byte."""
    return path.suffix != ".xlsx" and not path.read_bytes().startswith((b"\xff\xfe", b"\xfe\xff"))
