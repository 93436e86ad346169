"""Rows and link results are invisible until an entry publishes them; views change in one step."""

from __future__ import annotations

import threading
import time as clocks
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.entries import Kind
from app.storage.batches import rows as staged
from app.storage.batches.rows import RowProblem, StagedBatch, StagedRow
from app.storage.digests import written
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.storage.desk import NOW, decision, reasons

HEADER = ("児童番号", "氏名", "欠席")


def lines(office: Office, count: int, *, month: int = 0) -> list[StagedRow]:
    found = []
    for number in range(count):
        cells = (str(number), f"氏名{number}", str(month if number % 2 else 0))
        row_id, digest = office.digester.row("school", HEADER, cells)
        key, record = office.digester.key("school", cells[0]), office.digester.record("school", cells[0])
        found.append(StagedRow(number + 2, row_id, digest, written(cells), key, record))
    return found


def stage(office: Office, rows: list[StagedRow]) -> StagedBatch:
    with office.staging() as staging:
        batch = staging.batch(
            extract="school", file="出欠.csv", as_of="2026-10-01", received="2026-10-02T00:00:00Z", header=HEADER,
            encoding="cp932", file_digest=b"x",
        )  # fmt: skip
        batch.add(rows)
        batch.problems([RowProblem(3, "欠席", "三", "extract.not_a_number", {"least": 0})])
        return batch.finish()


def said(batch: StagedBatch) -> tuple[Kind, dict[str, object]]:
    payload: dict[str, object] = {
        "batch": batch.batch_id, "extract": "school", "rows": batch.rows, "merkle": batch.merkle.hex(),
    }  # fmt: skip
    return Kind.BATCH_PUBLISHED, payload


def publish(office: Office, batch: StagedBatch, word: str) -> int:
    view = office.new_view(office.view_number())
    view.connection.execute("INSERT OR REPLACE INTO meta VALUES ('month', ?)", (word,))
    number = view.finish()
    office.publish([said(batch)], view=number, base=office.view_number(), time=NOW)
    return number


def word(office: Office) -> str | None:
    row = office.reader().execute("SELECT value FROM view.meta WHERE key = 'month'").fetchone()
    return row[0] if row else None


def count(office: Office, table: str) -> int:
    return int(office.reader().execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_month_that_repeats_the_last_stores_its_rows_once(office: Office) -> None:
    publish(office, stage(office, lines(office, 40)), "九月")
    with office.staging() as staging:
        assert staging.known_file(b"x") == 1
    publish(office, stage(office, lines(office, 40, month=3)), "十月")
    assert (count(office, "row"), count(office, "batch_row"), word(office)) == (60, 80, "十月")
    assert verify(office) == []


def test_every_thread_sees_the_new_view_after_publication(office: Office) -> None:
    seen: list[str | None] = []
    go, done = threading.Event(), threading.Event()

    def looks() -> None:
        seen.append(word(office))
        done.set()
        go.wait(5)
        seen.append(word(office))

    thread = threading.Thread(target=looks)
    thread.start()
    done.wait(5)
    publish(office, stage(office, lines(office, 3)), "新")
    go.set()
    thread.join()
    assert seen == [None, "新"]


def test_a_reader_in_the_middle_keeps_its_sight(office: Office) -> None:
    publish(office, stage(office, lines(office, 3)), "一")
    with office.reading() as connection:
        publish(office, stage(office, lines(office, 3)), "二")
        assert connection.execute("SELECT value FROM view.meta WHERE key = 'month'").fetchone()[0] == "一"
    assert word(office) == "二"
    cursor = office.reader().execute("SELECT key FROM view.meta")  # an open cursor is no obstacle
    publish(office, stage(office, lines(office, 3)), "三")
    assert word(office) == "三"
    cursor.close()


def test_killed_in_an_import_nothing_of_it_is_left(unlock: Callable[..., Office], folder: Path) -> None:
    office = unlock()
    publish(office, stage(office, lines(office, 10)), "九月")
    current = office.view_number()
    stage(office, lines(office, 30, month=5))
    with office.staging() as staging:
        links = staging.links("model 1")
        links.memberships([(1, 1), (2, 1)])
        links.edges([(1, 2, 9.5, "{}", "linked")])
    office.new_view(current).finish()
    office.close()
    again = unlock()
    assert [note.key for note in again.notes] == ["batch.leftovers_cleared"]
    left = {table: count(again, table) for table in ("row", "batch", "membership", "edge")}
    assert left == {"row": 10, "batch": 1, "membership": 0, "edge": 0}
    assert [path.name for path in folder.glob("view-*.db")] == [f"view-{current}.db"]
    assert verify(again) == []


def test_killed_between_a_row_and_its_line_or_while_clearing_nothing_stays_either(
    unlock: Callable[..., Office],
) -> None:
    with unlock() as office:
        kept = count(office, "row")
        office.writer.execute(
            "INSERT INTO batch (extract, file, received, state, rows, accepted, rejected, header, encoding)"
            " VALUES ('x', 'x.csv', '', 'staged', 0, 0, 0, '[]', '')"
        )
        office.writer.execute(
            "INSERT INTO row (row_id, digest, extract, header_id, cells) VALUES (77, x'00', 'x', 1, x'00')"
        )
    with unlock() as again:
        assert (count(again, "row"), count(again, "batch")) == (kept, 0)


def test_killed_after_the_segment_a_publication_is_completed(
    unlock: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = unlock()
    batch = stage(office, lines(office, 10))
    view = office.new_view(office.view_number())
    view.connection.execute("INSERT INTO meta VALUES ('month', '九月')")
    number = view.finish()
    with monkeypatch.context() as patched:  # the power goes after the fsync, before the commit
        patched.setattr(
            "app.storage.truth.journal.Journal._undo", lambda self, _before: self.connection.execute("ROLLBACK")
        )
        append = office.segment.append
        patched.setattr(office.segment, "append", lambda frame: append(frame) / 0)
        with pytest.raises(ZeroDivisionError):
            office.publish([said(batch)], view=number, base=office.view_number(), time=NOW)
    assert word(office) is None
    office.close()
    again = unlock()
    assert [note.key for note in again.notes] == ["segment.replayed"]
    assert (word(again), count(again, "batch_row"), again.view_number()) == ("九月", 10, number)
    assert verify(again) == []


def test_link_results_and_their_root(office: Office) -> None:
    batch = stage(office, lines(office, 3))
    with office.staging() as staging:
        links = staging.links("model 1")
        links.memberships([(2, 1), (1, 1)])
        links.edges([(1, 2, 9.5, '{"name": "同じ"}', "linked")])
        made = links.finish()
    payload: dict[str, object] = {"links": made.run_id, "model": "model 1", "merkle": made.merkle.hex()}
    view = office.new_view().finish()
    office.publish([said(batch), (Kind.LINKS_MADE, payload)], view=view, base=office.view_number(), time=NOW)
    assert verify(office) == []
    office.writer.execute("UPDATE membership SET person_id = 2 WHERE record_id = 2")
    assert [finding.message.key for finding in verify(office)] == ["verify.links_differ"]


def test_a_decision_slips_in_between_the_rows_of_an_import(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staged, "WINDOW", 4000)
    rows = lines(office, 12_000)
    thread = threading.Thread(target=stage, args=(office, rows))
    thread.start()
    waits = []
    while thread.is_alive():
        begun = clocks.perf_counter()
        office.write(Kind.DECISION_RECORDED, decision(), time=NOW)
        waits.append(clocks.perf_counter() - begun)
    thread.join()
    assert len(reasons(office)) == len(waits) > 2


def test_a_view_of_another_shape_is_not_copied(office: Office) -> None:
    assert office.view_fits()
    old = office.new_view()
    old.connection.execute("PRAGMA user_version = 1")
    number = old.finish()
    fresh = office.new_view(number)
    assert not fresh.copied
    fresh.discard()
    copy = office.new_view(office.view_number())
    assert copy.copied
    copy.discard()
