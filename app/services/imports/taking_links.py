"""Taking in a links file: pairs that ``match`` found on another machine become a link result here.

Every line is checked: its records are known, its model is the one that weighs here, its weight is what
its evidence weighs. What a pair allows is judged again by this office's rules, then everything is
grouped as ever: rulings first, twins and two register entries never without asking. A file with one
unsound line is refused as a whole.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

from app.domain.extracts.profile import Profile
from app.domain.message import Message, Refused
from app.linkage.link_lines import Line, Unsound, as_edges, read_line
from app.linkage.model import Model
from app.linkage.results import Edge
from app.services.deriving.arriving import link_found
from app.services.deriving.links import LinkChange
from app.storage.digests import Digester
from app.storage.offices.office import Office

SHOWN = 8
"""Reasons that a refusal names; it counts all."""

LINES = 20_000_000
LONGEST = 4096


@dataclass(frozen=True)
class TakenLinks:
    """A sound links file: where it came from, and those of its pairs that this office had not found itself."""

    file: str
    digest: str
    rows: int
    edges: tuple[Edge, ...]

    def origin(self) -> dict[str, object]:
        """What the entry says of where these links came from."""
        return {"file": self.file, "sha256": self.digest, "pairs": self.rows}


def read_links(office: Office, path: Path, model: Model) -> TakenLinks:
    """Read and check a links file. Refused with the reasons, line by line."""
    digest = hashlib.sha256()
    known = _records(office)
    pairs: dict[tuple[int, int], Line] = {}
    problems: list[tuple[int, Unsound]] = []
    rows = 0
    for number, raw in _raw_lines(path, digest):
        rows += 1
        try:
            line = _read(raw, model)
            a, b = sorted(_known(known, one) for one in (line.a, line.b))
            if (a, b) in pairs:
                raise Unsound("links_line.twice")
            pairs[a, b] = line
        except Unsound as unsound:
            problems.append((number, unsound))
    if not problems:
        edges = as_edges([(a, b, line) for (a, b), line in pairs.items()], model) if pairs else []
        if len(edges) == len(pairs):
            own = _own_pairs(office)
            fresh = tuple(edge for edge in edges if (edge.a, edge.b) not in own)
            return TakenLinks(path.name, digest.hexdigest(), rows, fresh)
        problems.append((1, Unsound("links_line.too_weak", pairs=len(pairs) - len(edges))))
    raise _refusal(path, problems)


def _own_pairs(office: Office) -> set[tuple[int, int]]:
    """The pairs whose weight this office knows itself: from every spelling that ever came."""
    rows = office.reader().execute(
        "SELECT e.a, e.b, e.state FROM edge AS e JOIN link_run AS l USING (run_id) WHERE l.entry IS NOT NULL"
        " ORDER BY e.run_id"
    )
    latest = {(a, b): state for a, b, state in rows.fetchall()}
    return {pair for pair, state in latest.items() if state != "withdrawn"}


def _refusal(path: Path, problems: Sequence[tuple[int, Unsound]]) -> Refused:
    shown = [
        Message("links_line.at", {"line": number, "why": Message(one.reason, one.values)})
        for number, one in problems[:SHOWN]
    ]
    reasons = reduce(lambda said, one: Message("links_file.reasons", {"said": said, "one": one}), shown)
    return Refused("links_file.unsound", file=path.name, problems=len(problems), reasons=reasons)


def _raw_lines(path: Path, digest: Any) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as stream:
            digest.update(stream.readline(LONGEST))
            for number in range(2, LINES):
                raw = stream.readline(LONGEST)
                if not raw:
                    return
                digest.update(raw)
                yield number, raw
    except OSError as error:
        raise Refused("file.unreadable", file=path.name, why=error.strerror) from None
    raise Refused("links_file.too_long", file=path.name, lines=LINES)


def _read(raw: bytes, model: Model) -> Line:
    if len(raw) >= LONGEST:
        raise Unsound("links_line.too_long")
    try:
        return read_line(_cells(raw), model)
    except (UnicodeDecodeError, csv.Error):
        raise Unsound("links_line.unreadable") from None


def _cells(raw: bytes) -> list[str]:
    return next(csv.reader([raw.decode("utf-8").rstrip("\r\n")], strict=True), [])


def _records(office: Office) -> dict[tuple[str, str], int]:
    rows = office.reader().execute("SELECT extract, local_id, record_id FROM view.record")
    return {(extract, local): record for extract, local, record in rows.fetchall()}


def _known(records: dict[tuple[str, str], int], name: tuple[str, str]) -> int:
    if name not in records:
        raise Unsound("links_line.unknown_record", extract=name[0][:40], local_id=name[1][:40])
    return records[name]


class TakingLinker:
    """In place of comparing: what a links file found joins what this office found itself."""

    def __init__(self, taken: Iterable[Edge], profiles: dict[str, Profile], digester: Digester) -> None:
        self._taken, self._profiles, self._digester = list(taken), profiles, digester

    def __call__(self, db: Any, changed: Set[int] | None) -> LinkChange:
        if changed is None or changed:  # something else waits to be worked out: that goes first
            raise Refused("links_file.not_now")
        return link_found(db, self._profiles, self._digester, self._taken)
