"""What departments write where they know nothing: it is nobody's name, home or number.

Two rows that both say 不明 agree in nothing. Taken as a name, such a word would link whoever shares a
birth date with it, and ask about all the others.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_SIGNS = re.compile(r"[\W_ー〇○◯×✕]+")
_CIRCLES = re.compile("[〇○◯×✕]+")


def says_nothing(text: str) -> bool:
    """True for a text that stands for "not known", or that has no letter and no digit at all."""
    return (bare := _bare(text)) in _words(_ANYWHERE, _ALONE) or not bare


def names_nobody(text: str) -> bool:
    """True where, beside that, a name says that the child has none yet: alone, or after its family's."""
    if says_nothing(text) or _bare(text) in _words(_BEFORE_A_NAME):
        return True
    _, *given = text.split()
    return bool(given) and (
        _bare(given[-1]) in _words(_ANYWHERE, _BEFORE_A_NAME) or _CIRCLES.fullmatch(given[-1]) is not None
    )


def _bare(text: str) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text)).upper()


@cache
def _words(*lists: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_bare(word) for words in lists for word in words)


_ANYWHERE = (
    "不明", "不詳", "未定", "未詳", "未記入", "未入力", "未登録", "未設定", "記載なし", "記載無し", "該当なし",
    "該当無し", "非公開", "非開示", "秘匿", "匿名", "氏名不詳", "氏名不明", "姓名不詳", "姓名不明", "名前不明",
    "名前なし", "名前無し", "名前未定", "名無し", "名なし", "無名", "フメイ", "フショウ", "ミテイ", "ミショウ",
    "ミキニュウ", "ミニュウリョク", "シメイフショウ", "シメイフメイ", "ナマエフメイ", "ナナシ", "トクメイ",
    "ガイトウナシ", "ヒコウカイ", "ヒカイジ", "ふめい", "ふしょう", "みてい", "ななし", "テスト", "てすと",
    "ダミー", "サンプル",
)  # fmt: skip
"""Also in the place of a given name."""

_ALONE = (
    "住所不明", "住所不定", "居所不明", "保護者不明", "なし", "無し", "UNKNOWN", "NONAME", "NONE", "NULL", "NAN",
    "NA", "TEST", "DUMMY", "SAMPLE", "ANONYMOUS",
)  # fmt: skip
"""Only where nothing stands beside it: as a given name it may be one."""

_BEFORE_A_NAME = (
    "新生児", "胎児", "乳児", "男児", "女児", "赤ちゃん", "ベビー", "ベイビー", "ベビーボーイ", "ベビーガール",
    "BABY",
)  # fmt: skip
"""What a maternity ward writes after the family name."""
