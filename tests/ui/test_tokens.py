"""The colours keep the contrast that ui work relies on, in every theme."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from ui.tokens import CONTRAST, DARK, LIGHT, THEMES, Tokens

SECTORS = ("register", "education", "childcare", "welfare", "medical")
BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda one: one.name)
ALL = pytest.mark.parametrize("tokens", list(THEMES.values()), ids=lambda one: one.name)


def luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(ink: str, ground: str) -> float:
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def of(tokens: Tokens, ink: str, ground: str) -> float:
    values = asdict(tokens)
    return ratio(values[ink], values[ground])


@ALL
@pytest.mark.parametrize("ground", ["surface", "window", "alt", "header", "hover", "tint", "sel"])
def test_words_are_readable_on_every_ground(tokens: Tokens, ground: str) -> None:
    for ink in ("text", "text2", "accent"):
        assert of(tokens, ink, ground) >= 4.5, (ink, ground)


@ALL
def test_letters_of_the_level_marks_are_readable(tokens: Tokens) -> None:
    assert of(tokens, "on_urgent", "urgent") >= 4.5
    assert of(tokens, "on_high", "high") >= 4.5
    assert of(tokens, "onaccent", "accent") >= 4.5
    for level in ("mid", "low"):
        assert of(tokens, level, "surface") >= 4.5
        assert of(tokens, level, "sel") >= 4.5


@pytest.mark.parametrize(
    ("tokens", "on_tint", "solid", "on_sel"),
    [(LIGHT, 4.8, 5.7, 4.3), (DARK, 6.3, 7.5, 5.0)],
    ids=["light", "dark"],
)
@pytest.mark.parametrize("sector", SECTORS)
def test_sector_marks_hold_what_was_computed(
    tokens: Tokens, on_tint: float, solid: float, on_sel: float, sector: str
) -> None:
    assert round(of(tokens, sector, f"{sector}_tint"), 1) >= on_tint
    assert round(of(tokens, "surface", sector), 1) >= solid
    assert round(of(tokens, sector, "sel"), 1) >= on_sel


@ALL
def test_what_asks_for_attention_is_readable_on_its_tint(tokens: Tokens) -> None:
    for role in ("ok", "caution", "error"):
        assert of(tokens, role, f"{role}_tint") >= 4.5
        assert of(tokens, role, "surface") >= 4.5
        assert of(tokens, "text", f"{role}_tint") >= 4.5
    assert of(tokens, "caution", "sel") >= 4.5


@ALL
def test_edges_and_focus_can_be_seen(tokens: Tokens) -> None:
    assert of(tokens, "line2", "surface") >= 3
    assert of(tokens, "focus", "surface") >= 3
    assert of(tokens, "focus", "sel") >= 3
    assert of(tokens, "hatch", "hatchbg") >= 3
    assert of(tokens, "hiline", "hi") >= 3


@BOTH
def test_dashes_and_disabled_words_are_readable(tokens: Tokens) -> None:
    assert of(tokens, "text3", "surface") >= 4.5


def test_every_token_is_a_colour() -> None:
    for tokens in (LIGHT, DARK, CONTRAST):
        for role, value in asdict(tokens).items():
            if role != "name":
                assert len(value) == 7, role
                assert int(value[1:], 16) >= 0, role
