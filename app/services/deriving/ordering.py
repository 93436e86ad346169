"""Lines put in order before they are laid into a clustered table, without holding all of them as they are.

Loading such a table unsorted is many times slower, and a city's facts as Python sees them take more memory than
everything else. Some are sorted at a time and packed; what follows next in all of these is unpacked together.
Nothing is written anywhere.
"""

from __future__ import annotations

import marshal
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

AT_ONCE = 100_000
"""Lines that are sorted in one go."""
_IN_BLOCK = 1000
_TOGETHER = 40
"""Blocks that are merged in one go."""

Line = tuple[Any, ...]


def in_order(lines: Iterable[Line], at_once: int = AT_ONCE) -> Iterator[Line]:
    """All lines, sorted by their first fields. All are read before the first one is given.

    Lines hold numbers, texts and None; the fields that tell any two of them apart come first, and none is None.
    """
    source = iter(lines)
    some = sorted(islice(source, at_once))
    if len(some) < at_once:
        yield from some
        return
    runs = []
    while some:
        runs.append(_Run(some))
        some = sorted(islice(source, at_once))
    borders = sorted(first for run in runs for first in run.firsts)[_TOGETHER::_TOGETHER]
    for border in borders:
        yield from sorted(line for run in runs for line in run.before(border))
    yield from sorted(line for run in runs for line in run.rest())


class _Run:
    """Sorted lines, packed (squeezing them too would cost more time than it saves memory), from the first on."""

    def __init__(self, lines: list[Line]) -> None:
        starts = range(0, len(lines), _IN_BLOCK)
        self.firsts = [lines[at] for at in starts]
        self._blocks = [marshal.dumps(lines[at : at + _IN_BLOCK]) for at in starts]
        self._next = 0
        self._open: list[Line] = []

    def before(self, border: Line) -> list[Line]:
        """The lines that come before this one and were not given yet."""
        while self._next < len(self._blocks) and self.firsts[self._next] < border:
            self._unpack()
        at = bisect_left(self._open, border)
        given, self._open = self._open[:at], self._open[at:]
        return given

    def rest(self) -> list[Line]:
        """The lines that were not given yet."""
        while self._next < len(self._blocks):
            self._unpack()
        return self._open

    def _unpack(self) -> None:
        self._open += marshal.loads(self._blocks[self._next])
        self._blocks[self._next] = b""
        self._next += 1
