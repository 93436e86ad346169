"""The ids of a list read like the tuple that they stand for."""

from __future__ import annotations

import random

import pytest

from app.services.casework.ids import Ids

BIG = 2**62 + 7


def test_ids_read_like_a_tuple() -> None:
    plain = (5, BIG, 3, 9)
    ids = Ids(plain)
    assert ids == plain
    assert ids == Ids(list(plain))
    assert ids != Ids(plain[:2])
    assert ids != plain[::-1]
    assert list(ids) == list(plain)
    assert (ids[1], ids[-1], len(ids)) == (BIG, 9, 4)
    assert type(ids[1]) is int, "what goes to the database is a plain number"
    assert ids[1:3] == (BIG, 3)
    assert ids[::-2] == plain[::-2]
    assert BIG in ids
    assert 4 not in ids
    assert "5" not in ids
    assert not Ids()
    with pytest.raises(IndexError):
        ids[4]


def test_somebody_is_found_where_a_tuple_finds_them() -> None:
    rng = random.Random(7)
    plain = tuple(rng.randrange(6) for _one in range(12))
    for start in range(-13, 13):
        for one in range(7):
            try:
                at: int | None = plain.index(one, start)
            except ValueError:
                at = None
            if at is not None:
                assert Ids(plain).index(one, start) == at
            else:
                with pytest.raises(ValueError, match="nobody"):
                    Ids(plain).index(one, start)
