"""The lines that are compared, column by column: each different text once, and a small number for every line.

A city has far fewer names, homes and days than lines. What is worked out for a text is worked out
once, whoever agrees is found by comparing numbers, and a million lines stay small.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

UNKNOWN = -1
"""The number of a line that says nothing in a column."""


@dataclass(frozen=True)
class Column:
    """One column: ``texts[numbers[line]]``, all texts different; ``UNKNOWN`` where a line says nothing."""

    numbers: np.ndarray
    texts: Sequence[str]

    def of_texts(self, values: np.ndarray, unknown: Any) -> np.ndarray:
        """A value for every line from one for each text."""
        if not len(values):
            return np.full(len(self.numbers), unknown)
        return np.where(self.numbers >= 0, values[self.numbers], unknown)

    def written(self) -> np.ndarray:
        """The text of every line, None where it says nothing."""
        texts = np.empty(len(self.texts) + 1, dtype=object)
        texts[:-1] = self.texts  # the last one, None, is that of UNKNOWN
        return texts[self.numbers]


def column_of(texts: Sequence[str]) -> Column:
    """A column from the text of every line; "" is unknown."""
    numbers, different = pd.factorize(np.array([*texts, ""], dtype=object))
    return _without_blank(numbers[:-1], different)


def spread(texts: Sequence[str], place: np.ndarray) -> Column:
    """A column in which line ``n`` says ``texts[place[n]]``; "" is unknown, and texts may come twice."""
    whole = column_of(texts)
    numbers = whole.numbers[place] if len(place) else whole.numbers[:0]
    return Column(numbers, whole.texts)


def _without_blank(numbers: np.ndarray, different: np.ndarray) -> Column:
    """Numbers in which none stands for "" any more."""
    blank = np.flatnonzero(different == "")
    if not len(blank):
        return Column(numbers.astype(np.int32), different.tolist())
    place = int(blank[0])
    moved = np.where(numbers > place, numbers - 1, np.where(numbers == place, UNKNOWN, numbers))
    return Column(moved.astype(np.int32), np.delete(different, place).tolist())


@dataclass(frozen=True)
class Lines:
    """Lines of records: a line for every different spelling of a record, those of a record together.

    ``records``: the record id of every line. A line is known by its place, also where lines were
    put behind one another (``gathered``).
    """

    records: np.ndarray
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.records)

    def frame(self) -> pd.DataFrame:
        """The same with every text written out, None where it is unknown, and the column ``spelling``."""
        whole = {"spelling": np.arange(len(self)), "record_id": self.records}
        whole |= {name: column.written() for name, column in self.columns.items()}
        return pd.DataFrame({name: pd.Series(column, dtype=column.dtype) for name, column in whole.items()})


def gathered(parts: Iterable[Lines]) -> Lines:
    """Several lines behind one another, with numbers that mean the same in all."""
    records: list[np.ndarray] = []
    numbers: dict[str, list[np.ndarray]] = {}
    known: dict[str, dict[str, int]] = {}
    for part in parts:
        records.append(part.records)
        for name, column in part.columns.items():
            place = known.setdefault(name, {})
            own = np.fromiter(
                (place.setdefault(text, len(place)) for text in column.texts), np.int32, len(column.texts)
            )
            numbers.setdefault(name, []).append(column.of_texts(own, UNKNOWN).astype(np.int32))
    if not records:
        return Lines(np.array([], dtype="int64"), {})
    columns = {}
    for name in list(numbers):  # what has been taken over is let go: there may be millions of lines
        columns[name] = Column(np.concatenate(numbers.pop(name)), list(known.pop(name)))
    return Lines(np.concatenate(records), columns)
