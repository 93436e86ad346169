"""Where policy narrows workers to their own and nobody's children, colleagues' children are not shown to them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.message import Refused
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import assigning, caseload, followups, reviewing
from app.services.desk import undoing
from app.services.protection import need_to_know
from app.storage.keyring import keys
from app.storage.offices import people
from app.storage.offices.office import Office
from tests import builders

LATER = builders.NOW + timedelta(hours=1)
COLLEAGUE = "高橋 二郎"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three children: the worker's, a colleague's, nobody's."""
    folder = tmp_path / "office"
    builders.new_office(folder)
    rows = [
        builders.resident(str(one), f"森 {name}", "モリ", f"2016-0{one}-01", household=f"H{one}")
        for one, name in enumerate("一二三", start=1)
    ]
    builders.extract(tmp_path / "register.csv", builders.REGISTER, rows)
    with builders.opened(folder) as office:
        people.add(office, COLLEAGUE, ["worker"], builders.PASSPHRASE, time=builders.NOW, kdf=keys.FLOOR)
        builders.bring_in(office, tmp_path / "register.csv")
        assigning.assign(office, [child(office, 1)], builders.WORKER, LATER)
        assigning.assign(office, [child(office, 2)], COLLEAGUE, LATER)
    return folder


def child(office: Office, number: int) -> int:
    return builders.person_of(office, "resident_register", str(number))


def lay_down(folder: Path) -> str:
    with builders.opened(folder) as office:
        return need_to_know.set_own_only(office, True, LATER).value


def listed(office: Office) -> set[int]:
    return set(caseload.listing(office, CaseloadQuery(view="all"), builders.AS_OF).ids)


def test_a_worker_sees_own_and_nobodys(folder: Path) -> None:
    with builders.opened(folder, builders.WORKER) as office:
        assert len(listed(office)) == 3
    lay_down(folder)
    with builders.opened(folder, builders.WORKER) as office:
        own, theirs, nobodys = (child(office, one) for one in (1, 2, 3))
        assert listed(office) == {own, nobodys}
        found = caseload.listing(office, CaseloadQuery(view="all"), builders.AS_OF)
        assert found.counts["all"] == 2
        assert [one.person_id for one in caseload.rows(office, [own, theirs], builders.AS_OF)] == [own]
        assert reviewing.child_file(office, own, LATER).name == "森 一"
        with pytest.raises(Refused) as caught:
            reviewing.child_file(office, theirs, LATER)
        assert caught.value.message.key == "child.colleagues"
        (line,) = office.reader().execute("SELECT line FROM batch_row WHERE record_id IN (SELECT record_id"
                                          " FROM view.record WHERE person_id = ?)", (theirs,)).fetchone()  # fmt: skip
        with pytest.raises(Refused):
            reviewing.raw_row(office, 1, line)
        assert {one.person_id for one in followups.listing(office, builders.AS_OF, everybody=True).lines} <= {own}
        looks = office.reader().execute("SELECT what FROM access WHERE person_id = ?", (theirs,)).fetchall()
        assert ("refused:colleague",) in looks


def test_a_lead_goes_on_seeing_all_and_an_administrator_takes_it_back(folder: Path) -> None:
    entry = lay_down(folder)
    with builders.opened(folder) as office:
        assert len(listed(office)) == 3
        assert reviewing.child_file(office, child(office, 2), LATER).name == "森 二"
        undoing.undo(office, entry, LATER)
        assert not need_to_know.own_only(office)
    with builders.opened(folder, builders.WORKER) as office:
        assert len(listed(office)) == 3
