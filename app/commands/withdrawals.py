"""`batches`: what was brought in. `withdraw`: one of them taken back, or that taken back."""

from __future__ import annotations

import argparse
import json

from app.commandline import DONE, Commands, command, count, now, open_office, show, tell
from app.services.imports import batches, withdrawing


def declare_batches(commands: Commands) -> None:
    declared = command(commands, "batches", _run_batches)
    declared.add_argument("--most", type=count, default=200, metavar="N")


def declare_withdraw(commands: Commands) -> None:
    declared = command(commands, "withdraw", _run_withdraw)
    declared.add_argument("batch", type=count, metavar="BATCH")
    declared.add_argument("--reason", default="", metavar="WORDS")
    declared.add_argument("--undo", action="store_true")
    declared.add_argument("--preview", action="store_true")


def _run_batches(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        lines = batches.history(office, parsed.most)
    for one in lines:
        said = {
            "batch": one.batch, "state": one.state, "extract": one.extract, "file": one.file,
            "as_of": one.as_of.isoformat() if one.as_of else None, "time": one.time.isoformat(timespec="seconds"),
            "by": one.author, "rows": one.rows, "accepted": one.accepted, "waiting": one.waiting,
            "rejected": one.rejected,
        }  # fmt: skip
        if one.moved is not None:
            said |= {"moved": one.moved.isoformat(timespec="seconds"), "moved_by": one.moved_by, "reason": one.reason}
        show(json.dumps(said, ensure_ascii=False))
    return DONE


def _run_withdraw(parsed: argparse.Namespace) -> int:
    with open_office(parsed) as office:
        if parsed.preview:
            found = withdrawing.foresee(office, parsed.batch, undo=parsed.undo, progress=tell)
        else:
            act = withdrawing.restore if parsed.undo else withdrawing.withdraw
            found = act(office, parsed.batch, parsed.reason, now(), tell).value
    show(json.dumps(found.document(), ensure_ascii=False))
    if not parsed.preview:
        tell(found.message())
    return DONE
