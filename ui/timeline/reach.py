"""How far each extract reaches, and the stretches in which nobody told us anything.

A row that several extracts feed has a hole only where every one of them is silent. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from app.domain.ages import class_year
from app.domain.sectors import Sector
from app.services.answers.child import ChildFile, FactLine, Gap
from ui.timeline.lanes import Hole, Lanes


class Source:
    """The facts of a file by kind, and how far each extract reaches."""

    def __init__(self, file: ChildFile) -> None:
        self.today = file.as_of.toordinal()
        self.kinds: dict[str, list[FactLine]] = defaultdict(list)
        self.extracts: dict[str, set[str]] = defaultdict(set)
        for line in sorted(file.facts, key=lambda line: (line.fact.start, line.fact.id)):
            self.kinds[line.fact.kind].append(line)
            self.extracts[line.fact.kind].add(line.extract)
        self.school_starts = date(class_year(file.birth) + 7, 4, 1) if file.birth else None
        self.gaps: dict[str, list[Gap]] = defaultdict(list)
        self.speaking: dict[Sector, set[str]] = defaultdict(set)
        for gap in file.gaps:
            self.gaps[gap.extract].append(gap)
            self.speaking[gap.sector].add(gap.extract)
        for extract, sector in file.speaking:
            self.speaking[sector].add(extract)
        for line in file.facts:
            self.speaking[line.fact.sector].add(line.extract)

    def holes(self, kinds: Iterable[str]) -> tuple[Hole, ...]:
        """Stretches that none of the extracts behind these kinds covers."""
        extracts: set[str] = set().union(*(self.extracts[kind] for kind in kinds))
        return common_holes([self._silent(extract) for extract in sorted(extracts)])

    def holes_of(self, sector: Sector) -> tuple[Hole, ...]:
        """Stretches that no extract of a sector covers which knows the child."""
        return common_holes([self._silent(extract) for extract in sorted(self.speaking[sector])])

    def _silent(self, extract: str) -> list[Gap]:
        """Gaps of an extract, with the ages at which it could not have spoken anyway."""
        gaps = list(self.gaps[extract])
        if self.school_starts and extract == "infant_checkup":
            gaps.append(Gap(extract, Sector.MEDICAL, self.school_starts, date(9000, 1, 1)))
        if self.school_starts and extract == "school_health":
            before = self.school_starts - timedelta(days=1)
            gaps.append(Gap(extract, Sector.MEDICAL, date(1900, 1, 1), before))
        return gaps

    def reach(self, line: FactLine) -> int:
        """The last day that a fact's extract says anything about."""
        trailing = [gap.start.toordinal() - 1 for gap in self.gaps[line.extract] if gap.end.toordinal() >= self.today]
        return max(min(trailing, default=self.today), line.fact.start.toordinal())


def common_holes(gaps: Sequence[Sequence[Gap]]) -> tuple[Hole, ...]:
    """The stretches that every one of several extracts leaves open, merged and in order."""
    if not gaps:
        return ()
    holes = merged([Hole(g.start.toordinal(), g.end.toordinal()) for g in gaps[0]])
    for other in gaps[1:]:
        second = merged([Hole(g.start.toordinal(), g.end.toordinal()) for g in other])
        holes = [
            Hole(max(a.start, b.start), min(a.end, b.end))
            for a in holes
            for b in second
            if max(a.start, b.start) <= min(a.end, b.end)
        ]
    return tuple(holes)


def merged(holes: list[Hole]) -> list[Hole]:
    merged: list[Hole] = []
    for hole in sorted(holes, key=lambda hole: hole.start):
        if merged and hole.start <= merged[-1].end + 1:
            merged[-1] = Hole(merged[-1].start, max(merged[-1].end, hole.end))
        else:
            merged.append(hole)
    return merged


def shared_holes(lanes: Lanes) -> tuple[Hole, ...]:
    """Stretches in which at least half of the lanes that have rows say nothing at all."""
    speaking = [lane for lane in lanes.lanes if lane.sector and lane.rows and lane.ended is None]
    edges: dict[int, int] = defaultdict(int)
    for lane in speaking:
        for hole in merged([hole for row in lane.rows[:1] for hole in row.holes]):
            edges[hole.start] += 1
            edges[hole.end + 1] -= 1
    found, open_from, depth = [], 0, 0
    for day, change in sorted(edges.items()):
        before, depth = depth, depth + change
        if 2 * before < len(speaking) <= 2 * depth:
            open_from = day
        elif 2 * depth < len(speaking) <= 2 * before:
            found.append(Hole(open_from, day - 1))
    return tuple(found)
