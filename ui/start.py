"""The window's own arguments: nothing, an office to open, the demo, or a smoke run.

Only what stands before the first window; ``ui.app`` has the rest.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from app.domain.message import Message, Trouble
from app.services.desk import demonstrating
from ui import app, words
from ui.relaunch import FLAG, told_person

SMOKE_CHILDREN = 60


def run(arguments: Sequence[str]) -> int:
    """Start what is asked for; the exit code."""
    parsed = _parser().parse_args(arguments)
    words.speak(words.system_language())
    try:
        if parsed.smoke:
            return _smoke()
        if parsed.demo:
            return _demo(parsed)
        return app.run(parsed.office, person=told_person() if parsed.locked else "")
    except Trouble as trouble:
        _tell(trouble.message)
        return trouble.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="main.py")
    parser.set_defaults(folder=None, screenshots=None)
    parser.add_argument("demo", nargs="?", choices=["demo"], help="open a made-up office")
    parser.add_argument("--office", type=Path, metavar="DIR", help="the office to unlock")
    parser.add_argument(FLAG, action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--smoke", action="store_true", help="open, look, close; for checks")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where the demo office lies")
    parser.add_argument("--screenshots", type=Path, metavar="DIR", help="where its pictures go")
    parser.add_argument("--children", type=int, default=demonstrating.CHILDREN, metavar="N")
    parser.add_argument("--seed", type=int, default=demonstrating.SEED, metavar="S")
    return parser


def _tell(message: Message) -> None:
    sys.stderr.write(words.say(message) + "\n")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _now() -> datetime:
    return datetime.now().astimezone()


def _smoke() -> int:
    """A small office made, opened in a window nobody sees, and closed again."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="kizuki-smoke-") as place:
        folder = Path(place) / "office"
        demonstrating.demo_office(folder, SMOKE_CHILDREN, 1, _now()).close()
        return app.smoke(folder, demonstrating.LEAD, demonstrating.PASSPHRASE)


def _demo(parsed: argparse.Namespace) -> int:
    """With a display the window on the demo office; without one its pictures and its first lines."""
    folder = parsed.folder or Path(tempfile.mkdtemp(prefix="kizuki-demo-")) / "office"
    office = demonstrating.demo_office(folder, parsed.children, parsed.seed, _now(), _tell)
    try:
        _say(words._("demo.passphrase", folder=folder, passphrase=demonstrating.PASSPHRASE))
        _print_top(office)
        if app.has_display():
            return app.run(unlocked=office)
        pictures = app.screenshots(office, parsed.screenshots or folder.parent / "screenshots")
        _say(words._("demo.pictures", count=len(pictures), folder=pictures[0].parent))
        return 0
    finally:
        office.close()


def _print_top(office: demonstrating.Office) -> None:
    for place, row in enumerate(demonstrating.top_of_caseload(office, _now().date()), 1):
        reasons = "、".join(words.reason_words(one) for one in row.reasons[:2])
        level = words.level_word(row.level)
        _say(f"{place:4} {level} {row.points:3}  {row.name}（{row.grade or row.age}） {reasons}")
