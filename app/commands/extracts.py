"""`import`: the extracts of the departments come in."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from app.commandline import DONE, UNSOUND, Commands, command, day, now, open_office, tell, write_text
from app.services.imports import importing
from app.storage.files.exports import check_out


def declare_import(commands: Commands) -> None:
    declared = command(commands, "import", _run_import)
    declared.add_argument("--as-of", type=day, metavar="DATE")
    declared.add_argument("--accept-short", action="append", default=[], metavar="NAME")
    declared.add_argument("--report", type=Path, metavar="R.json")
    declared.add_argument("paths", type=Path, nargs="+", metavar="PATH")


def _run_import(parsed: argparse.Namespace) -> int:
    if parsed.report:
        check_out(parsed.report, parsed.folder)
    with open_office(parsed) as office:
        report = importing.import_extracts(
            office, parsed.paths, now=now(), as_of=parsed.as_of, progress=tell, short=parsed.accept_short, alone=True
        ).value
    if parsed.report:
        write_text(parsed.report, json.dumps(report.document(), ensure_ascii=False, indent=1))
    for file in report.files:
        tell(file.message())
    tell(report.message())
    return UNSOUND if report.has_rejections else DONE
