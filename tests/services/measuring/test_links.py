"""Measuring the matching, also of a town that is too small to learn from."""

from __future__ import annotations

from pathlib import Path

from app.services.measuring.links import training_alone
from tests import builders


def test_too_few_records_to_learn_from_are_no_figure(tmp_path: Path) -> None:
    builders.new_office(tmp_path / "office")
    with builders.opened(tmp_path / "office") as office:
        file = builders.extract(
            tmp_path / "juki.csv", builders.REGISTER, [builders.resident("1", "森 葵", "モリ アオイ", "2016-06-01")]
        )
        builders.bring_in(office, file)
    assert training_alone(tmp_path / "office", builders.LEAD, builders.PASSPHRASE, builders.NOW) == {}
