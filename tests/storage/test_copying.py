"""The next view begins as a copy of the file as it lies; whoever writes meanwhile is neither held up nor torn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.storage import database
from app.storage.database import Connection

KEY = bytes(range(32))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "view-7.db"
    connection = database.connect(path, KEY, create=True)
    database.use_wal(connection)
    connection.execute("CREATE TABLE word (text TEXT)")
    connection.executemany("INSERT INTO word VALUES (?)", ((f"語{at}",) for at in range(5000)))
    connection.close()
    return path


def words(path: Path) -> int:
    connection = database.connect(path, KEY)
    try:
        assert database.ciphertext_troubles(connection) == []
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
        return int(connection.execute("SELECT count(*) FROM word").fetchone()[0])
    finally:
        connection.close()


def add(connection: Connection) -> None:
    connection.execute("INSERT INTO word VALUES ('新')")


def test_a_copy_as_it_lies_stands_alone(base: Path) -> None:
    target = base.with_name("view-8.db")
    source, writer = database.connect(base, KEY), database.connect(base, KEY)
    add(writer)  # stands in the log
    assert database.copy_as_it_lies(source, base, target)
    add(writer)
    assert words(target) == 5001
    assert words(base) == 5002
    assert base.read_bytes()[:16] == target.read_bytes()[:16], "else it was encrypted anew"
    copied = database.connect(target, KEY)
    copied.execute("PRAGMA journal_mode = OFF")
    add(copied)
    database.use_wal(copied)
    assert copied.execute("SELECT count(*) FROM word").fetchone()[0] == 5002
    for connection in (source, writer, copied):
        connection.close()
    assert (words(base), words(target)) == (5002, 5002)


def test_who_writes_while_it_is_copied_does_not_wait_and_does_not_tear_it(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = base.with_name("view-8.db")
    source, writer = database.connect(base, KEY), database.connect(base, KEY)
    inner = database._copied

    def meanwhile(*given: Any) -> bool:
        for _ in range(30):
            add(writer)
        busy, _log, folded = writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        assert busy == 1 or folded == 0, "the file was written while it is copied"
        return inner(*given)

    monkeypatch.setattr(database, "_copied", meanwhile)
    assert database.copy_as_it_lies(source, base, target)
    source.close()
    writer.close()
    assert (words(target), words(base)) == (5000, 5030)


def test_a_log_that_somebody_still_reads_is_not_left_behind(base: Path) -> None:
    target = base.with_name("view-8.db")
    source, writer, reader = (database.connect(base, KEY) for _ in range(3))
    add(writer)
    with database.snapshot(reader):
        reader.execute("SELECT count(*) FROM word").fetchone()
        add(writer)
        assert not database.copy_as_it_lies(source, base, target)
        assert not target.exists()
    for connection in (source, writer, reader):
        connection.close()


def test_where_it_cannot_be_copied_nothing_is_left(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = base.with_name("view-8.db")
    source = database.connect(base, KEY)

    def half(_base: Path, to: Path) -> bool:
        to.write_bytes(b"half")
        return False

    monkeypatch.setattr(database, "_copied", half)
    assert not database.copy_as_it_lies(source, base, target)
    assert not target.exists()
    source.close()
