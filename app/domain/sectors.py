"""The five sectors of the municipality, in the order in which they are always shown."""

from __future__ import annotations

from enum import StrEnum


class Sector(StrEnum):
    """A field of municipal work that hands over extracts (分野)."""

    REGISTER = "register"
    EDUCATION = "education"
    CHILDCARE = "childcare"
    WELFARE = "welfare"
    MEDICAL = "medical"


SECTORS: tuple[Sector, ...] = tuple(Sector)
