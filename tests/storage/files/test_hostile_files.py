# ruff: noqa: E501 - disguises and headers stand in one row each
"""Hostile and broken files: a clear answer each, and the Individual Number in every disguise.

The long form, with each file in a process of its own and measured: ``dev.py torture hostile``.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.domain.message import Refused
from app.services.wording import say
from app.storage.definitions.profiles import shipped_profiles
from app.storage.files.source_files import open_source
from tests.torture.hostile import FILES, HEADER, NUMBER, fits, row, workbook

PROFILES = shipped_profiles()
DISGUISES = [
    NUMBER, "１２３４５６７８９０１８", "1234-5678-9018", "1234 5678 9018", "１２３４－５６７８－９０１８", "1234　5678　9018",
    f"{NUMBER}.0", f"'{NUMBER}", "1234.5678.9018", f"番号:{NUMBER}", "1234ー5678ー9018", "1234\u00a05678\u00a09018", "1234–5678–9018",
]  # fmt: skip
HEADERS = [
    "個人番号", "マイナンバー", "ﾏｲﾅﾝﾊﾞｰ", "個 人 番 号", "個人番号　", "マイ・ナンバー", "MyNumber", "my number", "ＭＹ＿ＮＵＭＢＥＲ",
    "コジンバンゴウ", "個人番号（12桁）", "本人の個人番号", "個人\n番号", "(個人)番号", "マイナンバ－", "個人No",
]  # fmt: skip


def answer(path: Path) -> str:
    """``read``, or the key of the refusal, which has words in both languages and repeats no number."""
    try:
        with open_source(path, PROFILES) as source:
            for _ in source.chunks(500):
                pass
    except Refused as found:
        refusal = found.message
    else:
        return "read"
    for language in ("ja", "en"):
        words = say(refusal, language)
        assert words != refusal.key
        assert NUMBER not in words
    return refusal.key


def refused(path: Path, text: str, encoding: str = "utf-8") -> str:
    path.write_bytes(text.encode(encoding))
    return answer(path)


@pytest.mark.parametrize("what", FILES)
def test_every_hostile_file_has_its_answer(tmp_path: Path, what: str) -> None:
    name, make, wanted = FILES[what]
    make(tmp_path / name)
    found = answer(tmp_path / name)
    assert fits(found, wanted), found


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
@pytest.mark.parametrize("number", DISGUISES)
@pytest.mark.parametrize("column", ["理由", "備考"])
def test_numbers_are_found_in_every_disguise(tmp_path: Path, number: str, encoding: str, column: str) -> None:
    if encoding == "cp932" and ("\u00a0" in number or "–" in number):
        pytest.skip("has no such sign")
    text = f'学籍番号,来室日,{column}\nS1,2026-05-01,"{number}"\nS2,2026-05-02,"{number}"\nS3,2026-05-03,けが\n'
    assert refused(tmp_path / "a.csv", text, encoding) == "file.my_number_values"


@pytest.mark.parametrize("header", HEADERS)
def test_headers_are_found_in_every_disguise_and_place(tmp_path: Path, header: str) -> None:
    below = "S1,2026-05-01,けが,\n"
    for text in (
        f'学籍番号,来室日,理由,"{header}"\n{below}',
        f'"{header}",題名\n学籍番号,来室日,理由,備考\n{below}',
        f'学籍番号,来室日,理由,備考\n,,,"{header}"\n{below}',
    ):
        assert refused(tmp_path / "a.csv", text) == "file.my_number_column"


def test_a_title_that_holds_a_number_is_not_repeated(tmp_path: Path) -> None:
    text = f"個人番号 {NUMBER} の一覧\n学籍番号,来室日,理由\nS1,2026-05-01,けが\n"
    assert refused(tmp_path / "a.csv", text) == "file.my_number_column"


def test_numbers_in_a_workbook_as_numbers_and_as_text(tmp_path: Path) -> None:
    for cell in (f"<c><v>{NUMBER}</v></c>", f"<c><v>{NUMBER}.0</v></c>", "<c><v>1.23456789018E11</v></c>"):
        line = (
            f'<row><c t="inlineStr"><is><t>S1</t></is></c><c t="inlineStr"><is><t>2026-05-01</t></is></c>{cell}</row>'
        )
        assert answer(workbook(tmp_path / "a.xlsx", row(HEADER) + line * 3)) == "file.my_number_values"


def test_the_card_and_twelve_digits_that_do_not_check_are_no_such_number(tmp_path: Path) -> None:
    text = "学籍番号,来室日,理由,マイナンバーカード交付\nS1,2026-05-01,けが,123456789012\nS2,2026-05-02,けが,202604010900\n"
    assert refused(tmp_path / "a.csv", text) == "read"


def test_a_file_that_is_still_being_copied_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("学籍番号,来室日,理由\n" + "S1,2026-05-01,けが\n" * 50, encoding="utf-8")
    with open_source(path, PROFILES) as source:
        chunks = source.chunks(30)
        next(chunks)
        with path.open("a", encoding="utf-8") as more:
            more.write("S2,2026-05-02,けが\n")
        with pytest.raises(Refused, match=r"file\.changing"):
            list(chunks)


def test_the_reader_of_workbooks_is_given_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIZUKI_SECRET", "canary")
    with open_source(
        workbook(tmp_path / "a.xlsx", row(HEADER) + row(["S1", "2026-05-01", "けが"])), PROFILES
    ) as source:
        process = source.book._process  # type: ignore[union-attr]
        assert b"canary" not in Path(f"/proc/{process.pid}/environ").read_bytes()
    assert process.poll() is not None, "the process outlived its file"
    assert not os.path.exists(f"/proc/{process.pid}/environ")
