"""`match`: the people of given extracts are compared, on this machine or on Spark, without an office."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from app.commandline import DONE, UNSOUND, Commands, command, day, now, tell
from app.services.links.matching_files import SparkPlace, match_files
from app.wrong_use import not_meant


def declare_match(commands: Commands) -> None:
    declared = command(commands, "match", _run_match, signed_in=False)
    declared.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    declared.add_argument("--out", type=Path, required=True, metavar="LINKS")
    declared.add_argument("--as-of", type=day, metavar="DATE")
    declared.add_argument("--spark-dir", type=Path, metavar="FOLDER")
    declared.add_argument("--spark-memory", type=_memory, default="2g", metavar="SIZE")
    declared.add_argument("--spark-master", default="local[*]", metavar="URL")
    declared.add_argument("paths", type=Path, nargs="+", metavar="PATH")


def _memory(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,4}[mg]", text):
        raise not_meant("console.usage.memory", text=text)
    return text


def _run_match(parsed: argparse.Namespace) -> int:
    place = SparkPlace(parsed.spark_dir, parsed.spark_memory, parsed.spark_master)
    today = parsed.as_of or now().date()
    matched = match_files(parsed.paths, parsed.out, parsed.engine, today, tell, place)
    for refusal in matched.refused:
        tell(refusal)
    tell(matched.message())
    return UNSOUND if matched.refused else DONE
