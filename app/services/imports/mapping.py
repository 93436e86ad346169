"""Mapping an unknown file: what it could be, how it would be read, and what is still missing.

A ``Draft`` is what somebody has chosen so far; ``propose`` makes the first one from headers and content.
Nothing is stored here: ``profiling.save`` keeps what ``document`` makes of a draft.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.domain.extracts.cells import Cells, Flawed, cells_of
from app.domain.extracts.headers import together
from app.domain.extracts.office_profile import laid_over
from app.domain.extracts.profile import Profile
from app.domain.extracts.reading import RowReader, plan_columns
from app.domain.extracts.suggesting import ALIASES, Guess, folded, halves_of_a_name, likeness, suggest
from app.domain.extracts.text import header_form
from app.domain.message import Message
from app.services.answers.outcomes import Outcome
from app.services.deriving.profiles_in_force import profiles_of
from app.services.imports import codes, profiling
from app.services.imports.file_preview import PreviewCell, PreviewColumn, PreviewRow, preview_cell, unguarded
from app.services.imports.import_jobs import ImportJob, Tell
from app.storage.definitions.office_profiles import documents
from app.storage.definitions.profiles import shipped_profiles
from app.storage.files.unknown_files import Sample, Tally
from app.storage.files.unknown_files import sample as read_sample
from app.storage.offices.office import Office

SHOWN_ROWS = 12
HEADER_ROWS = 8
"""So many rows at the top may be titles."""


@dataclass(frozen=True)
class Draft:
    """What has been chosen. ``key``: the extract, or an own kind's; ``base``: the shipped one below it.

    ``first``: index of the header's row in the sample; ``depth``: it and the next one (2) or not (1).
    ``columns``: profile column -> columns of the file, two where a name stands in halves. ``codes``:
    column -> text -> word ("" where it says nothing). ``names``: of an own kind.
    """

    key: str
    base: str
    kind: str
    first: int = 0
    depth: int = 1
    columns: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    guessed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Trial:
    """How the sample reads with a draft. ``missing``: ◆ columns that nothing is chosen for; ``counted``: over so
    many rows ``unknown`` codes were looked for.

    ``columns`` and ``rows`` as in a preview; ``reasons``: column, reason, how many of the rejected rows.
    ``unfilled``: columns of the extract that nothing is chosen for; ``unguarded``: the one among them that
    says who is protected.
    """

    header: tuple[str, ...]
    missing: tuple[str, ...]
    columns: tuple[PreviewColumn, ...] = ()
    rows: tuple[PreviewRow, ...] = ()
    looked: int = 0
    rejected: int = 0
    reasons: tuple[tuple[str, Message, int], ...] = ()
    unknown: tuple[codes.UnknownCode, ...] = ()
    unfilled: tuple[str, ...] = ()
    unguarded: str = ""
    counted: int = 0


@dataclass(frozen=True)
class Kind:
    """An extract that a file may be said to be."""

    key: str
    names: Mapping[str, str]
    sector: str
    kind: str
    base: str
    by_row: bool


@dataclass(frozen=True)
class Opened:
    """An unknown file with the first proposal, and the kinds in the order of their likeness."""

    sample: Sample
    draft: Draft
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class ColumnChoice:
    """A column of an extract that a file's column may be."""

    name: str
    needed: bool
    type: str


def columns_of(office: Office, key: str) -> tuple[ColumnChoice, ...]:
    """The columns of an extract, in the order of its table."""
    profile = profiles_of(office)[key]
    needed = profile.needed(profile.person_block == "needed")
    return tuple(ColumnChoice(one.name, one.name in needed, one.type) for one in profile.columns.values())


def keep(office: Office, sample: Sample, draft: Draft, now: datetime) -> Outcome[str]:
    """Keep the draft as what the office says about this extract; the entry's id."""
    before = documents(office.reader()).get(draft.key)
    return profiling.save(office, draft.key, document(sample, draft, before), now)


def open_unknown(office: Office, path: Path) -> Opened:
    """Look at a file and propose what it could be. Refused where it may not be looked at."""
    office.demand("import", "batch.published")
    found = read_sample(path)
    profiles = profiles_of(office)
    first, depth = _header_place(found.rows)
    ranked = _ranked(profiles, found, first, depth)
    best = ranked[0]
    return Opened(
        found,
        propose(office, found, best.key, first, depth),
        tuple(Kind(one.key, one.names, str(one.sector), one.kind, one.like, one.by_row) for one in ranked),
    )


def propose(office: Office, sample: Sample, key: str, first: int, depth: int) -> Draft:
    """The columns of the file for one extract, by header and content."""
    profile = profiles_of(office)[key]
    header, values = header_of(sample, first, depth), values_of(sample, first, depth)
    columns: dict[str, tuple[int, ...]] = {one.name: (one.at,) for one in _guesses(profile, header, values)}
    for name, halves in _halves(profile, header, columns).items():
        columns[name] = halves
    taken = [at for halves in columns.values() if len(halves) > 1 for at in halves]
    columns = {name: at for name, at in columns.items() if len(at) > 1 or at[0] not in taken}
    return Draft(
        key, profile.like, profile.kind, first, depth, columns, guessed=frozenset(columns),
        names=profile.names if profile.base else {},
    )  # fmt: skip


def header_of(sample: Sample, first: int, depth: int) -> tuple[str, ...]:
    """The header as one row, as wide as the widest of the rows below it."""
    upper = sample.rows[first]
    lower = sample.rows[first + 1] if depth == 2 and first + 1 < len(sample.rows) else ()
    return together(upper, lower) if depth == 2 else tuple(one.strip() for one in upper)


def values_of(sample: Sample, first: int, depth: int) -> list[list[str]]:
    """The different values of each column, the most frequent first."""
    width = len(header_of(sample, first, depth))
    below = sample.rows[first + depth :][:3000]
    found = []
    for at in range(width):
        found.append([text for text, _ in Counter(row[at] for row in below if at < len(row)).most_common(200)])
    return found


# ---------------------------------------------------------------------- proposing


def _known_headers() -> frozenset[str]:
    names = {column.name for one in shipped_profiles().values() for column in one.columns.values()}
    spelt = {text for one in shipped_profiles().values() for column in one.columns.values() for text in column.synonyms}
    return frozenset(map(folded, names | spelt | {text for some in ALIASES.values() for text in some}))


def _header_place(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Where the header stands: the row with the most words that stand over columns, alone or with the next."""
    known = _known_headers()
    best, place = -1.0, (0, 1)
    for first in range(min(HEADER_ROWS, len(rows))):
        alone = _headerness(rows[first], known)
        if alone > best:
            best, place = alone, (first, 1)
        if first + 1 < len(rows) and _wordy(rows[first + 1]) >= 0.9:
            both = _headerness(together(rows[first], rows[first + 1]), known)
            if both > best + 0.5:
                best, place = both, (first, 2)
    return place


def _headerness(cells: Sequence[str], known: frozenset[str]) -> float:
    forms = [folded(one) for one in cells if one.strip()]
    hits = sum(form in known or any(form.endswith(one) for one in known if len(one) > 1) for form in forms)
    different = len(set(forms)) / max(1, len(forms))
    return (2 * hits + 0.3 * len(forms) * _wordy(cells)) * different


def _wordy(cells: Sequence[str]) -> float:
    """The share of filled cells that are short words and no values."""
    filled = [one.strip() for one in cells if one.strip()]
    words = [one for one in filled if len(one) <= 20 and not any(sign.isdigit() for sign in folded(one)[:1])]
    return len(words) / len(filled) if filled else 0.0


def _ranked(profiles: Mapping[str, Profile], sample: Sample, first: int, depth: int) -> list[Profile]:
    header, values = header_of(sample, first, depth), values_of(sample, first, depth)
    halves = halves_of_a_name(header)

    def like(profile: Profile) -> float:
        named = [one for one in halves if one in profile.columns]
        return likeness(profile, _guesses(profile, header, values), named)

    return sorted(profiles.values(), key=lambda one: -like(one))


def _guesses(profile: Profile, header: Sequence[str], values: Sequence[Sequence[str]]) -> tuple[Guess, ...]:
    return suggest(profile, header, values)


def _halves(
    profile: Profile, header: Sequence[str], columns: Mapping[str, tuple[int, ...]]
) -> dict[str, tuple[int, int]]:
    """Halves of a name, unless a column holds the whole one."""
    found = {}
    for name, halves in halves_of_a_name(header).items():
        whole = columns.get(name)
        if name in profile.columns and (whole is None or whole[0] in halves):
            found[name] = halves
    return found


# ---------------------------------------------------------------------- trying


def document(sample: Sample, draft: Draft, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the office would say with this draft, added to what it said before about this extract."""
    header = header_of(sample, draft.first, draft.depth)
    said: dict[str, Any] = {"base": draft.base, **({} if before is None else dict(before)), "kind": draft.kind}
    if draft.key != draft.base:
        said["names"] = dict(draft.names)
    headers = {name: list(texts) for name, texts in said.get("headers", {}).items()}
    joined = {name: list(texts) for name, texts in said.get("joined", {}).items()}
    chosen = {header_form(header[at]) for places in draft.columns.values() for at in places}
    for texts in headers.values():  # a header that means another column now
        texts[:] = [text for text in texts if header_form(text) not in chosen]
    for name, places in draft.columns.items():
        if len(places) > 1:
            joined[name] = [header[at] for at in places]
        elif header_form(header[places[0]]) not in map(header_form, (name, *headers.get(name, ()))):
            headers.setdefault(name, []).append(header[places[0]])
    said["headers"] = {name: texts for name, texts in headers.items() if texts}
    said["joined"] = joined
    said["codes"] = _coded(said.get("codes", {}), draft.codes)
    unused = _unused(draft, header)
    said["unused"] = [*(one for one in said.get("unused", []) if header_form(one) not in chosen), *unused]
    said["unused"] = list(dict.fromkeys(said["unused"]))
    return {name: value for name, value in said.items() if value}


def _unused(draft: Draft, header: Sequence[str]) -> list[str]:
    """Headers that the program would take for a column, though nobody chose them for it."""
    chosen = {at for places in draft.columns.values() for at in places}
    base = shipped_profiles()[draft.base]
    known = {header_form(text) for one in base.columns.values() for text in (one.name, *one.synonyms)}
    return [text for at, text in enumerate(header) if text and at not in chosen and header_form(text) in known]


def _coded(before: Mapping[str, Mapping[str, Sequence[str]]], said: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    codes = {name: {word: list(texts) for word, texts in words.items()} for name, words in before.items()}
    for name, meanings in said.items():
        words = codes.setdefault(name, {})
        for text, word in meanings.items():
            for texts in words.values():
                texts[:] = [one for one in texts if one != text]
            words.setdefault(word, []).append(text)
    codes = {name: {word: texts for word, texts in words.items() if texts} for name, words in codes.items()}
    return {name: words for name, words in codes.items() if words}


def trial_profile(office: Office, sample: Sample, draft: Draft) -> Profile:
    """The profile that the draft makes. WrongUse where it cannot be meant."""
    before = documents(office.reader()).get(draft.key)
    key = draft.key if draft.key == draft.base or draft.names else draft.base
    return laid_over(shipped_profiles(), key, document(sample, draft, before))


def count_codes(office: Office, sample: Sample, tell: Tell) -> ImportJob:
    """Count the codes of the whole file, in a process of its own; Finished carries a ``Tally`` for ``attempt``."""
    return codes.count(office, sample, tell)


def attempt(office: Office, sample: Sample, draft: Draft, today: date, whole: Tally | None = None) -> Trial:
    """Read the sample as the draft says, its codes over the ``whole`` file where that is counted. WrongUse where the
    draft contradicts itself."""
    header = header_of(sample, draft.first, draft.depth)
    profile = trial_profile(office, sample, draft)
    plan = plan_columns(profile, header)
    named = plan.named()
    columns = tuple(
        PreviewColumn(text, named.get(at, ""), at in named and profile.columns[named[at]].needed)
        for at, text in enumerate(header)
    )
    below = list(zip(sample.lines, sample.rows, strict=True))[draft.first + draft.depth :]
    parsers = {at: cells_of(profile.columns[name], today) for name, at in plan.positions.items() if at < plan.width}
    halves = {at for parts in plan.joins for at in parts}
    rows = tuple(
        PreviewRow(
            line,
            tuple(
                PreviewCell(
                    _at(cells, at), _at(cells, at).strip() or None, "read" if _at(cells, at).strip() else "unknown"
                )
                if at in halves
                else preview_cell(_at(cells, at), parsers.get(at), _fault(parsers.get(at), _at(cells, at)))
                for at in range(len(header))
            ),
        )
        for line, cells in below[:SHOWN_ROWS]
    )
    counted = codes.of_sample([cells for _, cells in below])
    if whole is not None:
        counted = codes.of_file(whole, sample.rows[: draft.first + draft.depth], counted)
    unknown = codes.unknown(profile, plan.positions, counted, profiles_of(office).values())
    open_ward = unguarded(profile, plan.positions)
    unfilled = tuple(name for name in profile.columns if name not in {*plan.positions, *plan.missing})
    if plan.missing:
        return Trial(header, plan.missing, columns, rows, len(below), 0, (), unknown, unfilled, open_ward, counted.rows)
    reader = RowReader(profile, plan, today)
    rejected, reasons = 0, Counter[tuple[str, str]]()
    for _, cells in below:
        reading = reader.read((*cells, *[""] * (len(header) - len(cells))))
        rejected += reading.rejected
        if reading.rejected:
            reasons.update({(one.column, one.reason) for one in reading.problems})
    told = tuple((column, Message(reason), many) for (column, reason), many in reasons.most_common(5))
    return Trial(
        header, (), columns, rows, len(below), rejected, told, unknown, unfilled, open_ward, counted.rows
    )  # fmt: skip


def _fault(parser: Cells | None, text: str) -> str | None:
    """How a cell is marked that cannot be read as its column says."""
    value = parser[text] if parser is not None else None
    return None if not isinstance(value, Flawed) else "rejected" if value.rejects else "warned"


def _at(cells: Sequence[str], at: int) -> str:
    return cells[at] if at < len(cells) else ""
