"""The short forms of the long proofs (`dev.py torture`): each promise held a few times at every check-in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.torture import canary, damage, every_command, full_disk, joining, keeping, killing, power, ways
from tests.torture.place import Place
from tests.torture.program import derivation_remembered

CHILDREN = 20


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One for all of them: each works on copies of its office."""
    folder = tmp_path_factory.mktemp("torture") / "place"
    with derivation_remembered(), closing(Place(folder, CHILDREN, in_process=True)) as made:
        yield made


def test_killed_imports_show_nothing_half_and_are_completed_by_importing_again(place: Place) -> None:
    assert killing.imports(place, 2) == []


def test_killed_decisions_that_were_printed_are_stored(place: Place) -> None:
    assert killing.decisions(place, 2) == []


def test_a_full_disk_refuses_in_one_sentence_and_loses_nothing(place: Place) -> None:
    with full_disk.small_disk(place) as disk:
        if disk is None:
            pytest.skip("needs root, to mount a small tmpfs")
    assert full_disk.steps(place, 1) == []


def test_killed_and_flipped_backups_leave_what_was_kept_before(place: Place) -> None:
    failures = [*keeping.killed_backups(place, 1), *keeping.flipped(place, 4), *keeping.without_share(place)]
    assert failures == []


def test_killed_rulings_that_were_printed_stand_and_a_rebuild_agrees(place: Place) -> None:
    assert joining.merges(place, 1) == []


def test_whatever_is_done_the_view_is_what_a_rebuild_comes_to(place: Place) -> None:
    assert ways.by_chance(place, 1) == []


def test_a_killed_change_of_keys_locks_nobody_out(place: Place) -> None:
    assert keeping.rotations(place, 1) == []


def test_a_killed_migration_is_finished_by_the_next_start(place: Place) -> None:
    assert keeping.migrations_killed(place, 2) == []


def test_no_altered_key_file_is_accepted(place: Place) -> None:
    assert keeping.key_files(place, 8) == []


def test_a_power_cut_takes_nothing_that_was_said_to_be_stored(place: Place) -> None:
    if shutil.which("strace") is None:
        pytest.skip("needs strace, to record what is written")
    assert power.images(place, 6, careless=False) == []
    assert power.images(place, 4, careless=True) != []


def test_flipped_bits_and_lost_logs_are_noticed(place: Place) -> None:
    assert [*damage.flipped(place, 1), *damage.logs(place, 3)] == []


def test_nothing_that_was_written_holds_a_name(tmp_path: Path) -> None:
    with derivation_remembered(), closing(Place(tmp_path / "torture", CHILDREN, in_process=True)) as place:
        assert canary.everywhere(place, 1) == []


def test_the_search_for_names_visits_every_command_of_the_console() -> None:
    assert every_command.forgotten() == set()


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
@pytest.mark.parametrize("where", ["127.0.0.1", "::1"])
def test_a_program_that_calls_the_network_is_seen_by_the_walk(tmp_path: Path, where: str) -> None:
    calling = f"import socket; socket.socket(socket.AF_INET{6 if ':' in where else ''}).connect_ex(('{where}', 9))"
    quiet, caught = (_traced(tmp_path, program) for program in ("print()", calling))
    assert quiet == []
    assert len(caught) == 1
    assert where in caught[0]


def _traced(folder: Path, program: str) -> list[str]:
    trace = folder / "trace"
    command = ["strace", "-f", "-qq", "-e", "trace=connect", "-o", str(trace), sys.executable, "-c", program]
    subprocess.run(command, check=True, capture_output=True)
    return canary.calls_out(trace.read_text(encoding="utf-8"))
