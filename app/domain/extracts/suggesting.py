"""Which column of an unknown file could be which: by what stands over it and by what stands in it.

A suggestion is a help for the person who decides, never a decision: everything here can be changed by
hand before anything is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from app.domain.extracts.dates import UnreadableDate, read_date, read_fiscal_year
from app.domain.extracts.meanings import unnumbered
from app.domain.extracts.office_profile import CODED, words_of
from app.domain.extracts.profile import Column, Profile
from app.domain.extracts.text import code_form, header_form, plain

LOOKED_AT = 60
"""Different values of a column that are looked at."""

_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc\uff66-\uff9f・\s]+")
_KANJI_NAME = re.compile(r"[\u3005\u3041-\u30fc\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〓■?？\s]{2,12}")
_POSTAL = re.compile(r"〒?\d{3}-?\d{4}")
_PHONE = re.compile(r"0\d{1,4}-\d{1,4}-\d{3,4}|0\d{9,10}")
_ID = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,6}(\.\d+)?")
_SEXES = frozenset({"男", "女", "M", "F", "男性", "女性", "1", "2"})
_YES = frozenset({"有", "無", "あり", "なし", "○", "×", "1", "0", ""})
_UNIT = re.compile(r"(?<=.)\((円|千円|人|名|日|日数|回|本|点|cm|kg|歳|か月|ヶ月|月|週|分|時間)\)$", re.IGNORECASE)
_ADDRESS = re.compile(r"[都道府県市区町村]|丁目|番地?|号|\d-\d")

ALIASES: Mapping[str, tuple[str, ...]] = {
    "氏名": ("児童名", "生徒名", "名前", "対象児", "児氏名", "本人氏名", "漢字氏名", "氏名漢字", "お名前", "園児名"),
    "氏名カナ": ("カナ", "かな氏名", "氏名かな", "児童名カナ", "よみがな", "読み", "名前カナ", "園児名カナ"),
    "生年月日": ("生年月", "出生日", "誕生年月日", "児生年月日"),
    "性別": ("性", "男女", "男女別"),
    "郵便番号": ("〒", "郵便"),
    "住所": ("居所", "現住地", "所在地", "住居"),
    "電話番号": ("TEL", "電話", "連絡先", "携帯"),
    "保護者氏名": ("親権者", "父母氏名", "保護者名", "世帯主", "養育者", "父又は母"),
    "宛名番号": ("宛名コード", "住民コード", "住基番号", "個人コード", "識別番号", "住民番号"),
    "学籍番号": ("児童コード", "生徒番号", "学籍No", "管理番号", "児童生徒番号", "児童生徒コード"),
    "児童番号": ("園児番号", "入所児童番号", "利用者番号", "園児コード"),
    "健康管理番号": ("健康番号", "母子番号", "母子健康番号", "健診番号"),
    "世帯番号": ("世帯コード", "世帯No"),
    "続柄": ("世帯主との続柄", "関係"),
    "学校名": ("在籍校", "学校", "所属校"),
    "学年": ("年次", "学年名"),
    "組": ("クラス", "学級"),
    "施設名": ("園名", "保育所名", "利用施設", "保育園", "入所施設", "入所施設名", "在籍園"),
    "病欠": ("欠席病気", "病気欠席"),
    "事故欠": ("欠席その他", "欠席事故", "事故欠席"),
    "出停忌引": ("出席停止忌引", "忌引出停"),
    "授業日数": ("出席すべき日数", "要出席日数"),
    "遅刻": ("遅刻回数",),
    "早退": ("早退回数",),
    "年度": ("対象年度", "該当年度"),
    "月": ("対象月", "該当月"),
    "来室日": ("利用日", "来室年月日"),
    "実施日": ("調査日", "実施年月日"),
    "健診日": ("受診日", "検査日", "健康診断日"),
    "認定日": ("認定年月日", "決定日"),
    "受診日": ("健診日", "受診年月日"),
    "受付日": ("相談日", "受付年月日", "受理日"),
    "接種日": ("接種年月日", "実施日"),
    "支給区分": ("支給の別", "支給種別", "支給状況"),
    "認定区分": ("認定の別", "支給認定区分"),
    "証書番号": ("受給者番号", "証番号"),
    "身長": ("身長cm",),
    "体重": ("体重kg",),
    "支援措置": (
        "DV",
        "DV等支援",
        "DV支援",
        "支援対象",
        "住基支援",
        "閲覧制限",
        "交付制限",
        "秘匿",
        "秘匿区分",
        "住所秘匿",
    ),
    "支援措置期限": ("支援期限", "支援終了日", "支援措置終了日", "支援満了日", "DV期限"),
    "異動日": ("異動年月日", "届出異動日", "事由発生日"),
    "異動事由": ("事由", "異動理由", "届出事由"),
    "相談種別": ("主訴", "相談内容", "相談区分", "内容区分", "相談の種類"),
    "虐待種別": ("虐待の種類", "虐待区分", "虐待の内容"),
    "要対協区分": ("要対協", "協議会区分", "ケース区分", "管理区分"),
    "経路": ("相談経路", "受付経路", "通告元", "相談者", "通告経路"),
    "終結日": ("終結年月日", "終了日", "閉止日"),
    "主担当機関": ("主担当", "担当機関", "主担機関"),
    "健診種別": ("健診名", "健診の種類", "健診区分", "健診コード", "月齢区分"),
    "対象日": ("対象年月日", "健診予定日", "案内日", "通知日"),
    "受診状況": ("受診区分", "受診の有無", "受診結果", "来所区分"),
    "再勧奨日": ("勧奨日", "再通知日", "再通知", "未受診勧奨日"),
    "判定": ("総合判定", "判定区分", "健診結果", "総合結果"),
    "精密受診": ("精密検査受診", "精健受診", "精密健診"),
    "う歯数": ("むし歯", "むし歯数", "う歯", "むし歯本数", "齲歯数"),
    "未処置う歯数": ("未処置", "むし歯未処置", "未処置歯数", "未処置歯"),
    "所見": ("健診所見", "総合所見", "判定結果"),
    "受診報告": ("受診結果報告", "治療報告", "報告書提出", "受診報告書"),
    "利用状況": ("在籍状況", "入所状況", "利用区分", "在園区分"),
    "保育料滞納月数": ("滞納月数", "保育料滞納", "未納月数"),
    "滞納月数": ("未納月数", "滞納期間"),
    "員番": ("世帯員番号", "員番号", "世帯員No"),
    "児の健康管理番号": ("児母子番号", "児番号", "出生児番号", "児の番号"),
    "妊娠週数": ("届出時週数", "届出週数", "届出時妊娠週数"),
    "対象": ("世話の相手", "世話の対象", "お世話の相手"),
    "教科": ("教科名", "科目", "科目名"),
    "滞納額": ("未納額", "滞納金額", "未納金額"),
    "基準日": ("基準年月日", "時点", "現在日", "抽出日"),
    "理由": ("来室理由", "主訴", "区分"),
    "連絡なし欠席": ("無断欠席", "無連絡欠席"),
    "遅い迎え": ("迎え遅れ", "お迎え遅れ", "延長超過"),
    "ワクチン": ("予防接種名", "接種名", "接種種別", "ワクチン名"),
    "回数": ("回", "接種回", "接種回数", "回目"),
    "現況届": ("現況", "現況届提出", "現況届状況"),
    "世話の有無": ("家族の世話", "お世話の有無", "世話をしている"),
    "頻度": ("世話の頻度", "お世話の頻度"),
    "1日時間": ("世話の時間", "1日の時間", "お世話の時間"),
    "最長連続欠席": ("連続欠席", "最長連続欠席日数", "連続欠席日数"),
}
"""What other systems print over a column. Only a help for suggestions; nothing is read by these."""


@dataclass(frozen=True)
class Guess:
    """A file's column for one of the profile's. ``sure`` from 0 to 1; ``why`` is ``header``, ``content`` or both."""

    name: str
    at: int
    sure: float
    why: str


def folded(text: str) -> str:
    """A header without what one system writes and another does not: width, case, kana, signs, 年月日."""
    form = unicodedata.normalize("NFKC", header_form(text)).replace("〒", "郵便番号")
    form = _UNIT.sub("", form)
    form = "".join(chr(ord(one) - 0x60) if "ァ" <= one <= "ヶ" else one for one in form)
    form = re.sub(r"[\W_]+", "", form)
    form = re.sub(r"no$", "番号", form)
    return form.replace("ナンバー", "番号").replace("コード", "番号").replace("こーど", "番号")


def headed(column: Column, header: str) -> float:
    """How much a header looks like this column's, 0 to 1."""
    mine = folded(header)
    if not mine:
        return 0.0
    best = 0.0
    for text in (column.name, *column.headers, *column.synonyms, *ALIASES.get(column.name, ())):
        other = folded(text)
        if mine == other:
            return 1.0
        matcher = SequenceMatcher(None, mine, other, autojunk=False)
        share = matcher.ratio() if matcher.real_quick_ratio() > 0.6 and matcher.quick_ratio() > 0.6 else 0.0
        if len(other) > 1 and (mine.endswith(other) or mine.startswith(other)):
            share = max(share, 0.72)
        best = max(best, share)
    return best if best >= 0.6 else 0.0


def contains(column: Column, values: Sequence[str]) -> float:
    """How many of the different filled values could stand in this column, 0 to 1; of no values, 0.5."""
    seen = [value for value in values if value.strip()][:LOOKED_AT]
    if not seen:
        return 0.5
    return sum(_fits(column, value) for value in seen) / len(seen)


def _fits(column: Column, value: str) -> bool:
    text = plain(value)
    if column.type in ("date", "birth"):
        return _is_date(text)
    if column.type == "fiscal_year":
        return _is_year(text)
    if column.type == "month":
        return text.removesuffix("月").isdecimal() and 1 <= int(text.removesuffix("月")[:3]) <= 12
    if column.type == "number":
        return _NUMBER.fullmatch(_without(text, column.units)) is not None
    if column.type == "sex":
        return text in _SEXES or unnumbered(text) in _SEXES
    if column.type == "yes_no":
        return text in _YES or unnumbered(text) in _YES
    if column.type == "code":
        known = {code_form(one) for word in words_of(column) for one in (word, *column.codes.get(word, ()))}
        return code_form(text) in known or code_form(unnumbered(text)) in known
    if column.type == "id":
        return _ID.fullmatch(text) is not None and not _is_date(text)
    if column.type == "name":
        return (_KANA if "カナ" in column.name else _KANJI_NAME).fullmatch(value.strip()) is not None
    return _fits_text(column.name, text)


def _fits_text(name: str, text: str) -> bool:
    if name == "郵便番号":
        return _POSTAL.fullmatch(text) is not None
    if name == "電話番号":
        return _PHONE.fullmatch(text) is not None
    if name == "住所":
        return _ADDRESS.search(text) is not None and len(text) > 4
    return not _is_date(text) and len(text) <= 40


def _without(text: str, units: Sequence[str]) -> str:
    for unit in units:
        text = text.removesuffix(unit)
    return text


@lru_cache(maxsize=20_000)
def _is_date(text: str) -> bool:
    try:
        read_date(text)
    except UnreadableDate:
        return False
    return True


@lru_cache(maxsize=5_000)
def _is_year(text: str) -> bool:
    try:
        return 1950 <= read_fiscal_year(text) <= 2100
    except UnreadableDate:
        return False


_SOME = 0.6
"""Another system's code table knows a word or two that ours does not."""
_TELLING = frozenset({"birth", "date", "sex", "fiscal_year", "code"})
"""Types of which the content alone says something; a number could be anything."""


def suggest(profile: Profile, header: Sequence[str], values: Sequence[Sequence[str]]) -> tuple[Guess, ...]:
    """The best column of the file for each of the profile's, none twice. ``values``: of each column."""
    found: list[tuple[float, str, int, str]] = []
    for column in profile.columns.values():
        for at, text in enumerate(header):
            by_header, by_content = headed(column, text), contains(column, values[at])
            # Codes and numbers of another system fit nothing known: what stands over them counts then.
            lenient = by_header >= 0.99 or (by_header >= 0.7 and column.type in CODED)
            if by_header and (by_content >= 0.3 or lenient):
                found.append((0.7 * by_header + 0.3 * by_content, column.name, at, "header"))
            elif by_content >= _least(column) and len({one for one in values[at] if one.strip()}) > 1:
                found.append((0.45 * by_content, column.name, at, "content"))
    guesses: dict[str, Guess] = {}
    taken: set[int] = set()
    for sure, name, at, why in sorted(found, key=lambda one: (-one[0], one[2])):
        if name not in guesses and at not in taken:
            guesses[name] = Guess(name, at, sure, why)
            taken.add(at)
    return tuple(guesses[name] for name in profile.columns if name in guesses)


def _least(column: Column) -> float:
    """How much of the content must fit where the header says nothing; out of reach for what could be anything."""
    if not _tells(column):
        return 2.0
    return _SOME if column.type == "code" else 0.9


def _tells(column: Column) -> bool:
    return column.type in _TELLING or column.name in ("郵便番号", "電話番号", "氏名カナ", "住所", "氏名")


def halves_of_a_name(header: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Columns that hold a name in two: 姓 and 名, セイ and メイ, also below a heading (児童姓, 児童名)."""
    forms = [folded(text) for text in header]
    found: dict[str, tuple[int, int]] = {}
    for name, pairs in _HALVES.items():
        for first, second in pairs:
            at = next((at for at, form in enumerate(forms) if form.endswith(first)), None)
            if at is None:
                continue
            other = forms[at][: -len(first)] + second
            if other in forms and forms.index(other) != at:
                found.setdefault(name, (at, forms.index(other)))
    return found


_HALVES = {
    "氏名カナ": (("せい", "めい"), ("姓かな", "名かな"), ("氏かな", "名かな"), ("かな姓", "かな名")),
    "氏名": (("姓", "名"), ("氏", "名"), ("苗字", "名前")),
}


def likeness(profile: Profile, guesses: Collection[Guess], halves: Collection[str]) -> float:
    """How much a file looks like this extract: the ◆ columns that were found count most."""
    sure = {guess.name: guess.sure for guess in guesses} | dict.fromkeys(halves, 0.9)
    needed = list(profile.needed(profile.person_block == "needed"))
    told = sum(sure.get(name, 0.0) for name in needed) / max(1, len(needed))
    own = [name for name in profile.columns if name not in profile.block.values() and name not in needed]
    more = sum(sure.get(name, 0.0) for name in own) / max(3, len(own))
    return 0.6 * told + 0.4 * more
