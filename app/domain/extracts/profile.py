"""What a profile says: which columns an extract has, and what becomes of them.

Profiles are data (``resources/extracts/*.toml``); these classes are their shape. A column is always
spoken of by its ``name`` here; what a file prints over it may be one of its synonyms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.sectors import Sector

COLUMN_TYPES = (
    "text", "id", "name", "birth", "date", "fiscal_year", "month", "number", "code", "yes_no", "sex",
)  # fmt: skip
KINDS_OF_EXTRACT = ("snapshot", "ledger")
PERSON_BLOCKS = ("needed", "if_printed", "none")


@dataclass(frozen=True)
class Column:
    """One column: how it may be headed and what may stand in it.

    ``needed``: an empty cell rejects its row (◆). ``planned``: the date may lie ahead. ``codes``
    maps each known word to its other spellings ("" for what says nothing). Outside ``bounds`` a row
    is rejected, outside ``usual`` it is warned; both are (lowest, highest), either None for no limit.
    ``headers``: what this office's files print over it, before any other spelling. ``joined``: several
    headers whose cells make it up together, as 姓 and 名 make a name.
    """

    name: str
    type: str = "text"
    needed: bool = False
    synonyms: tuple[str, ...] = ()
    planned: bool = False
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    bounds: tuple[float | None, float | None] = (None, None)
    usual: tuple[float | None, float | None] = (None, None)
    headers: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactRule:
    """How a row's columns become one fact of ``kind``.

    ``start`` are columns tried in turn; where all are empty there is no fact, or, with
    ``undated``, one that starts when its row was first delivered. ``month`` (fiscal year, month)
    makes a fact of that whole month instead. ``span``: it lasts until ``end``, or until its row is
    gone from the snapshot. ``attributes``: the kind's attribute -> column.
    """

    kind: str
    attributes: Mapping[str, str]
    start: tuple[str, ...] = ()
    end: str = ""
    month: tuple[str, str] | None = None
    span: bool = False
    undated: bool = False


@dataclass(frozen=True)
class Check:
    """Something that the cells of one row may contradict. Exactly one of these forms:

    * ``total`` (columns, added up) more than ``limit`` (columns, added up);
    * ``day`` (a date column) before the ``not_before`` column's;
    * ``filled`` (a column) though the ``although`` column says one of ``words``;
    * ``grade`` (a column) that is not the class of the ``birth`` column's school year.

    ``reason`` is the key of the sentence; ``rejects`` or else warns.
    """

    reason: str
    rejects: bool = False
    total: tuple[str, ...] = ()
    limit: tuple[str, ...] = ()
    day: str = ""
    not_before: str = ""
    filled: str = ""
    although: str = ""
    words: tuple[str, ...] = ()
    grade: str = ""
    birth: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it looks at."""
        single = (self.day, self.not_before, self.filled, self.although, self.grade, self.birth)
        return (*self.total, *self.limit, *filter(None, single))


@dataclass(frozen=True)
class Profile:
    """One extract. ``columns`` are by name, in the order of the file's table, block included.

    ``local_id``: one or two columns. ``natural_key``: the columns that, after the local ID, make a
    row the same row again; ``by_row``: equal rows are separate things and there is no such key.
    ``system``: the numbering system that its local ID belongs to. ``rosters``: the extracts on
    whose records its rows hang where it has no person block. ``block``: person field -> column.
    ``base``: the shipped extract that an office's own kind is built on, "" for a shipped one.
    ``unused``: headers that an office never takes for a column.
    """

    key: str
    names: Mapping[str, str]
    sector: Sector
    kind: str
    local_id: tuple[str, ...]
    natural_key: tuple[str, ...]
    by_row: bool
    system: str
    rosters: tuple[str, ...]
    person_block: str
    columns: Mapping[str, Column]
    block: Mapping[str, str]
    facts: tuple[FactRule, ...]
    checks: tuple[Check, ...]
    base: str = ""
    unused: tuple[str, ...] = ()

    @property
    def like(self) -> str:
        """The shipped extract whose facts and coverage its own are."""
        return self.base or self.key

    @property
    def bears_persons(self) -> bool:
        """Whether its rows (can) say who the person is."""
        return self.person_block != "none"

    def needed(self, with_block: bool) -> tuple[str, ...]:
        """The ◆ columns of a file that prints the person block, or of one that does not."""
        left_out = frozenset() if with_block else frozenset(self.block.values())
        return tuple(column.name for column in self.columns.values() if column.needed and column.name not in left_out)
