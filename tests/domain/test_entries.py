"""Entries have one spelling, and their chain holds without their payloads."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from app.domain import entries
from app.domain.entries import GENESIS, NEEDED, Kind, Operation
from app.domain.message import WrongUse

ACT = Operation("id", "pc", "me", "2026-10-31T00:00:00.000Z", Kind.SETTING_CHANGED, {"key": "k", "value": 1})


def test_one_spelling_whatever_the_order() -> None:
    assert entries.canonical({"b": "あ", "a": [1, None]}) == '{"a":[1,null],"b":"あ"}'.encode()
    assert entries.payload_digest({"a": 1, "b": 2}) == entries.payload_digest({"b": 2, "a": 1})


def test_times_are_utc_to_the_millisecond() -> None:
    japan = datetime(2026, 10, 31, 9, 0, 0, 4000, tzinfo=timezone(timedelta(hours=9)))
    assert entries.moment(japan) == "2026-10-31T00:00:00.004Z"
    with pytest.raises(ValueError):
        entries.moment(japan.replace(tzinfo=None))


def test_the_signature_covers_the_office_and_the_chain_covers_the_place() -> None:
    digest = entries.payload_digest(ACT.payload)
    assert entries.signed_bytes("here", ACT, digest) != entries.signed_bytes("there", ACT, digest)
    links = {entries.entry_digest(ACT, digest, seq, before) for seq in (1, 2) for before in (GENESIS, digest)}
    assert len(links) == 4


def test_every_kind_says_what_it_needs() -> None:
    assert set(NEEDED) == set(Kind)
    for kind in Kind:
        with pytest.raises(WrongUse):
            entries.check(kind, {})


def test_a_payload_beyond_measure_is_refused() -> None:
    with pytest.raises(WrongUse):
        entries.check(Kind.SETTING_CHANGED, {"key": "k", "value": "x" * entries.PAYLOAD_LIMIT})
