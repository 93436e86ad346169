"""The reserve: as large as the disk allows, given up once, laid again only where there is more room than it gave."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from app.domain.message import Refused
from app.storage.folder import Reserve

Usage = namedtuple("Usage", "total used free")
MIB = 1 << 20


def free(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1 << 40, 0, size))


@pytest.mark.parametrize(
    ("room", "size"), [(20 * MIB, 4 * MIB), (15 * MIB, MIB), (3 * MIB, MIB // 2), (MIB, MIB // 2), (MIB // 2, 0)]
)
def test_a_small_disk_has_a_small_reserve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int, size: int
) -> None:
    free(monkeypatch, room)
    Reserve(tmp_path).lay()
    path = tmp_path / "reserve"
    assert (path.stat().st_size if path.exists() else 0) == size


def test_a_reserve_grows_with_its_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 2 * MIB)
    Reserve(tmp_path).lay()
    free(monkeypatch, 50 * MIB)
    Reserve(tmp_path).lay()
    assert (tmp_path / "reserve").stat().st_size == 4 * MIB


def test_what_the_reserve_gave_is_no_room_for_acts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 50 * MIB)
    reserve = Reserve(tmp_path)
    reserve.lay()
    free(monkeypatch, 0)
    assert reserve.makes_room(Refused("disk.full"))
    free(monkeypatch, 4 * MIB)
    assert not reserve.room_again()
    free(monkeypatch, 16 * MIB)
    assert reserve.room_again()
    assert not reserve.makes_room(Refused("disk.full"))  # there is none left to give
