"""Variant characters (髙/高, 﨑/崎, 邊/邉/辺): read once, folded for comparison only.

The table is ``resources/linkage/variants.txt``. What came from a department is never rewritten;
a folded text lives as long as one comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Variants = Mapping[int, str]
"""For ``str.translate``: code point of a variant -> the character standing for its family."""


def read_families(lines: Iterable[str]) -> Variants:
    """One family a line, its first character stands for all; ``#`` starts a comment line.

    ValueError where a character stands in two families, since the fold would then depend on
    the order of lines.
    """
    table: dict[int, str] = {}
    heads: set[str] = set()
    for line in lines:
        family = line.strip()
        if not family or family.startswith("#"):
            continue
        head = family[0]
        if ord(head) in table or head in heads:
            raise ValueError(f"{head} stands in two families")
        heads.add(head)
        for variant in family[1:]:
            if ord(variant) in table or variant in heads:
                raise ValueError(f"{variant} stands in two families")
            table[ord(variant)] = head
    return table
