"""Delimited text: from bytes to rows with the line on which a text editor shows them.

Decoding is strict. A line that cannot be decoded, or a quote that is never closed, costs that one
line and says so; the lines after it are read as if nothing had happened.
"""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

BLOCK = 1 << 18
DELIMITERS = (",", "\t", ";")
MOST_CELLS = 4096
"""A line is taken apart so far: none of ours has so many columns, and 24 MB of commas are 24 million cells."""
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Row(NamedTuple):
    """One row of a file. ``damage`` is the reason's key where it could not be read soundly.

    ``whole``: the cells as the file has them, where some are withheld; never to be stored. ``lines``: over
    how many lines it goes. ``known``: so many lines from here on are known and were not read; no cells.
    """

    line: int
    cells: tuple[str, ...]
    damage: str = ""
    whole: tuple[str, ...] = ()
    lines: int = 1
    known: int = 0


class Encoding(NamedTuple):
    """How the bytes of a file are to be read; ``skip`` bytes of a byte order mark come first."""

    name: str
    skip: int = 0

    @property
    def unit(self) -> int:
        """Bytes of one code unit."""
        return 2 if self.name.startswith("utf-16") else 1

    @property
    def newline(self) -> bytes:
        """A line feed in this encoding."""
        return "\n".encode(self.name)


def possible_encodings(head: bytes) -> tuple[Encoding, ...]:
    """What a file that begins with these bytes can be: its mark decides, else UTF-8 or CP932."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return (Encoding(name, len(mark)),)
    return (Encoding("utf-8"), Encoding("cp932"))


def text_blocks(stream: BinaryIO, encoding: Encoding) -> Iterator[tuple[list[str], bool]]:
    """The lines of a file, many at a time, and whether all of them could be decoded.

    Where one could not, the lines come one by one, its bad bytes written as ``\\x81``.
    """
    stream.seek(encoding.skip)
    rest = b""
    while block := stream.read(BLOCK):
        whole = rest + block
        end = _after_last_newline(whole, encoding)
        rest = whole[end:]
        yield from _decoded(whole[:end], encoding)
    yield from _decoded(rest, encoding)


def _after_last_newline(data: bytes, encoding: Encoding) -> int:
    at = data.rfind(encoding.newline)
    while at >= 0 and at % encoding.unit:
        at = data.rfind(encoding.newline, 0, at + encoding.unit - 1)
    return at + encoding.unit if at >= 0 else 0


def _decoded(data: bytes, encoding: Encoding) -> Iterator[tuple[list[str], bool]]:
    if not data:
        return
    try:
        yield _lines_of(data.decode(encoding.name)), True
        return
    except UnicodeDecodeError:
        pass
    for line in byte_lines(data, encoding):
        try:
            yield [line.decode(encoding.name)], True
        except UnicodeDecodeError:
            yield [line.decode(encoding.name, "backslashreplace")], False


def _lines_of(text: str) -> list[str]:
    """Lines with their ends. Only a line feed ends one: ``splitlines`` knows ends that no editor does."""
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    if last:
        lines.append(last)
    return lines


def byte_lines(data: bytes, encoding: Encoding) -> Iterator[bytes]:
    """The lines of some bytes, with their ends."""
    start = 0
    while start < len(data):
        at = data.find(encoding.newline, start)
        while at >= 0 and at % encoding.unit:
            at = data.find(encoding.newline, at + 1)
        end = at + encoding.unit if at >= 0 else len(data)
        yield data[start:end]
        start = end


class _Lines:
    """Hands lines to the csv reader, remembers those of the row at hand, and takes some back."""

    def __init__(self, blocks: Iterator[tuple[list[str], bool]], delimiter: str) -> None:
        self._waiting: deque[tuple[str, bool]] = deque()
        self._blocks, self._delimiter = blocks, delimiter
        self.given = 0
        self.taken: list[tuple[str, bool]] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        while not self._waiting:
            self._await(*next(self._blocks))
        line, sound = self._waiting.popleft()
        self.given += 1
        if self._is_endless(line):
            line = self._delimiter.join(line.split(self._delimiter, MOST_CELLS)[:MOST_CELLS])
        self.taken.append((line, sound))
        return line

    def _is_endless(self, line: str) -> bool:
        """Whether nothing but delimiters can make it so long."""
        return len(line) > MOST_CELLS and line.count(self._delimiter) >= MOST_CELLS

    def _await(self, lines: list[str], sound: bool) -> None:
        self._waiting.extend((line, sound) for line in lines)

    def plain(self) -> list[str]:
        """The next lines, if none is waiting, all of them are sound, no quote stands in them and none is endless;
        else none."""
        if self._waiting:
            return []
        lines, sound = next(self._blocks, ([], True))
        if sound and not any('"' in line or self._is_endless(line) for line in lines):
            return lines
        self._await(lines, sound)
        return []

    def skip(self, count: int) -> bool:
        """Pass over so many lines; whether there were so many."""
        self.taken.clear()
        while count:
            if not self._waiting:
                lines, sound = next(self._blocks, ([], True))
                if not lines:
                    return False
                if len(lines) <= count:  # nobody looks at one of them
                    self.given += len(lines)
                    count -= len(lines)
                    continue
                self._await(lines, sound)
            some = min(count, len(self._waiting))
            for _ in range(some):
                self._waiting.popleft()
            self.given += some
            count -= some
        return True

    def pass_over(self, lines: list[str], count: int) -> None:
        """So many of these ``plain`` lines are done with; the others come again."""
        self.given += count
        self._await(lines[count:], True)

    def keep_only_first(self) -> str:
        """Give every line of the row at hand but its first back; the first one's text."""
        back = self.taken[1:]
        self._waiting.extendleft(reversed(back))
        self.given -= len(back)
        del self.taken[1:]
        return self.taken[0][0]


def rows(
    stream: BinaryIO,
    encoding: Encoding,
    delimiter: str,
    cell_limit: int,
    width: int = 0,
    known: bytearray | None = None,
) -> Iterator[Row]:
    """The rows of a file, empty lines left out.

    ``width``: a row of several lines must have that many cells, or its quote was never meant to
    be closed so late. ``cell_limit`` in characters. ``known``: for each line whether a row that begins
    there need not be read.
    """
    known = known or bytearray()
    csv.field_size_limit(cell_limit)
    lines = _Lines(text_blocks(stream, encoding), delimiter)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        if not known and (plain := lines.plain()):
            yield from _plain_rows(lines, plain, delimiter)
            continue
        lines.taken.clear()
        line = lines.given + 1
        if line <= len(known) and known[line - 1]:
            end = known.find(0, line)
            count = (end if end >= 0 else len(known)) - line + 1
            if not lines.skip(count):
                return  # cut off meanwhile: ``Source.chunks`` sees it and says so
            yield Row(line, (), known=count)
            continue
        try:
            cells, damage = next(reader), ""
        except StopIteration:
            return
        except csv.Error:
            cells, damage = [], "row.broken"
        cells, damage = _mended(lines, cells, damage, delimiter, cell_limit, width)
        if any(cells):
            yield Row(line, tuple(cells), damage, (), len(lines.taken))


def _mended(
    lines: _Lines, cells: list[str], damage: str, delimiter: str, cell_limit: int, width: int
) -> tuple[list[str], str]:
    """The row at hand as far as it can be read, and what is wrong with it."""
    if len(lines.taken) > 1 and (damage or len(cells) < width):
        cells, damage = lines.keep_only_first().rstrip("\r\n").split(delimiter), "row.unclosed_quote"
    elif damage:
        cells, damage = _leniently(lines.taken[0][0], delimiter, cell_limit, width)
    if not damage and not all(sound for _, sound in lines.taken):
        damage = "row.encoding"
    if not damage and len(cells) >= MOST_CELLS:
        damage = "row.endless"
    return cells, damage


def _plain_rows(lines: _Lines, plain: list[str], delimiter: str) -> Iterator[Row]:
    """The rows of lines without a quote, each a row of its own, up to one that is not written by the rules."""
    reader = csv.reader(plain, delimiter=delimiter, strict=True)
    first, done = lines.given + 1, 0
    try:
        for done, cells in enumerate(reader, start=1):
            if any(cells):
                yield Row(first + done - 1, tuple(cells))
    except csv.Error:
        pass
    lines.pass_over(plain, done)


def _leniently(line: str, delimiter: str, cell_limit: int, width: int) -> tuple[list[str], str]:
    """A line whose quotes are not written by the rules, as spreadsheets take it, if that fits."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        cells = line.rstrip("\r\n").split(delimiter)
        return cells, "row.cell_too_long" if len(line) > cell_limit else "row.broken"
    return cells, "" if len(cells) >= width else "row.broken"
