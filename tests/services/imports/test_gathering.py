"""A folder is handed in: which files are meant, which are passed over, and that this is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.domain.message import Refused, WrongUse
from app.services.imports import gathering


def _put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x", "utf-8")
    return folder


def test_a_folder_is_its_files_and_what_programs_left_there_is_told(tmp_path: Path) -> None:
    left = (".DS_Store", ".~lock.a.csv#", ".git/config", "Thumbs.db", "__MACOSX", "desktop.ini", "~$a.xlsx")
    _put(tmp_path, "b.csv", "a.csv", "sub/c.csv", "__MACOSX/a.csv", *(one for one in left if one != "__MACOSX"))
    found = gathering.gather([tmp_path, tmp_path / "a.csv"])
    assert [path.name for path in found.files] == ["a.csv", "b.csv", "c.csv"]
    assert sorted(found.names) == sorted(Path(one).name for one in left)
    said = gathering.passed_over(found.names)
    assert said.values["count"] == 7
    assert str(said.values["names"]).endswith(" …"), "not all of many are named"


def test_a_hidden_file_that_is_named_is_meant(tmp_path: Path) -> None:
    _put(tmp_path, ".juki.csv")
    assert gathering.gather([tmp_path / ".juki.csv"]).files == (tmp_path / ".juki.csv",)


def test_folders_without_a_file_say_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="no_files"):
        gathering.gather([tmp_path])
    _put(tmp_path, "Thumbs.db")
    with pytest.raises(WrongUse, match="only_passed_over"):
        gathering.gather([tmp_path])


def test_a_folder_on_a_share_that_goes_away_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(tmp_path, "a.csv", "sub/b.csv")
    listing = os.scandir

    def gone(place: str) -> object:
        if str(place).endswith("sub"):
            raise OSError(5, "Input/output error", str(place))
        return listing(place)

    monkeypatch.setattr(os, "scandir", gone)
    with pytest.raises(Refused, match="folder_unreadable"):
        gathering.gather([tmp_path])
