"""The anchor code of a day: a few printed letters that pin both logs down as they stand.

Whoever keeps the print can tell later whether the journal and the access log still begin with
exactly these lines, also after the whole folder was put back to an earlier moment or a tail was cut.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain.entries import canonical
from app.domain.message import Message, WrongUse
from app.storage.files.exports import check_out, write_bytes
from app.storage.offices.office import Office

_BYTES = 10
_GROUP = 4


@dataclass(frozen=True)
class Anchor:
    """``code`` as printed: ``entries-lines-XXXX-XXXX-XXXX-XXXX``; how many entries and lines it covers."""

    code: str
    entries: int
    lines: int
    time: datetime


def anchor(office: Office, now: datetime) -> Anchor:
    """Today's code. The access log is signed up to here first. Refused for who may not see the activity."""
    _check(office)
    office.seal_access()
    with office.reading() as db:
        entries = int(db.execute("SELECT coalesce(max(seq), 0) FROM entry").fetchone()[0])
        lines = int(db.execute("SELECT coalesce(max(seq), 0) FROM access").fetchone()[0])
        return Anchor(_code(office, db, entries, lines), entries, lines, now)


def check(office: Office, code: str) -> Message | None:
    """What does not hold against a printed code; None when all of it does.

    WrongUse for something that is no such code.
    """
    _check(office)
    words = code.strip().upper().replace(" ", "").split("-")
    try:
        entries, lines = int(words[0]), int(words[1])
    except (ValueError, IndexError):
        raise WrongUse("anchor.unreadable") from None
    with office.reading() as db:
        stand = (
            int(db.execute("SELECT coalesce(max(seq), 0) FROM entry").fetchone()[0]),
            int(db.execute("SELECT coalesce(max(seq), 0) FROM access").fetchone()[0]),
        )
        if stand[0] < entries or stand[1] < lines:
            missing = {"entries": max(0, entries - stand[0]), "lines": max(0, lines - stand[1])}
            return Message("anchor.shorter", missing)
        if _code(office, db, entries, lines) != "-".join(words):
            return Message("anchor.differs")
    return None


def save(office: Office, out: Path, content: bytes) -> None:
    """Write the sheet with a code; it names nobody but who made it. WrongUse or Refused where it cannot be."""
    _check(office)
    check_out(out, office.folder)
    write_bytes(out, content)


def _check(office: Office) -> None:
    if not (office.member.may("activity") or office.member.may("backup")):
        raise office.beyond_role("activity")


def _code(office: Office, db: Any, entries: int, lines: int) -> str:
    """The digest over both chains as they stood at these lengths; chained digests carry all before them."""
    heads = db.execute(
        "SELECT device, hex(digest) FROM entry WHERE seq IN"
        " (SELECT max(seq) FROM entry WHERE seq <= ? GROUP BY device) ORDER BY device", (entries,),
    ).fetchall()  # fmt: skip
    access = db.execute("SELECT hex(digest) FROM access WHERE seq = ?", (lines,)).fetchone()
    content = canonical([office.id, entries, lines, heads, access[0] if access else ""])
    digest = hashlib.sha256(b"kizuki anchor 1\0" + content).digest()[:_BYTES]
    letters = base64.b32encode(digest).decode()
    groups = [letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP)]
    return "-".join((str(entries), str(lines), *groups))
