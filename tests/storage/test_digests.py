"""Ids agree between PCs of one office, differ between offices, and never confuse two rows."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.storage.digests import Digester, cells_of, merkle_root, written

HERE, ELSEWHERE = Digester(bytes(32)), Digester(bytes(31) + b"\1")
_CELLS = st.lists(st.text(alphabet="a\x1b\x1e\x1f1", max_size=3), min_size=1, max_size=3)


def test_ids_are_63_bits_and_belong_to_the_office() -> None:
    number, digest = HERE.row("school", ("氏名",), ("山田",))
    assert 0 <= number < 2**63
    assert number == int.from_bytes(digest[:8], "big") >> 1
    assert HERE.record("school", "12") != ELSEWHERE.record("school", "12")
    assert len({HERE.record("school", "12"), HERE.key("school", "12"), HERE.fact(12, 0), HERE.person(12)}) == 4
    assert HERE.record("a", "b") == Digester(bytes(32)).record("a", "b")


@given(_CELLS, _CELLS)
def test_two_rows_share_a_digest_only_if_they_are_one(left: list[str], right: list[str]) -> None:
    header = ("a", "b", "c")
    assert (HERE.row("x", header, left) == HERE.row("x", header, right)) == (left == right)


@given(st.one_of(_CELLS, st.lists(st.text())))
def test_a_kept_row_is_read_as_it_came(cells: list[str]) -> None:
    assert cells_of(written(cells)) == cells


def test_a_row_is_told_apart_by_its_extract_and_header() -> None:
    rows = {HERE.row("x", ("a",), ("1",)), HERE.row("y", ("a",), ("1",)), HERE.row("x", ("b",), ("1",))}
    assert len(rows) == 3


def test_the_merkle_root_names_every_leaf_and_its_place() -> None:
    leaves = [bytes((number,)) for number in range(11)]
    roots = {merkle_root(leaves[:count]) for count in range(12)}
    assert len(roots) == 12
    assert merkle_root(leaves) != merkle_root(leaves[::-1])


def plainly(leaves: list[bytes]) -> bytes:
    """RFC 9162, word for word."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + plainly(leaves[:half]) + plainly(leaves[half:])).digest()


@pytest.mark.parametrize("count", [1, 2, 3, 7, 255, 256, 257, 511, 513, 768, 1000, 1280])
def test_a_tree_fed_leaf_by_leaf_is_the_plain_one(count: int) -> None:
    leaves = [number.to_bytes(2, "big") for number in range(count)]
    assert merkle_root(leaves) == plainly(leaves)
