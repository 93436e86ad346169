"""The access log: who opened which child, when. A chain of its own, one commit per line.

Lines are chained by digest as they come and signed in batches by the member who caused them, so
that a line is cheap and a missing or altered one shows. Ids only, never a name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from app.domain.entries import canonical
from app.storage.database import Connection, transaction
from app.storage.keyring import keys
from app.storage.keyring.keys import Bundle

SEAL_EVERY = 200


def line_digest(time: str, author: str, person_id: int, what: str, previous: bytes) -> bytes:
    """The link of the chain."""
    return hashlib.sha256(b"kizuki access 1\0" + canonical([time, author, person_id, what, previous.hex()])).digest()


def sealed_bytes(office: str, seq: int, digest: bytes) -> bytes:
    """What a member signs: everything up to this line."""
    return b"kizuki access seal 1\0" + canonical([office, seq, digest.hex()])


def append(connection: Connection, *, time: str, author: str, person_id: int, what: str) -> int:
    """Add a line and commit; returns its number. The caller holds the writer's lock."""
    with transaction(connection):
        last = connection.execute("SELECT digest FROM access ORDER BY seq DESC LIMIT 1").fetchone()
        previous = last[0] if last else bytes(32)
        digest = line_digest(time, author, person_id, what, previous)
        cursor = connection.execute(
            "INSERT INTO access (time, author, person_id, what, previous, digest) VALUES (?, ?, ?, ?, ?, ?)",
            (time, author, person_id, what, previous, digest),
        )
        return int(cursor.lastrowid)


def unsealed(connection: Connection) -> int:
    """How many lines stand after the last signature."""
    return int(
        connection.execute(
            "SELECT coalesce((SELECT max(seq) FROM access), 0) - coalesce((SELECT max(seq) FROM access_seal), 0)"
        ).fetchone()[0]
    )


def seal(connection: Connection, office: str, author: str, bundle: Bundle) -> None:
    """Sign everything that is not signed yet; nothing to do is fine."""
    with transaction(connection):
        last = connection.execute("SELECT seq, digest FROM access ORDER BY seq DESC LIMIT 1").fetchone()
        if last is None or unsealed(connection) == 0:
            return
        signature = bundle.sign(sealed_bytes(office, last[0], last[1]))
        connection.execute(
            "INSERT INTO access_seal (seq, author, digest, signature) VALUES (?, ?, ?, ?)",
            (last[0], author, last[1], signature),
        )


def troubles(connection: Connection, office: str, signers: Mapping[str, Sequence[bytes]]) -> list[tuple[str, int]]:
    """``(what, line number)`` for each line or signature that does not hold; empty when sound.

    ``signers``: the public keys that each member has ever signed with.
    """
    found: list[tuple[str, int]] = []
    previous, digests = bytes(32), {}
    expected = 1
    for seq, time, author, person_id, what, before, digest in connection.execute(
        "SELECT seq, time, author, person_id, what, previous, digest FROM access ORDER BY seq"
    ):
        if seq != expected or before != previous or digest != line_digest(time, author, person_id, what, before):
            found.append(("access.broken", seq))
        previous, expected = digest, seq + 1
        digests[seq] = digest
    for seq, author, digest, signature in connection.execute("SELECT seq, author, digest, signature FROM access_seal"):
        message = sealed_bytes(office, seq, digest)
        holds = any(keys.verifies(public, signature, message) for public in signers.get(author, ()))
        if not holds or digests.get(seq) != digest:
            found.append(("access.seal_broken", seq))
    return found
