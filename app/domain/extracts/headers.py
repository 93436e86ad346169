"""Headers in two rows: a heading over several columns, and what each of them is below it."""

from __future__ import annotations

from collections.abc import Sequence


def together(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Two header rows as one: 児童 over 氏名 and 番号 gives 児童氏名 and 児童番号.

    A heading reaches to the right as merged cells do: over blank cells that have something below.
    """
    found: list[str] = []
    heading = ""
    for at in range(max(len(upper), len(lower))):
        above = upper[at].strip() if at < len(upper) else ""
        below = lower[at].strip() if at < len(lower) else ""
        heading = above or (heading if below else "")
        found.append(f"{heading}{below}" if below != heading else below)
    return tuple(found)
