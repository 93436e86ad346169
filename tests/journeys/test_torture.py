"""The short forms of the long proofs (`dev.py torture`): each promise held a few times at every check-in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture import canary, damage, full_disk, killing
from tests.torture.place import Place

CHILDREN = 20


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "torture", CHILDREN, in_process=True)


def test_killed_imports_show_nothing_half_and_are_completed_by_importing_again(place: Place) -> None:
    assert killing.imports(place, 2) == []


def test_killed_decisions_that_were_printed_are_stored(place: Place) -> None:
    assert killing.decisions(place, 2) == []


def test_a_full_disk_refuses_in_one_sentence_and_loses_nothing(place: Place) -> None:
    with full_disk.small_disk(place) as disk:
        if disk is None:
            pytest.skip("needs root, to mount a small tmpfs")
    assert full_disk.steps(place, 1) == []


def test_flipped_bits_and_lost_logs_are_noticed(place: Place) -> None:
    assert [*damage.flipped(place, 1), *damage.logs(place, 3)] == []


def test_nothing_that_was_written_holds_a_name(place: Place) -> None:
    assert canary.everywhere(place, 1) == []
