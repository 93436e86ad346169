"""The program is killed while a worker is deep in its work: the worker goes with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.builders import new_office

PATIENCE = 30.0
ROOT = Path(__file__).resolve().parents[3]
PROGRAM = '''
import os, sys, time
from dataclasses import dataclass
from pathlib import Path
from app.services.imports.import_jobs import Finished, ImportJob
from tests.builders import opened

@dataclass(frozen=True)
class Silent:
    """Says nothing for long, as matching does."""

    told: str
    stages = True

    def run(self, office, pipe):
        Path(self.told + ".new").write_text(str(os.getpid()))
        os.rename(self.told + ".new", self.told)
        for _ in range(1200):
            time.sleep(0.05)
        return Finished()

if __name__ == "__main__":
    with opened(Path(sys.argv[1])) as office:
        ImportJob(office, Silent(sys.argv[2]), lambda news: None).wait()
'''


def running(pid: int) -> bool:
    """Whether it still works; one that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
def test_a_worker_does_not_outlive_the_program_that_was_killed(tmp_path: Path) -> None:
    new_office(tmp_path / "office")
    script, told = tmp_path / "program.py", tmp_path / "worker"
    script.write_text(PROGRAM, "utf-8")
    program = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "office"), str(told)], env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    until = time.monotonic() + PATIENCE
    while not told.exists():
        assert program.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    worker = int(told.read_text("ascii"))
    assert running(worker)
    program.send_signal(signal.SIGKILL)
    program.wait(PATIENCE)
    until = time.monotonic() + 2.0
    while running(worker) and time.monotonic() < until:
        time.sleep(0.02)
    outlived = running(worker)
    if outlived:
        os.kill(worker, signal.SIGKILL)
    assert not outlived
