"""The codes of a file that nobody has a meaning for yet: over all of its rows, with what each could mean.

The first rows are counted at once. A longer file is counted to its end in a process of its own, so that the window
never waits; a code that stands only in the last row is known before anything is saved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing.connection import Connection
from typing import Any

from app.domain.extracts.cells import Flawed, cells_of
from app.domain.extracts.meanings import Meaning, likely, tables_of
from app.domain.extracts.office_profile import CODED, words_of
from app.domain.extracts.profile import Profile
from app.services.answers.outcomes import Changes, Outcome
from app.services.imports.import_jobs import Finished, ImportJob, Step, Tell
from app.storage.files.unknown_files import Sample, Tally, tally
from app.storage.offices.office import Office

MOST = 100
"""So many codes of a column are asked about: more are no codes."""


@dataclass(frozen=True)
class UnknownCode:
    """A text in a coded column that has no meaning yet, in so many of the rows counted. ``likely``: what it could
    mean, for somebody to agree to."""

    column: str
    text: str
    count: int
    needed: bool
    words: tuple[str, ...]
    likely: Meaning | None = None


@dataclass(frozen=True)
class Counted:
    """The texts of each column below the header, and over how many rows they were counted."""

    rows: int
    columns: tuple[Counter[str], ...]

    def at(self, place: int) -> Counter[str]:
        return self.columns[place] if place < len(self.columns) else Counter()


def of_sample(below: Sequence[Sequence[str]]) -> Counted:
    """Counted over these rows."""
    width = max(map(len, below), default=0)
    columns = tuple(Counter(row[at] for row in below if at < len(row)) for at in range(width))
    return Counted(len(below), columns)


def of_file(whole: Tally, above: Sequence[Sequence[str]], first: Counted) -> Counted:
    """Counted over the whole file but its titles and header (``above``); a column with too many different texts as
    in the ``first`` rows."""
    columns = []
    for at, found in enumerate(whole.columns):
        if found is None:
            columns.append(first.at(at))
            continue
        counts = Counter(found)
        counts.subtract(Counter(row[at] for row in above if at < len(row)))
        columns.append(+counts)
    return Counted(whole.rows - len(above), tuple(columns))


def unknown(
    profile: Profile, positions: Mapping[str, int], counted: Counted, profiles: Iterable[Profile]
) -> tuple[UnknownCode, ...]:
    """Texts without a meaning, those of ◆ columns first, then the most frequent."""
    tables, found = tables_of(profiles), []
    for name, at in positions.items():
        column = profile.columns[name]
        if column.type not in CODED:
            continue
        parser, seen = cells_of(column, date.max), Counter[str]()
        for text, many in counted.at(at).items():
            value = parser[text]
            if isinstance(value, Flawed) and value.reason == "cell.code.unknown":
                seen[text.strip()] += many
        found += [
            UnknownCode(name, text, many, column.needed, words_of(column), likely(column, text, tables))
            for text, many in seen.most_common(MOST)
        ]
    return tuple(sorted(found, key=lambda one: (not one.needed, -one.count)))


# ---------------------------------------------------------------------- the whole file


def count(office: Office, sample: Sample, tell: Tell) -> ImportJob:
    """Count the codes of the whole file. ``tell`` is called from a thread of the job; Finished carries a ``Tally``."""
    office.demand("import", "batch.published")
    return ImportJob(office, _Count(replace(sample, lines=(), rows=())), tell)


@dataclass(frozen=True)
class _Count:
    sample: Sample
    stages = False

    def run(self, office: Office, pipe: Connection[Any, Any]) -> Finished:
        def each(rows: int) -> None:
            pipe.send(Step("look", 0.0, None, self.sample.file, 1, 1, rows))

        return Finished(Outcome(tally(self.sample, each), Changes()))
