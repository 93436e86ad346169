"""IT staff at the console: an office's people come, forget, change and leave; what was sealed is opened.

Every step with the passphrases at their full cost, as an office has them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app import console

DONE, WRONG_USE, REFUSED = 0, 2, 3
HEAD, WORKER = "佐伯 千景", "宮下 蓮"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")

    def _run(*words: object) -> tuple[int, str, str]:
        capfd.readouterr()
        code = console.run([str(word) for word in words])
        said = capfd.readouterr()
        return code, said.out, said.err

    return _run


@pytest.fixture
def said(tmp_path: Path) -> Callable[[str], Path]:
    """A passphrase in a file."""

    def _said(words: str) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.txt"
        path.write_text(words + "\n", encoding="utf-8")
        return path

    return _said


def test_the_life_of_an_office_and_its_keys(tmp_path: Path, run: Run, said: Callable[[str], Path]) -> None:
    office, code = tmp_path / "office", tmp_path / "code.txt"
    head, first = said("あおい空をわたる雲"), said("はじめの長い言葉です")

    def by_head(*words: object) -> tuple[int, str, str]:
        verb, rest = [str(words[0]), str(words[1])], words[2:]
        return run(*verb, office, "--as", HEAD, "--passphrase-file", head, *rest)

    made = run("office", "new", office, "--name", "みらい市", "--person", HEAD, "--passphrase-file", head,
               "--recovery-file", code)  # fmt: skip
    assert made[0] == DONE
    assert by_head("person", "add", "--name", WORKER, "--role", "worker", "--new-passphrase-file", first)[0] == DONE

    # The worker takes a passphrase of chance instead of the one they were told.
    result, offered, reading = run("passphrase", "offer")
    assert result == DONE
    assert "読み" in reading
    own = said(offered.strip())
    changed = run("passphrase", "change", office, "--as", WORKER, "--passphrase-file", first, "--new-passphrase-file",
                  own)  # fmt: skip
    assert changed[0] == DONE
    assert run("verify", office, "--as", WORKER, "--passphrase-file", own)[0] == DONE

    # It is forgotten: invited again, the one before opens nothing.
    again = said("にどめの長い言葉です")
    assert by_head("person", "invite-again", "--name", WORKER, "--new-passphrase-file", again)[0] == DONE
    assert run("verify", office, "--as", WORKER, "--passphrase-file", own)[0] == REFUSED

    # The worker leaves: out, and the office has new keys; everything still holds.
    assert by_head("person", "leave", "--name", WORKER)[0] == DONE
    assert run("verify", office, "--as", WORKER, "--passphrase-file", again)[0] == REFUSED
    found = run("verify", office, "--as", HEAD, "--passphrase-file", head, "--rebuild")
    assert found[:2] == (DONE, "すべて合っています。\n")

    # The head's own passphrase is lost. The code opens, and asks for everything new before anything counts.
    new_head, new_code = said("まったく新しい言葉です"), tmp_path / "new-code.txt"
    add = ("person", "add", office, "--as", HEAD, "--passphrase-file", code, "--name", WORKER, "--role", "worker")
    result, _, why = run(*add, "--new-passphrase-file", first)
    assert result == REFUSED
    assert "復旧コード" in why
    recovered = run("office", "recover", office, "--as", HEAD, "--passphrase-file", code, "--new-passphrase-file",
                    new_head, "--recovery-file", new_code)  # fmt: skip
    assert recovered[0] == DONE
    assert run("verify", office, "--as", HEAD, "--passphrase-file", code)[0] == REFUSED
    (office / "attempts").unlink()
    assert run("verify", office, "--as", HEAD, "--passphrase-file", new_head, "--rebuild")[0] == DONE
    assert new_code.read_text().startswith("RK-")


def test_a_sealed_export_is_opened_where_it_arrived(tmp_path: Path, run: Run, said: Callable[[str], Path]) -> None:
    office, head, told = tmp_path / "office", said("あおい空をわたる雲"), said("電話で伝えた言葉")
    run("office", "new", office, "--name", "みらい市", "--person", HEAD, "--passphrase-file", head)
    sealed, plain = tmp_path / "statistics.sealed", tmp_path / "statistics.json"
    result = run("export", office, "--as", HEAD, "--passphrase-file", head, "--purpose", "報告", "--seal-with", told,
                 "statistics", "--out", sealed)  # fmt: skip
    assert result[0] == DONE
    assert b"children" not in sealed.read_bytes()
    assert run("unseal", sealed, "--passphrase-file", head, "--out", plain)[0] == REFUSED
    assert not plain.exists()
    assert run("unseal", sealed, "--passphrase-file", told, "--out", plain)[0] == DONE
    assert "children" in plain.read_text()
    assert run("unseal", sealed, "--passphrase-file", told, "--out", plain)[0] == REFUSED
    assert run("unseal", tmp_path / "nowhere", "--passphrase-file", told, "--out", plain)[0] == WRONG_USE
    assert run("unseal", plain, "--passphrase-file", told, "--out", tmp_path / "x")[0] == REFUSED
