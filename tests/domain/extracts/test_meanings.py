"""Codes of other systems: what they could mean is suggested where words or tables say so, else nothing is."""

from __future__ import annotations

import pytest

from app.domain.extracts.meanings import Meaning, likely, tables_of
from app.domain.extracts.profile import Column
from app.storage.definitions.profiles import shipped_profiles

SHIPPED = shipped_profiles()
TABLES = tables_of(SHIPPED.values())


def _column(extract: str, name: str) -> Column:
    return SHIPPED[extract].columns[name]


@pytest.mark.parametrize(
    ("extract", "column", "text", "word"),
    [
        ("childcare", "利用状況", "1:在園", "在園"),
        ("childcare", "利用状況", "（02）退園", "退園"),
        ("childcare", "利用状況", "在園中", "在園"),
        ("infant_checkup", "判定", "要観察（３か月後）", "要観察"),
        ("infant_checkup", "受診状況", "未受診者", "未受診"),
        ("resident_register", "性別", "1.男", "M"),
        ("resident_register", "性別", "[2] 女性", "F"),
        ("resident_register", "支援措置", "1:有", "有"),
        ("notice", "通告虐待種別", "身体的虐待の疑い", "身体"),
    ],
)
def test_known_words_within_a_text_are_seen(extract: str, column: str, text: str, word: str) -> None:
    assert likely(_column(extract, column), text, TABLES) == Meaning(word)


@pytest.mark.parametrize(
    ("extract", "column", "text"),
    [
        ("infant_checkup", "受診状況", "受診せず"),
        ("infant_checkup", "判定", "要観察・要治療"),
        ("infant_checkup", "判定", "要観察ではない"),
        ("childcare", "利用状況", "5"),
        ("childcare", "利用状況", "在園児の兄弟姉妹で在籍無"),
        ("childcare", "認定区分", "3"),
        ("resident_register", "性別", "9"),
        ("school_register", "在籍区分", "転入予定の連絡があった児童"),
    ],
)
def test_what_denies_contradicts_or_says_too_little_gets_no_suggestion(extract: str, column: str, text: str) -> None:
    assert likely(_column(extract, column), text, TABLES) is None


def _with(extract: str, column: str, **codes: str) -> tuple[str, Column]:
    one = _column(extract, column)
    said = {word: (*one.codes.get(word, ()), text) for word, text in codes.items()}
    return extract, Column(one.name, one.type, codes={**one.codes, **said})


def test_what_the_office_said_in_another_table_is_suggested() -> None:
    tables = [*TABLES, _with("school_register", "性別", M="3", F="4")]
    assert likely(_column("childcare", "性別"), "3", tables) == Meaning("M", "school_register", "性別")
    assert likely(_column("childcare", "認定区分"), "3", tables) is None, "a bare sign is at home in its table only"
    yes = [_with("young_carer_survey", "世話の有無", 有="該当"), _with("school_health", "受診報告", 有="済")]
    assert likely(_column("resident_register", "支援措置"), "該当", yes) == Meaning(
        "有", "young_carer_survey", "世話の有無"
    )


def test_tables_that_contradict_each_other_suggest_nothing() -> None:
    tables = [_with("school_register", "性別", M="3"), _with("infant_checkup", "性別", F="3")]
    assert likely(_column("childcare", "性別"), "3", tables) is None
