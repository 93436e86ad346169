"""How each kind of fact becomes rows of items: what is a bar, a span, a series, a point.

One function a subject, each taking the facts of its kinds and giving a row, or None without facts.
``lanes_of`` puts them together for a whole file. Pure: no Qt, no words, no pixels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from app.domain.facts import KINDS
from app.domain.sectors import SECTORS, Sector
from app.services.answers.child import ChildFile, FactLine
from ui.timeline.lanes import (
    OUTREACH,
    Hole,
    Item,
    Lane,
    Lanes,
    LaneState,
    Row,
    RowStyle,
    Shape,
    places_of_facts,
)
from ui.timeline.reach import Source
from ui.timeline.scale import DAYS_A_MONTH, month_span

ENDING_WORDS = frozenset({"停止", "廃止", "却下", "全部停止"})
_NORMAL_FINDINGS = frozenset({"", "所見なし", "異常なし"})
_STATE_KINDS = ("assistance", "school_aid", "allowance", "disability")
_A_YEAR = 365
_FUTURE_DAYS = 120  # how far past today one can pan, to see planned days


def _ordinals(line: FactLine) -> tuple[int, int]:
    start = line.fact.start.toordinal()
    return start, max(line.fact.end.toordinal() if line.fact.end else start, start)


def _number(line: FactLine, attribute: str) -> float | None:
    value = line.fact.attributes.get(attribute)
    return float(value) if isinstance(value, (int, float)) else None


def _word(line: FactLine, attribute: str) -> str:
    value = line.fact.attributes.get(attribute)
    return value if isinstance(value, str) else ""


def _sum(line: FactLine, attributes: Sequence[str]) -> float | None:
    known = [v for v in (_number(line, a) for a in attributes) if v is not None]
    return sum(known) if known else None


def _by_month(lines: Iterable[FactLine]) -> dict[tuple[int, int], list[FactLine]]:
    months: dict[tuple[int, int], list[FactLine]] = defaultdict(list)
    for line in lines:
        months[month_span(line.fact.start.toordinal())].append(line)
    return months


# ------------------------------------------------------------------ rows of monthly counts


def _bars(source: Source, key: str, kind: str, attributes: tuple[str, ...], days: str) -> Row | None:
    items = []
    for (start, end), lines in sorted(_by_month(source.kinds[kind]).items()):
        known = [v for v in (_sum(line, attributes) for line in lines) if v is not None]
        closed = all(_number(line, days) == 0 for line in lines)
        value = sum(known) if known else None
        shape = Shape.NOTHING if closed and not value else Shape.BAR
        items.append(Item(shape, start, end, tuple(lines), value, len(lines)))
    return _row(source, key, RowStyle.BARS, items, (kind,))


def _late_row(source: Source) -> Row | None:
    items = []
    for (start, end), lines in sorted(_by_month(source.kinds["attendance"]).items()):
        value = sum(_sum(line, ("late", "early")) or 0 for line in lines)
        if value:
            items.append(Item(Shape.NUMBER, start, end, tuple(lines), value, 0))
    return _row(source, "late", RowStyle.NUMBERS, items, ("attendance",))


def _visits_row(source: Source, key: str, kind: str) -> Row | None:
    items = [
        Item(Shape.NUMBER, start, end, tuple(lines), float(len(lines)), len(lines))
        for (start, end), lines in sorted(_by_month(source.kinds[kind]).items())
    ]
    detail = tuple(_point(line) for line in source.kinds[kind])
    return _row(source, key, RowStyle.NUMBERS, items, (kind,), detail=detail)


# ------------------------------------------------------------------ series


def _attainment_row(source: Source) -> Row | None:
    days: dict[int, list[FactLine]] = defaultdict(list)
    for line in source.kinds["achievement"]:
        days[line.fact.start.toordinal()].append(line)
    items = []
    for day, lines in sorted(days.items()):
        known = [v for v in (_number(line, "deviation") for line in lines) if v is not None]
        value = sum(known) / len(known) if known else None
        items.append(Item(Shape.VALUE, day, day, tuple(lines), value, len(lines)))
    return _row(source, "attainment", RowStyle.SERIES, items, ("achievement",))


_CHECKUPS = ("infant_checkup", "school_checkup")


def _measures(source: Source) -> list[FactLine]:
    lines = [line for kind in _CHECKUPS for line in source.kinds[kind]]
    return sorted(lines, key=lambda line: line.fact.start)


def _weight_row(source: Source) -> Row | None:
    items = [
        Item(Shape.VALUE, *_ordinals(line), (line,), weight, 1, aspect="weight")
        for line in _measures(source)
        if (weight := _number(line, "weight")) is not None
    ]
    row = _row(source, "weight", RowStyle.SERIES, items, _CHECKUPS)
    return replace(row, curve=own_curve(items)) if row else None


def own_curve(items: Sequence[Item]) -> tuple[float, float, float, float] | None:
    """A straight line through the child's own values up to a year before the latest one.

    Drawn from the first of them to the latest day; None with fewer than two such values.
    """
    known = [(item.start, item.value) for item in items if item.value is not None]
    if not known:
        return None
    latest = known[-1][0]
    earlier = [(day, value) for day, value in known if day <= latest - 365][-4:]
    if len(earlier) < 2:
        return None
    mean_day = sum(day for day, _ in earlier) / len(earlier)
    mean = sum(value for _, value in earlier) / len(earlier)
    spread = sum((day - mean_day) ** 2 for day, _ in earlier)
    if not spread:
        return None
    slope = sum((day - mean_day) * (value - mean) for day, value in earlier) / spread
    first = earlier[0][0]
    return first, mean + slope * (first - mean_day), latest, mean + slope * (latest - mean_day)


# ------------------------------------------------------------------ spans


def _arrears_row(source: Source) -> Row | None:
    """Months in arrears reach back from the day of the list; overlapping ones are one span."""
    items: list[Item] = []
    open_lines: list[FactLine] = []
    reach = (0, -1)
    for line in source.kinds["school_arrears"]:
        day = line.fact.start.toordinal()
        months = _number(line, "months")
        if not months:
            shape = Shape.NOTHING if months == 0 else Shape.POINT
            items.append(Item(shape, day, day, (line,), months))
            continue
        start = day - round(months * DAYS_A_MONTH) + 1
        if open_lines and start <= reach[1] + 31:
            open_lines.append(line)
            reach = (min(reach[0], start), day)
            continue
        _close_arrears(items, open_lines, reach)
        open_lines, reach = [line], (start, day)
    _close_arrears(items, open_lines, reach)
    return _row(source, "arrears", RowStyle.SPANS, items, ("school_arrears",))


def _close_arrears(items: list[Item], lines: list[FactLine], reach: tuple[int, int]) -> None:
    if lines:
        months = _number(lines[-1], "months")
        items.append(Item(Shape.SPAN, *reach, tuple(lines), months, len(lines)))


def _aid_row(source: Source) -> Row | None:
    """Aid, allowance, assistance, certificates and council cases: what lasts."""
    items: list[Item] = []
    for kind in _STATE_KINDS:
        items += _states(source, kind)
    items += [
        Item(Shape.SPAN, line.fact.start.toordinal(), _end_of(source, line), (line,), None, 0, aspect="council")
        for line in source.kinds["consultation"]
        if _word(line, "council")
    ]
    return _row(source, "aid", RowStyle.SPANS, items, _STATE_KINDS)


def _states(source: Source, kind: str) -> list[Item]:
    """Each state lasts until the next one of the same source record, or as far as data reaches."""
    following: dict[int, int] = {}
    items = []
    for line in reversed(source.kinds[kind]):
        start = line.fact.start.toordinal()
        if _is_ending(line):
            items.append(_point(line))
        else:
            end = _end_of(source, line)
            stop = following.get(line.fact.record_id)
            end = end if stop is None else min(end, stop - 1)
            items.append(Item(Shape.SPAN, start, max(end, start), (line,)))
        following[line.fact.record_id] = start
    return items


def _is_ending(line: FactLine) -> bool:
    return any(_word(line, attribute) in ENDING_WORDS for attribute in ("state", "class"))


def _end_of(source: Source, line: FactLine) -> int:
    reach = source.reach(line)
    return min(line.fact.end.toordinal(), reach) if line.fact.end else reach


def _care_row(source: Source) -> Row | None:
    items = [
        Item(Shape.SPAN, line.fact.start.toordinal(), max(_end_of(source, line), line.fact.start.toordinal()), (line,))
        for line in source.kinds["childcare_use"]
    ]
    return _row(source, "care", RowStyle.SPANS, items, ("childcare_use",))


def packed(items: Iterable[Item], most: int = 4) -> tuple[tuple[Item, ...], int]:
    """Give overlapping spans lines of their own; what does not fit shares the last line."""
    ends: list[int] = []
    placed = []
    for item in sorted(items, key=lambda item: (item.start, -item.end)):
        line = next((no for no, end in enumerate(ends) if end < item.start), len(ends))
        line = min(line, most - 1)
        if line == len(ends):
            ends.append(item.end)
        ends[line] = max(ends[line], item.end)
        placed.append(replace(item, line=line))
    return tuple(placed), max(len(ends), 1)


# ------------------------------------------------------------------ points


def _point(line: FactLine) -> Item:
    start, end = _ordinals(line)
    return Item(Shape.POINT, start, end if line.fact.kind == "attendance" else start, (line,))


def _points_row(source: Source, key: str, kinds: tuple[str, ...]) -> Row | None:
    items = [_point(line) for kind in kinds for line in source.kinds[kind]]
    return _row(source, key, RowStyle.POINTS, items, kinds)


def _checks_row(source: Source) -> Row | None:
    items = [_point(line) for kind in ("infant_checkup", "pregnancy") for line in source.kinds[kind]]
    items = [_secondary(item) for item in items]
    items += [_secondary(_point(line)) for line in source.kinds["school_checkup"] if _telling(line)]
    return _row(source, "checks", RowStyle.POINTS, items, _CHECKUPS)


def _telling(line: FactLine) -> bool:
    """Does a school check-up say more than a weight?"""
    return (
        bool(_number(line, "untreated"))
        or _word(line, "finding") not in _NORMAL_FINDINGS
        or _number(line, "weight") is None
    )


def _secondary(item: Item) -> Item:
    weighed = _number(item.facts[0], "weight") is not None
    return replace(item, counts=0, aspect="check") if weighed else replace(item, aspect="check")


def _row(
    source: Source,
    key: str,
    style: RowStyle,
    items: Sequence[Item],
    kinds: Iterable[str],
    detail: tuple[Item, ...] = (),
) -> Row | None:
    if not items:
        return None
    lines = 1
    if style is RowStyle.SPANS:
        items, lines = packed(items)
    ordered = tuple(sorted(items, key=lambda item: (item.start, item.line)))
    return Row(key, style, ordered, source.holes(kinds), lines, detail)


# ------------------------------------------------------------------ lanes


_BUILDERS: dict[Sector, tuple[Callable[[Source], Row | None], ...]] = {
    Sector.REGISTER: (lambda s: _points_row(s, "moves", ("residence_change",)),),
    Sector.EDUCATION: (
        lambda s: _bars(s, "absence", "attendance", ("sick", "other"), "school_days"),
        _late_row,
        lambda s: _visits_row(s, "nurse", "nurse_visit"),
        _attainment_row,
        _arrears_row,
        lambda s: _points_row(s, "school", ("enrolment", "carer_survey")),
    ),
    Sector.CHILDCARE: (
        _care_row,
        lambda s: _bars(s, "care_absence", "childcare_attendance", ("absent",), "open_days"),
    ),
    Sector.WELFARE: (_aid_row, lambda s: _points_row(s, "consultation", ("consultation",))),
    Sector.MEDICAL: (
        _weight_row,
        _checks_row,
        lambda s: _visits_row(s, "vaccines", "immunisation"),
    ),
}


def lanes_of(file: ChildFile) -> Lanes:
    """The whole file as lanes, in the fixed order of the sectors, our own work last."""
    source = Source(file)
    lanes = [_lane(file, source, sector) for sector in SECTORS]
    lanes.append(_outreach(file))
    first = min(
        [file.birth.toordinal() if file.birth else source.today - 3 * 365]
        + [lane.starts[0] for lane in lanes if lane.starts]
    )
    next_day = file.next_day.toordinal() if file.next_day else None
    last = max([source.today + _FUTURE_DAYS, (next_day or 0) + 30])
    return Lanes(
        tuple(lanes),
        source.today,
        date.fromordinal(first).replace(day=1).toordinal(),
        last,
        file.birth.toordinal() if file.birth else None,
        next_day,
        places_of_facts(lanes),
    )


def _lane(file: ChildFile, source: Source, sector: Sector) -> Lane:
    rows = tuple(row for build in _BUILDERS[sector] if (row := build(source)))
    mark = next((mark for mark in file.sectors if mark.sector is sector), None)
    holes = source.holes_of(sector)
    state = LaneState.ROWS if rows else LaneState.NOTHING
    if mark and mark.state == "not_applicable" and not rows:
        state = LaneState.NOT_APPLICABLE
    elif not rows and (file.lost or (mark is not None and mark.state == "unknown") or _silent(holes, source.today)):
        state = LaneState.NO_DATA
    withheld = tuple(one for one in file.withheld if one.sector is sector)
    if state in (LaneState.NO_DATA, LaneState.NOTHING) and any(not one.item for one in withheld):
        state = LaneState.OFF
    if mark and mark.state == "closed" and any(one.sector is sector and one.facts for one in file.closed):
        state = LaneState.CLOSED
    as_of = mark.as_of.toordinal() if mark and mark.as_of else None
    ended = max((item.end for row in rows for item in row.items), default=None)
    if not (mark and mark.state == "not_applicable"):
        ended = None
    return Lane(sector.value, sector, rows, state, holes, as_of, ended, withheld)


def _silent(holes: Sequence[Hole], today: int) -> bool:
    """Did nobody say anything all the last year? What was before the first delivery is only hatched."""
    return any(hole.start <= today - _A_YEAR and hole.end >= today for hole in holes)


def _outreach(file: ChildFile) -> Lane:
    decisions = [
        Item(Shape.DECISION, line.day.toordinal(), line.day.toordinal(), decision=line) for line in file.decisions
    ]
    if file.next_day:
        day = file.next_day.toordinal()
        decisions.append(Item(Shape.PLANNED, day, day, counts=0))
    contacts = [Item(Shape.CONTACT, line.day.toordinal(), line.day.toordinal(), contact=line) for line in file.contacts]
    rows = (
        Row("decisions", RowStyle.DECISIONS, tuple(sorted(decisions, key=_start))),
        Row("contacts", RowStyle.CONTACTS, tuple(sorted(contacts, key=_start))),
    )
    if not decisions and not contacts:
        return Lane(OUTREACH, None, (), LaneState.NOTHING)
    return Lane(OUTREACH, None, rows, LaneState.ROWS)


def _start(item: Item) -> int:
    return item.start


assert set(_BUILDERS) == {kind.sector for kind in KINDS.values()}
