"""Notices (通告) in the truth: what came in by telephone or letter, and the row of a child who is new.

A new child's row is kept as rows are: once, by its keyed digest, in a batch of its own whose state is
``noticed``. Its record belongs to the person that the entry names, until links say otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from app.domain import ids
from app.domain.entries import Operation, canonical
from app.domain.message import WrongUse
from app.storage.batches.rows import ACCEPTED
from app.storage.digests import Digester, Merkle, link_leaf, row_leaf, written
from app.storage.truth.desk import Desk, id_bytes, person_number

EXTRACT = "notice"
STATE = "noticed"


def new_row(digester: Digester, header: tuple[str, ...], cells: tuple[str, ...], number: str) -> dict[str, object]:
    """What an entry says about the row of a new child: ids as codes, and the roots that prove it."""
    row_id, digest = digester.row(EXTRACT, header, cells)
    record = digester.record(EXTRACT, number)
    lines, links = Merkle(), Merkle()
    lines.add(row_leaf(1, digest, ACCEPTED))
    links.add(link_leaf(record, digester.person(record)))
    row = {
        "number": number, "header": list(header), "cells": list(cells), "row": ids.code(row_id),
        "digest": digest.hex(), "record": ids.code(record), "key": ids.code(digester.key(EXTRACT, number)),
        "rows": lines.root().hex(),
    }  # fmt: skip
    return {"person": ids.code(digester.person(record)), "row": row, "merkle": links.root().hex()}


def receive(desk: Desk, operation: Operation) -> None:
    """Lay a notice on the desk, and the row that it brings."""
    said = operation.payload
    form = said["form"] if isinstance(said["form"], Mapping) else {}
    desk.connection.execute(
        "INSERT INTO notice (entry, person_id, author, recorded, received, day, form) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            id_bytes(operation.id), person_number(said["person"]), operation.author, operation.time,
            said["received"], said["day"], canonical(form).decode(),
        ),
    )  # fmt: skip
    row = said.get("row")
    if isinstance(row, Mapping):
        _keep_row(desk, operation, row)


def _keep_row(desk: Desk, operation: Operation, row: Mapping[str, Any]) -> None:
    said, entry, db = operation.payload, id_bytes(operation.id), desk.connection
    columns = json.dumps(row["header"], ensure_ascii=False)
    record, row_id = person_number(row["record"]), person_number(row["row"])
    db.execute("INSERT OR IGNORE INTO header (extract, columns) VALUES (?, ?)", (EXTRACT, columns))
    header = db.execute(
        "SELECT header_id FROM header WHERE extract = ? AND columns = ?", (EXTRACT, columns)
    ).fetchone()[0]
    db.execute(
        "INSERT OR IGNORE INTO row (row_id, digest, extract, header_id, cells) VALUES (?, ?, ?, ?, ?)",
        (row_id, bytes.fromhex(row["digest"]), EXTRACT, header, written(row["cells"])),
    )
    batch = db.execute(
        "INSERT INTO batch (extract, file, as_of, received, state, rows, accepted, rejected, header, encoding, merkle,"
        " entry) VALUES (?, ?, ?, ?, ?, 1, 1, 0, ?, '', ?, ?)",
        (
            EXTRACT, row["number"], said["day"], operation.time, STATE, columns, bytes.fromhex(row["rows"]), entry,
        ),
    ).lastrowid  # fmt: skip
    db.execute(
        "INSERT INTO batch_line (batch_id, line, row_id, key, record_id, outcome) VALUES (?, 1, ?, ?, ?, ?)",
        (batch, row_id, person_number(row["key"]), record, ACCEPTED),
    )
    run = db.execute(
        "INSERT INTO link_run (model, merkle, entry) VALUES ('', ?, ?)", (bytes.fromhex(str(said["merkle"])), entry)
    ).lastrowid
    db.execute(
        "INSERT INTO membership (record_id, run_id, person_id) VALUES (?, ?, ?)",
        (record, run, person_number(said["person"])),
    )


def withdraw(desk: Desk, operation: Operation) -> None:
    """A notice that was noted wrongly: its clock stops; who it was about stays."""
    entry = str(operation.payload["entry"])
    cursor = desk.connection.execute("UPDATE notice SET withdrawn = 1 WHERE entry = ?", (id_bytes(entry),))
    if cursor.rowcount == 0:
        raise WrongUse("notice.unknown", entry=entry)


def newest(db: Any, schema: str) -> int:
    """The sequence number of the newest entry that brought a row; 0 for none."""
    row = db.execute(
        f"SELECT coalesce(max(e.seq), 0) FROM {schema}.batch AS b JOIN {schema}.entry AS e ON e.id = b.entry"
        " WHERE b.state = ?",
        (STATE,),
    ).fetchone()
    return int(row[0])


def batches(db: Any, schema: str, after: int, upto: int) -> list[tuple[int, str, str]]:
    """(batch, day, header) of the rows brought by entries after ``after`` up to ``upto``."""
    rows = db.execute(
        f"SELECT b.batch_id, b.as_of, b.header FROM {schema}.batch AS b JOIN {schema}.entry AS e ON e.id = b.entry"
        " WHERE b.state = ? AND e.seq > ? AND e.seq <= ? ORDER BY b.batch_id",
        (STATE, after, upto),
    )
    return list(rows.fetchall())
