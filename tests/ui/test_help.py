"""The help: the same topics in both languages, plain, and every page has one."""

from __future__ import annotations

import pytest

from ui import words
from ui.helptexts import ORDER, read_topic, topics

HOUR = ("open", "search", "contact", "decide", "undo", "view", "assign", "link", "look")


def test_both_languages_have_the_same_topics_of_the_same_build() -> None:
    assert topics("ja") == topics("en")
    assert set(topics("ja")) <= set(ORDER)
    for key in topics("ja"):
        there = [[(one.kind, one.keys) for one in read_topic(code, key) if one.kind != "text"] for code in ("ja", "en")]
        assert there[0] == there[1], key


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_topic_has_a_title_and_no_markup_left(language: str) -> None:
    for key in topics(language):
        blocks = read_topic(language, key)
        assert blocks[0].kind == "title"
        for one in blocks:
            assert not one.text.startswith(("#", "-", "[", "*")), (key, one.text)
            assert "<" not in one.text


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_step_of_the_first_hour_says_what_and_how(language: str) -> None:
    sentences = words.read_catalogue(language)
    for step in HOUR:
        assert f"hour.step.{step}" in sentences
        assert f"hour.{step}.how" in sentences
