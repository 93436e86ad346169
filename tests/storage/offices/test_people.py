"""Who belongs to the office, and the ways to their keys."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.message import Refused, Trouble
from app.storage.keyring import factor, keyfile, keys, passphrases, slots
from app.storage.offices import office_files, people, verify
from app.storage.offices.office import Office
from tests.storage.desk import LEAD, NOW, PASSPHRASE, WORKER, clock, decision, reasons

NEW = "みどりの谷をわたる風"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "home"))


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(Trouble) as caught:
        call()
    return caught.value.message.key


def opens(folder: Path, person: str, passphrase: str) -> bool:
    try:
        office_files.unlock(folder, person, passphrase, clock=clock, lock_patience=0.0).close()
    except Refused as refused:
        if refused.message.key not in ("unlock.wrong_at_first", "unlock.wrong_passphrase", "factor.missing"):
            raise
        (folder / "attempts").unlink(missing_ok=True)
        return False
    return True


def test_a_worker_changes_their_own_passphrase_without_an_administrator(
    folder: Path, unlock: Callable[..., Office]
) -> None:
    with unlock(WORKER) as office:
        people.change_passphrase(office, PASSPHRASE, NEW, time=NOW, kdf=keys.FLOOR)
    assert opens(folder, WORKER, NEW)
    assert not opens(folder, WORKER, PASSPHRASE)
    assert opens(folder, LEAD, PASSPHRASE)
    with unlock() as office:
        assert verify.verify(office) == []


def test_the_old_passphrase_is_asked_for_and_a_short_new_one_refused(office: Office) -> None:
    assert refusal(lambda: people.change_passphrase(office, NEW, NEW, time=NOW)) == "unlock.wrong_at_first"
    for short in ("みじかい", "ababababab"):
        assert refusal(lambda new=short: people.change_passphrase(office, PASSPHRASE, new, time=NOW)) in (
            "passphrase.too_short", "passphrase.too_plain",
        )  # fmt: skip


def test_an_old_passphrase_put_back_is_noticed(folder: Path, unlock: Callable[..., Office]) -> None:
    before = (folder / "keys.json").read_bytes()
    with unlock(WORKER) as office:
        people.change_passphrase(office, PASSPHRASE, NEW, time=NOW, kdf=keys.FLOOR)
    (folder / "keys.json").write_bytes(before)
    with unlock(WORKER) as office:
        assert [note.key for note in office.notes] == ["keys.old_slots"]
        assert [found.message.key for found in verify.verify(office)] == ["verify.slots_old"]


def test_slots_that_somebody_else_wrote_are_not_accepted(folder: Path) -> None:
    said = json.loads((folder / "keys.json").read_text())
    lead, worker = (next(one for one in said["people"] if one["name"] == name) for name in (LEAD, WORKER))
    worker["slots"], worker["serial"] = lead["slots"], worker["serial"] + 1
    (folder / "keys.json").write_text(json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1) + "\n")
    assert refusal(lambda: keyfile.read(folder)) == "keys.damaged"


def test_who_forgot_the_passphrase_is_invited_again_and_keeps_what_they_did(
    folder: Path, unlock: Callable[..., Office]
) -> None:
    with unlock(WORKER) as office:
        office.write("decision.recorded", decision(ref="1", reason="昨日の決定"), time=NOW)
    with unlock() as office:
        people.invite_again(office, WORKER, NEW, time=NOW, kdf=keys.FLOOR)
    assert not opens(folder, WORKER, PASSPHRASE)
    with office_files.unlock(folder, WORKER, NEW, clock=clock) as office:
        office.write("decision.recorded", decision(ref="2", reason="今日の決定"), time=NOW)
        assert reasons(office) == ["昨日の決定", "今日の決定"]
        assert len({row[0] for row in office.reader().execute("SELECT author FROM decision")}) == 1
        assert verify.verify(office) == []


def test_the_keys_from_before_the_new_invitation_sign_nothing_any_more(
    folder: Path, unlock: Callable[..., Office]
) -> None:
    with unlock(WORKER) as office:
        held = office.held
    with unlock() as office:
        people.invite_again(office, WORKER, NEW, time=NOW, kdf=keys.FLOOR)
    with Office(folder, held) as office:
        assert refusal(lambda: office.write("decision.recorded", decision(), time=NOW)) == "entry.forged"


def test_other_roles_count_at_once(folder: Path, unlock: Callable[..., Office]) -> None:
    with unlock() as office:
        people.change_roles(office, WORKER, ["worker", "lead"], time=NOW)
    with unlock(WORKER) as office:
        assert office.member.roles == {"worker", "lead"}
        assert office.held.keys.compartment is not None
    with unlock() as office:
        people.change_roles(office, WORKER, ["auditor"], time=NOW)
    with unlock(WORKER) as office:
        assert office.held.keys.compartment is None
        assert refusal(lambda: office.write("decision.recorded", decision(), time=NOW)) == "role.not_allowed"
        assert verify.verify(office) == []


def test_the_last_administrator_stays(office: Office) -> None:
    assert refusal(lambda: people.change_roles(office, LEAD, ["lead"], time=NOW)) == "person.last_admin"
    assert refusal(lambda: people.leave(office, LEAD, time=NOW)) == "person.leaves_self"


def test_only_an_administrator_changes_people(unlock: Callable[..., Office]) -> None:
    office = unlock(WORKER)
    for act in (
        lambda: people.change_roles(office, WORKER, ["lead"], time=NOW),
        lambda: people.invite_again(office, LEAD, NEW, time=NOW),
        lambda: people.leave(office, LEAD, time=NOW),
        lambda: people.renew_recovery_code(office, keys.new_recovery_code(), time=NOW),
    ):
        assert refusal(act) == "role.not_allowed"


def test_an_administrator_who_is_no_lead_cannot_make_one(folder: Path, unlock: Callable[..., Office]) -> None:
    with unlock() as office:
        people.change_roles(office, WORKER, ["admin"], time=NOW)
    with unlock(WORKER) as office:
        key = refusal(lambda: people.add(office, "佐藤", ["lead"], NEW, time=NOW, kdf=keys.FLOOR))
        assert key == "keys.lead_needed"
        people.add(office, "佐藤", ["worker"], NEW, time=NOW, kdf=keys.FLOOR)
        people.change_roles(office, LEAD, ["lead", "auditor"], time=NOW)  # keeps the key they have
    with unlock() as office:
        assert office.held.keys.compartment is not None


def test_a_second_factor_is_needed_from_then_on_and_never_the_only_way(
    folder: Path, tmp_path: Path, unlock: Callable[..., Office]
) -> None:
    with unlock() as office:
        key = refusal(lambda: people.change_passphrase(office, PASSPHRASE, NEW, time=NOW, with_factor=True))
        assert key == "factor.only_way"
        code = keys.new_recovery_code()
        people.renew_recovery_code(office, code, time=NOW)
        people.change_passphrase(office, PASSPHRASE, NEW, time=NOW, kdf=keys.FLOOR, with_factor=True)
        assert people.has_factor(office)
    assert opens(folder, LEAD, NEW)
    kept = factor.place(office.id, office.member.id)
    assert kept.stat().st_mode & 0o077 == 0
    shutil.move(kept, tmp_path / "usb")
    assert not opens(folder, LEAD, NEW)
    assert opens(folder, LEAD, code)
    shutil.move(tmp_path / "usb", kept)
    with office_files.unlock(folder, LEAD, NEW, clock=clock) as office:
        people.change_passphrase(office, NEW, PASSPHRASE, time=NOW, kdf=keys.FLOOR, with_factor=False)
    assert not kept.exists()
    assert opens(folder, LEAD, PASSPHRASE)


def test_a_new_recovery_code_ends_the_one_before(folder: Path, unlock: Callable[..., Office]) -> None:
    first, second = keys.new_recovery_code(), keys.new_recovery_code()
    with unlock() as office:
        people.renew_recovery_code(office, first, time=NOW)
        people.renew_recovery_code(office, second, time=NOW)
    assert not opens(folder, LEAD, first)
    assert opens(folder, LEAD, second)


def test_after_the_recovery_code_nothing_counts_before_the_keys_are_new(
    folder: Path, unlock: Callable[..., Office]
) -> None:
    code = keys.new_recovery_code()
    with unlock() as office:
        people.renew_recovery_code(office, code, time=NOW)
    with office_files.unlock(folder, LEAD, code, clock=clock) as office:
        assert refusal(lambda: office.write("decision.recorded", decision(), time=NOW)) == "recovery.renew_first"
        people.change_passphrase(office, code, NEW, time=NOW, kdf=keys.FLOOR)
    assert opens(folder, LEAD, NEW)


def test_a_passphrase_that_is_offered_can_be_used_and_read_aloud() -> None:
    offered = passphrases.offer()
    assert offered.bits >= 52
    assert offered.text.isascii()
    assert len(offered.text.split("-")) == len(offered.reading.split("・")) == passphrases.WORDS
    passphrases.check(offered.text)
    assert passphrases.offer() != offered


def test_a_way_in_of_a_later_program_is_passed_over(folder: Path, unlock: Callable[..., Office]) -> None:
    with unlock(WORKER) as office:
        file = keyfile.read(folder)
        person = file.person(WORKER)
        assert person is not None
        card = keyfile.Slot("ic-card", b"sealed by a card")
        renewed = keyfile.with_slots(person, (card, *person.slots), office.id, office.held.bundle)
        keyfile.write(folder, file.with_person(renewed))
    assert opens(folder, WORKER, PASSPHRASE)
    assert slots.PASSPHRASE == "passphrase"
