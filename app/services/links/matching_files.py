"""Matching given files without an office: extracts in, a links file out that ``import`` takes.

The same reading, normal forms, comparisons, blocking and judging as in an import; on DuckDB in this
process, or on Spark where one machine is too small. Reads with the profiles that came with the program
and weighs with the model that came with it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from app.domain.extracts.reading import RowReader, plan_columns
from app.domain.message import Message, Refused
from app.linkage.crowds import crowded_of
from app.linkage.frame import RAW_COLUMNS, normalise
from app.linkage.judging import edges as judged_edges
from app.linkage.lines import Lines
from app.linkage.link_lines import HEADER, Name, write_lines
from app.linkage.model import shipped_model, shipped_variants
from app.linkage.scoring import score
from app.linkage.spark import score_on, session
from app.linkage.words import Words
from app.services.imports.gathering import gather, passed_over
from app.storage.definitions.profiles import shipped_profiles
from app.storage.files.exports import check_place, write_whole
from app.storage.files.source_files import open_source
from app.storage.files.source_rows import Source

Engine = Literal["duckdb", "spark"]
Progress = Callable[[Message], None]

_BLOCK = tuple(name for name in RAW_COLUMNS if name not in ("record_id", "extract", "local_id", "system"))


@dataclass(frozen=True)
class Matched:
    """What came of it: records read, pairs written, files that were refused with their reason."""

    records: int
    pairs: int
    refused: tuple[Message, ...]

    def message(self) -> Message:
        """One sentence about the whole."""
        return Message("match.done", {"records": self.records, "pairs": self.pairs})


@dataclass(frozen=True)
class SparkPlace:
    """Where Spark keeps its files, how much memory it may have, and which Spark (else this machine)."""

    folder: Path | None = None
    memory: str = "2g"
    master: str = "local[*]"


def match_files(
    paths: Iterable[Path],
    out: Path,
    engine: Engine,
    today: date,
    progress: Progress = lambda message: None,
    spark: SparkPlace = SparkPlace(),
) -> Matched:
    """Compare the people of these extracts and write the pairs to ``out``.

    A file that cannot be read is refused by itself, as in an import. Refused as a whole where nobody
    was found, or the engine is not there.
    """
    check_place(out)
    people = _People(today)
    refused = []
    gathered = gather(paths)
    if gathered.passed_over:
        progress(passed_over(gathered.names))
    for path in gathered.files:
        progress(Message("match.reading", {"file": path.name}))
        try:
            people.read(path)
        except Refused as trouble:
            refused.append(trouble.message)
    if not people.rows:
        raise Refused("match.nobody")
    model = shipped_model()
    lines = people.lines()
    progress(Message("match.comparing", {"records": len(people.name_of), "engine": engine}))
    if engine == "spark":
        pairs = _on_spark(lines, spark)
    else:
        pairs = score(lines, model, crowded=crowded_of(lines))
    edges = judged_edges(pairs, lines.records, model)
    write_whole(out, _text(write_lines(edges, people.name_of, model)))
    return Matched(len(people.name_of), len(edges), tuple(refused))


def _on_spark(lines: Lines, place: SparkPlace) -> pd.DataFrame:
    """Its files are gone when it is done: they lie in a folder of their own."""
    with (
        tempfile.TemporaryDirectory(prefix="kizuki-spark-", dir=place.folder) as folder,
        session(Path(folder), place.memory, place.master) as spark,
    ):
        return score_on(spark, lines, shipped_model())


def _text(lines: Iterable[tuple[str, ...]]) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(lines)
    return target.getvalue()


class _People:
    """The different spellings of every record in the files read so far."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._profiles = shipped_profiles()
        self.rows: dict[tuple[Any, ...], None] = {}
        self.name_of: dict[int, Name] = {}

    def read(self, path: Path) -> None:
        """Take a file's people in; a file without any has nothing to say here."""
        with open_source(path, self._profiles) as source:
            self.rows |= dict.fromkeys(self._spellings(source))

    def _spellings(self, source: Source) -> Iterator[tuple[Any, ...]]:
        profile = source.profile
        plan = plan_columns(profile, source.header)
        if not plan.has_block:
            return
        reader = RowReader(profile, plan, source.title_day or self._today)
        for chunk in source.chunks():
            for at, cells in enumerate(chunk.cells):
                reading = reader.read(cells, chunk.damage.get(at, ""))
                if reading.rejected or reading.block is None or not reading.local_id:
                    continue
                name = (profile.key, reading.local_id)
                record = _number(name)
                self.name_of[record] = name
                yield (record, *name, profile.system, *(getattr(reading.block, column) for column in _BLOCK))

    def lines(self) -> Lines:
        """All of them in normal form."""
        columns = ["record_id", "extract", "local_id", "system", *_BLOCK]
        frame = pd.DataFrame(list(self.rows), columns=columns)
        variants = shipped_variants()
        return normalise(frame, variants, Words(variants))


def _number(name: Name) -> int:
    """A number for a record, the same in every run: pairs come out in the same order."""
    return int.from_bytes(hashlib.sha256("\x1f".join(name).encode("utf-8", "surrogatepass")).digest()[:8]) >> 1
