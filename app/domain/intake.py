"""A notice (通告) as it is taken down, and the urgency sheet: its questions in order and what each answer
points to.

The sheet never decides: it says what each answer points to, and people weigh them. Nothing here knows of
a child's data, a disk or a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.message import WrongUse

TO_BE_SEEN = timedelta(hours=48)
"""How soon after a notice somebody has to have seen the child."""

CHANNELS = ("phone", "letter", "office_visit", "mail")
ROUTES = ("近隣", "学校", "保育所", "医療機関", "家族", "本人", "警察", "児童相談所", "その他")
TYPES = ("虐待", "養護", "不登校", "発達", "非行", "その他")
KINDS_OF_ABUSE = ("身体", "ネグレクト", "心理", "性")
TEXT_LIMIT = 10_000
NAME_UNKNOWN = "（氏名不詳）"


class Pointer(StrEnum):
    """What an answer points to, the most urgent first."""

    NOW = "now"
    TODAY = "today"
    WITHIN_48 = "within_48"
    FIND_OUT = "find_out"
    WEIGH = "weigh"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Question:
    """One question of the sheet: what *yes* and *not known* point to. *No* points to nothing."""

    key: str
    yes: Pointer
    unknown: Pointer = Pointer.FIND_OUT


QUESTIONS: tuple[Question, ...] = (
    Question("asks_protection", Pointer.NOW),
    Question("harm_already", Pointer.NOW),
    Question("harm_likely", Pointer.NOW),
    Question("infant", Pointer.TODAY, Pointer.FIND_OUT),
    Question("again", Pointer.TODAY),
    Question("effect", Pointer.TODAY),
    Question("guardian", Pointer.WITHIN_48),
    Question("home", Pointer.WITHIN_48),
    Question("somebody_safe", Pointer.WEIGH),
    Question("help_already", Pointer.WEIGH),
)
"""In their order: what calls for protection at once comes first, what protects comes last."""

ANSWERS = ("yes", "no", "unknown")


def points_to(question: Question, answer: str) -> Pointer:
    """What this answer points to; nothing for one that was not given."""
    if answer == "yes":
        return question.yes
    return question.unknown if answer == "unknown" else Pointer.NOTHING


def most_urgent(answers: Mapping[str, str]) -> Pointer:
    """The most urgent thing that any answer points to: shown beside the sheet, never a decision."""
    found = {points_to(question, answers.get(question.key, "")) for question in QUESTIONS}
    return next(pointer for pointer in Pointer if pointer in found or pointer is Pointer.NOTHING)


@dataclass(frozen=True)
class NewChild:
    """Who it is about, as far as the caller knew. ``birth`` ISO, possibly partial ("2018-00-00")."""

    name: str = ""
    kana: str = ""
    birth: str = ""
    sex: str = ""
    address: str = ""
    phone: str = ""
    guardian: str = ""
    facility: str = ""


@dataclass(frozen=True)
class Form:
    """The intake form (受付票). Texts are the caller's and the worker's own words."""

    channel: str
    route: str
    type: str
    seen: str
    caller: str = ""
    relation: str = ""
    reach: str = ""
    when: str = ""
    where_now: str = ""
    injuries: str = ""
    siblings: str = ""
    words: str = ""
    abuse: str = ""
    urgency: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """As it is kept in the entry."""
        return asdict(self)

    @classmethod
    def of(cls, said: Mapping[str, object]) -> Form:
        """As it was kept; what a later program added is left out."""
        urgency = said.get("urgency")
        texts = {name: str(said.get(name) or "") for name in cls.__dataclass_fields__ if name != "urgency"}
        answers = {str(key): str(value) for key, value in urgency.items()} if isinstance(urgency, Mapping) else {}
        return cls(**texts, urgency=answers)


def check(form: Form, received: datetime, now: datetime) -> None:
    """Raise WrongUse for a form that nobody could follow up."""
    if form.channel not in CHANNELS or form.route not in ROUTES or form.type not in TYPES:
        raise WrongUse("notice.unknown_kind")
    if form.abuse and form.abuse not in KINDS_OF_ABUSE:
        raise WrongUse("notice.unknown_kind")
    if not form.seen.strip():
        raise WrongUse("notice.seen_missing")
    if received > now + timedelta(minutes=1):
        raise WrongUse("notice.in_the_future")
    if any(isinstance(text, str) and len(text) > TEXT_LIMIT for text in form.document().values()):
        raise WrongUse("notice.too_long", limit=TEXT_LIMIT)
    keys = {question.key for question in QUESTIONS}
    if not set(form.urgency) <= keys or not set(form.urgency.values()) <= {*ANSWERS, ""}:
        raise WrongUse("notice.unknown_kind")
