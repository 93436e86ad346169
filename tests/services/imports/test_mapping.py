"""Files of a municipality whose systems print everything otherwise, and what becomes of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import xlsxwriter

from app.domain.message import Refused, WrongUse
from app.services.imports import importing, mapping, previewing, profiling
from app.storage.definitions.office_profiles import documents
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW, SCHOOL, bring_in, extract, new_office, opened, pupil

ROSTER = [
    ["【小学校在籍者一覧】", "", "", "", "", "", "", ""],
    ["出力日", "令和8年10月20日", "", "", "", "", "", ""],
    ["児童", "", "", "", "", "", "保護者", "在籍校"],
    ["生徒番号", "姓", "名", "よみがな", "出生年月日", "男女", "氏名", ""],
    ["2304118", "森", "葵", "もり　あおい", "H28.5.2", "3", "森 一郎", "青葉小"],
    ["2304119", "林", "湊", "はやし　みなと", "H27.8.11", "1", "林 花子", "青葉小"],
    ["2304120", "原", "凛", "はら　りん", "H26.12.24", "4", "原 次郎", "若葉小"],
]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    new_office(tmp_path / "office")
    return opened(tmp_path / "office")


def written(path: Path, rows: list[list[str]], mark: str = "\t", encoding: str = "cp932") -> Path:
    path.write_bytes("".join(mark.join(row) + "\r\n" for row in rows).encode(encoding))
    return path


def test_two_header_rows_titles_halved_names_and_tabs_are_seen_through(office: Office, tmp_path: Path) -> None:
    path = written(tmp_path / "zaiseki.txt", ROSTER)
    found = mapping.open_unknown(office, path)
    assert (found.sample.encoding, found.sample.delimiter) == ("cp932", "\t")
    assert (found.draft.key, found.draft.first, found.draft.depth) == ("school_register", 2, 2)
    header = mapping.header_of(found.sample, 2, 2)
    assert header[:2] == ("児童生徒番号", "児童姓")
    chosen = {name: tuple(header[at] for at in places) for name, places in found.draft.columns.items()}
    assert chosen["氏名"] == ("児童姓", "児童名")
    assert chosen["生年月日"] == ("児童出生年月日",)
    assert (chosen["保護者氏名"], chosen["学校名"]) == (("保護者氏名",), ("在籍校",))
    trial = mapping.attempt(office, found.sample, found.draft, AS_OF)
    assert (trial.missing, trial.rejected, trial.looked) == ((), 0, 3)
    assert [(one.column, one.text, one.count) for one in trial.unknown] == [("性別", "3", 1), ("性別", "4", 1)]
    with_codes = dataclasses.replace(found.draft, codes={"性別": {"3": "M", "4": "F"}})
    assert mapping.attempt(office, found.sample, with_codes, AS_OF).unknown == ()
    said = mapping.document(found.sample, with_codes, None)
    profiling.save(office, "school_register", said, NOW)
    report = importing.import_extracts(office, [path], now=NOW).value.files[0]
    assert (report.outcome, report.accepted, report.rejected, str(report.as_of)) == ("imported", 3, 0, "2026-10-20")
    names = office.reader().execute("SELECT name, sex, guardian FROM view.record ORDER BY local_id").fetchall()
    assert names[0] == ("森 葵", "M", "森 一郎")
    again = previewing.look(office, written(tmp_path / "nov.txt", ROSTER), NOW, lambda rows: None)
    assert again.extract == "school_register", "next month it needs nobody"


def test_a_workbook_of_another_system_becomes_a_kind_of_its_own(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "shika.xlsx"
    rows = [["歯科健診結果"], [], ["児童コード", "検査年月日", "むし歯", "むし歯（未処置）", "判定結果"]]
    rows += [[f"2304{at}", "2026/6/1", "2", "1", "C" if at else "A"] for at in range(5)]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    assert previewing.look(office, path, NOW, lambda rows: None).refusal is not None
    found = mapping.open_unknown(office, path)
    draft = mapping.propose(office, found.sample, "school_health", *(2 - 1, 1))
    header = mapping.header_of(found.sample, draft.first, draft.depth)
    columns = {
        "学籍番号": (header.index("児童コード"),), "健診日": (header.index("検査年月日"),),
        "う歯数": (2,), "未処置う歯数": (3,), "所見": (4,),
    }  # fmt: skip
    key = profiling.own_key()
    draft = dataclasses.replace(draft, key=key, names={"ja": "歯科健診", "en": "Dental check-up"}, columns=columns)
    trial = mapping.attempt(office, found.sample, draft, AS_OF)
    assert [(one.column, one.text, one.count) for one in trial.unknown] == [("所見", "C", 4), ("所見", "A", 1)]
    draft = dataclasses.replace(draft, codes={"所見": {"C": "要受診", "A": "所見なし"}})
    profiling.save(office, key, mapping.document(found.sample, draft, None), NOW)
    roster = extract(
        tmp_path / "roster.csv", SCHOOL, [pupil(f"2304{at}", "森 葵", "", "2016-05-02") for at in range(5)]
    )
    files = bring_in(office, roster, path).files
    assert [(one.extract, one.accepted) for one in files] == [("school_register", 5), (key, 5)]
    kinds = office.reader().execute("SELECT kind, count(*) FROM view.fact GROUP BY kind").fetchall()
    assert ("school_checkup", 5) in kinds
    assert office.reader().execute("SELECT count(*) FROM view.coverage WHERE extract = 'school_health'").fetchone()[0]


def test_a_number_that_nobody_may_keep_stops_the_wizard_too(office: Office, tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", [["なまえ", "マイナンバー"], ["森", "123456789018"]], ",", "utf-8")
    with pytest.raises(Refused, match="my_number"):
        mapping.open_unknown(office, path)


def test_changes_are_kept_with_what_was_before_and_can_be_gone_back_to(office: Office) -> None:
    first = {"base": "attendance", "headers": {"病欠": ["休み"]}}
    profiling.save(office, "attendance", first, NOW)
    profiling.save(office, "attendance", {**first, "kind": "snapshot"}, NOW)
    newest, oldest = profiling.history(office, "attendance")
    assert (newest.before, newest.after, oldest.before) == (first, {**first, "kind": "snapshot"}, None)
    profiling.go_back(office, newest, NOW)
    assert documents(office.reader())["attendance"] == first
    with pytest.raises(WrongUse, match="unchanged"):
        profiling.save(office, "attendance", first, NOW)
    profiling.save(office, "attendance", None, NOW)
    line = next(one for one in profiling.lines(office) if one.profile.key == "attendance")
    assert (line.said, line.profile.columns["病欠"].headers) == ({}, ())


def test_what_tells_rows_apart_stays_while_rows_are_in(office: Office, tmp_path: Path) -> None:
    header = ["学籍番号", "番号2", *SCHOOL[1:]]
    row = pupil("1", "森 葵", "", "2016-05-02")
    bring_in(office, extract(tmp_path / "a.csv", header, [[row[0], "X9", *row[1:]]]))
    with pytest.raises(WrongUse, match="key_in_use"):
        profiling.save(office, "school_register", {"base": "school_register", "headers": {"学籍番号": ["番号2"]}}, NOW)


def test_a_meaning_given_later_reads_the_rows_again_at_the_next_import(office: Office, tmp_path: Path) -> None:
    row = pupil("1", "森 葵", "", "2016-05-02", sex="7")
    bring_in(office, extract(tmp_path / "a.csv", SCHOOL, [row]))
    profiling.save(office, "school_register", {"base": "school_register", "codes": {"性別": {"F": ["7"]}}}, NOW)
    assert [one.waits for one in profiling.lines(office) if one.profile.key == "school_register"] == [True]
    bring_in(office, extract(tmp_path / "b.csv", ["学籍番号", "来室日"], [["1", "2026-10-01"]]))
    assert office.reader().execute("SELECT sex FROM view.record").fetchone()[0] == "F"
    assert not any(one.waits for one in profiling.lines(office))


CONSULTED = [
    ["受付No", "対象児童", "フリガナ", "生年月日", "相談日", "経路区分", "主訴", "要対協"],
    ["1", "森　葵", "ﾓﾘ ｱｵｲ", "H28.5.2", "R8.6.1", "学校", "虐待", "要支援"],
    ["2", "林　湊", "ﾊﾔｼ ﾐﾅﾄ", "H27.8.11", "R8.6.2", "SNS", "いじめ", ""],
    ["3", "原　凛", "ﾊﾗ ﾘﾝ", "H26.12.24", "R8.6.3", "警察", "養護", ""],
]


def test_what_a_consultation_was_about_is_suggested_under_another_heading(office: Office, tmp_path: Path) -> None:
    """A notice of abuse that stands in a column nobody chose would be left out without a word."""
    found = mapping.open_unknown(office, written(tmp_path / "soudan.csv", CONSULTED, ","))
    assert found.draft.key == "consultation"
    assert (found.draft.columns["相談種別"], found.draft.columns["要対協区分"]) == ((6,), (7,))
    trial = mapping.attempt(office, found.sample, found.draft, AS_OF)
    assert {(one.column, one.text) for one in trial.unknown} == {("経路", "SNS"), ("相談種別", "いじめ")}
    assert "終結日" in trial.unfilled
    assert "相談種別" not in trial.unfilled


def test_a_register_without_its_column_of_protection_says_so(office: Office, tmp_path: Path) -> None:
    header = ["宛名コード", "世帯コード", "漢字氏名", "カナ氏名", "生年月日", "住所", "DV等支援"]
    rows = [header, ["1", "9", "森　葵", "ﾓﾘ ｱｵｲ", "H28.5.2", "青葉市本町1-1", "1"]]
    found = mapping.open_unknown(office, written(tmp_path / "juki.csv", rows, ","))
    assert found.draft.columns["支援措置"] == (6,)
    assert mapping.attempt(office, found.sample, found.draft, AS_OF).unguarded == ""
    less = {name: at for name, at in found.draft.columns.items() if name != "支援措置"}
    trial = mapping.attempt(office, found.sample, dataclasses.replace(found.draft, columns=less), AS_OF)
    assert trial.unguarded == "支援措置"
