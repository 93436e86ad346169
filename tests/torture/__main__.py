"""Long proofs that the office holds: `python3 packaging/dev.py torture [--times N] [PROOF...]`.

The proofs stand beside this file; their short forms are in tests/journeys/test_torture.py.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.torture import (
    a_year,
    accessible,
    canary,
    damage,
    damaged_files,
    full_disk,
    hidden_needs,
    hostile,
    joining,
    keeping,
    killing,
    matching,
    orders,
    power,
    stalling,
    ways,
)
from tests.torture.place import Place
from tests.torture.program import derivation_remembered

PROOFS: dict[str, Callable[[Place, int], list[str]]] = {
    "import": killing.imports,
    "decide": killing.decisions,
    "merge": joining.merges,
    "rotation": keeping.rotations,
    "migration": keeping.migrations_killed,
    "backup": keeping.backups,
    "power": power.cuts,
    "year": a_year.of_backups,
    "keys": keeping.key_files,
    "disk": full_disk.steps,
    "damage": damage.all_kinds,
    "canary": canary.everywhere,
    "orders": orders.all_of_them,
    "ways": ways.by_chance,
    "hostile": hostile.one_by_one,
    "files": damaged_files.many,
    "matching": matching.every_sort,
    "stall": stalling.while_importing,
    "needs": hidden_needs.every_variant,
    "accessible": accessible.heard,
}
FULL = {
    "import": 200, "decide": 200, "merge": 200, "rotation": 200, "migration": 200, "backup": 200, "keys": 200,
    "power": 200, "damage": 1000, "year": 53, "disk": 200, "ways": 30,
}  # fmt: skip
"""How often each tries when nobody says: kills, kinds of room, bits of each file, weeks. ``power`` and ``keys`` try
five times as many images and key files, ``backup`` flips five times as many bits."""
_OTHERS = 50


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py torture", description="Kill, fill, flip and search, many times.")
    parser.add_argument("--times", type=int, help="how often each proof tries (default: the full number)")
    parser.add_argument("--children", type=int, default=40, help="children of the made-up municipality")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments and places")
    parser.add_argument("proofs", nargs="*", metavar="PROOF", help=", ".join(PROOFS))
    asked = parser.parse_args()
    unknown = set(asked.proofs) - PROOFS.keys()
    if unknown:
        parser.error(f"no such proof: {', '.join(sorted(unknown))}")
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="kizuki-torture-") as folder, derivation_remembered():
        for name in asked.proofs or PROOFS:
            times = asked.times or FULL.get(name, _OTHERS)
            begun = time.monotonic()
            with closing(Place(Path(folder) / name, asked.children, asked.seed, say=print_now)) as place:
                found = PROOFS[name](place, times)
            print_now(f"== {name}: {times} times, {len(found)} failures in {time.monotonic() - begun:.0f} s")
            failures += [f"{name}: {one}" for one in found]
    for one in failures:
        print_now("FAILED " + one)
    return 1 if failures else 0


def print_now(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
