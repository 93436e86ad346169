"""Every message that the core can say has a sentence in both languages, with the same values in it."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.entries import Kind, named
from app.domain.message import Message
from app.services.wording import LANGUAGES, say, sentences, system_language

APP = Path(__file__).parents[2] / "app"
EACH_ITS_OWN = frozenset(
    {
        "file.no_profile",
        "file.switched_off",
        "next.closed",
        "next.holiday",
        "paper.year_named",
        "profile.base_is_roster",
        "profile.only_ledger",
    }
)
"""Sentences that take a name or a weekday in one of the languages only."""
CALLS = frozenset({"Message", "Refused", "WrongUse", "Trouble", "_OutputLost"})


def _calls() -> Iterator[tuple[str, ast.expr, list[str] | None]]:
    """Where a message is made in the sources: place, the key, and the names of its values if they stand there."""
    for path in sorted(APP.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS and node.args:
                yield f"{path.relative_to(APP)}:{node.lineno}", node.args[0], _values(node)


def _values(call: ast.Call) -> list[str] | None:
    if len(call.args) > 1:
        given = call.args[1]
        keys = given.keys if isinstance(given, ast.Dict) else [None]
        names = [key.value for key in keys if isinstance(key, ast.Constant)]
        return [str(name) for name in names] if len(names) == len(keys) else None
    if any(one.arg is None for one in call.keywords):
        return None
    return [one.arg for one in call.keywords if one.arg]


def _keys(given: ast.expr) -> list[str]:
    """The keys that an expression can be: a text, or one of two texts."""
    if isinstance(given, ast.IfExp):
        return [*_keys(given.body), *_keys(given.orelse)]
    return [given.value] if isinstance(given, ast.Constant) and isinstance(given.value, str) else []


def _holes(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_key_that_is_written_out_has_a_sentence() -> None:
    written = {key: place for place, given, _ in _calls() for key in _keys(given)}
    assert len(written) > 100
    for language in LANGUAGES:
        known = sentences(language)
        assert {key: place for key, place in written.items() if key not in known} == {}


def test_every_key_that_is_put_together_has_a_sentence() -> None:
    made = {
        f"{given.values[0].value}": place
        for place, given, _ in _calls()
        if isinstance(given, ast.JoinedStr) and isinstance(given.values[0], ast.Constant)
    }
    for language in LANGUAGES:
        known = sentences(language)
        assert {start: place for start, place in made.items() if not any(key.startswith(start) for key in known)} == {}
        assert [kind for kind in Kind if named(kind).key not in known] == []


def test_both_languages_have_the_same_sentences_and_values() -> None:
    japanese, english = (sentences(language) for language in ("ja", "en"))
    assert japanese.keys() == english.keys()
    assert {key for key in japanese if _holes(japanese[key]) != _holes(english[key])} - EACH_ITS_OWN == set()


def test_what_a_sentence_asks_for_is_given() -> None:
    known = sentences("ja")
    lacking = {
        place: _holes(known[key]) - set(values)
        for place, given, values in _calls()
        for key in _keys(given)
        if values is not None and key in known and not _holes(known[key]) <= set(values)
    }
    assert lacking == {}


def test_a_message_within_a_message_is_said_too() -> None:
    said = say(Message("role.not_allowed", {"kind": named(Kind.BACKUP_MADE)}), "en")
    assert "backing up" in said


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "ja_JP"}, "ja"),
    ],
)
def test_the_language_asked_for_is_spoken_where_the_system_lacks_its_locale(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, variables.get(name, ""))
    assert system_language() == language
