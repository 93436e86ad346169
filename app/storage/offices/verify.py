"""Verify: walks everything that is truth and says exactly what does not hold.

Chain, signatures, payload digests, roles' effect on the roster, segments against entries, Merkle
roots of batches and link results, the rows themselves, the access log, both database files, the
key file. Repairs nothing. Rebuilding the derived tables is a service's verb.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain import entries
from app.domain.entries import Kind, Operation
from app.domain.message import Message, Refused
from app.storage import database
from app.storage import folder as places
from app.storage.batches import results, rows, sealed_rows
from app.storage.database import Connection
from app.storage.digests import SEALED
from app.storage.keyring import keyfile, keys
from app.storage.offices import views
from app.storage.offices.office import Office
from app.storage.truth import access_log
from app.storage.truth.desk import here, id_text
from app.storage.truth.journal import decoded

Progress = Callable[[str], None]
SigningKeys = Mapping[str, Sequence[tuple[int, bytes]]]
_GIVING_KEYS = (Kind.OFFICE_CREATED, Kind.PERSON_ADDED, Kind.PERSON_INVITED_AGAIN)


@dataclass(frozen=True)
class Finding:
    """Something that does not hold. ``part``: entries, segment, batch, links, results, rows, pictures, access, file
    or keys."""

    part: str
    message: Message


def verify(office: Office, *, progress: Progress = lambda _part: None) -> list[Finding]:
    """All findings, empty when everything holds. Reads only; minutes on a large office."""
    found: list[Finding] = []
    for part, check in _CHECKS.items():
        progress(part)
        try:
            with database.explained():
                found += [Finding(part, message) for message in check(office)]
        except Refused as refused:
            found.append(Finding(part, refused.message))
    return found


def _entries(office: Office) -> Iterator[Message]:
    """The chain of each device, every payload's digest and every signature."""
    connection = office.reader()
    signers = signing_keys(connection)
    last: dict[str, tuple[int, bytes]] = {}
    for row in connection.execute(
        "SELECT seq, id, device, device_seq, author, time, kind, payload, payload_digest, previous, digest, signature"
        " FROM entry ORDER BY device, device_seq"
    ):
        seq, device, device_seq, digest = row[0], row[2], row[3], row[10]
        before_seq, before = last.get(device, (0, entries.GENESIS))
        if device_seq != before_seq + 1 or row[9] != before:
            yield Message("verify.chain_broken", {"entry": seq})
        yield from _entry(office.id, signers, row)
        last[device] = (device_seq, digest)


def _entry(office: str, signers: SigningKeys, row: tuple[Any, ...]) -> Iterator[Message]:
    seq, blob, device, device_seq, author, time, kind, payload, payload_digest, previous, digest, signature = row
    try:
        said = json.loads(payload) if payload is not None else {}
        operation = Operation(id_text(blob), device, author, time, Kind(kind), said, signature)
    except ValueError:
        yield Message("verify.entry_unreadable", {"entry": seq})
        return
    if digest != entries.entry_digest(operation, payload_digest, device_seq, previous):
        yield Message("verify.entry_altered", {"entry": seq})
    if payload is None:
        return  # lawfully erased: the chain over digests is what is left to check
    if payload_digest != entries.payload_digest(said):
        yield Message("verify.payload_altered", {"entry": seq})
    elif not _signed(office, signers, operation, seq, payload_digest):
        yield Message("verify.signature_wrong", {"entry": seq})


def signing_keys(connection: Connection) -> SigningKeys:
    """Member -> from which entry on which public key signs for them; somebody invited again has several."""
    found: dict[str, list[tuple[int, bytes]]] = {}
    for seq, payload in connection.execute(
        "SELECT seq, payload FROM entry WHERE kind IN (?, ?, ?) AND payload IS NOT NULL ORDER BY seq", _GIVING_KEYS
    ).fetchall():
        try:
            said = json.loads(payload)
            found.setdefault(said["member"], []).append((seq, bytes.fromhex(said["sign"])))
        except (ValueError, KeyError, TypeError):
            continue  # an altered entry: reported where it stands, and it gives nobody a key
    return found


def _signed(office: str, signers: SigningKeys, operation: Operation, seq: int, digest: bytes) -> bool:
    """Whether the key that stood for the author at that point signed this; a founding entry carries its own."""
    standing = [public for since, public in signers.get(operation.author, ()) if since < seq or seq == 1]
    message = entries.signed_bytes(office, operation, digest)
    return bool(standing) and keys.verifies(standing[-1], operation.signature, message)


def _segment(office: Office) -> Iterator[Message]:
    """The own segment holds exactly this device's entries, in their order."""
    connection = office.reader()
    written: list[str] = []
    for frame in office.segment.frames():
        if frame.plain is None:
            yield Message("verify.segment_damaged", {"at": frame.start})
            continue
        try:
            written += [operation.id for operation in decoded(frame.plain)]
        except (ValueError, KeyError, TypeError):
            yield Message("verify.segment_damaged", {"at": frame.start})
    known = [
        id_text(row[0])
        for row in connection.execute(
            "SELECT id FROM entry WHERE device = ? AND payload IS NOT NULL ORDER BY device_seq", (office.held.device,)
        )
    ]
    foreign = set(written) - set(known)
    if foreign:
        yield Message("verify.segment_not_counted", {"count": len(foreign)})
    if len(set(written)) != len(written) or [entry for entry in written if entry not in foreign] != known:
        yield Message("verify.segment_differs", {"missing": len(set(known) - set(written))})


def _desk(office: Office) -> Iterator[Message]:
    """Every act on the desk stands in the chain, and every act in the chain on the desk."""
    connection = office.reader()
    for kinds, table in _DESK_TABLES.items():
        told = [str(kind) for kind in kinds]
        asked = ", ".join("?" * len(told))
        lost = connection.execute(
            f"SELECT count(*) FROM entry WHERE kind IN ({asked}) AND payload IS NOT NULL"
            f" AND id NOT IN (SELECT entry FROM {table})",
            told,
        ).fetchone()[0]
        foreign = connection.execute(
            f"SELECT count(*) FROM {table} WHERE entry NOT IN (SELECT id FROM entry WHERE kind IN ({asked}))", told
        ).fetchone()[0]
        if lost or foreign:
            yield Message("verify.desk_differs", {"table": table, "lost": lost, "foreign": foreign})
    yield from _decisions(office)


def _decisions(office: Office) -> Iterator[Message]:
    """A decision says on the desk what it says in its entry."""
    for seq, payload, *desk in office.reader().execute(
        "SELECT e.seq, e.payload, d.kind, d.reason, d.day, d.next, d.ref FROM decision d JOIN entry e ON e.id = d.entry"
        " WHERE e.payload IS NOT NULL"
    ):
        said = json.loads(payload)
        if desk != [said["decision"], said["reason"], said["day"], said["next"], said.get("ref")]:
            yield Message("verify.desk_altered", {"entry": seq})


def _batches(office: Office) -> Iterator[Message]:
    """Each batch holds the lines that its entry's root names."""
    connection = office.reader()
    for batch, merkle, payload in connection.execute(
        "SELECT b.batch_id, b.merkle, e.payload FROM batch b LEFT JOIN entry e ON e.id = b.entry"
        " WHERE b.state != 'staged' ORDER BY b.batch_id"
    ).fetchall():
        said = _rows_said(json.loads(payload)) if payload is not None else ""
        if merkle is None or said != merkle.hex() or rows.batch_root(connection, batch) != merkle:
            yield Message("verify.batch_differs", {"batch": batch})


def _rows_said(payload: dict[str, Any]) -> str:
    """The root over its lines that an entry names; a notice brings one row and a link."""
    row = payload.get("row")
    return str(row["rows"] if isinstance(row, dict) else payload["merkle"])


def _links(office: Office) -> Iterator[Message]:
    """Each link result holds what its entry's root names."""
    connection = office.reader()
    for run, merkle, payload in connection.execute(
        "SELECT l.run_id, l.merkle, e.payload FROM link_run l JOIN entry e ON e.id = l.entry ORDER BY l.run_id"
    ).fetchall():
        said = json.loads(payload)["merkle"] if payload is not None else ""
        if merkle is None or said != merkle.hex() or rows.links_root(connection, run) != merkle:
            yield Message("verify.links_differ", {"links": run})


def _results(office: Office) -> Iterator[Message]:
    """What each run showed is what its entry's root names."""
    connection = office.reader()
    for made in results.runs_made(connection):
        if made.results and results.root_of(connection, made.results).hex() != made.root:
            yield Message("verify.results_differ", {"results": made.results})


def _rows(office: Office) -> Iterator[Message]:
    """Each row's cells give the keyed digest it is stored under; sealed ones are opened for a lead only."""
    connection = office.reader()
    key_of = sealed_rows.RecordKeys(connection, "main", office.id, office.held.keys)
    headers = {
        row[0]: (row[1], json.loads(row[2]))
        for row in connection.execute("SELECT header_id, extract, columns FROM header")
    }
    for row_id, digest, header_id, cells in connection.execute(
        "SELECT row_id, digest, header_id, cells FROM row WHERE cells IS NOT NULL"
    ):
        if sealed_rows.is_sealed(cells) and office.held.keys.compartment is None:
            continue  # not checked: ``unchecked_rows`` counts them
        try:
            extract, header = headers[header_id]
            came = sealed_rows.whole(cells, key_of)
            holds = came is not None and office.digester.kept_row(extract, header, came) == (row_id, digest)
        except (ValueError, KeyError, TypeError):
            holds = False
        if not holds:
            yield Message("verify.row_altered", {"row": row_id})


def unchecked_rows(office: Office) -> int:
    """How many rows hold sealed cells that this member cannot check: none for a lead."""
    if office.held.keys.compartment is not None:
        return 0
    found = office.reader().execute("SELECT count(*) FROM row WHERE substr(cells, 1, 1) = ?", (SEALED,)).fetchone()
    return int(found[0])


def _pictures(office: Office) -> Iterator[Message]:
    """Each photograph or scan that a contact names is there, with the digest it is stored under."""
    for entry, place, digest, kept in office.reader().execute(
        "SELECT e.seq, a.place, a.digest, p.bytes FROM attachment AS a JOIN entry AS e ON e.id = a.entry"
        " LEFT JOIN picture AS p ON p.digest = a.digest WHERE e.payload IS NOT NULL"
    ):
        if kept is None or hashlib.sha256(kept).digest() != digest:
            yield Message("verify.picture_lost", {"entry": entry, "place": place})


def _access(office: Office) -> Iterator[Message]:
    connection = office.reader()
    signers = {who: [public for _, public in given] for who, given in signing_keys(connection).items()}
    for what, seq in access_log.troubles(connection, office.id, signers):
        yield Message("verify." + what.replace(".", "_"), {"line": seq})


def _files(office: Office) -> Iterator[Message]:
    """Every page of both database files authenticates, and SQLite finds them sound."""
    for schema, name in (("main", "office.db"), ("view", places.view_db(office.folder, office.view_number()).name)):
        path = places.office_db(office.folder) if schema == "main" else office.folder / name
        if not path.exists():
            yield Message("verify.file_missing", {"file": name})
            continue
        connection = database.connect(path, office.held.database_key)
        try:
            troubles = database.ciphertext_troubles(connection)
            quick = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if troubles or quick != "ok":
                damage = "verify.file_damaged" if schema == "main" else "verify.view_damaged"
                yield Message(damage, {"file": name, "count": len(troubles)})
            if schema == "view" and connection.execute("PRAGMA user_version").fetchone()[0] != views.shape():
                yield Message("verify.view_outdated", {"file": name})
        finally:
            connection.close()


def _keys(office: Office) -> Iterator[Message]:
    """The key file is whole, not an old one, and names the people that the entries name."""
    file = keyfile.read(office.folder)
    generation = int(here(office.reader(), "generation") or 0)
    if file.generation != generation:
        key = "verify.keys_old" if file.generation < generation else "verify.keys_ahead"
        yield Message(key, {"file": file.generation, "office": generation})
    stands = {
        (row[0], row[1], tuple(json.loads(row[2])), row[3], row[4])
        for row in office.reader().execute("SELECT id, name, roles, sign, box FROM member WHERE active")
    }
    named = {(p.id, p.name, tuple(sorted(p.roles)), p.sign, p.box) for p in file.people}
    if stands != named:
        yield Message("verify.keys_disagree", {"count": len(stands ^ named)})
    due = int(here(office.reader(), "epoch") or 1)
    if file.epoch < due:
        yield Message("verify.rotation_due", {"epoch": file.epoch, "due": due})
    for person in file.people:
        if person.serial < int(here(office.reader(), f"slots.{person.id}") or 0):
            yield Message("verify.slots_old", {"name": person.name})
    if file.office != office.id or file.name != office.name:
        yield Message("verify.keys_disagree", {"count": 1})


_DESK_TABLES = {
    (Kind.DECISION_RECORDED,): "decision",
    (Kind.DECISION_SIGNED, Kind.DECISION_RETURNED): "sign_off",
    (Kind.CONTACT_NOTED,): "contact_noted",
    (Kind.FOLLOW_UP_MOVED,): "follow_up_moved",
    (Kind.PLAN_MADE,): "plan",
    (Kind.RULING_MADE,): "ruling",
    (Kind.QUESTION_ASKED,): "question",
    (Kind.MODEL_TAKEN,): "link_model",
    (Kind.SAMPLE_DRAWN,): "link_sample",
    (Kind.SAMPLE_ANSWERED,): "link_sample_answer",
    (Kind.RUN_MADE,): "run",
    (Kind.NOTICE_RECEIVED,): "notice",
}

_CHECKS: dict[str, Callable[[Office], Iterator[Message]]] = {
    "file": _files,
    "keys": _keys,
    "entries": _entries,
    "segment": _segment,
    "desk": _desk,
    "batch": _batches,
    "links": _links,
    "results": _results,
    "rows": _rows,
    "pictures": _pictures,
    "access": _access,
}
