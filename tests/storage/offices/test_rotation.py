"""New keys for the office: nothing is lost, whoever left stays out, and it may be killed anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.message import Refused, Trouble
from app.storage import database
from app.storage import folder as places
from app.storage.folder import FileLock
from app.storage.keyring import keyfile, keys
from app.storage.offices import office_files, people, rotation, verify
from app.storage.offices.office import Office
from tests.storage.desk import LEAD, NOW, PASSPHRASE, WORKER, clock, decision, reasons


class KilledError(Exception):
    """Stands for the end of the process at this point."""


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


def unlocked(folder: Path, person: str = LEAD) -> Office:
    return office_files.unlock(folder, person, PASSPHRASE, clock=clock, lock_patience=0.0)


def test_everything_is_there_under_the_new_keys(folder: Path, unlock: Callable[..., Office]) -> None:
    office = unlock()
    office.write("decision.recorded", decision(ref="1", reason="前"), time=NOW)
    before = office.held
    later = rotation.rotate(office, reason="asked", time=NOW)
    later.write("decision.recorded", decision(ref="2", reason="後"), time=NOW)
    assert reasons(later) == ["前", "後"]
    assert verify.verify(later) == []
    later.close()
    assert not [name for name in files(folder) if "epoch" in name]
    assert not places.keys_previous_json(folder).exists()
    with pytest.raises(Refused):
        database.connect(places.office_db(folder), before.database_key)
    with unlocked(folder) as again:
        assert again.held.keys.epoch == 2
        assert again.held.keys.office != before.keys.office
        assert reasons(again) == ["前", "後"]


def test_who_left_is_out_even_with_the_old_key_file(folder: Path, unlock: Callable[..., Office]) -> None:
    office = unlock()
    old = (folder / "keys.json").read_bytes()
    people.leave(office, WORKER, time=NOW)
    rotation.rotate(office, reason="left", time=NOW).close()
    with pytest.raises(Refused) as caught:
        unlocked(folder, WORKER)
    assert caught.value.message.key == "keys.no_such_person"
    with unlocked(folder) as now:
        assert verify.verify(now) == []
    (folder / "keys.json").write_bytes(old)
    with pytest.raises(Refused) as caught:
        unlocked(folder, WORKER)
    assert caught.value.message.key == "office.damaged"


def test_who_left_is_out_at_once_even_before_the_keys_change(folder: Path, unlock: Callable[..., Office]) -> None:
    with unlock() as office:
        people.leave(office, WORKER, time=NOW)
    with pytest.raises(Refused) as caught:
        unlocked(folder, WORKER)
    assert caught.value.message.key == "person.unfinished"


def test_a_name_is_free_again_after_somebody_left(folder: Path, unlock: Callable[..., Office]) -> None:
    office = unlock()
    people.leave(office, WORKER, time=NOW)
    later = rotation.rotate(office, reason="left", time=NOW)
    people.add(later, WORKER, ["worker"], PASSPHRASE, time=NOW, kdf=keys.FLOOR)
    later.close()
    unlocked(folder, WORKER).close()


_STEPS = (
    (rotation, "clear"), (database, "rekey"), (rotation, "_seal_rows_again"), (rotation, "_check_copy"),
    (rotation, "_seal_again"),
    (keyfile, "write"), (rotation, "finish"), (places, "replace_patiently"),
)  # fmt: skip


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("module", "step"), _STEPS, ids=[step for _, step in _STEPS])
def test_killed_anywhere_it_is_the_old_office_or_the_new_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, module: object, step: str, after: bool
) -> None:
    with unlocked(folder) as office:
        office.write("decision.recorded", decision(ref="1", reason="前"), time=NOW)
    office = unlocked(folder)
    original = getattr(module, step)

    def killed(*what: object, **more: object) -> None:
        if after:
            original(*what, **more)
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(module, step, killed)
        patched.setattr(rotation, "clear", killed if step == "clear" else lambda *_a, **_k: None)
        with pytest.raises(KilledError):
            rotation.rotate(office, reason="asked", time=NOW)
    office.close()
    with unlocked(folder) as again:
        assert reasons(again) == ["前"]
        due = again.held.keys.epoch == 1
        assert [found.message.key for found in verify.verify(again)] == (["verify.rotation_due"] if due else [])
        assert ("keys.rotation_unfinished" in [note.key for note in again.notes]) is due
        later = rotation.rotate(again, reason="asked", time=NOW)
        assert verify.verify(later) == []
        later.close()
    assert not [name for name in files(folder) if "epoch" in name]


def test_it_waits_for_no_import_but_refuses_while_one_runs(folder: Path, unlock: Callable[..., Office]) -> None:
    office = unlock()
    with FileLock(places.work_lock(folder, 4711)), pytest.raises(Trouble) as caught:
        rotation.rotate(office, reason="asked", time=NOW)
    assert caught.value.message.key == "keys.work_running"
    rotation.rotate(office, reason="asked", time=NOW).close()
    assert not list(folder.glob("work-*"))


def test_only_an_administrator(unlock: Callable[..., Office]) -> None:
    with pytest.raises(Refused) as caught:
        rotation.rotate(unlock(WORKER), reason="asked", time=NOW)
    assert caught.value.message.key == "role.not_allowed"
