"""How each department's file looks: name, encoding, headers, and the spelling of what stands in it.

Every way in which real files differ occurs in one of these, so that importing the demo tries them all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

XLSX = "xlsx"
MALE_FEMALE = {"男": "M", "女": "F"}
ONE_TWO = {"男": "1", "女": "2"}
ONE_ZERO = {"有": "1", "無": "0"}
CIRCLE = {"有": "○", "無": ""}


@dataclass(frozen=True, slots=True)
class FileStyle:
    """One department's file. `filename` may hold `{month}` (R0811: the month in which it was handed over) and
    `{year}` (R08: one file for each 年度). `dates` with several styles are mixed within the file; `excel_dates`
    makes real date cells in a workbook. `headers` renames columns, `extra` adds columns that no profile knows,
    with the texts met in them; `shuffled` gives the columns another order.
    """

    filename: str
    encoding: str
    delimiter: str = ","
    newline: str = "\r\n"
    dates: tuple[str, ...] = ("2026-04-02",)
    excel_dates: bool = False
    kana: str = "wide"
    kana_space: str = " "
    large_kana: bool = False
    name_space: str = "　"
    addresses: tuple[str, ...] = ("1-4-5",)
    prefix: str = ""
    building: bool = True
    sex: dict[str, str] = field(default_factory=dict)
    yes_no: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, tuple[str, ...]] = field(default_factory=dict)
    titles: tuple[str, ...] = ()
    shuffled: bool = False


NOTES = ("", "", "", "", "保護者へ連絡\n迎えに来る", "ベッドで休む", "本人「だいじょうぶ」, 教室へ戻る")

STYLES: dict[str, FileStyle] = {
    "resident_register": FileStyle(
        "juki_{month}.csv",
        "utf-8-sig",
        dates=("令和8年4月2日",),
        kana="narrow",
        addresses=("一丁目四番五号",),
        prefix="prefecture",
        yes_no=CIRCLE,
        extra={"届出人": ("本人", "世帯主", "")},
    ),
    "school_register": FileStyle(
        "gakureibo.xlsx",
        XLSX,
        excel_dates=True,
        kana="hiragana",
        kana_space="　",
        name_space=" ",
        headers={"氏名": "児童生徒氏名", "氏名カナ": "ふりがな", "保護者氏名": "保護者"},
        titles=("凪浜市教育委員会　学齢簿一覧", "出力日 {day}"),
    ),
    "attendance": FileStyle("shukketsu_{year}.csv", "cp932"),
    "nurse_room": FileStyle(
        "hokenshitsu_raishitsu.csv", "utf-8", newline="\n", dates=("2026/4/2",), extra={"備考": NOTES}
    ),
    "achievement": FileStyle("gakuryoku_chousa.tsv", "utf-16", delimiter="\t", dates=("20260402",)),
    "school_aid": FileStyle(
        "shugaku_enjo.xlsx",
        XLSX,
        dates=("R8.4.2",),
        titles=("就学援助認定者一覧", "", "出力日 {day}"),
        headers={"認定区分": "認定 区分"},
    ),
    "school_arrears": FileStyle(
        "gakkouhi_tainou.csv", "cp932", dates=("R8.4.2",), headers={"滞納額": "滞納 額"}, shuffled=True
    ),
    "school_health": FileStyle("gakkou_kenshin.txt", "utf-16", delimiter="\t", newline="\n", yes_no=ONE_ZERO),
    "childcare": FileStyle(
        "hoiku_riyou_{month}.csv",
        "cp932",
        dates=("R080402",),
        kana="narrow",
        kana_space="",
        large_kana=True,
        name_space="",
        addresses=("１－４－５",),
        sex=ONE_TWO,
        headers={"氏名": "児童氏名", "生年月日": "誕生日"},
    ),
    "childcare_attendance": FileStyle("hoiku_shukketsu_{year}.csv", "utf-8", newline="\n"),
    "public_assistance": FileStyle(
        "seiho_kettei.csv",
        "cp932",
        dates=("5080402",),
        kana="narrow",
        large_kana=True,
        addresses=("1丁目4-5",),
        prefix="city",
        building=False,
        sex=ONE_TWO,
        headers={"保護者氏名": "世帯主氏名"},
    ),
    "child_allowance": FileStyle(
        "jidou_fuyou_teate.csv",
        "cp932",
        dates=("令和８年４月２日",),
        addresses=("1-4-5",),
        prefix="city",
        sex=MALE_FEMALE,
        headers={"氏名": "対象者氏名", "氏名カナ": "カナ氏名"},
        shuffled=True,
    ),
    "consultation": FileStyle(
        "jidou_soudan.xlsx",
        XLSX,
        dates=("2026/4/2", "令和8年4月2日", "R8.4.2"),
        kana="hiragana",
        kana_space="",
        name_space=" ",
        addresses=("1丁目4-5", "1-4-5", "１－４－５"),
        building=False,
        headers={"住所": "住所地"},
        titles=("家庭児童相談　受付簿", "凪浜市こども家庭センター", "出力日 {day}", ""),
        extra={"備考": ("", "", "電話にて\n折り返し希望")},
    ),
    "disability_care": FileStyle("techou_kaigo_nintei.csv", "utf-8-sig", dates=("令和8年4月2日",), shuffled=True),
    "infant_checkup": FileStyle(
        "nyuyoji_kenshin.csv",
        "cp932",
        dates=("2026/4/2",),
        kana_space="　",
        name_space=" ",
        addresses=("1丁目4-5",),
        prefix="prefecture",
        headers={"住所": "現住所", "氏名カナ": "フリガナ", "保護者氏名": "保護者"},
        extra={"問診メモ": ("", "", "", "よく寝る。\r\n食欲あり")},
    ),
    "immunisation": FileStyle("yobou_sesshu.tsv", "utf-8", delimiter="\t", newline="\n", dates=("20260402",)),
    "pregnancy": FileStyle(
        "ninshin_todoke.csv",
        "utf-8",
        dates=("令和8年4月2日", "2026-04-02"),
        kana="hiragana",
        name_space="",
        sex=MALE_FEMALE,
        headers={"氏名カナ": "ふりがな"},
    ),
    "young_carer_survey": FileStyle("yc_chousa.csv", "utf-16", headers={"1日時間": "１日時間"}),
}
