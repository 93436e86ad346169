"""Sealed files: a text under a passphrase that is told another way.

One line of JSON says how the key is made (type, salt, Argon2id cost), the rest is the ciphertext.
"""

from __future__ import annotations

import base64
import json

from app.domain.message import Refused
from app.storage.keyring import keys, passphrases

_FORMAT = "kizuki sealed file 1"
_LABEL = b"sealed file"


def seal(content: bytes, passphrase: str) -> bytes:
    """The sealed bytes; only the same passphrase opens them."""
    passphrases.check(passphrase)
    salt, cost = keys.new_salt(), keys.DEFAULT
    head = {
        "format": _FORMAT, "kdf": "argon2id", "salt": base64.b64encode(salt).decode("ascii"),
        "memory": cost.memory, "passes": cost.passes, "lanes": cost.lanes,
    }  # fmt: skip
    line = json.dumps(head).encode("ascii") + b"\n"
    return line + keys.seal(keys.stretch(passphrase, salt, cost), content, _LABEL + line)


def unseal(sealed: bytes, passphrase: str, name: str) -> bytes:
    """The content. Refused for another kind of file, another passphrase or a changed byte."""
    line, _, body = sealed.partition(b"\n")
    try:
        head = json.loads(line)
        salt = base64.b64decode(head["salt"], validate=True)
        cost = keys.Kdf(int(head["memory"]), int(head["passes"]), int(head["lanes"]))
        known = head["format"] == _FORMAT
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise Refused("sealed.not_sealed", file=name)
    content = keys.unseal(keys.stretch(passphrase, salt, cost), body, _LABEL + line + b"\n")
    if content is None:
        raise Refused("sealed.cannot_open", file=name)
    return content
