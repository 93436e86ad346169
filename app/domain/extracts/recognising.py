"""Which extract a header belongs to, and where its columns stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from app.domain.extracts.my_number import is_headed
from app.domain.extracts.profile import Profile
from app.domain.extracts.text import header_form

_IDENTIFYING = ("氏名", "生年月日")
_form = lru_cache(maxsize=4096)(header_form)
"""Of the words of profiles alone: what stands in a file is not kept in memory."""


@dataclass(frozen=True)
class ColumnPlan:
    """Where the columns of a profile stand in one file.

    ``header``: as printed, then a name for each joined column. ``positions``: column name -> index in it.
    ``joins``: for each joined column, the indexes whose cells make it up. ``unknown``: headers that the
    profile does not know or that say a column a second time; kept with the rows and not used.
    ``missing``: ◆ columns that are not there. ``has_block``: whether rows say who the person is.
    """

    header: tuple[str, ...]
    positions: dict[str, int]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    has_block: bool
    joins: tuple[tuple[int, ...], ...] = ()

    @property
    def width(self) -> int:
        """How many columns the file itself has."""
        return len(self.header) - len(self.joins)

    def named(self) -> dict[int, str]:
        """Index of a column of the file -> the profile's column that it is, or is a part of."""
        names = {at: name for name, at in self.positions.items()}
        parts = {at: names[self.width + n] for n, one in enumerate(self.joins) if self.width + n in names for at in one}
        return {at: name for at, name in (names | parts).items() if at < self.width}

    def whole(self, cells: Sequence[str]) -> Sequence[str]:
        """A row's cells with those of the joined columns behind them, for rows as wide as the file's header."""
        if not self.joins:
            return cells
        return (
            *cells[: self.width],
            *(" ".join(filter(None, (cells[at].strip() for at in one))) for one in self.joins),
        )


@dataclass(frozen=True)
class Recognition:
    """The answer to "whose header is this": a profile, or the nearest one and what it misses."""

    profile: Profile | None
    nearest: Profile | None
    missing: tuple[str, ...]


def plan_columns(profile: Profile, header: tuple[str, ...]) -> ColumnPlan:
    """Find the profile's columns in a header, in whatever order and spelling they stand."""
    forms = [header_form(text) for text in header]
    positions = _own_headers(profile, forms)
    joins = _joins(profile, forms, positions)
    taken = {*positions.values(), *(at for one in joins.values() for at in one)}
    unused = set(map(_form, profile.unused))
    taken |= {at for at, form in enumerate(forms) if form in unused}
    for column in profile.columns.values():
        if column.name in positions or column.name in joins:
            continue
        for text in (column.name, *column.synonyms):
            form = _form(text)
            if form in forms and forms.index(form) not in taken:
                positions[column.name] = forms.index(form)
                break
    positions |= {name: len(header) + at for at, name in enumerate(joins)}
    has_block = profile.bears_persons and all(name in positions for name in _IDENTIFYING)
    if profile.person_block == "if_printed" and not has_block:
        block = frozenset(profile.block.values())
        positions = {name: at for name, at in positions.items() if name not in block}
    used = {*positions.values(), *(at for one in joins.values() for at in one)}
    return ColumnPlan(
        header=(*header, *("＋".join(header[at].strip() for at in one) for one in joins.values())),
        positions=positions,
        unknown=tuple(text for at, text in enumerate(header) if at not in used and text.strip()),
        missing=tuple(
            name for name in profile.needed(has_block or profile.person_block == "needed") if name not in positions
        ),
        has_block=has_block,
        joins=tuple(joins.values()),
    )


def _own_headers(profile: Profile, forms: list[str]) -> dict[str, int]:
    """Where the headers stand that this office named for a column: they go before every other spelling."""
    found: dict[str, int] = {}
    for column in profile.columns.values():
        at = next((forms.index(form) for form in map(_form, column.headers) if form in forms), None)
        if at is not None:
            found[column.name] = at
    return found


def _joins(profile: Profile, forms: list[str], found: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """Columns that several headers make up together, where all of these are there."""
    parts = {column.name: [_form(one) for one in column.joined] for column in profile.columns.values()}
    return {
        name: tuple(map(forms.index, some))
        for name, some in parts.items()
        if some and name not in found and all(form in forms for form in some)
    }


def recognise(profiles: Iterable[Profile], header: tuple[str, ...]) -> Recognition:
    """The profile that has all its ◆ columns in the header, the most by this office's own names, and
    the most others too.

    Where none has, ``nearest`` is the one with the largest share of its ◆ columns there, or None
    when the header knows nothing of any.
    """
    complete: list[tuple[int, int, int, Profile]] = []
    forms = set(map(header_form, header))
    near: list[tuple[float, int, Profile, tuple[str, ...]]] = []
    for profile in profiles:
        plan = plan_columns(profile, header)
        found = len(plan.positions)
        if not plan.missing:
            complete.append((_named(profile, forms), found, found - len(profile.columns), profile))
        elif found:
            share = 1 - len(plan.missing) / len(profile.needed(True))
            near.append((share, found, profile, plan.missing))
    if complete:
        best = max(complete, key=lambda one: one[:3])[3]
        return Recognition(best, best, ())
    if near:
        _, _, nearest, missing = max(near, key=lambda one: one[:2])
        return Recognition(None, nearest, missing)
    return Recognition(None, None, ())


def _named(profile: Profile, forms: Set[str]) -> int:
    """How many of these headers the office named for a column of this profile."""
    return sum(
        any(_form(text) in forms for text in (*column.headers, *column.joined[:1]))
        for column in profile.columns.values()
    )


def number_column(header: Iterable[str]) -> str | None:
    """The first header that announces Individual Numbers (個人番号), if one does."""
    return next((text for text in header if is_headed(text)), None)
