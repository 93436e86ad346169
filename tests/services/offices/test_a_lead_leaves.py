"""Who was a lead, or was shown a child for a time, keeps no key that still opens where protected children are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.services.offices import belonging, opening, verifying
from app.services.protection import unveiling
from app.storage.batches.sealed_rows import RecordKeys, keys_granted, whole
from app.storage.keyring import keys
from app.storage.offices import people, rotation
from app.storage.offices.office import Office
from tests import builders

SECOND = "伊藤 係長"
LATER = builders.NOW + timedelta(hours=1)


class KilledError(Exception):
    """Stands for the end of the process at this point."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An office with a protected family and two leads."""
    folder = tmp_path / "office"
    builders.new_office(folder)
    register = [
        builders.resident("1", "青木 母", "アオキ ハハ", "1985-01-01", household="H1", protected="有"),
        builders.resident("2", "青木 一", "アオキ ハジメ", "2016-05-01", household="H1"),
    ]
    builders.extract(tmp_path / "register.csv", builders.REGISTER, register)
    with builders.opened(folder) as office:
        builders.bring_in(office, tmp_path / "register.csv")
        people.add(office, SECOND, ["lead"], builders.PASSPHRASE, time=builders.NOW, kdf=keys.FLOOR)
    return folder


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    opened = builders.opened(folder)
    yield opened
    opened.close()


def sealed_rows(office: Office) -> list[tuple[int, bytes]]:
    found = office.reader().execute("SELECT row_id, cells FROM row WHERE substr(cells, 1, 1) = x'01' ORDER BY row_id")
    return [(row, cells) for row, cells in found.fetchall()]


def opened_by(office: Office, held: Any) -> int:
    """How many sealed rows these keys open."""
    key_of = RecordKeys(office.reader(), "main", office.id, held)
    return sum(whole(cells, key_of) is not None for _row, cells in sealed_rows(office))


def test_what_a_lead_knew_opens_nothing_after_they_left(office: Office) -> None:
    before, rows = office.held.keys, sealed_rows(office)
    assert opened_by(office, before) == len(rows) == 2

    later = belonging.leave(office, name=SECOND, now=LATER)

    assert opened_by(later, later.held.keys) == 2
    assert opened_by(later, before) == 0
    assert opened_by(later, replace(before, compartment_epoch=2)) == 0
    assert {cells for _row, cells in sealed_rows(later)}.isdisjoint(cells for _row, cells in rows)
    assert later.held.keys.compartment_epoch == 2
    assert verifying.verify(later, rebuild=True) == []
    later.close()
    with builders.opened(later.folder) as again:
        assert opened_by(again, again.held.keys) == 2
        assert not belonging.key_state(again).rotation_due


def test_whoever_is_a_lead_no_longer_makes_new_keys_due(office: Office) -> None:
    belonging.change_roles(office, name=SECOND, roles=["worker"], now=LATER)
    state = belonging.key_state(office)
    assert state.rotation_due
    assert not state.lead_needed

    with belonging.renew_keys(office, reason="asked", now=LATER) as later:
        assert not belonging.key_state(later).rotation_due


def test_an_administrator_who_is_no_lead_is_told_so(office: Office) -> None:
    folder = office.folder
    people.add(office, "情報 管理", ["admin"], builders.PASSPHRASE, time=LATER, kdf=keys.FLOOR)
    belonging.change_roles(office, name=SECOND, roles=["worker"], now=LATER)
    office.close()
    with builders.opened(folder, "情報 管理") as admin:
        assert belonging.key_state(admin).lead_needed
        with belonging.renew_keys(admin, reason="asked", now=LATER) as later:
            assert belonging.key_state(later).rotation_due
            assert belonging.key_state(later).lead_needed


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", ["_seal_rows_again", "_check_copy", "_seal_again", "finish"])
def test_killed_while_the_rows_get_new_keys_a_lead_still_reads_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    original = getattr(rotation, step)

    def killed(*what: object, **more: object) -> None:
        if after:
            original(*what, **more)
        raise KilledError

    office = builders.opened(folder)
    with monkeypatch.context() as patched:
        patched.setattr(rotation, step, killed)
        patched.setattr(rotation, "clear", lambda *_a, **_k: None)
        with pytest.raises(KilledError):
            belonging.leave(office, name=SECOND, now=LATER)
    office.close()

    with builders.opened(folder) as again:
        assert opened_by(again, again.held.keys) == 2
        state = belonging.key_state(again)
        assert state.rotation_due is (again.held.keys.epoch == 1)
        later = belonging.renew_keys(again, reason="left", now=LATER)
        assert opened_by(later, later.held.keys) == 2
        assert not belonging.key_state(later).rotation_due
        assert verifying.verify(later, rebuild=True) == []
        later.close()


def test_what_was_granted_opens_nothing_once_its_time_is_over(office: Office) -> None:
    folder, child = office.folder, builders.person_of(office, "resident_register", "2")
    office.close()
    with builders.opened(folder, builders.WORKER) as worker:
        wish = unveiling.ask(worker, child, "家庭訪問のため", LATER).value
    with at(folder, LATER) as lead:
        grant = unveiling.grant(lead, wish, LATER).value
    with at(folder, LATER + timedelta(minutes=5)):
        pass  # a lead at work meanwhile takes nothing away
    with builders.opened(folder, builders.WORKER) as worker:
        assert unveiling.whereabouts(worker, child, LATER + timedelta(minutes=6))
        assert opens(worker, grant) == 1
    with at(folder, LATER + timedelta(days=1)) as lead:
        assert opened_by(lead, lead.held.keys) == 2
        assert verifying.verify(lead, rebuild=True) == []
    with builders.opened(folder, builders.WORKER) as worker:
        assert opens(worker, grant) == 0


def at(folder: Path, moment: datetime) -> Office:
    """A lead's office at this moment, opened as the window does."""
    return opening.open_office(folder, builders.LEAD, builders.PASSPHRASE, moment)


def opens(worker: Office, grant: str) -> int:
    """How many rows the keys of a grant's entry open for the member it was made for."""
    entry = worker.entry(grant)
    assert entry is not None
    key_of = keys_granted(entry.payload, worker.id, worker.held.bundle)
    return sum(whole(cells, key_of) is not None for _row, cells in sealed_rows(worker))
