"""Levelling names word by word gives what levelling the whole gives, for any text."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from app.linkage import normal
from app.linkage.model import shipped_variants
from app.linkage.words import MOST, Known, Words

VARIANTS = shipped_variants()
SIGNS = "髙橋佐々々陽斗さくらヴァーﾊﾙﾄﾞヽゝ 　_?〓・,'-+U2363AnguyếnÀé゙゛\u3099\u200b\u0301\ue000\u00ad\x1f\x85\n☆1①㍿"
NAMES = st.one_of(st.text(st.sampled_from(SIGNS), max_size=14), st.text(max_size=10))


@given(NAMES)
@example(" \u200b々")
def test_word_by_word_is_the_whole(text: str) -> None:
    words = Words(VARIANTS)
    assert words.name(text) == normal.name(text, VARIANTS)
    assert words.is_foreign(text) == normal.is_foreign(text)
    reading, whole = words.reading(text), normal.coded(normal.kana(text))
    assert (reading.family, reading.given, reading.full) == (whole.family, whole.given, whole.full)
    assert sorted(reading.bag.split(" ")) == sorted(whole.bag.split(" "))


def test_what_is_remembered_does_not_grow_for_ever() -> None:
    known = Known(str.upper)
    for number in range(MOST + 10):
        assert known[f"w{number}"] == f"W{number}"
    assert len(known) <= MOST
