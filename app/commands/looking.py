"""`preview`: files looked over before they go in; nothing is changed, and no cell's content is printed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from app.commandline import DONE, UNSOUND, Commands, command, day, now, open_office, show, tell
from app.services.imports.file_preview import FilePreview
from app.services.imports.gathering import gather, passed_over
from app.services.imports.previewing import look
from app.services.wording import say, system_language

_TOLD = 50
"""So many of a file's problems are printed; the counts are of all."""


def declare_preview(commands: Commands) -> None:
    declared = command(commands, "preview", _run_preview)
    declared.add_argument("--as-of", type=day, metavar="DATE")
    declared.add_argument("paths", type=Path, nargs="+", metavar="PATH")


def _run_preview(parsed: argparse.Namespace) -> int:
    unsound = False
    with open_office(parsed) as office:
        gathered = gather(parsed.paths)
        if gathered.passed_over:
            tell(passed_over(gathered.names))
        for path in gathered.files:
            found = look(office, path, now(), lambda rows: None, parsed.as_of)
            show(json.dumps(_document(found), ensure_ascii=False, default=str))
            if found.refusal is not None:
                tell(found.refusal)
            unsound |= found.refusal is not None or found.rejected > 0 or found.small or found.others
    return UNSOUND if unsound else DONE


def _document(one: FilePreview) -> dict[str, object]:
    if one.refusal is not None:
        return {"file": one.file, "outcome": "refused", "message": {"key": one.refusal.key, **one.refusal.values}}
    last, found = one.last, one.difference
    return {
        "file": one.file, "outcome": _outcome(one), "extract": one.extract, "kind": one.kind,
        "encoding": one.encoding, "header_line": one.header_line, "as_of": one.as_of, "day_from": one.day_from,
        "rows": one.rows, "accepted": one.accepted, "rejected": one.rejected, "warned": one.warned,
        "records": one.records, "first": one.covers and one.covers[0], "last": one.covers and one.covers[1],
        "before": last and {"file": last.file, "as_of": last.as_of, "rows": last.rows},
        "new": found and found.new, "changed": found and found.changed, "unchanged": found and found.unchanged,
        "gone": found and found.gone, "supplement": one.supplement, "unguarded": one.unguarded,
        "columns": [
            {
                "header": column.header, "name": column.name, "needed": column.needed, "filled": column.filled,
                "unreadable": column.unreadable, "outside": column.outside, "rejected": column.rejected,
                "warned": column.warned, "unknown_codes": len(column.values),
            }
            for column in one.columns
        ],
        "problems": [
            {
                "line": said.line, "column": said.column, "outcome": said.outcome,
                "why": say(said.reason, system_language()),
            }
            for said in one.problems[:_TOLD]
        ],
    }  # fmt: skip


def _outcome(one: FilePreview) -> str:
    """``unchanged``: this very file is in already; ``short``: far fewer rows than last time; ``others``: most of last
    time's people are not in it; ``older``: of an earlier day than what is in; else ``ready``."""
    said = {"unchanged": one.known, "short": one.small, "others": one.others, "older": one.older}
    return next((name for name, holds in said.items() if holds), "ready")
