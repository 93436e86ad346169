"""Keys in memory: deriving, wrapping, signing. No file and no database is touched here.

passphrase --Argon2id--> bundle (X25519 + Ed25519) --HPKE--> office key --AEAD--> secrets of this PC
(database key, digest key). Each step has its own label, so no sealed thing opens in another's place.
"""

from __future__ import annotations

import os
import secrets
import unicodedata
from dataclasses import dataclass

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.message import Refused
from app.storage.keyring import passphrases

KEY_BYTES = 32
_NONCE = 12
_SALT = 16
_HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True)
class Kdf:
    """Cost of Argon2id: memory in KiB, passes, lanes."""

    memory: int = 256 * 1024
    passes: int = 3
    lanes: int = 2

    def check(self) -> None:
        """Refuse a cost below the floor (a weakened file) or beyond measure (a trap), before deriving."""
        sound = (
            FLOOR.memory <= self.memory <= CEILING.memory
            and FLOOR.passes <= self.passes <= CEILING.passes
            and FLOOR.lanes <= self.lanes <= CEILING.lanes
        )
        if not sound:
            raise Refused("keys.cost", memory=self.memory, passes=self.passes, lanes=self.lanes)


FLOOR = Kdf(64 * 1024, 3, 1)
CEILING = Kdf(1024 * 1024, 10, 8)
DEFAULT = Kdf()


def stretch(passphrase: str, salt: bytes, cost: Kdf) -> bytes:
    """32 bytes out of a passphrase; takes about a second at the default cost."""
    cost.check()
    try:
        return hash_secret_raw(
            passphrases.plain_bytes(passphrase), salt, time_cost=cost.passes, memory_cost=cost.memory,
            parallelism=cost.lanes, hash_len=KEY_BYTES, type=Type.ID,
        )  # fmt: skip
    except (HashingError, MemoryError) as error:
        raise Refused("keys.memory", mib=cost.memory // 1024) from error


def new_salt() -> bytes:
    """A fresh salt for ``stretch``."""
    return os.urandom(_SALT)


def new_key() -> bytes:
    """A fresh random key of 32 bytes."""
    return os.urandom(KEY_BYTES)


def derived(key: bytes, label: str) -> bytes:
    """A key of 32 bytes for one purpose out of another key."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=b"kizuki " + label.encode()).derive(key)


def seal(key: bytes, plain: bytes, label: bytes) -> bytes:
    """Nonce and ciphertext; opens only under the same key and label."""
    nonce = os.urandom(_NONCE)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, plain, label)


def unseal(key: bytes, sealed: bytes, label: bytes) -> bytes | None:
    """The content, or None if the key or label is wrong or a bit was changed."""
    try:
        return ChaCha20Poly1305(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], label)
    except (InvalidTag, ValueError):
        return None


class Bundle:
    """A person's two private keys: one to receive wrapped keys, one to sign."""

    def __init__(self, box: bytes, sign: bytes) -> None:
        self._box = X25519PrivateKey.from_private_bytes(box)
        self._sign = Ed25519PrivateKey.from_private_bytes(sign)
        self._raw = box + sign

    @classmethod
    def new(cls) -> Bundle:
        """Fresh keys."""
        return cls(os.urandom(KEY_BYTES), os.urandom(KEY_BYTES))

    @classmethod
    def of(cls, raw: bytes) -> Bundle:
        """From the 64 bytes that ``raw`` gave."""
        return cls(raw[:KEY_BYTES], raw[KEY_BYTES:])

    @property
    def raw(self) -> bytes:
        """64 bytes, secret."""
        return self._raw

    @property
    def box_public(self) -> bytes:
        """32 bytes: what others wrap for."""
        return self._box.public_key().public_bytes_raw()

    @property
    def sign_public(self) -> bytes:
        """32 bytes: what others verify with."""
        return self._sign.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._sign.sign(message)

    def unwrap(self, wrapped: bytes, label: bytes) -> bytes | None:
        """A key that was wrapped for this person, or None."""
        try:
            return _HPKE.decrypt(wrapped, self._box, info=label)
        except (InvalidTag, ValueError):
            return None


def wrap(key: bytes, box_public: bytes, label: bytes) -> bytes:
    """Wrap a key for a person (HPKE: X25519, HKDF-SHA256, ChaCha20-Poly1305)."""
    return _HPKE.encrypt(key, X25519PublicKey.from_public_bytes(box_public), info=label)


def verifies(sign_public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether that person signed this."""
    try:
        Ed25519PublicKey.from_public_bytes(sign_public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


_CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CODE_LENGTH = 26  # 130 bits


def new_recovery_code() -> str:
    """130 random bits to print and lock away: ``RK-XXXX-XXXX-...``."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
    return "RK-" + "-".join(letters[start : start + 4] for start in range(0, _CODE_LENGTH, 4))


def recovery_key(text: str) -> bytes | None:
    """The key behind a recovery code as somebody typed it; None if it is not one."""
    letters = unicodedata.normalize("NFKC", text).upper().strip().replace("-", "").replace(" ", "")
    if not letters.startswith("RK"):
        return None
    letters = letters[2:].translate(_CODE_LOOKALIKES)
    if len(letters) != _CODE_LENGTH or not set(letters) <= set(_CODE_LETTERS):
        return None
    return derived(letters.encode(), "recovery code")
