"""`demo-extracts` and `bench`: a made-up municipality to try and to measure on."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commandline import DONE, Commands, command, count, day, now, show, tell, write_text
from app.services.desk import demonstrating
from app.services.measuring import whole as measuring
from app.services.measuring.priority import measure_filled


def declare_demo_extracts(commands: Commands) -> None:
    declared = command(commands, "demo-extracts", _run_demo_extracts, signed_in=False)
    declared.add_argument("out", type=Path, metavar="OUT")
    declared.add_argument("--children", type=count, required=True, metavar="N")
    declared.add_argument("--seed", type=int, default=1, metavar="S")
    declared.add_argument("--as-of", type=day, metavar="DATE")


def declare_bench(commands: Commands) -> None:
    declared = command(commands, "bench", _run_bench, signed_in=False)
    declared.add_argument("--children", type=count, default=5000, metavar="N")
    declared.add_argument("--filled", type=count, nargs="+", metavar="N")
    declared.add_argument("--keep", type=Path, metavar="FOLDER")
    declared.add_argument("--seed", type=int, default=1, metavar="S")
    declared.add_argument("--json", type=Path, metavar="FILE")


def _run_demo_extracts(parsed: argparse.Namespace) -> int:
    day = parsed.as_of or now().date()
    for path in demonstrating.write_demo_extracts(parsed.out, parsed.children, parsed.seed, day):
        show(path.name)
    return DONE


def _run_bench(parsed: argparse.Namespace) -> int:
    if parsed.filled:
        reports = measure_filled(parsed.filled, parsed.seed, now(), tell, parsed.keep)
    else:
        reports = [measuring.measure(parsed.children, parsed.seed, now(), tell)]
    for report in reports:
        show(report.table())
    if parsed.json:
        write_text(parsed.json, measuring.all_json(reports))
    return DONE
