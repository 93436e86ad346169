"""Disclosing: what of an evaluation may leave the office. No name, and no small count.

A count from 1 to 9 is left out, and so is whatever would betray it by a subtraction: in a table whose
lines add up to a total, further lines are left out until what is missing is at least ten in every
column and at least two lines share it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from app.services.criteria.evaluating import SMALL, Evaluation, Line, Rate, Share
from app.services.priority.groups import KINDS

PARTITIONS = frozenset({"level", *KINDS})
"""Kinds of tables whose lines add up; signs and sectors overlap."""
HEADER = (
    "table", "kind", "key", "children", "listed", "looked_at", "found", "share", "interval_low", "interval_high",
    "suppressed",
)  # fmt: skip
Counts = tuple[int, ...]


def small(count: int) -> bool:
    """Too small to be told: so few children could be recognised."""
    return 0 < count < SMALL


def hidden(rows: Sequence[Counts], partition: bool, total: Counts | None = None) -> frozenset[int]:
    """The places of the lines to leave out.

    ``partition``: the lines add up to a total that is told. ``total``: of lines that overlap, what the
    complement of each would betray.
    """
    gone = {at for at, row in enumerate(rows) if any(map(small, row))}
    if total is not None:
        gone |= {
            at
            for at, row in enumerate(rows)
            if any(small(all_of - one) for all_of, one in zip(total, row, strict=True))
        }
    if not partition or not gone:
        return frozenset(gone)
    rest = sorted((at for at in range(len(rows)) if at not in gone), key=lambda at: (sum(rows[at]) == 0, rows[at]))
    while rest and not _covered([rows[at] for at in gone]):
        gone.add(rest.pop(0))
    return frozenset(gone)


def _covered(rows: Sequence[Counts]) -> bool:
    return len(rows) > 1 and not any(small(sum(column)) for column in zip(*rows, strict=True))


# ---------------------------------------------------------------------- the tables


def _counts(share: Share) -> Counts:
    return share.listed, share.looked, share.found, share.looked - share.found


def _rate_counts(rate: Rate) -> Counts:
    return rate.children, rate.listed, rate.children - rate.listed


def kept_lines(evaluation: Evaluation) -> list[tuple[Line, bool]]:
    """Each line of the evaluation, and whether it may be told."""
    told: list[tuple[Line, bool]] = []
    for kind in dict.fromkeys(line.kind for line in evaluation.lines):
        same = [line for line in evaluation.lines if line.kind == kind]
        total = None if kind in PARTITIONS else _counts(evaluation.yielded)
        gone = hidden([_counts(line.share) for line in same], kind in PARTITIONS, total)
        told += [(line, at not in gone) for at, line in enumerate(same)]
    return told


def kept_rates(evaluation: Evaluation) -> list[tuple[Rate, bool]]:
    """Each group's rate, and whether it may be told."""
    told: list[tuple[Rate, bool]] = []
    for kind in KINDS:
        same = [rate for rate in evaluation.rates if rate.kind == kind]
        gone = hidden([_rate_counts(rate) for rate in same], partition=True)
        told += [(rate, at not in gone) for at, rate in enumerate(same)]
    return told


def _rounded(value: float | None) -> float | str:
    return "" if value is None else round(value, 3)


def _share_row(table: str, kind: str, key: str, share: Share, clear: bool) -> list[object]:
    if not clear:
        return [table, kind, key, *[""] * 7, "yes"]
    return [
        table, kind, key, "", share.listed, share.looked, share.found, _rounded(share.share), _rounded(share.low),
        _rounded(share.high), "",
    ]  # fmt: skip


def rows(evaluation: Evaluation) -> list[list[object]]:
    """The evaluation as lines under ``HEADER``; a suppressed line keeps its name alone."""
    every = [
        _share_row(name, "", "", share, not any(map(small, _counts(share))))
        for name, share in (("list", evaluation.yielded), ("sample", evaluation.sample))
    ]
    every += [_share_row("found", line.kind, line.key, line.share, clear) for line, clear in kept_lines(evaluation)]
    for rate, clear in kept_rates(evaluation):
        said: list[object] = [rate.children, rate.listed, "", "", *map(_rounded, (rate.share, rate.low, rate.high)), ""]
        every.append(["rate", rate.kind, rate.group, *(said if clear else [*[""] * 7, "yes"])])
    for one in evaluation.firing:
        clear = not any(map(small, (one.told, one.holds, one.told - one.holds)))
        said = [one.told, one.holds, "", "", _rounded(one.holds / one.told if one.told else None), "", "", ""]
        every.append(["criterion", "", one.criterion, *(said if clear else [*[""] * 7, "yes"])])
    return every


def document(evaluation: Evaluation) -> str:
    """The same lines as JSON, with the days of the runs that they speak of."""
    told = {
        "runs": evaluation.runs,
        "first": evaluation.first.isoformat() if evaluation.first else None,
        "last": evaluation.last.isoformat() if evaluation.last else None,
        "lines": [dict(zip(HEADER, row, strict=True)) for row in rows(evaluation)],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
