"""Both engines find the same links: `python3 packaging/dev.py spark [--children N] [--seed S]`.

A made-up municipality's files are matched on DuckDB and on Spark; the two links files must be the same
byte for byte. Takes one to two minutes and needs Java, so it stands outside the suite.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from app.domain.message import Trouble
from app.services.desk.demonstrating import write_demo_extracts
from app.services.links.matching_files import Engine, SparkPlace, match_files
from app.services.wording import say

AS_OF = date(2026, 10, 31)


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py spark", description="Match the same files on both engines.")
    parser.add_argument("--children", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kizuki-engines-") as place:
        root = Path(place)
        write_demo_extracts(root / "extracts", asked.children, asked.seed, AS_OF)
        left_over = root / "spark"
        left_over.mkdir()
        found = {engine: _matched(root, engine, left_over) for engine in ("duckdb", "spark")}
        if list(left_over.iterdir()):
            _tell("Spark left files behind")
            return 1
    lines = {engine: content.count(b"\n") - 1 for engine, content in found.items()}
    _tell(f"pairs: {lines}")
    if found["duckdb"] != found["spark"] or not lines["duckdb"]:
        _tell("The engines do not agree")
        return 1
    _tell("Both engines find the same links, byte for byte.")
    return 0


def _matched(root: Path, engine: Engine, folder: Path) -> bytes:
    out, begun = root / f"{engine}.csv", time.perf_counter()
    match_files([root / "extracts"], out, engine, AS_OF, spark=SparkPlace(folder))
    _tell(f"{engine}: {time.perf_counter() - begun:.1f} s")
    return out.read_bytes()


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        _tell(say(trouble.message, "en"))
        sys.exit(trouble.exit_code)
