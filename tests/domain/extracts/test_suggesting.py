"""Which column a header of another system's could be."""

from __future__ import annotations

import pytest

from app.domain.extracts.suggesting import headed
from app.storage.definitions.profiles import shipped_profiles

HEADERS = [
    ("resident_register", "郵便番号", "〒"),
    ("childcare", "施設名", "入所施設"),
    ("pregnancy", "児の健康管理番号", "児母子番号"),
    ("pregnancy", "妊娠週数", "届出時週数"),
    ("young_carer_survey", "対象", "世話の相手"),
    ("achievement", "教科", "教科名"),
    ("public_assistance", "員番", "世帯員番号"),
    ("school_arrears", "滞納額", "未納金額（円）"),
    ("school_health", "身長", "身長(cm)"),
    ("attendance", "病欠", "病気欠席（日数）"),
]


@pytest.mark.parametrize(("extract", "name", "header"), HEADERS)
def test_what_another_system_prints_over_a_column(extract: str, name: str, header: str) -> None:
    assert headed(shipped_profiles()[extract].columns[name], header) == 1.0


def test_a_bracket_that_says_more_than_a_unit_stays() -> None:
    assert headed(shipped_profiles()["attendance"].columns["病欠"], "病気欠席（累計）") < 1.0
