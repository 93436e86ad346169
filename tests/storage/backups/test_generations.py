"""Generations: one a day, each can be laid out, what is damaged is found, and a failure leaves the others standing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.entries import Kind
from app.domain.message import Refused
from app.services.deriving.rebuilding import ensure_view
from app.storage.backups import generations
from app.storage.backups.backup import restore
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.storage.desk import NOW, decision, reasons

Unlock = Callable[..., Office]


def days(unlock: Unlock, tmp_path: Path, count: int) -> tuple[Path, list[Path]]:
    """So many nights, each after a day with one decision."""
    into = tmp_path / "kept"
    into.mkdir(exist_ok=True)
    made = []
    for day in range(count):
        with unlock() as office:
            folder = office.folder
            moment = NOW + timedelta(days=day)
            office.write(Kind.DECISION_RECORDED, decision(reason=f"第{day}日"), time=moment)
        made.append(generations.keep(folder, into, time=moment).path)
    return into, made


def test_every_day_can_be_laid_out_also_after_it_has_handed_its_pages_on(unlock: Unlock, tmp_path: Path) -> None:
    into, made = days(unlock, tmp_path, generations.DETAILED + 5)
    assert len(generations.sound(into)) == len(made)
    assert not any(one.pages for one in generations.sound(into)[1:4])
    for day in (0, 1, 4, len(made) - 1):
        target = tmp_path / f"restored-{day}"
        restore(made[day], target)
        with unlock(place=target) as office:
            ensure_view(office)
            assert reasons(office) == [f"第{one}日" for one in range(day + 1)]
            assert verify(office) == []
    restore(into, tmp_path / "newest")
    with unlock(place=tmp_path / "newest") as office:
        ensure_view(office)
        assert len(reasons(office)) == len(made)


def test_a_second_generation_of_a_day_replaces_the_first(unlock: Unlock, tmp_path: Path) -> None:
    into, made = days(unlock, tmp_path, 2)
    folder = tmp_path / "office"
    again = generations.keep(folder, into, time=NOW + timedelta(days=1, hours=1))
    assert [one.path for one in generations.sound(into)] == [made[0], again.path]


def test_every_flipped_bit_is_found_and_hurts_only_what_needs_it(unlock: Unlock, tmp_path: Path) -> None:
    into, made = days(unlock, tmp_path, 3)
    whole = made[1].read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 40)):
        altered = bytearray(whole)
        altered[at] ^= 1
        made[1].write_bytes(bytes(altered))
        with pytest.raises(Refused):
            generations.check(generations.chain_at(made[1]))
        assert made[0] in [one.path for one in generations.sound(into)]
    made[1].write_bytes(whole[:-1])
    assert generations.damaged(into) == [made[1], made[2]]
    with pytest.raises(Refused):
        restore(made[2], tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


def test_after_a_damaged_generation_the_next_one_begins_anew(unlock: Unlock, tmp_path: Path) -> None:
    into, made = days(unlock, tmp_path, 2)
    made[0].write_bytes(b"nothing")
    made[1].unlink()
    fresh = generations.keep(tmp_path / "office", into, time=NOW + timedelta(days=3))
    assert fresh.full
    generations.check([fresh])


def test_a_folder_that_is_gone_is_said_and_nothing_is_made_in_its_place(unlock: Unlock, tmp_path: Path) -> None:
    days(unlock, tmp_path, 1)
    with pytest.raises(Refused) as refused:
        generations.keep(tmp_path / "office", tmp_path / "share", time=NOW)
    assert refused.value.message.key == "backup.folder_missing"
    assert not (tmp_path / "share").exists()


def test_the_oldest_chain_goes_when_everything_takes_too_much(
    unlock: Unlock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "SHARE", 0.05)
    into, made = days(unlock, tmp_path, 12)
    size = sum(part.size for part in generations.sound(into)[-1].parts.values())
    assert sum(path.stat().st_size for path in into.iterdir()) <= 4 * size
    assert not made[0].exists()
    for one in generations.sound(into):
        generations.check(generations.chain_at(one.path))
