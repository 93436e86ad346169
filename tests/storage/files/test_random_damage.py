"""Files made from the profiles and then damaged at random: no crash, and every row is accounted for once.

The short form; ``dev.py torture files --times N`` tries more.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.torture.damaged_files import Damaged, accounted, damaged_files


@given(damaged_files())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_is_accounted_for_exactly_once(tmp_path: Path, made: Damaged) -> None:
    assert accounted(made, tmp_path) == ""


def test_the_account_is_not_blind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that loses a row is noticed."""
    from app.storage.files.source_rows import Source

    chunks = Source.chunks

    def losing(self: Source, size: int = 2000) -> object:
        for chunk in chunks(self, size):
            del chunk.lines[-1], chunk.cells[-1]
            yield chunk

    monkeypatch.setattr(Source, "chunks", losing)
    whole = Damaged(
        "nurse_room", "学籍番号,来室日,理由\nS1,2026-05-01,けが\nS2,2026-05-02,けが\n".encode(), frozenset()
    )
    assert accounted(whole, tmp_path) != ""
