"""The figures of what security costs are measured, and are in a sane proportion."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.measuring import security
from tests import builders


def test_each_figure_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "ENTRIES", 200)
    monkeypatch.setattr(security, "AT_ONCE", 100)
    builders.new_office(tmp_path / "office")
    rows = [builders.resident(str(one), "森 葵", "モリ アオイ", f"2016-0{one}-01") for one in range(1, 9)]
    builders.extract(tmp_path / "r.csv", builders.REGISTER, rows)
    with builders.opened(tmp_path / "office") as office:
        builders.bring_in(office, tmp_path / "r.csv")

    said = security.measured(tmp_path / "office", builders.LEAD, builders.PASSPHRASE, builders.NOW)

    assert said["entries"] > 200
    assert all(one > 0 for one in said.values())
    assert said["walked"] > said["signatures"] / 2
