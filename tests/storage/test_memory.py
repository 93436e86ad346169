import gc
import sys
import weakref
from pathlib import Path

import pytest

from app.storage import database
from app.storage.memory import give_back


def _resident() -> int:
    """Bytes that this process holds in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take back by themselves")
def test_what_was_let_go_goes_back_to_the_system() -> None:
    # Small pieces, and every hundredth is kept: their heap does not shrink by itself.
    pieces = [bytes(1000) for _ in range(200_000)]
    kept = pieces[::100]
    del pieces
    before = _resident()

    give_back()

    assert before - _resident() > 100_000_000
    assert len(kept) == 2000


class _Circle:
    def __init__(self) -> None:
        self.itself = self


def test_what_holds_itself_in_a_circle_is_let_go_though_collecting_is_off() -> None:
    gc.disable()
    try:
        gone = weakref.ref(_Circle())
        assert gone() is not None
        give_back()
        assert gone() is None
    finally:
        gc.enable()


def test_nothing_is_lost_in_the_middle_of_what_is_written(tmp_path: Path) -> None:
    connection = database.connect(tmp_path / "some.db", b"k" * 32, create=True)
    connection.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, w)")
    connection.execute("CREATE TEMP TABLE named (id INTEGER PRIMARY KEY)")
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO t (w) VALUES (?)", (("a" * 10_000,) for _ in range(1000)))
    connection.execute("INSERT INTO temp.named VALUES (7)")

    give_back(connection)

    connection.execute("COMMIT")
    assert connection.execute("SELECT count(*), sum(length(w)) FROM t").fetchone() == (1000, 10_000_000)
    assert connection.execute("SELECT id FROM temp.named").fetchone() == (7,)
    connection.close()
