"""Damage that shows while something is read or written: said in the users' terms, wherever it comes up.

A page of a database can go bad under an office that is open. Verbs do not each look out for that: who calls
them, the console and the window's threads, does it here, once.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from app.storage import database


def explained() -> AbstractContextManager[None]:
    """What the databases say of damage, a full disk, a folder that is read-only comes as Refused; all else passes."""
    return database.damage_explained()
