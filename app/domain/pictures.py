"""Pictures: photographs and scans that are kept with a contact. What they may be, seen from their first bytes.

Only the size that a picture says of itself is read here; whoever shows it decodes it with the same limits.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.message import WrongUse

BYTES_LIMIT = 10_000_000
PIXELS_LIMIT = 50_000_000
COUNT_LIMIT = 12
"""Pictures of one contact."""
KINDS = ("image/jpeg", "image/png")

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers that carry height and width."""


@dataclass(frozen=True)
class Picture:
    """``kind`` is one of KINDS; width and height in pixels as the file says them."""

    kind: str
    width: int
    height: int


def look(data: bytes, name: str) -> Picture:
    """What these bytes are. WrongUse for too many, for no picture, for one beyond all measure."""
    if len(data) > BYTES_LIMIT:
        raise WrongUse("picture.too_large", name=name, limit=BYTES_LIMIT // 1_000_000)
    size = _png_size(data) if data.startswith(_PNG) else _jpeg_size(data) if data.startswith(_JPEG) else None
    if size is None:
        raise WrongUse("picture.no_picture", name=name)
    if 0 in size or size[0] * size[1] > PIXELS_LIMIT:
        raise WrongUse("picture.too_many_pixels", name=name, limit=PIXELS_LIMIT // 1_000_000)
    return Picture(KINDS[1] if data.startswith(_PNG) else KINDS[0], *size)


def _png_size(data: bytes) -> tuple[int, int] | None:
    if data[12:16] != b"IHDR" or len(data) < 24:
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # a filling byte
            at += 1
            continue
        if marker in _FRAMES:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2 or marker in (0xD9, 0xDA):
            return None
        at += 2 + length
    return None
