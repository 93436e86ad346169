"""Every shipped criterion, written out and read again, is the same one."""

from __future__ import annotations

import pytest

from app.domain.criteria import Criterion
from app.domain.criteria_reading import criterion_from
from app.domain.criteria_writing import table_of
from app.storage.definitions.criteria_files import load_criteria

RULES = load_criteria()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_what_is_written_is_read_to_the_same(rule: Criterion) -> None:
    assert criterion_from(table_of(rule)) == rule
