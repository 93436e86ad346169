"""What all tests share: nobody waits twice for the same key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from app.storage.keyring import keys


@pytest.fixture(scope="session", autouse=True)
def _each_key_is_derived_once() -> Iterator[None]:
    """Argon2id is slow on purpose and gives the same key for the same passphrase, salt and cost: remember it.

    Offices of tests are copies of a few, opened thousands of times. Other processes derive for themselves.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keys, "stretch", cache(keys.stretch))
        yield
