"""Entries that nobody of this office signed as they stand never apply: not here, not out of the segment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from app.domain import entries
from app.domain.entries import Kind, Operation
from app.domain.message import Refused
from app.storage.database import transaction
from app.storage.keyring import keys
from app.storage.keyring.keys import Bundle
from app.storage.offices import people
from app.storage.offices.office import Office
from app.storage.truth import applying, journal
from app.storage.truth.desk import Desk
from tests.storage.desk import LEAD, NOW, WORKER, decision


def signed(office: Office, bundle: Bundle, *, author: str = "", of: str = "", **other: object) -> Operation:
    """A decision as this bundle signs it; ``of`` is the office that it is signed for."""
    said = dict(decision(), ref=str(uuid4()))
    bare = Operation(
        str(uuid4()), office.held.device, author or office.member.id, entries.moment(NOW), Kind.DECISION_RECORDED, said
    )
    message = entries.signed_bytes(of or office.id, bare, entries.payload_digest(said))
    return replace(bare, signature=bundle.sign(message), **other)  # type: ignore[arg-type]


def applies(office: Office, operation: Operation) -> bool:
    """Whether it counts where operations are applied; nothing stays of it."""
    desk = Desk(office.writer, office.folder, office.id)
    office.writer.execute("BEGIN")
    try:
        applying.apply(desk, operation)
    except Refused as refused:
        if refused.message.key != "entry.forged":
            raise
        return False
    finally:
        office.writer.execute("ROLLBACK")
    return True


def member(office: Office, name: str) -> str:
    return next(one.id for one in office.members() if one.name == name)


def test_a_sound_one_applies(office: Office) -> None:
    assert applies(office, signed(office, office.held.bundle))


@pytest.mark.parametrize("changed", ["id", "device", "author", "time", "kind", "payload", "signature"])
def test_whatever_is_changed_after_signing_it_is_forged(office: Office, changed: str) -> None:
    sound = signed(office, office.held.bundle)
    other: dict[str, object] = {
        "id": str(uuid4()), "device": "otherpc", "author": member(office, WORKER), "time": "2026-11-01T00:00:00.000Z",
        "kind": Kind.PLAN_WITHDRAWN, "payload": {**sound.payload, "reason": "ほかの理由", "entry": str(uuid4())},
        "signature": bytes(64),
    }  # fmt: skip
    forged = replace(sound, **{changed: other[changed]})  # type: ignore[arg-type]
    if changed == "kind":
        forged = replace(forged, payload={**sound.payload, "entry": str(uuid4())})
    assert not applies(office, forged)


def test_in_anothers_name_or_with_no_key_of_the_office_it_is_forged(office: Office) -> None:
    assert not applies(office, signed(office, office.held.bundle, author=member(office, WORKER)))
    assert not applies(office, signed(office, Bundle.new()))
    assert not applies(office, signed(office, Bundle.new(), author="nobody"))


def test_what_was_signed_for_another_office_says_nothing_here(office: Office) -> None:
    assert not applies(office, signed(office, office.held.bundle, of="anotheroffice"))


def test_an_older_key_signs_nothing_new(office: Office, unlock: Callable[..., Office]) -> None:
    office.close()
    with unlock(WORKER) as worker:
        old, who = worker.held.bundle, worker.member.id
        assert applies(worker, signed(worker, old))
    with unlock(LEAD) as lead:
        people.invite_again(lead, WORKER, "あたらしい合言葉をここに", time=NOW, kdf=keys.FLOOR)
        assert not applies(lead, signed(lead, old, author=who))


def test_forged_ones_in_the_segment_do_not_count(office: Office, unlock: Callable[..., Office]) -> None:
    """Whoever holds the office key can seal a frame; what is in it still needs its author's signature."""
    forged = signed(office, Bundle.new(), author=member(office, WORKER))
    frame = office.segment.sealed(journal._encoded([forged]))
    with transaction(office.writer):
        office.segment.append(frame)
    office.close()
    with unlock(LEAD) as again:
        assert [note.key for note in again.notes] == ["segment.not_counted"]
        assert again.entry(forged.id) is None
        assert again.reader().execute("SELECT count(*) FROM decision").fetchone()[0] == 0
