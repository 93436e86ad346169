"""Measuring the window: how long from a key to the picture, on an office as full as one likes.

``python -m ui.measuring FOLDER``, with an office that ``main.py bench --filled N --keep FOLDER`` left there. The window
is the real one, without a screen. A figure is what the act costs until nothing is on its way and all is painted, in
seconds of the processor, all threads together: what others do on the machine meanwhile does not count. ``stall`` is
the longest that the window's own thread worked without being able to answer. Memory is what is resident then.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.domain.decisions import Decision, DecisionKind
from app.domain.priority import Level
from app.domain.sectors import Sector
from app.services.answers.caseload import SORTS, CaseloadQuery
from app.services.casework import caseload, reviewing, rolls
from app.services.measuring import crowding
from app.services.measuring.priority import PASSPHRASE, PERSON
from app.services.measuring.whole import BenchReport, Figure
from app.services.offices import opening
from ui.app import FIRST_SIZE, application, desk_of, make_pages
from ui.dressing import speak
from ui.pages.caseload import CaseloadPage
from ui.pages.child import ChildPage
from ui.timeline.painting import paint
from ui.timeline.view import TimelineView
from ui.window import Window
from ui.workplace import Workplace

EVERYBODY = CaseloadQuery(view="all")
TYPED = ("さ", "さと", "さとう", "や", "やま", "田", "田中", "か", "1", "す ず")
CROWDS = (2_000, 20_000)
FRAMES = 60
STEPS = 40
BEAT = 5
"""Milliseconds between two beats of the heart whose gaps are the stalls."""
PATIENCE = 60.0


class Heart(QObject):
    """Beats in the window's thread; ``worst`` is how long (seconds of the processor) it worked between two beats."""

    def __init__(self) -> None:
        super().__init__()
        self.worst = 0.0
        self._last = time.thread_time()
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._last, self.worst = time.thread_time(), 0.0
        self._timer.start()

    def stop(self) -> float:
        self._beat()
        self._timer.stop()
        return self.worst

    def _beat(self) -> None:
        now = time.thread_time()
        self.worst = max(self.worst, now - self._last)
        self._last = now


class Hands:
    """What a user does with the window, and how long it takes to see it."""

    def __init__(self, app: QApplication, work: Workplace) -> None:
        self._app, self._work = app, work

    def seconds(self, act: Callable[[], object]) -> float:
        """From the act until nothing is on its way and all is painted."""
        begun, end = time.process_time(), time.monotonic() + PATIENCE
        act()
        waiting = QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        self._app.processEvents()
        while self._busy():
            self._app.processEvents(waiting)
            if time.monotonic() > end:
                raise TimeoutError("the window still waits for an answer")
        for _ in range(2):
            self._app.processEvents()
        return time.process_time() - begun

    def _busy(self) -> bool:
        page = self._work.page
        typing = isinstance(page, CaseloadPage) and page._typing.isActive()
        return self._work.busy or typing

    @property
    def list(self) -> CaseloadPage:
        """The page of the list."""
        page = self._work.pages["caseload"]
        assert isinstance(page, CaseloadPage)
        return page

    @property
    def child(self) -> ChildPage:
        """The page of a child."""
        page = self._work.pages["child"]
        assert isinstance(page, ChildPage)
        return page

    def open_child(self, child: int) -> float:
        """From the list to a child."""
        return self.seconds(partial(self._work.go, "child", (child, self.list.listed_ids, None)))

    def decide(self, office: Any, child: int, day: date) -> None:
        """Record a decision, as the child page does."""
        decision = Decision(DecisionKind.WATCH, "様子を見る", day, day + timedelta(days=14), ())
        now = datetime.now().astimezone()
        self._work.runner.do(partial(reviewing.decide, on_screen=""), office, child, decision, now)

    def each(self, acts: Iterable[Callable[[], object]]) -> Sequence[float]:
        return [self.seconds(act) for act in acts]


def measure(folder: Path) -> BenchReport:
    """The figures of the window on the office in ``folder``."""
    app = application()
    speak(app, "ja")
    now = datetime.now().astimezone()
    office = opening.open_office(folder, PERSON, PASSPHRASE, now)
    day = caseload.as_of(office) or now.date()
    crowded = dict(zip(CROWDS, caseload.listing(office, EVERYBODY, day).ids, strict=False))
    for facts, child in crowded.items():
        _crowd(office, child, facts, day)
    rolls.forget(office)
    window = Window(opening, lambda it: desk_of(it, lambda: day), make_pages)
    window.resize(FIRST_SIZE)
    window.show()
    app.processEvents()
    try:
        found = [Figure("first paint", _first_paint(app, window, office), 0)]
        assert window.workplace is not None
        hands = Hands(app, window.workplace)
        found += _in_the_list(hands)
        found.append(Figure("memory then, MiB in the next column", 0.0, resident()))
        found += _in_the_child(hands, office, day)
        found += _of_crowds(hands, crowded)
        return BenchReport(
            len(hands.list.listed_ids), 0, tuple(replace(one, peak=one.peak or resident()) for one in found)
        )
    finally:
        window.let_go()
        office.close()


def _first_paint(app: QApplication, window: Window, office: Any) -> float:
    begun, end = time.process_time(), time.monotonic() + PATIENCE
    window.open_office(office)
    assert window.workplace is not None
    page = window.workplace.pages["caseload"]
    assert isinstance(page, CaseloadPage)
    while not (page.listed_ids and page.model.known(page.listed_ids[0])):
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.monotonic() > end:
            raise TimeoutError("no list came")
    app.processEvents()
    return time.process_time() - begun


def _in_the_list(hands: Hands) -> list[Figure]:
    page, heart = hands.list, Heart()
    hands.seconds(lambda: None)
    heart.start()
    found = [
        *_figures("sort", hands.each(partial(page.ask, replace(EVERYBODY, sort=sort)) for sort in SORTS)),
        *_figures("filter", hands.each(partial(page.ask, query) for query in _filters())),
    ]
    hands.seconds(partial(page.ask, EVERYBODY))
    found += _figures("keystroke", hands.each(partial(page.seek, text) for text in (*TYPED, "")))
    found += _figures("scroll, a jump", hands.each(partial(_jump, page, part) for part in range(1, 20)))
    return [*found, Figure("longest stall, list", heart.stop(), 0)]


def _in_the_child(hands: Hands, office: Any, day: date) -> list[Figure]:
    heart, ids = Heart(), hands.list.listed_ids
    hands.open_child(ids[len(ids) // 2])
    heart.start()
    found = [
        *_figures("next child", hands.each(partial(hands.child.step, 1) for _ in range(STEPS))),
        *_figures("decision stored", hands.each(partial(hands.decide, office, child, day) for child in ids[-STEPS:])),
    ]
    return [*found, Figure("longest stall, child", heart.stop(), 0)]


def _of_crowds(hands: Hands, crowded: Mapping[int, int]) -> Iterator[Figure]:
    other = hands.list.listed_ids[len(crowded)]
    for facts, child in crowded.items():
        hands.open_child(other)
        yield Figure(f"child, {facts} facts", hands.open_child(child), 0)
        yield from _figures(f"frame, {facts} facts", _frames(hands.child))


def _figures(stage: str, taken: Sequence[float]) -> Iterator[Figure]:
    ordered = sorted(taken)
    yield Figure(f"{stage}, median", ordered[len(ordered) // 2], 0)
    yield Figure(f"{stage}, p95", ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 0)


def _filters() -> Iterable[CaseloadQuery]:
    yield replace(EVERYBODY, levels=frozenset({Level.HIGH}))
    yield replace(EVERYBODY, sectors=frozenset({Sector.EDUCATION, Sector.MEDICAL}))
    yield replace(EVERYBODY, criteria=frozenset({"absence_days"}))
    yield replace(EVERYBODY, schools=frozenset({"第一小学校"}))
    yield replace(EVERYBODY, age_least=3, age_most=9)
    yield replace(EVERYBODY, due="none")
    yield replace(EVERYBODY, unseen=90)
    yield replace(EVERYBODY, supported="no")
    yield replace(EVERYBODY, only_new=True)
    yield replace(EVERYBODY, assignees=frozenset({""}), levels=frozenset({Level.MIDDLE}))
    yield CaseloadQuery()
    yield CaseloadQuery(view="unassigned")
    yield CaseloadQuery(view="mine")


def _jump(page: CaseloadPage, part: int) -> None:
    bar = page.table.verticalScrollBar()
    bar.setValue(bar.maximum() * part // 20)


def _crowd(office: Any, child: int, facts: int, day: date) -> None:
    held = office.reader().execute("SELECT count(*) FROM view.fact WHERE person_id = ?", (child,)).fetchone()[0]
    if held < facts:
        crowding.crowd(office, child, facts, day)


def _frames(page: ChildPage) -> list[float]:
    """A pan and a zoom, each frame painted anew into a picture in memory."""
    view = page.findChild(TimelineView)
    assert view is not None
    image = QImage(view.size(), QImage.Format.Format_ARGB32_Premultiplied)
    taken = []
    for frame in range(FRAMES):
        begun = time.process_time()
        if frame % 3 == 2:
            view.zoom(frame < FRAMES // 2)
        else:
            view.pan(40 if frame % 2 else -55)
        painter = QPainter(image)
        paint(painter, view.picture(), view.width())
        painter.end()
        taken.append(time.process_time() - begun)
    return taken


def resident() -> int:
    """Memory of this process now, in MiB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    words = status.read_text(encoding="ascii").split()
    return int(words[words.index("VmRSS:") + 1]) // 1024


if __name__ == "__main__":
    sys.stdout.write(measure(Path(sys.argv[1])).table() + "\n")
