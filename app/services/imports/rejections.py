"""The rejected rows of a batch as a file of its own: to be corrected in a spreadsheet and brought in again.

Same columns as they came, the reason behind them. The file holds what the department sent, so it
leaves like every export: journalled with its purpose first, and with a note of its origin beside it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

from app.domain.extracts.supplement import is_reason, origin
from app.domain.message import Message, Refused, WrongUse
from app.services.deriving.profiles_in_force import profiles_of
from app.services.protection.veil import Veil, says_protected
from app.services.wording import say, sentences
from app.storage.batches.rows import REJECTED
from app.storage.digests import cells_of
from app.storage.files.exports import check_out, write_export
from app.storage.offices.office import Office

_ROWS = """
    SELECT r.line, h.columns, o.cells, b.extract, r.record_id FROM batch_row AS r
    JOIN batch AS b ON b.batch_id = r.batch_id
    JOIN row AS o ON o.row_id = r.row_id JOIN header AS h ON h.header_id = o.header_id
    WHERE r.batch_id = ? AND r.outcome = ? ORDER BY r.line
"""
_PROBLEMS = """
    SELECT line, "column", value, reason, args FROM row_problem
    WHERE batch_id = ? AND outcome = 'rejected' ORDER BY line, rowid
"""
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def save(
    office: Office,
    batch: int,
    out: Path,
    *,
    language: str,
    purpose: str,
    now: datetime,
    sealed_with: str | None = None,
) -> Path:
    """Write the rejected rows of a published batch to ``out``: a workbook where it ends in ``.xlsx``, else CSV with
    a byte order mark for spreadsheets.

    Rows of protected persons stay here (``kept_back`` counts them): they could only go out with cells emptied,
    and would come in again as if nobody knew these. WrongUse for a batch without any rejected row, for a
    place where nothing may be written, and without a purpose; Refused where every row is protected.
    """
    if not purpose.strip():
        raise WrongUse("export.purpose_missing")
    check_out(out, office.folder)
    found = office.reader().execute(_ROWS, (batch, REJECTED)).fetchall()
    if not found:
        raise WrongUse("import.no_rejections")
    protected = _protected(office, found)
    found = [row for row in found if row[0] not in protected]
    if not found:
        raise Refused("rejection.all_protected", rows=len(protected))
    columns = json.loads(found[0][1])
    left = [at for at, text in enumerate(columns) if not is_reason(text)]  # those of another time say nothing now
    counted = origin(columns) is not None  # the lines of the delivery that these rows were rejected from at first
    header = [columns[at] for at in left]
    if not counted:
        header.append(_word("rejection.line", language).format(batch=batch))
    header.append(_word("rejection.reason", language))
    veil = Veil(office)
    reasons = _reasons(office, batch, found[0][3], veil, language)
    lines = [
        _line(_shown(veil, extract, columns, record, cells), left, None if counted else line, reasons.get(line, ""))
        for line, columns, cells, extract, record in found
    ]
    entry = office.write("export.made", {"what": f"rejected:{batch}", "purpose": purpose}, time=now)
    note = {
        "office": office.name, "by": office.member.name, "made": now.isoformat(timespec="seconds"),
        "purpose": purpose, "what": "rejected", "batch": batch, "entry": entry.id,
        "rows": len(lines), "kept_back_protected": len(protected),
    }  # fmt: skip
    if out.suffix.casefold() == ".xlsx":
        return write_export(out, _workbook([header, *lines]), note, sealed_with)
    return write_export(out, "\ufeff" + _csv([header, *lines]), note, sealed_with)


def kept_back(office: Office, batch: int) -> int:
    """How many rejected rows of a batch are of protected persons, and do not go out."""
    return len(_protected(office, office.reader().execute(_ROWS, (batch, REJECTED)).fetchall()))


def _protected(office: Office, rows: Sequence[tuple[int, str, bytes, str, int | None]]) -> frozenset[int]:
    """The lines of persons whose whereabouts must not be shown: by the row's own word, or by what is known of them."""
    profiles, veil = profiles_of(office), Veil(office)
    return frozenset(
        line
        for line, columns, cells, extract, record in rows
        # A word that nobody can read hides more than it shows.
        if veil.shields(record) or says_protected(profiles[extract], json.loads(columns), cells_of(cells))
    )


def _shown(veil: Veil, extract: str, columns: str, record: int | None, cells: bytes) -> list[str]:
    """A row without what is not used; its columns stay, so that it can come in again."""
    said = cells_of(cells)
    hidden = veil.hidden(extract, json.loads(columns), record, said)
    return ["" if at in hidden else cell for at, cell in enumerate(said)]


def _reasons(office: Office, batch: int, extract: str, veil: Veil, language: str) -> dict[int, str]:
    """Line -> every reason in one sentence."""
    said: dict[int, list[str]] = {}
    for line, column, value, reason, args in office.reader().execute(_PROBLEMS, (batch,)).fetchall():
        values = json.loads(args)
        if veil.hides(extract, ""):  # a sum may hold what is hidden
            values = dict.fromkeys(values, "…")
        words = say(Message(reason, values), language)
        shown = "" if veil.hides(extract, column) else value
        where = _word("rejection.cell", language).format(column=column, value=shown, why=words)
        said.setdefault(line, []).append(where if column else words)
    return {line: " ".join(words) for line, words in said.items()}


def _line(cells: list[str], left: Sequence[int], line: int | None, why: str) -> list[str]:
    row = [cells[at] if at < len(cells) else "" for at in left]
    return [*row, why] if line is None else [*row, str(line), why]


def _word(key: str, language: str) -> str:
    return sentences(language).get(key, key)


def _csv(lines: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_inert(cell) for cell in line] for line in lines)
    return out.getvalue()


def _workbook(lines: Sequence[Sequence[str]]) -> bytes:
    """Every cell as text: no formula comes to life, and no number or day is read otherwise on the way."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        plain, head = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
        sheet = book.add_worksheet()
        for at, line in enumerate(lines):
            for column, cell in enumerate(line):
                sheet.write_string(at, column, cell, plain if at else head)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(lines[0]) - 2, 14)
        sheet.set_column(len(lines[0]) - 1, len(lines[0]) - 1, 60)
    return out.getvalue()


def _inert(cell: str) -> str:
    """No live formulas out (law 11); a number is none."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.fullmatch(cell) else cell
