"""The start of the window: application, fonts, language, theme, and the services on the desk.

The one place in ``ui`` that names services and pages. ``run`` is the program; ``smoke`` and
``screenshots`` open the same window without anybody in front of it.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QSettings, QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app.domain.mistake import without_values
from app.services.answers.outcomes import MemberLine
from app.services.casework import (
    assigning,
    caseload,
    contacts,
    drafting,
    followups,
    intake,
    lost_children,
    planning,
    reviewing,
    saved_views,
    signing,
    since,
    team,
)
from app.services.criteria import composing, effects, evaluating, run_jobs, settling
from app.services.desk import first_hour, remembering, undoing
from app.services.imports import (
    batches,
    import_jobs,
    mapping,
    profiling,
    purpose_jobs,
    purposes,
    received,
    rejections,
    rereading_jobs,
    withdrawal_jobs,
)
from app.services.links import (
    comparisons,
    foreseeing,
    link_quality,
    linking,
    pairs,
    quality_jobs,
    retraining,
    ruling_history,
    sampling,
)
from app.services.offices import activity, anchoring, backing_up, belonging, opening, policy
from app.services.papers import exporting, handing_out, outreach, papers
from app.services.protection import bewaring, need_to_know, protecting, unveiling
from ui import words
from ui.desk import Desk
from ui.dressing import put_on, speak
from ui.page import Page
from ui.pages.activity import ActivityPage
from ui.pages.caseload import CaseloadPage
from ui.pages.child import ChildPage
from ui.pages.criteria import CriteriaPage
from ui.pages.evaluation import EvaluationPage
from ui.pages.followups import FollowUpsPage
from ui.pages.help import HelpPage
from ui.pages.imports import ImportsPage
from ui.pages.intake import IntakePage
from ui.pages.linkquality import LinkQualityPage
from ui.pages.links import LinksPage
from ui.pages.outreach import OutreachPage
from ui.pages.settings import SettingsPage
from ui.pages.sources import SourcesPage
from ui.pages.team import TeamPage
from ui.relaunch import start_locked
from ui.resources import RESOURCES
from ui.scaling import start_with
from ui.session import hide_from_capture, watch_session
from ui.theme import load_fonts, theme
from ui.tokens import THEMES
from ui.window import Window, Workplace

FIRST_SIZE = QSize(1440, 900)
OURS_FAILED = 70
"""Exit code after a mistake of our own (EX_SOFTWARE)."""
MISTAKEN = "mistaken"
"""The application's property that tells of such a mistake where no event loop hears of it."""
PATIENCE = 60.0
"""Seconds that a window without a user waits for what it asked for."""


def application() -> QApplication:
    """The one QApplication, dressed: Fusion, our typeface, language and icon."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    if not has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # A file dialog of Qt's own would write the folders visited into QtProject.conf.
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, os.devnull)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("kizuki")
    app.setStyle("Fusion")
    load_fonts()
    app.setFont(theme.font())
    app.setWindowIcon(QIcon(str(RESOURCES / "icons" / "kizuki.svg")))
    sys.excepthook = _stop
    return app


def has_display() -> bool:
    """Whether somebody can see a window here (always, but on Linux without a display)."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _stop(_kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A mistake of our own: say it where IT can read it, without a name, and stop. What was saved is saved."""
    sys.stderr.write(without_values(error.with_traceback(trace)))
    traceback.clear_frames(trace)  # a painter left in one of them takes Qt down before it can leave
    app = QApplication.instance()
    if app is not None:
        app.setProperty(MISTAKEN, True)
    QApplication.exit(OURS_FAILED)


def desk_of(office: Any, today: Callable[[], date] = date.today) -> Desk:
    """Lay an opened office on the desk."""
    member = MemberLine(office.member.name, frozenset(office.member.roles))
    return Desk(
        office=office,
        member=member,
        caseload=caseload,
        reviewing=reviewing,
        assigning=assigning,
        belonging=belonging,
        today=today,
        now=lambda: datetime.now().astimezone(),
        idle_minutes=policy.idle_minutes(office),
        imports=import_jobs,
        batches=batches,
        rejections=rejections,
        linking=linking,
        pairs=pairs,
        foreseeing=foreseeing,
        link_quality=link_quality,
        sampling=sampling,
        retraining=retraining,
        comparisons=comparisons,
        ruling_history=ruling_history,
        quality_jobs=quality_jobs,
        mapping=mapping,
        profiling=profiling,
        withdrawals=withdrawal_jobs,
        settling=settling,
        effects=effects,
        composing=composing,
        run_jobs=run_jobs,
        evaluating=evaluating,
        exporting=exporting,
        purposes=purposes,
        purpose_jobs=purpose_jobs,
        rereading_jobs=rereading_jobs,
        lost_children=lost_children,
        received=received,
        activity=activity,
        anchoring=anchoring,
        handing_out=handing_out,
        backing_up=backing_up,
        papers=papers,
        intake=intake,
        outreach=outreach,
        drafting=drafting,
        contacts=contacts,
        since=since,
        followups=followups,
        planning=planning,
        signing=signing,
        views=saved_views,
        team=team,
        undoing=undoing,
        protecting=protecting,
        unveiling=unveiling,
        need_to_know=need_to_know,
        bewaring=bewaring,
        remembering=remembering,
        policy=policy,
        first_hour=first_hour,
    )


def make_pages(desk: Desk) -> Sequence[type[Page]]:
    """Every page of the window, in the order of the rail: none that shows a child to who may see none."""
    watching = (ActivityPage,) if desk.may_audit else ()
    if not desk.may_see:
        return (*watching, SettingsPage, HelpPage)
    imports = (ImportsPage,) if desk.may_import else ()
    team_of = (TeamPage,) if desk.may_assign else ()
    return (
        CaseloadPage,
        FollowUpsPage,
        OutreachPage,
        LinksPage,
        LinkQualityPage,
        *imports,
        SourcesPage,
        *team_of,
        CriteriaPage,
        EvaluationPage,
        *watching,
        SettingsPage,
        HelpPage,
        ChildPage,
        IntakePage,
    )


def run(folder: Path | None = None, unlocked: Any = None, language: str = "", person: str = "") -> int:
    """Open the window and stay until it is closed; the exit code. ``person`` is who is asked to unlock."""
    look, place = remembering.window_of(folder)
    start_with(look.text)
    app = application()
    speak(app, language or words.system_language())
    theme.follow()
    put_on(look, asked=False)
    window = Window(opening, desk_of, make_pages, folder, start_locked, backing_up)
    window.unlock.choose_person(person)
    window.resize(_fitting(app, QSize(place.width, place.height) if place.width else FIRST_SIZE))
    if place.whole:
        window.showMaximized()
    else:
        window.show()
    _guard(window)
    window.remade.connect(lambda: _guard(window))
    if unlocked is not None:
        window.open_office(unlocked)
    return app.exec()


def _guard(window: Window) -> None:
    """What hangs on the window's native side: out of screenshots, told when the PC is locked."""
    hide_from_capture(window)
    watch_session(window)


def _fitting(app: QApplication, wanted: QSize) -> QSize:
    screen = app.primaryScreen()
    return wanted.boundedTo(screen.availableSize()) if screen is not None else wanted


# ---------------------------------------------------------------- without anybody in front of it


def smoke(folder: Path, person: str, passphrase: str, shots: Path | None = None) -> int:
    """Unlock, list, open the first child, and go: 0 when all of it came onto the screen."""
    application()
    office = opening.open_office(folder, person, passphrase, datetime.now().astimezone())
    size = FIRST_SIZE
    try:
        pages = _walk(office, words.system_language(), "light", size, shots)
    finally:
        office.close()
    return 0 if pages else 1


def screenshots(
    office: Any,
    out: Path,
    sizes: Sequence[tuple[int, int]] = ((1280, 800), (1920, 1080)),
    languages: Sequence[str] = words.LANGUAGES,
    themes: Sequence[str] = ("light",),
) -> list[Path]:
    """Pictures of the caseload and of the first child in every size, language and theme."""
    application()
    made: list[Path] = []
    for language in languages:
        for name in themes:
            for width, height in sizes:
                made += _walk(office, language, name, QSize(width, height), out)
    return made


def _walk(office: Any, language: str, look: str, size: QSize, out: Path | None) -> list[Path]:
    """Caseload and first child on the screen; their pictures, if ``out`` is given."""
    app = application()
    speak(app, language)
    theme.wear(THEMES[look])
    day = caseload.as_of(office) or date.today()
    window = Window(opening, lambda it: desk_of(it, lambda: day), make_pages)
    window.resize(size)
    window.show()
    window.open_office(office)
    made = []
    try:
        stem = f"{size.width()}x{size.height()}-{language}-{look}"
        work = window.workplace
        assert work is not None
        settle(app, work)
        made.append(_picture(window, out, f"caseload-{stem}"))
        page = work.pages["caseload"]
        assert isinstance(page, CaseloadPage)
        if page.model.listing.ids:
            page.open_current()
            settle(app, work)
            made.append(_picture(window, out, f"child-{stem}"))
    finally:
        window.let_go()
        window.close()
        window.deleteLater()
        app.processEvents()
    return made


def settle(app: QApplication, work: Workplace) -> None:
    """Wait until nothing is on its way and everything is painted.

    TimeoutError after PATIENCE; SystemExit once something went wrong in our own code.
    """
    end = time.monotonic() + PATIENCE
    quiet = 0
    while quiet < 5:
        app.processEvents()
        if app.property(MISTAKEN):
            raise SystemExit(OURS_FAILED)
        quiet = 0 if work.busy else quiet + 1
        if time.monotonic() > end:
            raise TimeoutError("the window still waits for an answer")
        time.sleep(0.01)


def _picture(window: Window, out: Path | None, name: str) -> Path:
    picture = window.grab()
    if out is None:
        return Path(name)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{name}.png"
    picture.save(str(path))
    return path
