"""A page of the database that went bad is said as such on the console, whichever command comes upon it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import console
from app.commandline import REFUSED
from app.storage import database
from tests.builders import LEAD, PASSPHRASE, new_office


def test_damage_is_said_and_not_thrown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    new_office(tmp_path / "office")
    (tmp_path / "passphrase").write_text(PASSPHRASE, encoding="utf-8")

    def unreadable(*_: object) -> None:
        raise database.Error("database disk image is malformed")

    monkeypatch.setattr("app.storage.offices.office_files.member", unreadable)
    signed_in = ["--as", LEAD, "--passphrase-file", str(tmp_path / "passphrase")]
    assert console.run(["verify", str(tmp_path / "office"), *signed_in]) == REFUSED
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert "backup" in told or "バックアップ" in told
