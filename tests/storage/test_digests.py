"""Ids agree between PCs of one office, differ between offices, and never confuse two rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.storage.digests import Digester, Merkle, merkle_root

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


def test_a_row_is_told_apart_by_its_extract_and_header() -> None:
    rows = {HERE.row("x", ("a",), ("1",)), HERE.row("y", ("a",), ("1",)), HERE.row("x", ("b",), ("1",))}
    assert len(rows) == 3


def test_the_merkle_root_names_every_leaf_and_its_place() -> None:
    leaves = [bytes((number,)) for number in range(11)]
    roots = {merkle_root(leaves[:count]) for count in range(12)}
    assert len(roots) == 12
    assert merkle_root(leaves) != merkle_root(leaves[::-1])
    tree = Merkle()
    for leaf in leaves:
        tree.add(leaf)
    assert (tree.root(), tree.count) == (merkle_root(leaves), 11)
