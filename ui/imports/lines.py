"""What the import page knows of each chosen file: looked over, asked about, read, published.

Plain values without a widget; what is shown of them is said in ``saying``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.services.imports.file_preview import FilePreview

MAPPABLE = ("file.no_profile", "file.no_known_column")
"""Refusals after which somebody can say what the columns are."""


@dataclass
class FileLine:
    """One chosen file. ``phase`` is "" before the import, then ``queued``, ``reading``, ``read``.

    ``agreed``: somebody said that a file which ends many is meant. ``among``: all chosen files. ``day``: its own
    day, where somebody said it. ``report``: what became of it.
    """

    preview: FilePreview
    agreed: bool = False
    left_out: bool = False
    day: date | None = None
    phase: str = ""
    rows_now: int = 0
    report: Any = None
    among: Sequence[FileLine] = field(default=(), repr=False, compare=False)

    @property
    def state(self) -> str:
        """``refused unknown left_out done same_done queued reading read ask same older ready``."""
        if self.preview.refusal is not None or (self.report and self.report.refusal):
            return "unknown" if self.mappable and self.report is None else "refused"
        if self.left_out:
            return "left_out"
        if self.report is not None:
            return "done" if self.report.outcome == "imported" else "same_done"
        if self.phase:
            return self.phase
        if self.asks and not self.agreed:
            return "ask"
        return "same" if self.preview.known else "older" if self.preview.older else "ready"

    @property
    def asks(self) -> bool:
        """Whether taking it in could end people who have not gone."""
        return self.preview.small or self.preview.others or self.beside is not None

    @property
    def beside(self) -> FilePreview | None:
        """A file before it in the list that says who is there on the same day: only the later one would count."""
        if not self.ends:
            return None
        for one in self.among:
            if one is self:
                return None
            same = (one.preview.extract, one.preview.as_of) == (self.preview.extract, self.preview.as_of)
            if same and one.ends and one.takes_part:
                return one.preview
        return None

    @property
    def ends(self) -> bool:
        """Whether who is not in it has gone."""
        return self.preview.kind == "snapshot" and not self.preview.supplement and not self.preview.known

    @property
    def mappable(self) -> bool:
        """Whether somebody can say what its columns are."""
        return self.preview.refusal is not None and self.preview.refusal.key in MAPPABLE

    @property
    def takes_part(self) -> bool:
        """Whether an import would take it."""
        return self.preview.refusal is None and not self.left_out

    @property
    def counts(self) -> tuple[int, int | None, int, int] | None:
        """Accepted, waiting (None before publishing), rejected, warned; None where nothing is known."""
        if self.preview.refusal is not None or (self.report is not None and self.report.refusal is not None):
            return None
        one = self.report if self.report is not None and self.report.rows else self.preview
        waiting = self.report.waiting if self.report is not None and self.report.rows else None
        return one.accepted, waiting, one.rejected, one.warned


class Lines:
    """The chosen files in their order."""

    def __init__(self) -> None:
        self.all: list[FileLine] = []
        self.passed_over: tuple[str, ...] = ()

    def pass_over(self, names: Sequence[str]) -> None:
        """Hidden files of a folder, which nobody means."""
        self.passed_over = tuple(dict.fromkeys((*self.passed_over, *names)))

    def put(self, preview: FilePreview) -> None:
        """A file that was looked over; the same place again replaces what was known of it."""
        fresh = FileLine(preview, among=self.all)
        for at, line in enumerate(self.all):
            if line.preview.path == preview.path:
                fresh.day = line.day
                self.all[at] = fresh
                return
        self.all.append(fresh)

    @property
    def taking_part(self) -> list[FileLine]:
        """In the order in which they are taken in: links last, since their records must be known."""
        return sorted((line for line in self.all if line.takes_part), key=lambda line: line.preview.kind == "links")

    @property
    def asked(self) -> list[FileLine]:
        """Those that somebody must say a word about before anything goes in."""
        return [line for line in self.all if line.state == "ask"]

    @property
    def rows(self) -> int:
        return sum(line.preview.rows for line in self.taking_part)

    def paths(self) -> list[Path]:
        return [line.preview.path for line in self.taking_part]

    def days(self) -> dict[Path, date]:
        """The own days that somebody said."""
        return {line.preview.path: line.day for line in self.all if line.day is not None}

    def begin(self) -> None:
        """An import of those taking part begins."""
        for line in self.taking_part:
            line.phase, line.rows_now = "queued", 0

    def step(self, number: int, rows: int) -> None:
        """File ``number`` of those taking part is being read; 0 when all are."""
        for at, line in enumerate(self.taking_part, start=1):
            if number == 0 or at < number:
                line.phase, line.rows_now = "read", line.preview.rows
            elif at == number:
                line.phase, line.rows_now = "reading", rows

    def back(self) -> None:
        """The import did not happen: as before it."""
        for line in self.all:
            line.phase, line.rows_now = "", 0

    def finish(self, reports: tuple[Any, ...]) -> None:
        """What became of those that took part, in their order."""
        for line, report in zip(self.taking_part, reports, strict=True):
            line.phase, line.report = "", report
