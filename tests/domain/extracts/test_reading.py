"""What becomes of a row: accepted, warned or rejected, as the contract of the extracts says."""

from __future__ import annotations

import csv
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from app.domain.extracts.reading import Reading, RowReader, plan_columns, recognise
from app.domain.facts import KINDS
from app.domain.records import PersonBlock
from app.storage.definitions.profiles import shipped_profiles

SAMPLES = Path(__file__).parents[2] / "samples" / "extracts"
AS_OF = date(2026, 10, 31)
PROFILES = shipped_profiles()


def sample(extract: str) -> dict[str, str]:
    with (SAMPLES / f"{extract}.csv").open(encoding="utf-8", newline="") as lines:
        return next(csv.DictReader(lines))


def read(extract: str, **cells: str) -> Reading:
    row = sample(extract) | cells
    header = tuple(row)
    return RowReader(PROFILES[extract], plan_columns(PROFILES[extract], header), AS_OF).read(tuple(row.values()))


def problems(reading: Reading) -> list[tuple[str, str, str]]:
    return [(problem.column, problem.reason, problem.outcome) for problem in reading.problems]


@pytest.mark.parametrize("extract", PROFILES)
def test_every_profile_has_a_sample_that_is_read_without_a_word(extract: str) -> None:
    header = tuple(sample(extract))
    assert recognise(PROFILES.values(), header).profile is PROFILES[extract]
    assert plan_columns(PROFILES[extract], header).unknown == ()
    reading = read(extract)
    assert reading.problems == ()
    assert reading.facts
    for fact in reading.facts:
        kind = KINDS[fact.kind]
        assert fact.attributes.keys() <= {*kind.numbers, *kind.words}
        assert all(isinstance(fact.attributes.get(name, 0.0), float | int) for name in kind.numbers)
        assert all(isinstance(fact.attributes.get(name, ""), str) for name in kind.words)


def test_there_are_eighteen_and_what_the_office_takes_down_itself() -> None:
    assert len(PROFILES) == 18 + 1


NEEDED = [(key, name) for key, profile in PROFILES.items() for name in profile.needed(with_block=True)]


@pytest.mark.parametrize(("extract", "column"), [pair for pair in NEEDED if pair[1] in sample(pair[0])])
def test_an_empty_needed_cell_rejects(extract: str, column: str) -> None:
    reading = read(extract, **{column: "　"})
    assert reading.rejected
    assert problems(reading) == [(column, "cell.empty", "rejected")]
    assert (reading.facts, reading.block) == ((), None)


@pytest.mark.parametrize("extract", PROFILES)
def test_every_other_cell_may_be_empty(extract: str) -> None:
    needed = PROFILES[extract].needed(with_block=True)
    reading = read(extract, **{name: "" for name in sample(extract) if name not in needed})
    assert not reading.rejected
    for fact in reading.facts:
        assert 0.0 not in fact.attributes.values()
        assert "無" not in fact.attributes.values()


REJECTED = [
    ("attendance", "年度", "未定", "cell.year.unreadable"),
    ("attendance", "月", "13", "cell.month.range"),
    ("attendance", "月", "0", "cell.month.range"),
    ("attendance", "月", "11", "cell.date.after_extract"),
    ("attendance", "病欠", "-1", "cell.number.negative"),
    ("attendance", "病欠", "多数", "cell.number.unreadable"),
    ("attendance", "病欠", "20", "row.absent_days"),
    ("childcare_attendance", "欠席", "25", "row.absent_days"),
    ("childcare_attendance", "連絡なし欠席", "25", "row.absent_days"),
    ("school_health", "身長", "29.9", "cell.number.out_of_bounds"),
    ("school_health", "身長", "220.1", "cell.number.out_of_bounds"),
    ("school_health", "体重", "0.2", "cell.number.out_of_bounds"),
    ("infant_checkup", "体重", "200.5", "cell.number.out_of_bounds"),
    ("infant_checkup", "健診種別", "5歳", "cell.code.unknown"),
    ("infant_checkup", "受診日", "2026-11-01", "cell.date.after_extract"),
    ("school_register", "生年月日", "2026-11-01", "cell.date.after_extract"),
    ("school_register", "生年月日", "2016-02-30", "cell.date.no_such_day"),
    ("school_register", "異動日", "2016-13-01", "cell.date.month"),
    ("school_register", "異動日", "先月", "cell.date.unreadable"),
    ("nurse_room", "来室日", "不詳", "cell.date.unknown"),
]


@pytest.mark.parametrize(("extract", "column", "value", "reason"), REJECTED)
def test_one_bad_cell_rejects_its_row(extract: str, column: str, value: str, reason: str) -> None:
    reading = read(extract, **{column: value})
    assert reading.rejected
    assert problems(reading) == [(column, reason, "rejected")]
    assert reading.problems[0].value == value


WARNED = [
    ("resident_register", "氏名", "〓田 花", "cell.name.damaged"),
    ("resident_register", "生年月日", "平成28年9月不詳", "cell.date.partial"),
    ("resident_register", "生年月日", "不詳", "cell.date.unknown"),
    ("resident_register", "性別", "不明", "cell.code.unknown"),
    ("resident_register", "続柄", "いとこ", "cell.code.unknown"),
    ("resident_register", "異動日", "2016-09-27", "row.day_before"),
    ("resident_register", "異動日", "", "row.no_day"),
    ("resident_register", "支援措置", "無", "row.although"),
    ("school_register", "学年", "小5", "row.other_grade"),
    ("school_health", "未処置う歯数", "7", "row.more_than"),
    ("attendance", "最長連続欠席", "4", "row.more_than"),
    ("attendance", "出停忌引", "18", "row.more_than"),
    ("childcare", "退園日", "2026-03-31", "row.although"),
    ("consultation", "終結日", "2026-06-10", "row.day_before"),
    ("disability_care", "認定日", "昭和64年1月8日", "cell.date.outside_era"),
    ("achievement", "偏差値", "120", "cell.number.unusual"),
]


@pytest.mark.parametrize(("extract", "column", "value", "reason"), WARNED)
def test_any_other_contradiction_is_accepted_and_said(extract: str, column: str, value: str, reason: str) -> None:
    reading = read(extract, **{column: value})
    assert not reading.rejected
    assert [(problem.reason, problem.outcome) for problem in reading.problems] == [(reason, "warned")]


@pytest.mark.parametrize(
    ("extract", "column"),
    [
        ("infant_checkup", "対象日"),
        ("pregnancy", "分娩予定日"),
        ("disability_care", "有効期限"),
        ("resident_register", "支援措置期限"),
    ],
)
def test_planned_dates_may_lie_ahead(extract: str, column: str) -> None:
    assert not read(extract, **{column: "令和10年1月15日"}).rejected


@pytest.mark.parametrize("days", ["20", ""])
def test_absence_up_to_the_school_days_or_without_them_stands(days: str) -> None:
    assert not read("attendance", 授業日数=days, 病欠="19", 事故欠="1", 最長連続欠席="").rejected


def test_a_row_with_fewer_columns_is_rejected_with_its_id_and_one_with_more_is_warned() -> None:
    profile, header = PROFILES["nurse_room"], ("学籍番号", "来室日", "理由")
    reader = RowReader(profile, plan_columns(profile, header), AS_OF)
    short, long = reader.read(("S1", "2026-05-01")), reader.read(("S1", "2026-05-01", "相談", "", "余り"))
    assert (short.rejected, short.local_id, problems(short)) == (True, "S1", [("", "row.fewer_cells", "rejected")])
    assert (long.rejected, problems(long)) == (False, [("", "row.more_cells", "warned")])
    assert problems(reader.read(("S1", "2026-05-01", "相談"), "row.encoding")) == [("", "row.encoding", "rejected")]


def test_all_bad_cells_of_a_row_are_named_and_no_warning_with_them() -> None:
    reading = read("school_register", 氏名="〓田", 生年月日="x", 学校名="")
    assert [problem.column for problem in reading.problems] == ["生年月日", "学校名"]


def test_the_resident_register_fills_the_whole_block() -> None:
    block = read("resident_register").block
    assert block == PersonBlock(
        name="山田 花", kana="ヤマダ ハナ", birth="2016-09-28", sex="F", postal="000-0001",
        address="青波県凪浜市本町1-4-5", phone="0000-12-3456", guardian="山田 太郎", register_number="0001",
        household="W01", relation="子", protected=True, protected_until="2027-03-31",
    )  # fmt: skip


def test_names_stay_as_they_came_and_unknown_birth_is_empty() -> None:
    block = read("resident_register", 氏名=" 髙﨑　ﾊﾅ ", 生年月日="不詳").block
    assert block is not None
    assert (block.name, block.birth) == ("髙﨑　ﾊﾅ", "")


def test_school_and_nursery_stand_in_the_block() -> None:
    school, nursery = read("school_register").block, read("childcare").block
    assert school is not None
    assert nursery is not None
    assert (school.facility, school.grade, school.school_class) == ("凪浜小学校", "小4", "2")
    assert (nursery.facility, nursery.register_number) == ("さくら保育園", "0002")


@pytest.mark.parametrize(
    ("text", "protected"), [("有", True), ("1", True), ("○", True), ("無", False), ("0", False), ("", None)]
)
def test_protection_is_yes_no_or_unknown(text: str, protected: bool | None) -> None:
    block = read("resident_register", 支援措置=text, 支援措置期限="").block
    assert block is not None
    assert block.protected is protected


def test_a_word_of_protection_that_nobody_knows_protects() -> None:
    reading = read("resident_register", 支援措置="仮")
    assert reading.block is not None
    assert reading.block.protected is True
    assert problems(reading) == [("支援措置", "cell.code.unknown", "warned")]


@pytest.mark.parametrize(("text", "sex"), [("男", "M"), ("女", "F"), ("1", "M"), ("２", "F"), ("m", "M"), ("", "")])
def test_sex(text: str, sex: str) -> None:
    block = read("school_register", 性別=text).block
    assert block is not None
    assert block.sex == sex


def test_an_unknown_optional_code_is_kept_as_it_came() -> None:
    assert read("nurse_room", 理由="歯痛").facts[0].attributes == {"reason": "歯痛"}


def test_codes_in_any_width() -> None:
    assert read("infant_checkup", 健診種別="３〜４ヶ月").facts[0].attributes["check"] == "3～4か月"
    assert read("school_register", 学年="小学４年").facts[0].attributes["grade"] == "小4"


def test_immunisation_has_a_block_only_where_the_system_prints_one() -> None:
    assert read("immunisation").block is None
    block = {name: cell for name, cell in sample("infant_checkup").items() if name in PROFILES["immunisation"].columns}
    row = sample("immunisation") | block
    reader = RowReader(PROFILES["immunisation"], plan_columns(PROFILES["immunisation"], tuple(row)), AS_OF)
    with_block = reader.read(tuple(row.values()))
    assert with_block.block is not None
    assert with_block.block.name == "山田 月"
    assert reader.read(tuple((row | {"氏名": ""}).values())).rejected


def test_two_part_ids_and_natural_keys() -> None:
    assert read("public_assistance").local_id == "C12+3"
    assert read("nurse_room").key == ""
    spellings = [("2026", "9"), ("令和8年度", "09"), ("Ｒ８", "９月")]
    same = {read("attendance", 年度=year, 月=month).key for year, month in spellings}
    assert len(same) == 1
    assert read("attendance", 月="8").key not in same


def test_a_month_is_its_whole_month_and_march_is_next_year() -> None:
    fact = read("attendance", 年度="2025", 月="2").facts[0]
    assert (fact.start, fact.end, fact.attributes["sick"]) == ("2026-02-01", "2026-02-28", 2.0)
    assert read("attendance", 年度="2026", 月="10").facts[0].end == "2026-10-31"


def test_spans_end_on_their_day_or_stay_open() -> None:
    closed, opened = read("consultation", 終結日="2026-08-01").facts[0], read("consultation").facts[0]
    assert (closed.start, closed.end, closed.open_span) == ("2026-06-09", "2026-08-01", False)
    assert (opened.end, opened.open_span) == (None, True)


def test_childcare_lasts_from_the_first_day_there_or_is_stated_on_the_reference_day() -> None:
    enrolled, waiting = read("childcare").facts[0], read("childcare", 利用状況="待機", 入園日="").facts[0]
    assert (enrolled.start, enrolled.end, enrolled.open_span) == ("2025-04-01", None, True)
    assert (waiting.start, waiting.attributes["state"]) == ("2026-10-01", "待機")


def test_a_missed_checkup_stands_on_the_day_it_was_meant_for() -> None:
    missed = read("infant_checkup", 受診日="", 受診状況="未受診", 判定="", 精密受診="", 身長="", 体重="")
    assert missed.problems == ()
    assert (missed.facts[0].start, missed.facts[0].attributes["state"]) == ("2025-11-10", "未受診")


def test_a_partly_dated_event_spans_the_days_it_can_be() -> None:
    fact = read("nurse_room", 来室日="2026-09-00").facts[0]
    assert (fact.start, fact.end) == ("2026-09-01", "2026-09-30")


def test_a_pupil_without_a_change_holds_from_the_first_delivery() -> None:
    fact = read("school_register").facts[0]
    assert (fact.start, fact.open_span) == (None, True)


def test_headers_in_other_words_widths_and_order() -> None:
    row = sample("school_register")
    swapped = {"ﾌﾘｶﾞﾅ": row["氏名カナ"], "備考": "x", "児童生徒 氏名": row["氏名"], "誕生日": "H28.9.28", "組": "2"}
    header = (*swapped, "学籍番号", "学　校　名", "世帯主氏名")
    plan = plan_columns(PROFILES["school_register"], header)
    assert (plan.unknown, plan.missing) == (("備考",), ())
    reader = RowReader(PROFILES["school_register"], plan, AS_OF)
    block = reader.read((*swapped.values(), "S1", "凪浜小", "山田 太郎")).block
    assert block is not None
    assert (block.kana, block.birth, block.guardian) == ("ヤマダ ハナ", "2016-09-28", "山田 太郎")


def test_a_foreign_header_names_the_nearest_extract_and_what_it_misses() -> None:
    answer = recognise(PROFILES.values(), ("学籍番号", "年度", "授業日数", "病欠"))
    assert answer.profile is None
    assert answer.nearest is PROFILES["attendance"]
    assert answer.missing == ("月",)
    assert recognise(PROFILES.values(), ("a", "b")).nearest is None


def test_the_block_has_no_field_that_no_extract_fills() -> None:
    filled = {name for profile in PROFILES.values() for name in profile.block}
    assert filled == {one.name for one in fields(PersonBlock)}
