"""The colours of the three themes, by role. Plain values: no Qt here, so that tests can count.

Sizes and colours follow one table; a role is named for what it means, never for how it looks.
Every ink is at least 4.5 to 1 on the ground it is used on (``tests/ui/test_tokens.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

FAMILY = "Noto Sans JP"

# Sizes at 100 %, in pixels: font and line.
CHILD, TITLE, NAME, BODY, SECOND, SMALL = 21, 17, 14, 13, 12, 11
RAIL, TOP_BAR, STATUS, TOOLS, HEADER = 76, 44, 26, 38, 28
FIELD, FIELD_SMALL = 28, 24
RADIUS, RADIUS_TAG, RADIUS_MARK = 4, 3, 2


@dataclass(frozen=True)
class Tokens:
    """One theme. Each field is a colour as ``#RRGGBB``, but ``name``."""

    name: str
    window: str
    surface: str
    alt: str
    header: str
    rail: str
    text: str
    text2: str
    text3: str
    accent: str
    onaccent: str
    tint: str
    hover: str
    sel: str
    focus: str
    line: str
    line2: str
    urgent: str
    on_urgent: str
    high: str
    on_high: str
    mid: str
    low: str
    register: str
    register_tint: str
    education: str
    education_tint: str
    childcare: str
    childcare_tint: str
    welfare: str
    welfare_tint: str
    medical: str
    medical_tint: str
    outreach: str
    outreach_tint: str
    ok: str
    ok_tint: str
    caution: str
    caution_tint: str
    error: str
    error_tint: str
    hatch: str
    hatchbg: str
    hi: str
    hiline: str
    diff: str


LIGHT = Tokens(
    name="light",
    window="#F1F4F4",
    surface="#FFFFFF",
    alt="#F7F9F9",
    header="#EAEFF0",
    rail="#E3E9EA",
    text="#1A252A",
    text2="#47565E",
    text3="#566570",
    accent="#1E4F74",
    onaccent="#FFFFFF",
    tint="#E1ECF4",
    hover="#EDF3F7",
    sel="#D3E4F0",
    focus="#0A5FB4",
    line="#D5DCDE",
    line2="#7C8A90",
    urgent="#8A1B32",
    on_urgent="#FFFFFF",
    high="#9C4508",
    on_high="#FFFFFF",
    mid="#3E5A6A",
    low="#52616B",
    register="#575E66",
    register_tint="#E9ECEE",
    education="#2361A6",
    education_tint="#E2ECF8",
    childcare="#39742F",
    childcare_tint="#E5F0E1",
    welfare="#78489A",
    welfare_tint="#F0E7F6",
    medical="#08706A",
    medical_tint="#DEF0EE",
    outreach="#22414F",
    outreach_tint="#E3EAED",
    ok="#2B6A3A",
    ok_tint="#E4F1E6",
    caution="#7D5200",
    caution_tint="#FAF1DA",
    error="#97202F",
    error_tint="#FAE9EA",
    hatch="#7C8A91",
    hatchbg="#F4F6F6",
    hi="#FFF4C9",
    hiline="#8A6A00",
    diff="#FCE3C4",
)

DARK = Tokens(
    name="dark",
    window="#161B1E",
    surface="#1D2326",
    alt="#21282C",
    header="#283035",
    rail="#12171A",
    text="#E4E9EB",
    text2="#B3BFC5",
    text3="#94A2A9",
    accent="#8DBFE0",
    onaccent="#0E1E29",
    tint="#22333F",
    hover="#242E34",
    sel="#274253",
    focus="#74B5F2",
    line="#374147",
    line2="#77868E",
    urgent="#EE9AA8",
    on_urgent="#2B0810",
    high="#E8A468",
    on_high="#2A1402",
    mid="#A9C2CF",
    low="#A6B4BB",
    register="#AEB8C0",
    register_tint="#2C3338",
    education="#86B6EC",
    education_tint="#1F3146",
    childcare="#93C586",
    childcare_tint="#26351F",
    welfare="#CBA5E4",
    welfare_tint="#352743",
    medical="#6DC8BF",
    medical_tint="#163634",
    outreach="#BCD0DA",
    outreach_tint="#263238",
    ok="#8CCB9A",
    ok_tint="#1E3325",
    caution="#E5BE6C",
    caution_tint="#392E14",
    error="#F0A0A8",
    error_tint="#3F2125",
    hatch="#7B8990",
    hatchbg="#1A2023",
    hi="#3F3815",
    hiline="#E3C65A",
    diff="#4D3715",
)

CONTRAST = Tokens(
    name="contrast",
    window="#000000",
    surface="#000000",
    alt="#000000",
    header="#000000",
    rail="#000000",
    text="#FFFFFF",
    text2="#FFFFFF",
    text3="#D0D0D0",
    accent="#8FD3FF",
    onaccent="#000000",
    tint="#000000",
    hover="#1A1A1A",
    sel="#12344D",
    focus="#FFFF00",
    line="#FFFFFF",
    line2="#FFFFFF",
    urgent="#FFFFFF",
    on_urgent="#000000",
    high="#FFFFFF",
    on_high="#000000",
    mid="#FFFFFF",
    low="#FFFFFF",
    register="#FFFFFF",
    register_tint="#000000",
    education="#9CCBFF",
    education_tint="#000000",
    childcare="#A6E39A",
    childcare_tint="#000000",
    welfare="#E0B8FF",
    welfare_tint="#000000",
    medical="#7FE3D9",
    medical_tint="#000000",
    outreach="#FFFFFF",
    outreach_tint="#000000",
    ok="#A6E39A",
    ok_tint="#000000",
    caution="#FFD866",
    caution_tint="#000000",
    error="#FFB0B8",
    error_tint="#000000",
    hatch="#D0D0D0",
    hatchbg="#000000",
    hi="#000000",
    hiline="#FFFF00",
    diff="#000000",
)

THEMES = {tokens.name: tokens for tokens in (LIGHT, DARK, CONTRAST)}
