"""What people did is on the disk twice, survives every interruption, and cannot be forged."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain import entries, ids
from app.domain.entries import Entry, Kind, Operation
from app.domain.message import Refused, Trouble, WrongUse
from app.storage import folder as places
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from app.storage.truth import journal as journals
from tests.storage.desk import LEAD, NOW, WORKER, decision, reasons

RECORDED = Kind.DECISION_RECORDED


def keys_of(office: Office) -> list[str]:
    return [note.key for note in office.notes]


def forged(office: Office, author: str, kind: Kind, payload: dict[str, object], signer: Office) -> bytes:
    """A frame that opens with the office's key, signed with ``signer``'s own key."""
    bare = Operation(journals.new_id(NOW), office.held.device, author, entries.moment(NOW), kind, payload)
    message = entries.signed_bytes(office.id, bare, entries.payload_digest(payload))
    whole = Operation(
        bare.id, bare.device, bare.author, bare.time, bare.kind, bare.payload, signer.held.bundle.sign(message)
    )
    return office.segment.sealed(journals._encoded([whole]))


def test_a_decision_is_there_after_a_restart(unlock: Callable[..., Office]) -> None:
    office = unlock()
    made = office.write(RECORDED, decision(reason="面談で様子を見る"), time=NOW)
    office.close()
    again = unlock()
    assert reasons(again) == ["面談で様子を見る"]
    found = again.entry(made.id)
    assert found is not None
    assert (found.payload["on_screen"], found.digest) == ("middle 7", made.digest)
    assert verify(again) == []


def test_a_ref_given_again_changes_nothing(office: Office) -> None:
    first = office.write(RECORDED, decision(ref="r1", reason="初回"), time=NOW)
    again = office.write(RECORDED, decision(ref="r1", reason="別の理由"), time=NOW)
    assert (first.fresh, again.fresh, again.id) == (True, False, first.id)
    batch = office.write_many([(RECORDED, decision(ref=ref)) for ref in ("r1", "r2", "r2")], time=NOW)
    assert [entry.id == first.id for entry in batch] == [True, False, False]
    assert batch[1].id == batch[2].id
    assert len(reasons(office)) == 2
    assert verify(office) == []


def test_killed_between_segment_and_database(unlock: Callable[..., Office]) -> None:
    office = unlock()
    office.write(RECORDED, decision(reason="一"), time=NOW)
    frame = forged(office, office.member.id, RECORDED, decision(reason="二", ref="r2"), office)
    office.segment.append(frame)  # fsync done, then the power went
    office.close()
    again = unlock()
    assert keys_of(again) == ["segment.replayed"]
    assert [entry.payload["reason"] for entry in again.replayed] == ["二"]
    assert reasons(again) == ["一", "二"]
    again.close()
    third = unlock()
    assert keys_of(third) == []
    assert reasons(third) == ["一", "二"]
    assert verify(third) == []


def test_a_lost_write_ahead_log_is_made_good_from_the_segment(
    unlock: Callable[..., Office], folder: Path, tmp_path: Path
) -> None:
    office = unlock()
    office.write_many([(RECORDED, decision(reason=f"{number}")) for number in range(5)], time=NOW)
    torn = Path(shutil.copytree(folder, tmp_path / "torn"))  # as the disk was when the power went
    with open(torn / "office.db-wal", "r+b") as log:
        log.truncate(0)
    again = unlock(place=torn)
    assert "segment.replayed" in keys_of(again)
    assert len(reasons(again)) == 5
    assert verify(again) == []


def test_an_old_database_put_back_is_noticed_and_made_good(unlock: Callable[..., Office], folder: Path) -> None:
    old = (folder / "office.db").read_bytes()
    office = unlock()
    office.write(RECORDED, decision(reason="新しい"), time=NOW)
    office.close()
    (folder / "office.db").write_bytes(old)
    again = unlock()
    assert keys_of(again) == ["segment.replayed"]
    assert reasons(again) == ["新しい"]


def test_a_torn_end_of_the_segment_is_cut_and_said(unlock: Callable[..., Office]) -> None:
    office = unlock()
    office.write(RECORDED, decision(reason="一"), time=NOW)
    size = office.segment.size()
    frame = forged(office, office.member.id, RECORDED, decision(reason="二"), office)
    office.segment.append(frame[: len(frame) // 2])
    office.close()
    again = unlock()
    assert keys_of(again) == ["segment.torn"]
    assert again.segment.size() == size
    assert reasons(again) == ["一"]
    again.write(RECORDED, decision(reason="三"), time=NOW)
    assert verify(again) == []


def test_a_segment_that_lost_acts_is_laid_anew_and_said(unlock: Callable[..., Office]) -> None:
    office = unlock()
    office.write(RECORDED, decision(reason="一"), time=NOW)
    office.close()
    office.segment.path.unlink()
    again = unlock()
    assert keys_of(again) == ["segment.laid_anew"]
    again.write(RECORDED, decision(reason="二"), time=NOW)
    assert verify(again) == []


@pytest.mark.parametrize("author", [LEAD, WORKER])
def test_a_forged_operation_is_not_applied(unlock: Callable[..., Office], author: str) -> None:
    worker = unlock(WORKER)
    ids_of = {someone.name: someone.id for someone in worker.members()}
    payload: dict[str, object] = {"key": "capacity", "value": 1}
    # The worker signs a lead's verb: in the lead's name (a wrong key), then in the own (a wrong role).
    name = next(name for name in ids_of if name == author)
    worker.segment.append(forged(worker, ids_of[name], Kind.SETTING_CHANGED, payload, worker))
    worker.close()
    office = unlock()
    assert keys_of(office) == ["segment.not_counted"]
    assert office.setting("capacity") is None
    assert [finding.message.key for finding in verify(office)] == ["verify.segment_not_counted"]


def test_roles_say_who_may(unlock: Callable[..., Office]) -> None:
    worker = unlock(WORKER)
    me, before = worker.member.id, worker.segment.size()
    other = next(someone.id for someone in worker.members() if someone.id != me)
    forbidden: list[tuple[Kind, dict[str, object]]] = [
        (Kind.SETTING_CHANGED, {"key": "capacity", "value": 3}),
        (Kind.ASSIGNMENT_MADE, {"persons": [ids.code(7)], "member": other}),
        (Kind.EXPORT_MADE, {"what": "caseload", "purpose": "会議"}),
        (Kind.RULING_MADE, {"a": ids.code(1), "b": ids.code(2), "same": True, "reason": "", "persons": [ids.code(7)]}),
        (Kind.BATCH_PUBLISHED, {"batch": 1, "extract": "x", "rows": 0, "merkle": ""}),
        (Kind.BACKUP_MADE, {"digest": ""}),
    ]
    for kind, payload in forbidden:
        with pytest.raises(Refused) as caught:
            worker.write(kind, payload, time=NOW)
        assert caught.value.message.key == "role.not_allowed"
    assert worker.segment.size() == before
    worker.write(Kind.ASSIGNMENT_MADE, {"persons": [ids.code(7)], "member": me}, time=NOW)
    worker.write(Kind.EXPORT_MADE, {"what": f"child:{ids.code(7)}", "purpose": "会議"}, time=NOW)
    worker.write(Kind.RULING_MADE, forbidden[3][1], time=NOW)
    assert verify(worker) == []


def test_an_assignment_remembers_who_had_the_child(office: Office) -> None:
    me = office.member.id
    other = next(someone.id for someone in office.members() if someone.id != me)
    office.write(Kind.ASSIGNMENT_MADE, {"persons": [ids.code(1)], "member": other}, time=NOW)
    both = {"persons": [ids.code(1), ids.code(2)], "member": me}
    made = office.write(Kind.ASSIGNMENT_MADE, both, time=NOW)
    assert office.previous_assignees(made.id) == {1: other, 2: ""}
    office.write(Kind.ASSIGNMENT_MADE, {"persons": [ids.code(2)], "member": ""}, time=NOW)
    assert office.reader().execute("SELECT person_id, member FROM assignment").fetchall() == [(1, me)]


def test_withdrawing_keeps_what_was_said(office: Office) -> None:
    made = office.write(RECORDED, decision(), time=NOW)
    office.write(Kind.DECISION_WITHDRAWN, {"entry": made.id, "reason": "別の子だった"}, time=NOW)
    assert office.reader().execute("SELECT reason, withdrawn FROM decision").fetchall() == [("欠席が続く", 1)]
    with pytest.raises(WrongUse):
        office.write(Kind.DECISION_WITHDRAWN, {"entry": journals.new_id(NOW), "reason": ""}, time=NOW)


def test_a_payload_that_cannot_be_understood_is_wrong_use(office: Office) -> None:
    for payload in ({"person": ids.code(1)}, decision() | {"person": "no code"}, decision(reason="\ud800")):
        with pytest.raises(WrongUse):
            office.write(RECORDED, payload, time=NOW)
    assert verify(office) == []


def test_a_full_disk_under_the_segment_changes_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.write, []

    def half_then_full(descriptor: int, data: bytes) -> int:
        calls.append(len(data))
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, bytes(data)[:10])

    before = office.segment.size()
    monkeypatch.setattr("app.storage.truth.segment.os.write", half_then_full)
    with pytest.raises(Refused) as caught:
        office.write(RECORDED, decision(), time=NOW)
    monkeypatch.undo()
    assert caught.value.message.key == "disk.full"
    assert (office.segment.size(), reasons(office)) == (before, [])
    office.write(RECORDED, decision(reason="後で"), time=NOW)
    assert verify(office) == []


def fill_up(office: Office) -> None:
    pages = office.writer.execute("PRAGMA page_count").fetchone()[0]
    office.writer.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_under_the_database_takes_the_segment_back(office: Office) -> None:
    fill_up(office)
    long = [(RECORDED, decision(reason="長い" * 3000)) for _ in range(20)]
    with pytest.raises(Refused) as caught:
        office.write_many(long, time=NOW)
    assert caught.value.message.key == "disk.full"
    office.writer.execute("PRAGMA max_page_count = 1000000")
    office.write(RECORDED, decision(reason="後で"), time=NOW)
    assert verify(office) == []


def test_a_full_disk_does_not_keep_anyone_from_opening_a_child(
    office: Office, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_NOTHING", 1 << 60)  # as if the disk had no room left
    assert (folder / "reserve").stat().st_size == places.RESERVE_BYTES
    fill_up(office)
    reserve = office._reserve
    release = reserve.release

    def makes_room() -> bool:
        office.writer.execute("PRAGMA max_page_count = 1000000")
        return release()

    reserve.release = makes_room  # type: ignore[method-assign]
    for number in range(400):
        office.log_view(number, "child", time=NOW)
    assert not (folder / "reserve").exists()
    assert office.reader().execute("SELECT count(*) FROM access WHERE what = 'child'").fetchone()[0] == 400
    assert verify(office) == []


def test_what_is_derived_stands_or_falls_with_the_entry(office: Office) -> None:
    def derive(connection: object, made: list[Entry]) -> None:
        connection.execute("INSERT INTO view.meta VALUES ('touched', ?)", (made[0].id,))  # type: ignore[attr-defined]
        if made[0].payload["reason"] == "失敗":
            raise Trouble("test.failed")

    with pytest.raises(Trouble):
        office.write(RECORDED, decision(reason="失敗"), time=NOW, derive=derive)
    assert office.reader().execute("SELECT count(*) FROM view.meta WHERE key = 'touched'").fetchone()[0] == 0
    made = office.write(RECORDED, decision(reason="成功"), time=NOW, derive=derive)
    touched = office.reader().execute("SELECT value FROM view.meta WHERE key = 'touched'").fetchall()
    assert (touched, reasons(office)) == ([(made.id,)], ["成功"])
    assert verify(office) == []


def test_threads_and_a_worker_process_write_one_chain(office: Office) -> None:
    other = Office.from_handover(office.handover())

    def writes(where: Office, name: str) -> None:
        for number in range(10):
            where.write(RECORDED, decision(reason=f"{name}{number}", ref=f"{name}{number}"), time=NOW)

    places_to_write = ((office, "a"), (office, "b"), (other, "c"))
    threads = [threading.Thread(target=writes, args=place) for place in places_to_write]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reasons(office)) == 30
    assert verify(office) == []
    other.close()


_WRITER = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from app.storage.offices import office_files
from tests.storage.desk import LEAD, PASSPHRASE, decision
office = office_files.unlock(Path(sys.argv[1]), LEAD, PASSPHRASE, clock=lambda: datetime.now(UTC))
for number in range(100000):
    ref = f"{sys.argv[2]}-{number}"
    office.write("decision.recorded", decision(ref=ref), time=datetime.now(UTC))
    print(ref, flush=True)
"""


def test_nothing_acknowledged_is_lost_to_a_kill(unlock: Callable[..., Office], folder: Path) -> None:
    acknowledged: set[str] = set()
    for go in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(folder), str(go)], stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        ) as process:  # fmt: skip
            assert process.stdout is not None
            for _ in range(7 + 5 * go):
                acknowledged.add(process.stdout.readline().strip())
            process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
            acknowledged |= {line.strip() for line in process.stdout if line.endswith("\n")}
    office = unlock()
    stored = {row[0] for row in office.reader().execute("SELECT ref FROM decision")}
    assert "" not in acknowledged
    assert acknowledged <= stored
    assert verify(office) == []
