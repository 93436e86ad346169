"""Which extract a header belongs to, and where its columns stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.extracts.my_number import is_headed
from app.domain.extracts.profile import Profile
from app.domain.extracts.text import header_form

_IDENTIFYING = ("氏名", "生年月日")


@dataclass(frozen=True)
class ColumnPlan:
    """Where the columns of a profile stand in one file.

    ``header``: as printed. ``positions``: column name -> index. ``unknown``: headers that the
    profile does not know or that say a column a second time; kept with the rows and not used.
    ``missing``: ◆ columns that are not there. ``has_block``: whether rows say who the person is.
    """

    header: tuple[str, ...]
    positions: dict[str, int]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    has_block: bool


@dataclass(frozen=True)
class Recognition:
    """The answer to "whose header is this": a profile, or the nearest one and what it misses."""

    profile: Profile | None
    nearest: Profile | None
    missing: tuple[str, ...]


def plan_columns(profile: Profile, header: tuple[str, ...]) -> ColumnPlan:
    """Find the profile's columns in a header, in whatever order and spelling they stand."""
    forms = [header_form(text) for text in header]
    positions: dict[str, int] = {}
    for column in profile.columns.values():
        for text in (column.name, *column.synonyms):
            form = header_form(text)
            if form in forms:
                positions[column.name] = forms.index(form)
                break
    has_block = profile.bears_persons and all(name in positions for name in _IDENTIFYING)
    if profile.person_block == "if_printed" and not has_block:
        block = frozenset(profile.block.values())
        positions = {name: at for name, at in positions.items() if name not in block}
    used = frozenset(positions.values())
    return ColumnPlan(
        header=header,
        positions=positions,
        unknown=tuple(text for at, text in enumerate(header) if at not in used and text.strip()),
        missing=tuple(
            name for name in profile.needed(has_block or profile.person_block == "needed") if name not in positions
        ),
        has_block=has_block,
    )


def recognise(profiles: Iterable[Profile], header: tuple[str, ...]) -> Recognition:
    """The profile that has all its ◆ columns in the header and the most others too.

    Where none has, ``nearest`` is the one with the largest share of its ◆ columns there, or None
    when the header knows nothing of any.
    """
    complete: list[tuple[int, int, Profile]] = []
    near: list[tuple[float, int, Profile, tuple[str, ...]]] = []
    for profile in profiles:
        plan = plan_columns(profile, header)
        found = len(plan.positions)
        if not plan.missing:
            complete.append((found, found - len(profile.columns), profile))
        elif found:
            share = 1 - len(plan.missing) / len(profile.needed(True))
            near.append((share, found, profile, plan.missing))
    if complete:
        best = max(complete, key=lambda one: one[:2])[2]
        return Recognition(best, best, ())
    if near:
        _, _, nearest, missing = max(near, key=lambda one: one[:2])
        return Recognition(None, nearest, missing)
    return Recognition(None, None, ())


def number_column(header: Iterable[str]) -> str | None:
    """The first header that announces Individual Numbers (個人番号), if one does."""
    return next((text for text in header if is_headed(text)), None)
