"""The columns of the eighteen extracts as departments' systems print them: which are needed, which make the key,
what kind of value each holds."""

from __future__ import annotations

from dataclasses import dataclass

BLOCK = ("氏名", "氏名カナ", "生年月日", "性別", "郵便番号", "住所", "電話番号", "保護者氏名")
NEEDED_OF_BLOCK = ("氏名", "生年月日")


@dataclass(frozen=True, slots=True)
class Layout:
    """One extract. `columns` in the order of the system; `local_id` one or two of them; `key` the further columns
    of the natural key; `needed` the columns that may never be empty, besides the local ID; `roster` the extract
    whose local IDs it hangs on."""

    columns: tuple[str, ...]
    local_id: tuple[str, ...]
    key: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    roster: str | None = None

    @property
    def may_be_empty(self) -> list[str]:
        """The columns whose cells a department may leave out: not needed, not in the key."""
        fixed = {*self.local_id, *self.key, *self.needed, "支援措置", "支援措置期限"}
        return [column for column in self.columns if column not in fixed]


def _with_block(first: str, rest: str, key: str = "", needed: str = "") -> Layout:
    local_id = tuple(column for column in first.split() if column != "宛名番号" or first.split()[0] == "宛名番号")
    return Layout(
        (*first.split(), *BLOCK, *rest.split()), local_id, tuple(key.split()), (*NEEDED_OF_BLOCK, *needed.split())
    )


def _hanging(roster: str, columns: str, key: str, needed: str) -> Layout:
    names = tuple(columns.split())
    return Layout(names, names[:1], tuple(key.split()), tuple(needed.split()), roster)


LAYOUTS: dict[str, Layout] = {
    "resident_register": _with_block(
        "宛名番号", "世帯番号 続柄 異動日 異動事由 支援措置 支援措置期限", "異動日 異動事由", "世帯番号"
    ),
    "school_register": _with_block("学籍番号", "学校名 学年 組 在籍区分 異動日", needed="学校名"),
    "attendance": _hanging(
        "school_register", "学籍番号 年度 月 授業日数 病欠 事故欠 出停忌引 遅刻 早退 最長連続欠席", "年度 月", "年度 月"
    ),
    "nurse_room": _hanging("school_register", "学籍番号 来室日 理由", "来室日", "来室日"),
    "achievement": _hanging("school_register", "学籍番号 実施日 教科 偏差値", "実施日 教科", "実施日"),
    "school_aid": _hanging("school_register", "学籍番号 認定区分 認定日", "認定日", "認定日"),
    "school_arrears": _hanging("school_register", "学籍番号 基準日 滞納月数 滞納額", "基準日", "基準日"),
    "school_health": _hanging(
        "school_register", "学籍番号 健診日 身長 体重 う歯数 未処置う歯数 所見 受診報告", "健診日", "健診日"
    ),
    "childcare": _with_block(
        "児童番号 宛名番号", "施設名 認定区分 利用状況 入園日 退園日 保育料滞納月数 基準日", needed="基準日"
    ),
    "childcare_attendance": _hanging(
        "childcare", "児童番号 年度 月 開所日数 欠席 連絡なし欠席 遅い迎え", "年度 月", "年度 月"
    ),
    "public_assistance": _with_block("ケース番号 員番", "区分 決定日", "決定日", "決定日"),
    "child_allowance": _with_block("証書番号 児童連番 宛名番号", "受給者氏名 支給区分 認定日 現況届", needed="認定日"),
    "consultation": _with_block(
        "受付番号", "受付日 経路 相談種別 虐待種別 要対協区分 登録日 終結日 主担当機関", needed="受付日"
    ),
    "disability_care": _hanging("resident_register", "宛名番号 種別 等級 認定日 有効期限", "種別 認定日", "認定日"),
    "infant_checkup": _with_block(
        "健康管理番号 宛名番号",
        "健診種別 対象日 受診日 受診状況 再勧奨日 身長 体重 判定 精密受診 う歯数 未処置う歯数",
        "健診種別",
        "健診種別 対象日",
    ),
    "immunisation": _hanging("infant_checkup", "健康管理番号 ワクチン 回数 接種日", "ワクチン 回数", "ワクチン 接種日"),
    "pregnancy": _with_block(
        "健康管理番号", "届出日 妊娠週数 分娩予定日 妊婦健診回数 児の健康管理番号", "届出日", "届出日"
    ),
    "young_carer_survey": _hanging(
        "school_register", "学籍番号 調査日 世話の有無 対象 頻度 1日時間", "調査日", "調査日"
    ),
}

PERSON_BEARING = tuple(key for key, layout in LAYOUTS.items() if "氏名" in layout.columns)
