"""Opening an office, and every way in which it does not open."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.message import Refused, Trouble, WrongUse
from app.storage import database
from app.storage import folder as places
from app.storage.keyring import keyfile, keys
from app.storage.offices import office_files, people
from app.storage.offices.office import Office
from tests.storage.desk import LEAD, NOW, PASSPHRASE, WORKER, clock, later


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(Trouble) as caught:
        call()
    return caught.value.message.key


def try_with(folder: Path, passphrase: str, at: float = 0.0, person: str = LEAD, patience: float = 0.0) -> Office:
    return office_files.unlock(folder, person, passphrase, clock=later(at), lock_patience=0.0, patience=patience)


def test_the_first_person_is_administrator_and_lead(office: Office) -> None:
    assert office.name == "みらい市"
    assert office.member.roles == {"admin", "lead"}
    assert {someone.name: set(someone.roles) for someone in office.members()}[WORKER] == {"worker"}
    assert office.notes == []


def test_a_passphrase_may_be_typed_in_any_composition(folder: Path) -> None:
    code = "ガラスのうさぎ１２"
    with office_files.unlock(folder, LEAD, PASSPHRASE, clock=clock) as office:
        people.add(office, "佐藤", ["auditor"], code, time=NOW, kdf=keys.FLOOR)
    try_with(folder, "ｶﾞラスのうさぎ12", person="佐藤").close()


def test_a_wrong_passphrase_is_said_and_the_next_try_waits_longer_each_time(folder: Path) -> None:
    at, waits = 0.0, []
    for _ in range(4):
        with pytest.raises(Refused) as caught:
            try_with(folder, "まちがい" * 3, at=at)
        assert caught.value.message.key == ("unlock.wrong_passphrase" if waits else "unlock.wrong_at_first")
        waits.append(caught.value.message.values.get("seconds", 0))
        at += 400.0
    assert waits == [0, 1, 2, 4]
    assert refusal(lambda: try_with(folder, PASSPHRASE, at=at - 400.0)) == "unlock.wait"
    with try_with(folder, PASSPHRASE, at=at) as office:
        assert [note.key for note in office.notes] == ["unlock.failures"]
        told = office.reader().execute("SELECT what FROM access ORDER BY seq DESC LIMIT 2").fetchall()
        assert told == [("unlock",), ("unlock.failures:4",)]
    assert office_files.seconds_to_wait(folder, NOW) == 0.0


def test_the_count_of_failures_names_nobody(folder: Path) -> None:
    refusal(lambda: try_with(folder, "まちがい" * 3))
    assert set(json.loads(places.attempts_file(folder).read_bytes())) == {"failures", "last"}


def test_a_folder_that_is_no_office(tmp_path: Path) -> None:
    assert refusal(lambda: try_with(tmp_path, PASSPHRASE)) == "office.none_here"
    assert refusal(lambda: try_with(tmp_path / "nowhere", PASSPHRASE)) == "office.none_here"
    assert list(tmp_path.iterdir()) == []


def test_somebody_who_does_not_belong_to_the_office(folder: Path) -> None:
    assert refusal(lambda: try_with(folder, PASSPHRASE, person="誰か")) == "keys.no_such_person"


def test_one_window_per_folder_and_it_says_who(office: Office, folder: Path) -> None:
    with pytest.raises(Refused) as caught:
        try_with(folder, PASSPHRASE, person=WORKER)
    assert (caught.value.message.key, caught.value.message.values["name"]) == ("office.in_use", LEAD)
    office.close()
    try_with(folder, PASSPHRASE, person=WORKER).close()


def test_a_newer_key_file_and_a_newer_database(folder: Path) -> None:
    with office_files.unlock(folder, LEAD, PASSPHRASE, clock=clock) as office:
        office.writer.execute("PRAGMA user_version = 99")
    assert refusal(lambda: try_with(folder, PASSPHRASE)) == "office.newer"
    content = json.loads((folder / "keys.json").read_text())
    (folder / "keys.json").write_text(json.dumps(content | {"version": 2}))
    assert refusal(lambda: try_with(folder, PASSPHRASE)) == "office.newer"


def test_no_altered_key_file_is_accepted(folder: Path) -> None:
    whole = (folder / "keys.json").read_bytes()
    for at in range(0, len(whole), 7):
        altered = bytearray(whole)
        altered[at] ^= 1 << (at % 8)
        with pytest.raises(Refused):
            keyfile.parsed(bytes(altered))
    assert keyfile.parsed(whole).name == "みらい市"


def test_a_cost_below_the_floor_or_beyond_measure_is_refused_before_deriving() -> None:
    for cost in (keys.Kdf(32 * 1024), keys.Kdf(passes=1), keys.Kdf(memory=1 << 30), keys.Kdf(lanes=100)):
        with pytest.raises(Refused):
            keys.stretch(PASSPHRASE, keys.new_salt(), cost)


def test_a_damaged_database_is_said(folder: Path) -> None:
    path = places.office_db(folder)
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(bytes(content))
    assert refusal(lambda: try_with(folder, PASSPHRASE)) == "office.damaged"
    path.unlink()
    assert refusal(lambda: try_with(folder, PASSPHRASE)) == "office.database_missing"
    assert not path.exists()


def test_a_database_of_another_office_is_not_opened(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    office_files.create(other, "となり市", LEAD, PASSPHRASE, clock=clock, kdf=keys.FLOOR)
    shutil.copy(other / "office.db", folder / "office.db")
    assert refusal(lambda: try_with(folder, PASSPHRASE)) == "office.damaged"


def test_a_network_drive_is_refused(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\n//server/share {os.path.realpath(folder)} cifs rw 0 0\n")
    monkeypatch.setattr(places, "_MOUNTS", mounts)
    assert refusal(lambda: try_with(folder, PASSPHRASE)) == "folder.network"
    office_of_tmp = tmp_path / "elsewhere"
    office_of_tmp.mkdir()
    assert not places.on_network(office_of_tmp)


def test_a_read_only_folder_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = open

    def read_only(path: object, mode: str = "r", *rest: object, **more: object) -> object:
        if "w" in mode:
            raise OSError(30, "Read-only file system")
        return real(path, mode, *rest, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(places, "open", read_only, raising=False)
    assert refusal(lambda: try_with(folder, PASSPHRASE)) == "folder.read_only"


def test_creating_needs_an_empty_folder_and_a_fair_passphrase(tmp_path: Path, folder: Path) -> None:
    assert refusal(lambda: office_files.create(folder, "x", "y", PASSPHRASE, clock=clock)) == "folder.not_empty"
    with pytest.raises(WrongUse):
        office_files.create(tmp_path / "new", "x", "y", "short", clock=clock)
    assert not (tmp_path / "new").exists()


def test_a_creation_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_what: object) -> None:
        raise Refused("disk.full")

    monkeypatch.setattr(keyfile, "write", full)
    key = refusal(lambda: office_files.create(tmp_path / "new", "x", "y", PASSPHRASE, clock=clock, kdf=keys.FLOOR))
    assert key == "disk.full"
    assert not (tmp_path / "new").exists()


def test_the_recovery_code_opens_and_its_use_is_logged(tmp_path: Path) -> None:
    code = keys.new_recovery_code()
    office_files.create(tmp_path / "new", "みらい市", LEAD, PASSPHRASE, clock=clock, kdf=keys.FLOOR, recovery_code=code)
    with try_with(tmp_path / "new", code.lower().replace("-", " ")) as office:
        assert [note.key for note in office.notes] == ["recovery.used"]
        assert ("recovery.used",) in office.reader().execute("SELECT what FROM access").fetchall()


def test_an_old_key_file_put_back_is_noticed(folder: Path) -> None:
    shutil.copy(folder / "keys.previous.json", folder / "keys.json")
    with try_with(folder, PASSPHRASE) as office:
        assert [note.key for note in office.notes] == ["keys.old_file"]


def test_a_person_added_half_way_does_not_count_and_can_be_added_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with try_with(folder, PASSPHRASE) as office, monkeypatch.context() as patched:
        patched.setattr(Office, "write", lambda *_what, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            people.add(office, "佐藤", ["lead"], PASSPHRASE, time=NOW, kdf=keys.FLOOR)
    assert refusal(lambda: try_with(folder, PASSPHRASE, person="佐藤")) == "person.unfinished"
    with try_with(folder, PASSPHRASE) as office:
        people.add(office, "佐藤", ["lead"], PASSPHRASE, time=NOW, kdf=keys.FLOOR)
    try_with(folder, PASSPHRASE, person="佐藤").close()


def test_only_an_administrator_lets_people_in(unlock: Callable[..., Office]) -> None:
    office = unlock(WORKER)
    key = refusal(lambda: people.add(office, "佐藤", ["admin"], PASSPHRASE, time=NOW, kdf=keys.FLOOR))
    assert key == "role.not_allowed"


def test_connections_refuse_what_would_write_plaintext(office: Office, tmp_path: Path) -> None:
    for statement in (
        "PRAGMA temp_store = FILE", "PRAGMA temp_store = 1", f"ATTACH '{tmp_path / 'x.db'}' AS x",
        f"VACUUM INTO '{tmp_path / 'x.db'}'", "PRAGMA cipher_log = '/tmp/x'",
    ):  # fmt: skip
        with pytest.raises(database.Error):
            office.writer.execute(statement)
    with pytest.raises(database.Error):
        office.reader().execute("DELETE FROM member")
    assert list(tmp_path.glob("x*")) == []
