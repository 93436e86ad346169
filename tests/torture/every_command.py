"""Every command of the console once, on one office: the walk that the canary proof searches after.

``CALLS`` names a call for each command, in an order in which each finds what it needs. A command that stands in none
of them makes a test fail (``forgotten``). What is asked for readable goes to ``out``; everything else that a
command writes, and all that it says, must hold no name.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from app import console
from tests.builders import WORKER
from tests.torture.place import Place, Result

PURPOSE, WHY = "会議", "別の月の分でした"
REASON = "祖母宅の合言葉は菜の花畑"
NEW_PASSPHRASE = "白い雲と青い空の上で"
JOINER = "試験 来人"
DAY = "2026-10-31"


class Walk:
    """What the calls share: the office, its first child and batch, and where files go."""

    def __init__(self, place: Place, office: Path) -> None:
        self.place, self.office = place, office
        self.signed = place.signed_in(office)
        self.out, self.cwd = place.folder / "out", place.folder / "cwd"
        self.child = place.export(office, "caseload").splitlines()[1].split(",")[1]
        self.fresh = place.folder / "given" / "second"
        self.fresh.write_text(NEW_PASSPHRASE + "\n", encoding="utf-8")
        self.code = place.folder / "given" / "code"
        self.second = office.parent / "second"
        self.decisions = place.folder / "given" / "canary.jsonl"
        self.rules = place.folder / "given" / "rules.json"
        rules = {"base": "school_register", "headers": {"学校名": ["通学先"]}}
        self.rules.write_text(json.dumps(rules, ensure_ascii=False), encoding="utf-8")
        line = {"ref": "canary", "child": self.child, "decision": "none", "reason": REASON, "date": DAY}
        self.decisions.write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")


Call = Callable[[Walk], Sequence[str | Path]]

CALLS: tuple[tuple[str, Call, tuple[int, ...]], ...] = (
    ("preview", lambda w: [*w.signed, "--as-of", DAY, w.place.extracts], (0, 1)),
    ("import", lambda w: [*w.signed, "--as-of", DAY, "--report", w.cwd / "report.json", w.place.extracts], (0, 1)),
    ("batches", lambda w: w.signed, (0,)),
    ("withdraw", lambda w: [*w.signed, "1", "--preview"], (0,)),
    ("withdraw", lambda w: [*w.signed, "1", "--reason", WHY], (0,)),
    ("withdraw", lambda w: [*w.signed, "1", "--undo", "--reason", WHY], (0,)),
    ("profile", lambda w: w.signed, (0,)),
    ("profile", lambda w: [*w.signed, "--extract", "school_register", "--check", w.rules], (0,)),
    ("profile", lambda w: [*w.signed, "--extract", "school_register", "--say", w.rules], (0,)),
    ("profile", lambda w: [*w.signed, "--history"], (0,)),
    ("reread", lambda w: [*w.signed, "--preview"], (0,)),
    ("reread", lambda w: w.signed, (0,)),
    ("coverage", lambda w: [*w.signed, "--as-of", DAY], (0, 1)),
    ("purpose", lambda w: w.signed, (0,)),
    ("purpose", lambda w: [*w.signed, "--extract", "resident_register", "--words", PURPOSE], (0,)),
    ("match", lambda w: ["--as-of", DAY, "--out", w.cwd / "links.csv", w.place.extracts], (0, 1)),
    ("decide", lambda w: [*w.signed, "--file", w.decisions], (0,)),
    ("assign", lambda w: [*w.signed, "--to", WORKER, w.child], (0,)),
    *(
        ("export", lambda w, what=what: [
            *w.signed, "--purpose", PURPOSE, what, "--out", w.out / f"open-{what}",
        ], (0,))
        for what in ("links", "rejections", "reviews", "statistics", "evaluation")
    ),
    *(
        ("export", lambda w, what=what: [
            *w.signed, "--purpose", PURPOSE, "--seal-with", w.place.secret, what.format(child=w.child),
            "--out", w.cwd / f"sealed-{what[:5]}",
        ], (0,))
        for what in ("caseload", "child:{child}")
    ),
    ("unseal", lambda w: [w.cwd / "sealed-casel", "--passphrase-file", w.place.secret, "--out", w.out / "open"], (0,)),
    ("policy", lambda w: [*w.signed, "--opening-minutes", "20", "--close", "worker=medical"], (0,)),
    ("anchor", lambda w: w.signed, (0,)),
    ("backup", lambda w: [*w.signed, "--out", w.office.parent / "backup.kizuki"], (0,)),
    ("backup", lambda w: [*w.signed, "--set-folder", w.office.parent / "kept"], (0,)),
    ("backup", lambda w: [w.office, "--nightly"], (0,)),
    ("backups", lambda w: [w.office.parent / "kept", "--check"], (0,)),
    ("restore", lambda w: [w.office.parent / "backup.kizuki", *w.place.signed_in(w.office.parent / "restored")], (0,)),
    ("person add", lambda w: [
        *w.signed, "--name", JOINER, "--role", "worker", "--new-passphrase-file", w.fresh,
    ], (0,)),
    ("person roles", lambda w: [*w.signed, "--name", JOINER, "--role", "lead", "--role", "auditor"], (0,)),
    ("person invite-again", lambda w: [*w.signed, "--name", JOINER, "--new-passphrase-file", w.fresh], (0,)),
    ("person leave", lambda w: [*w.signed, "--name", JOINER], (0,)),
    ("passphrase offer", lambda w: [], (0,)),
    ("passphrase change", lambda w: [*w.signed, "--new-passphrase-file", w.place.secret], (0,)),
    ("office renew-keys", lambda w: w.signed, (0,)),
    ("office recovery-code", lambda w: [*w.signed, "--recovery-file", w.code], (0,)),
    ("office recover", lambda w: [
        w.office, "--as", w.signed[2], "--passphrase-file", w.code, "--new-passphrase-file", w.place.secret,
        "--recovery-file", w.code.with_name("code-2"),
    ], (0,)),
    ("office new", lambda w: [
        w.second, "--name", "みらい市第二", "--person", JOINER, "--passphrase-file", w.place.secret,
    ], (0,)),
    ("demo-extracts", lambda w: [w.out / "demo", "--children", "5"], (0,)),
    ("bench", lambda w: ["--children", "60", "--json", w.cwd / "bench.json"], (0,)),
    ("verify", lambda w: [*w.signed, "--rebuild"], (0,)),
)  # fmt: skip
"""A command, what follows it, how it may end."""
LONG = frozenset({
    "bench", "match", "office new", "office recover", "office recovery-code", "office renew-keys", "passphrase change",
    "person add", "person invite-again", "person leave", "person roles",
})  # fmt: skip
"""In the long form only: each derives keys at full cost, or makes a city of its own."""


def paths() -> set[str]:
    """Every command that the console knows: ``verify``, ``office new``."""
    return set(_below(console.parser(), ""))


def _below(parser: argparse.ArgumentParser, before: str) -> Iterator[str]:
    deeper = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    for action in deeper:
        for name, sub in action.choices.items():
            yield from _below(sub, f"{before} {name}".strip())
    if not deeper:
        yield before


def forgotten() -> set[str]:
    """Commands that the walk does not visit."""
    return paths() ^ {path for path, _call, _codes in CALLS}


def every_one(place: Place, office: Path, *, long: bool = False) -> tuple[list[str], str]:
    """Call them all; what went wrong, and everything that they said."""
    walk = Walk(place, office)
    (office.parent / "kept").mkdir(exist_ok=True)
    failures, said = [], []
    for path, call, codes in CALLS:
        if path in LONG and not long:
            continue
        result: Result = place.run(*path.split(), *map(str, call(walk)))
        said.append(result.out + result.err)
        if result.code not in codes or not result.clean:
            failures.append(f"{path}: {result}")
    return failures, "\n".join(said)
