"""Verify finds what was changed behind the program's back and says what it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.entries import Kind
from app.domain.message import Refused
from app.storage import folder as places
from app.storage.batches.rows import StagedRow
from app.storage.digests import written
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.storage.desk import NOW, decision

TAMPERING = {
    "UPDATE entry SET payload = replace(payload, '欠席', '出席')": "verify.payload_altered",
    "UPDATE entry SET author = 'somebody' WHERE kind = 'decision.recorded'": "verify.entry_altered",
    "DELETE FROM entry WHERE seq = 3": "verify.chain_broken",
    "UPDATE decision SET reason = '問題なし'": "verify.desk_altered",
    "DELETE FROM contact_noted": "verify.desk_differs",
    'UPDATE row SET cells = \'["1","別人"]\'': "verify.row_altered",
    "DELETE FROM batch_line WHERE line = 2": "verify.batch_differs",
    "UPDATE batch_line SET outcome = 2": "verify.batch_differs",
    "UPDATE access SET person_id = 8 WHERE what = 'child'": "verify.access_broken",
    "DELETE FROM access WHERE seq = 2": "verify.access_broken",
    "UPDATE access_seal SET signature = zeroblob(64)": "verify.access_seal_broken",
    'UPDATE member SET roles = \'["admin","lead"]\'': "verify.keys_disagree",
    "UPDATE here SET value = '9' WHERE key = 'generation'": "verify.keys_old",
}


@pytest.fixture
def worked_with(office: Office) -> Office:
    """An office with a batch, decisions, a contact and views."""
    row_id, digest = office.digester.row("school", ("番号", "氏名"), ("1", "山田"))
    with office.staging() as staging:
        header = ("番号", "氏名")
        batch = staging.batch(
            extract="school", file="名簿.csv", as_of=None, received="2026-10-31", header=header, encoding="cp932"
        )
        batch.add([StagedRow(2, row_id, digest, written(("1", "山田")), 1, 1)])
        done = batch.finish()
    said = {"batch": done.batch_id, "extract": "school", "rows": 1, "merkle": done.merkle.hex()}
    office.publish(
        [(Kind.BATCH_PUBLISHED, said)], view=office.new_view(1).finish(), base=office.view_number(), time=NOW
    )
    office.write_many([(Kind.DECISION_RECORDED, decision(ref=f"r{number}")) for number in range(3)], time=NOW)
    contact = {
        "person": decision()["person"], "contact": "visit", "result": "met", "seen": True, "day": "2026-10-30",
        "words": "元気",
    }  # fmt: skip
    office.write(Kind.CONTACT_NOTED, contact, time=NOW)
    office.log_view(7, "child", time=NOW)
    office.seal_access()
    assert verify(office) == []
    return office


@pytest.mark.parametrize(("statement", "key"), TAMPERING.items())
def test_what_is_changed_inside_the_database_is_found(worked_with: Office, statement: str, key: str) -> None:
    worked_with.writer.execute(statement)
    assert key in {finding.message.key for finding in verify(worked_with)}


def test_flipped_bits_in_every_file_are_found(worked_with: Office, unlock: Callable[..., Office]) -> None:
    folder = worked_with.folder
    worked_with.close()
    view = next(folder.glob(f"view-{max(int(p.stem[5:]) for p in folder.glob('view-*.db'))}.db"))
    for path in (places.office_db(folder), view, worked_with.segment.path):
        whole = path.read_bytes()
        altered = bytearray(whole)
        altered[len(whole) // 2] ^= 4
        path.write_bytes(bytes(altered))
        assert _troubles(unlock) != [], path.name
        path.write_bytes(whole)
    assert _troubles(unlock) == []


def _troubles(unlock: Callable[..., Office]) -> list[str]:
    try:
        office = unlock()
    except Refused as refused:  # a page without which nothing can be read
        return [refused.message.key]
    try:
        return [finding.message.key for finding in verify(office)]
    finally:
        office.close()


def _spellings(word: str) -> list[bytes]:
    return [word.encode(code) for code in ("utf-8", "utf-16-le", "cp932")]


def test_nothing_readable_leaves_the_encrypted_files(worked_with: Office, folder: Path) -> None:
    worked_with.write(Kind.DECISION_RECORDED, decision(reason="枯草菌の兆し"), time=NOW)
    live = list(folder.rglob("*"))
    worked_with.close()
    hidden = ("枯草菌の兆し", "欠席が続く", "名簿.csv", "CREATE TABLE", "decision")
    named = ("山田 花子", "みらい市", "鈴木 一郎")
    for path in {*live, *folder.rglob("*")}:
        if path.is_file():
            content = path.read_bytes()
            words = hidden if path.name.startswith("keys.") else hidden + named
            found = [word for word in words for spelling in _spellings(word) if spelling in content]
            assert found == [], path.name
