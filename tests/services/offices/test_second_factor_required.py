"""Where policy asks for a second factor, nobody records anything before it is switched on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.message import Refused
from app.services.offices import belonging, opening, policy
from app.storage.keyring import keys
from app.storage.offices import office_files, people
from app.storage.offices.office import Office
from tests import builders

LATER = builders.NOW + timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(keys, "DEFAULT", keys.FLOOR)
    folder = tmp_path / "office"
    builders.new_office(folder)
    with builders.opened(folder) as office:
        people.add(office, "情報 管理", ["admin"], builders.PASSPHRASE, time=builders.NOW, kdf=keys.FLOOR)
    return folder


def at_the_desk(folder: Path, person: str) -> Office:
    return opening.open_office(folder, person, builders.PASSPHRASE, LATER)


def keep_a_view(office: Office) -> None:
    """Any act will do."""
    office.write("setting.changed", {"key": f"own.{office.member.id}.views", "value": []}, time=LATER)


def switch(office: Office, on: bool) -> None:
    said = builders.PASSPHRASE
    belonging.change_passphrase(office, old=said, new=said, now=LATER, with_factor=on)


def test_who_has_none_switches_it_on_first(folder: Path) -> None:
    with at_the_desk(folder, builders.LEAD) as lead:
        with pytest.raises(Refused) as caught:
            policy.require_factor(lead, True, LATER)
        assert caught.value.message.key == "factor.own_first"
        switch(lead, True)
        policy.require_factor(lead, True, LATER)
        with pytest.raises(Refused) as caught:
            switch(lead, False)
        assert caught.value.message.key == "factor.required"

    with at_the_desk(folder, builders.WORKER) as worker:
        assert "factor.first" in [note.key for note in worker.notes]
        with pytest.raises(Refused) as caught:
            keep_a_view(worker)
        assert caught.value.message.key == "factor.first"
        switch(worker, True)
        keep_a_view(worker)
    with at_the_desk(folder, builders.WORKER) as worker:
        assert not worker.factor_first


def test_only_an_administrator_asks_for_it(folder: Path) -> None:
    with at_the_desk(folder, builders.WORKER) as worker, pytest.raises(Refused) as caught:
        policy.require_factor(worker, True, LATER)
    assert caught.value.message.key == "role.not_allowed"


def test_no_work_begins_in_a_process_of_its_own_before_the_keys_are_in_order(tmp_path: Path) -> None:
    code, folder = keys.new_recovery_code(), tmp_path / "office"
    office_files.create(
        folder, "みらい市", builders.LEAD, builders.PASSPHRASE, clock=lambda: LATER, kdf=keys.FLOOR, recovery_code=code
    )
    with office_files.unlock(folder, builders.LEAD, code, clock=lambda: LATER) as office:
        assert office.recovered
        with pytest.raises(Refused) as caught:
            office.handover()
        assert caught.value.message.key == "recovery.renew_first"
