"""The columns by which extracts say who a person is, the same in all that bear persons."""

from __future__ import annotations

from app.domain.extracts.profile import Column

BLOCK_COLUMNS: tuple[Column, ...] = (
    Column("氏名", "name", needed=True, synonyms=("児童氏名", "児童生徒氏名", "対象者氏名")),
    Column("氏名カナ", "name", synonyms=("フリガナ", "ふりがな", "カナ氏名")),
    Column("生年月日", "birth", needed=True, synonyms=("誕生日",)),
    Column("性別", "sex"),
    Column("郵便番号"),
    Column("住所", synonyms=("現住所", "住所地")),
    Column("電話番号"),
    Column("保護者氏名", "name", synonyms=("保護者", "世帯主氏名")),
)

BLOCK_FIELDS: dict[str, str] = {
    "name": "氏名",
    "kana": "氏名カナ",
    "birth": "生年月日",
    "sex": "性別",
    "postal": "郵便番号",
    "address": "住所",
    "phone": "電話番号",
    "guardian": "保護者氏名",
}
"""Field of ``PersonBlock`` -> column. Profiles add their own (facility, household, ...)."""

OWN_FIELDS = (
    "register_number", "household", "relation", "facility", "grade", "school_class", "protected", "protected_until",
)  # fmt: skip
"""What else a profile can fill from columns of its own."""
