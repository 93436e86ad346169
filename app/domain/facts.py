"""Facts: one dated thing that a record says, and the kinds of it that Kizuki knows.

A kind names its attributes. Numbers and words are kept in slots (``n1``.. and ``w1``..) of one
narrow table, so that a criterion over a million facts needs no JSON; the order here is the slot.
New attributes go to the end of their tuple, or the stored slots change their meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.sectors import Sector

NUMBER_SLOTS = 7
WORD_SLOTS = 5


@dataclass(frozen=True)
class FactKind:
    """A kind of fact: where it belongs and what it carries, in the order of its slots."""

    name: str
    sector: Sector
    numbers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def slot(self, attribute: str) -> str:
        """The column of the fact table that holds ``attribute``. KeyError if it has none."""
        if attribute in self.numbers:
            return f"n{self.numbers.index(attribute) + 1}"
        if attribute in self.words:
            return f"w{self.words.index(attribute) + 1}"
        raise KeyError(f"{self.name} has no attribute {attribute}")


def _kinds(*kinds: FactKind) -> dict[str, FactKind]:
    return {kind.name: kind for kind in kinds}


R, E, C, W, M = Sector.REGISTER, Sector.EDUCATION, Sector.CHILDCARE, Sector.WELFARE, Sector.MEDICAL

KINDS: dict[str, FactKind] = _kinds(
    FactKind("residence_change", R, words=("reason",)),
    FactKind("enrolment", E, words=("state", "school", "grade", "class")),
    FactKind(
        "attendance",
        E,
        numbers=("school_days", "sick", "other", "suspended", "late", "early", "longest_run"),
    ),
    FactKind("nurse_visit", E, words=("reason",)),
    FactKind("achievement", E, numbers=("deviation",), words=("subject",)),
    FactKind("school_arrears", E, numbers=("months", "amount")),
    FactKind("carer_survey", E, numbers=("hours",), words=("cares", "whom", "frequency")),
    FactKind("childcare_use", C, numbers=("arrears_months",), words=("facility", "class", "state")),
    FactKind("childcare_attendance", C, numbers=("open_days", "absent", "unexplained", "late_pickup")),
    FactKind("school_aid", W, words=("class",)),
    FactKind("assistance", W, words=("state",)),
    FactKind("allowance", W, words=("class", "report", "recipient")),
    FactKind("consultation", W, words=("route", "type", "abuse", "council", "lead_body")),
    FactKind("disability", W, words=("kind", "grade")),
    FactKind(
        "school_checkup",
        M,
        numbers=("height", "weight", "caries", "untreated"),
        words=("finding", "visit_reported"),
    ),
    FactKind(
        "infant_checkup",
        M,
        numbers=("height", "weight", "caries", "untreated"),
        words=("check", "state", "judgement", "detailed", "reinvited"),
    ),
    FactKind("immunisation", M, numbers=("dose",), words=("vaccine",)),
    FactKind("pregnancy", M, numbers=("weeks", "checkups"), words=("due", "child_number")),
)


GROWTH_KINDS = ("infant_checkup", "school_checkup")
"""Kinds that tell how tall and heavy a child was, in the same slots: one curve runs through both."""


@dataclass(frozen=True)
class Fact:
    """One dated thing that a record says. ``end`` is None for a point in time.

    ``attributes`` maps the kind's attribute names to numbers or words; an attribute that the
    source left empty is absent (unknown), never zero and never "no".
    """

    id: int
    record_id: int
    kind: str
    start: date
    end: date | None
    attributes: dict[str, float | str]
    row_id: int

    @property
    def sector(self) -> Sector:
        """The sector that this fact's kind belongs to."""
        return KINDS[self.kind].sector
