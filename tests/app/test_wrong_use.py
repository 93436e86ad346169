"""A call that cannot be meant is answered in the system's language; every command says what it does."""

from __future__ import annotations

import argparse
import re

import pytest

from app import console, wrong_use


@pytest.fixture
def japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit):
        console.run(arguments)
    told = capsys.readouterr()
    return told.out + told.err


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("import", "次のものが足りません: DIR, --as"),
        ("import x --as", "--as: 値を一つ書いてください"),
        ("impor", "'impor' は選べません"),
        ("coverage x --as A --passphrase-file f --as-of 2026-13-01", "日付として読めません"),
        ("coverage x --as A --passphrase-file f --as-of 0001-01-01", "1950年から2150年まで"),
        ("purpose x --as A --passphrase-file f --on --off", "--on と一緒には使えません"),
        ("bench --children 0", "1から2000000まで"),
        ("backup x", "次のどれか一つが必要です"),
        ("batches x y --as A --passphrase-file f", "分からない言葉があります: y"),
        ("batches x --undo=3 --as A --passphrase-file f", "分からない言葉があります"),
        ("withdraw x 1 --undo=3 --as A --passphrase-file f", "値は付けられません"),
        ("match a --out b --spark-memory lots", "メモリの量"),
    ],
)
def test_wrong_use_is_said_in_japanese(
    japanese: None, capsys: pytest.CaptureFixture[str], call: str, expected: str
) -> None:
    said = _said(capsys, *call.split())
    assert expected in said
    assert said.startswith("使い方: main.py")
    assert "error" not in said


def test_every_command_says_what_it_does(japanese: None, capsys: pytest.CaptureFixture[str]) -> None:
    for call in ("--help", "office --help", "person --help", "passphrase --help"):
        said = _said(capsys, *call.split())
        assert "console.does" not in said, said
        assert "show this" not in said


def test_english_is_as_argparse_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    wrong_use.speak()
    for sentence in wrong_use.SENTENCES:
        if sentence != "expected %s argument":
            assert argparse._(sentence) == sentence  # type: ignore[attr-defined]


def test_every_place_of_a_sentence_is_filled_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    for spoken in ("C", "ja_JP.UTF-8"):
        monkeypatch.setenv("LC_ALL", spoken)
        wrong_use.speak()
        for sentence in wrong_use.SENTENCES:
            told = argparse._(sentence)  # type: ignore[attr-defined]
            assert sorted(re.findall(r"%\S*?[sr]", told)) == sorted(re.findall(r"%\S*?[sr]", sentence))
            assert "{" not in told
