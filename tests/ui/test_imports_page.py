"""The import page by mouse and keyboard, over a job that does what the test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QDate, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.message import Message, Refused
from app.services.answers.outcomes import Changes, Outcome
from app.services.imports.batches import BatchLine
from app.services.imports.delivered import Delivery
from app.services.imports.file_preview import (
    Difference,
    FilePreview,
    PreviewCell,
    PreviewColumn,
    PreviewProblem,
    PreviewRow,
)
from app.services.imports.import_jobs import Ended, Failed, Finished, Looked, News, Step, Stopped
from app.services.imports.importing import ImportReport
from app.services.imports.receiving import FileReport
from app.storage.batches.rows import StagedBatch
from tests.ui.fakes import JST, MEMBERS, TODAY, FakeOpening, fake_desk, fake_office
from ui.desk import Desk
from ui.imports.files import COLUMNS
from ui.page import Page
from ui.pages.caseload import CaseloadPage
from ui.pages.imports import CHOOSING, DONE, LOOKING, READY, RUNNING, ImportsPage
from ui.window import Window, Workplace

LAST = Delivery("shukketsu_09.csv", date(2026, 9, 30), datetime(2026, 10, 23, 16, 2, tzinfo=JST), 6198)
ATTENDANCE = FilePreview(
    Path("/in/shukketsu_10.csv"), "shukketsu_10.csv", None, "attendance", "ledger", "cp932", ",", 1,
    date(2026, 10, 31), "today", 5710, 5709, 1, 2, 5600, (date(2026, 10, 1), date(2026, 10, 1)),
    (PreviewColumn("学籍番号", "学籍番号", True, 5710), PreviewColumn("病欠", "病欠", False, 5600, 1),
     PreviewColumn("担任メモ")),
    (PreviewRow(2, (PreviewCell("2304118", "2304118"), PreviewCell("", None, "unknown"),
                    PreviewCell("<b>x</b>", None, "unused"))),),
    (PreviewProblem(812, "病欠", "23", Message("row.absent_days", {"total": 23, "columns": "授業日数", "limit": 21}),
                    "rejected"),),
    False, LAST, Difference(14, 3, 5000, None),
)  # fmt: skip
SHORT = replace(ATTENDANCE, path=Path("/in/hoken.csv"), file="hoken.csv", rows=1800, accepted=1800, rejected=0,
                problems=())  # fmt: skip
STOPPED = FilePreview(
    Path("/in/teate.csv"), "teate.csv", Message("file.my_number_column", {"file": "teate.csv", "column": "個人番号"})
)


class FakeJob:
    """Runs until the test says something else."""

    def __init__(self) -> None:
        self.cancelled = self.publishing = False

    def cancel(self) -> bool:
        self.cancelled = not self.publishing
        return self.cancelled

    def wait(self, _seconds: float | None = None) -> bool:
        return True


class FakeImports:
    """Notes what is asked for; ``tell`` speaks as the job would."""

    def __init__(self) -> None:
        self.looked: list[Sequence[Path]] = []
        self.started: list[Sequence[Path]] = []
        self.days: Mapping[Path, date] = {}
        self.job = FakeJob()
        self.tell: Callable[[News], None] = lambda news: None

    def look(
        self,
        _office: object,
        paths: Sequence[Path],
        _now: datetime,
        tell: Callable[[News], None],
        days: Mapping[Path, date],
    ) -> FakeJob:
        self.looked.append(paths)
        self.days = days
        self.tell, self.job = tell, FakeJob()
        return self.job

    def start(
        self,
        _office: object,
        paths: Sequence[Path],
        _now: datetime,
        tell: Callable[[News], None],
        _rows: Sequence[int],
        days: Mapping[Path, date],
    ) -> FakeJob:
        self.started.append(paths)
        self.days = days
        self.tell, self.job = tell, FakeJob()
        return self.job


class Bench:
    """The window of a test, its import page and the job behind it."""

    def __init__(self, qtbot: QtBot, roles: frozenset[str] = MEMBERS[0].roles, width: int = 1440) -> None:
        self.qtbot = qtbot
        self.imports = FakeImports()
        self.saved: list[Path] = []
        self.late: tuple[Any, ...] = ()
        line = BatchLine(1, "attendance", "shukketsu_09.csv", date(2026, 9, 30), LAST.received, "柏木", 6198, 6198, 0)
        self.desk: Desk = replace(
            fake_desk(roles=roles),
            imports=self.imports,
            lost_children=SimpleNamespace(lost_children=lambda _office: ()),
            received=SimpleNamespace(late=lambda _office, _today: self.late),
            batches=SimpleNamespace(history=lambda _office: (line,)),
            rejections=SimpleNamespace(save=self._save, kept_back=lambda _office, _batch: 0),
        )
        self.window = Window(FakeOpening(), lambda _it: self.desk, self._pages)
        qtbot.addWidget(self.window)
        self.window.resize(width, 900 if width > 1380 else 720)
        self.window.show()
        self.window.open_office(fake_office())
        assert self.window.workplace is not None
        self.work: Workplace = self.window.workplace

    def _pages(self, desk: Desk) -> Sequence[type[Page]]:
        return (CaseloadPage, ImportsPage) if desk.may_import else (CaseloadPage,)

    def _save(self, _office: object, _batch: int, out: Path, **_more: object) -> Path:
        self.saved.append(out)
        return out

    @property
    def page(self) -> ImportsPage:
        page = self.work.pages["imports"]
        assert isinstance(page, ImportsPage)
        return page

    def quiet(self) -> None:
        self.qtbot.waitUntil(lambda: not self.work.busy, timeout=5000)

    def hear(self, *news: News) -> None:
        """The job says this."""
        for one in news:
            self.imports.tell(one)
        self.qtbot.wait(1)

    def looked_over(self, *previews: FilePreview) -> None:
        self.page.add([one.path for one in previews])
        self.hear(*map(Looked, previews), Finished(), Ended())

    def click(self, button: Any) -> None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.qtbot.wait(1)


@pytest.fixture
def bench(qtbot: QtBot, typeface: None, japanese: None) -> Iterator[Bench]:
    made = Bench(qtbot)
    made.work.go("imports")
    made.quiet()
    yield made
    made.window.let_go()


def _report(preview: FilePreview, waiting: int = 0) -> FileReport:
    batch = StagedBatch(7, preview.rows, preview.accepted, preview.rejected, b"")
    return FileReport(
        preview.file, "imported", preview.extract, preview.as_of, preview.encoding, batch, preview.rows,
        preview.accepted - waiting, waiting, preview.rejected, preview.warned,
    )  # fmt: skip


def test_only_leads_have_the_page(qtbot: QtBot, typeface: None, japanese: None) -> None:
    bench = Bench(qtbot, frozenset({"worker"}))
    assert "imports" not in bench.work.pages
    assert bench.work.rail.keys() == ["caseload"]
    bench.window.let_go()


def test_the_empty_page_shows_past_imports(bench: Bench) -> None:
    table = bench.page.invitation.table
    assert table.rowCount() == 1
    item = table.item(0, 3)
    assert item is not None
    assert item.text() == "shukketsu_09.csv"


def test_files_are_dropped_onto_the_page(bench: Bench) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/in/shukketsu_10.csv"), QUrl("https://example.invalid/x")])
    entering = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    bench.page.dragEnterEvent(entering)
    assert entering.isAccepted()
    bench.page.dropEvent(
        QDropEvent(
            QPointF(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    assert bench.imports.looked == [[Path("/in/shukketsu_10.csv")]]
    assert bench.page.state == LOOKING


def test_a_file_is_shown_as_it_will_be_read(bench: Bench) -> None:
    bench.looked_over(ATTENDANCE, STOPPED)
    page = bench.page
    assert page.state == READY
    table = page.preview.table
    shown = [item.text() for column in range(4) if (item := table.item(0, column))]
    assert shown == ["2", "2304118", "不明", "（取り込みません）"]
    head = table.horizontalHeaderItem(1)
    assert head is not None
    assert head.text() == "学籍番号 ◆"
    why = page.problems.table.item(0, 4)
    assert why is not None
    assert "授業日数" in why.text()
    assert page.files.files.index(0, 9).data() == "−7.9% −488行"
    assert page.files.files.index(1, 10).data() == "止めました"
    bench.click(page.go)
    assert bench.imports.started == [[ATTENDANCE.path]]


def test_where_there_is_little_room_the_bar_goes_and_the_name_keeps_both_its_ends(bench: Bench) -> None:
    long = replace(ATTENDANCE, file="shukketsu_seikeiko_ichiran_kakuteiban_reiwa8_10.csv")
    bench.looked_over(long)
    files, bar = bench.page.files, COLUMNS.index("bar")
    bench.window.resize(1440, 900)
    assert not files.isColumnHidden(bar)
    files.resize(820, 300)
    assert files.isColumnHidden(bar)
    assert files.columnWidth(0) >= 120
    assert files.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole) is not None
    files.resize(1300, 300)
    assert not files.isColumnHidden(bar)


def test_the_tab_counts_the_rows_that_have_something(bench: Bench) -> None:
    bench.looked_over(replace(ATTENDANCE, rejected=40, warned=7))
    assert bench.page.tabs.button("problems").accessibleName().endswith(" 47")


def test_a_file_far_shorter_than_last_time_asks_first(bench: Bench) -> None:
    bench.looked_over(ATTENDANCE, SHORT)
    page = bench.page
    assert not page.go.isEnabled()
    page.bring_in()
    assert not bench.imports.started
    page.side.agreed.emit(page.lines.all[1])
    assert page.go.isEnabled()
    bench.click(page.go)
    assert bench.imports.started == [[ATTENDANCE.path, SHORT.path]]


def test_a_file_can_be_left_out_until_the_rest_arrives(bench: Bench) -> None:
    bench.looked_over(ATTENDANCE, SHORT)
    page = bench.page
    page.side.left_out.emit(page.lines.all[1])
    bench.click(page.go)
    assert bench.imports.started == [[ATTENDANCE.path]]


def test_delete_takes_a_file_off_the_list(bench: Bench) -> None:
    bench.looked_over(ATTENDANCE, STOPPED)
    bench.page.files.go_to(1)
    QTest.keyClick(bench.page.files, Qt.Key.Key_Delete)
    assert [line.preview.file for line in bench.page.lines.all] == ["shukketsu_10.csv"]
    QTest.keyClick(bench.page.files, Qt.Key.Key_Delete)
    assert bench.page.state == CHOOSING


def test_progress_and_time_left_are_said(bench: Bench) -> None:
    bench.looked_over(ATTENDANCE)
    bench.click(bench.page.go)
    assert bench.page.state == RUNNING
    bench.hear(Step("read", 0.21, 18.0, "shukketsu_10.csv", 1, 1, 2855))
    assert bench.page.files.files.index(0, 10).data() == "読込中 2,855行"
    assert "1 / 1" in bench.page.progress.what()
    assert "公開していません" in bench.page.status()
    bench.hear(Step("links", 0.55, 9.0))
    assert bench.page.files.files.index(0, 10).data() == "読み終わり"
    bench.hear(Step("publish", 0.99, 1.0))
    assert not bench.page.progress.cancel.isEnabled()


def test_a_cancelled_import_leaves_the_files_to_try_again(bench: Bench) -> None:
    bench.looked_over(ATTENDANCE)
    bench.click(bench.page.go)
    bench.click(bench.page.progress.cancel)
    assert bench.imports.job.cancelled
    bench.hear(Stopped())
    assert bench.page.state == READY
    assert not bench.page.go.isEnabled()
    assert "片付けています" in bench.page.status()
    bench.hear(Ended())
    assert bench.page.go.isEnabled()


def test_a_failure_stays_until_it_is_read(bench: Bench) -> None:
    bench.looked_over(ATTENDANCE)
    bench.click(bench.page.go)
    bench.hear(Failed(Refused("disk.full")), Ended())
    assert bench.work.trouble.isVisible()
    assert bench.page.state == READY


def test_after_publishing_the_other_pages_hear_of_it_and_rejected_rows_can_be_saved(bench: Bench) -> None:
    bench.looked_over(ATTENDANCE, STOPPED)
    bench.page.files.go_to(0)
    assert not bench.page.problems.save.isEnabled()
    bench.click(bench.page.go)
    asked = len(bench.desk.caseload.queries)
    report = ImportReport((_report(ATTENDANCE, waiting=6),), {}, 12, 3, 40)
    bench.hear(Finished(Outcome(report, Changes(frozenset({"published"})))), Ended())
    bench.quiet()
    page = bench.page
    assert page.state == DONE
    assert "40人" in page.summary.text()
    assert len(bench.desk.caseload.queries) > asked
    assert page.files.files.index(0, 6).data() == "6"
    assert page.problems.save.isEnabled()
    page.acts.write_rejected(page.lines.all[0], Path("/out/x.csv"))
    bench.quiet()
    assert bench.saved == [Path("/out/x.csv")]
    bench.click(page.summary.more)
    assert page.state == CHOOSING


def test_locking_gives_up_what_runs(bench: Bench) -> None:
    bench.looked_over(ATTENDANCE)
    bench.click(bench.page.go)
    job = bench.imports.job
    bench.window.lock()
    assert job.cancelled


def test_a_narrow_window_brings_the_question_into_sight(qtbot: QtBot, typeface: None, japanese: None) -> None:
    bench = Bench(qtbot, width=1280)
    bench.work.go("imports")
    bench.looked_over(ATTENDANCE, SHORT)
    assert bench.page.tabs.current() == "side"
    assert bench.page.side.isVisible()
    bench.click(bench.page.tabs.button("preview"))
    assert not bench.page.side.isVisible()
    assert bench.page.preview.isVisible()
    bench.window.let_go()


def test_today_is_said_where_a_file_has_no_day_of_its_own(bench: Bench) -> None:
    bench.looked_over(replace(ATTENDANCE, covers=None, as_of=TODAY))
    assert bench.page.files.files.index(0, 2).data() == "11/24取込"


def test_a_file_gets_another_day_and_is_looked_over_again(bench: Bench) -> None:
    bench.looked_over(ATTENDANCE)
    page = bench.page
    page.files.go_to(0)
    own = page.side.comparison.day
    assert own.field.day() == ATTENDANCE.as_of
    assert "今日" in own.origin.text()
    assert not own.apply.isVisible()
    own.field.setDate(QDate(2026, 10, 1))
    assert own.apply.isVisible()
    bench.click(own.apply)
    assert page.state == LOOKING
    assert bench.imports.days == {ATTENDANCE.path: date(2026, 10, 1)}
    moved = replace(ATTENDANCE, as_of=date(2026, 10, 1), day_from="said")
    bench.hear(Looked(moved), Finished(), Ended())
    assert own.field.day() == date(2026, 10, 1)
    bench.click(page.go)
    assert bench.imports.days == {ATTENDANCE.path: date(2026, 10, 1)}
    assert not own.field.isEnabled(), "what is being taken in keeps its day"


def test_the_day_goes_back_to_the_files_own(bench: Bench) -> None:
    bench.looked_over(replace(ATTENDANCE, day_from="said"))
    page = bench.page
    page.lines.all[0].day = ATTENDANCE.as_of
    bench.click(page.side.comparison.day.back)
    assert bench.imports.days == {}


def test_corrected_rows_keep_the_day_of_what_they_correct(bench: Bench) -> None:
    bench.looked_over(replace(ATTENDANCE, day_from="supplement", supplement=True))
    own = bench.page.side.comparison.day
    assert not own.field.isEnabled()
    assert not own.apply.isVisible()


LINKS = FilePreview(
    Path("/in/links.csv"), "links.csv", extract="links", kind="links", encoding="utf-8", rows=40, accepted=40,
    difference=Difference(12, 0, 28, None),
)  # fmt: skip


def test_a_links_file_is_told_apart_and_goes_in_last(bench: Bench) -> None:
    bench.looked_over(LINKS, ATTENDANCE)
    page = bench.page
    page.files.go_to(0)
    assert page.files.files.index(0, 1).data().startswith("照合の結果")
    assert page.files.files.index(0, 9).data() == "新規 12組"
    assert not page.preview.table.isVisible()
    assert not page.side.comparison.day.isVisible()
    bench.click(page.go)
    assert bench.imports.started == [[ATTENDANCE.path, LINKS.path]]


def test_a_department_that_is_late_is_named_and_leads_to_the_sources(bench: Bench) -> None:
    strip = bench.page.invitation.late
    assert not strip.isVisible()
    due = date(2026, 11, 7)
    bench.late = tuple(
        SimpleNamespace(names={"ja": name, "en": name}, due=due, extract=name)
        for name in ("出席", "住民", "保育", "手当")
    )
    bench.page.shown()
    bench.quiet()
    assert strip.isVisible()
    assert "出席" in strip.words.text()
    assert "17日" in strip.words.text()
    assert "手当" not in strip.words.text(), "three are named, the others counted"
    asked: list[tuple[str, object]] = []
    bench.page.opens.disconnect()
    bench.page.opens.connect(lambda page, where: asked.append((page, where)))
    bench.click(strip.more)
    assert asked == [("sources", "coverage")]
