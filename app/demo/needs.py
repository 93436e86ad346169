"""Hidden needs, and the noise that they hide in.

A need raises small signs in several departments at once; none of them would be acted on alone. Many other children
show one sign, even a strong one, for a reason of their own. So a sign alone tells little, and only the sum finds
the child.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import fields

from app.demo.chance import Streams, day_between, some
from app.demo.model import Household, Person, Signs, Story
from app.demo.schoolyear import GRADES, age, first_school_year, school_year

AREAS = tuple(field.name for field in fields(Signs) if field.name != "since")

NEEDS: dict[str, dict[str, float]] = {
    "poverty": {"money": 0.7, "teeth": 0.6, "checkups": 0.35, "absence": 0.3, "attainment": 0.35},
    "neglect": {"lateness": 0.5, "teeth": 0.6, "checkups": 0.6, "nursery": 0.6, "absence": 0.4, "growth": 0.35},
    "abuse notice": {"nurse": 0.5, "nursery": 0.5, "absence": 0.35, "growth": 0.35, "checkups": 0.45, "lateness": 0.35},
    "young carer": {"care": 0.85, "lateness": 0.5, "absence": 0.4, "nurse": 0.35, "attainment": 0.45},
    "school refusal": {"absence": 0.6, "nurse": 0.65, "lateness": 0.45, "attainment": 0.4},
}
FAMILY_NEEDS = ("poverty", "neglect", "abuse notice")
OWN_NEEDS = ("young carer", "school refusal")
FAMILIES_IN_NEED = 0.028
CHILDREN_IN_NEED = 0.02  # of the children old enough for a need of their own
LONE_SIGN = 0.05  # of all children, in each area


def plant_needs(streams: Streams, households: list[Household], as_of: dt.date) -> list[Story]:
    """Give every child its signs, and return the stories of those whose signs come from a hidden need."""
    rng = streams.of("needs")
    families = [household for household in households if household.children and household.here_on(as_of)]
    for household in households:
        for child in household.children:
            child.signs = _lone_signs(rng, as_of)
    stories: list[Story] = []
    for household in some(rng, [family for family in families if _seen(family, as_of)], FAMILIES_IN_NEED):
        need = rng.choice(FAMILY_NEEDS)
        stories += [_plant(rng, child, need, as_of) for child in _seen(household, as_of)]
        household.poor = household.poor or need == "poverty"
    known = {story.person for story in stories}
    old_enough = [child for household in families for child in household.children if 8 <= age(child.born, as_of) <= 15]
    for child in some(rng, [child for child in old_enough if child.key not in known], CHILDREN_IN_NEED):
        stories.append(_plant(rng, child, rng.choice(OWN_NEEDS), as_of))
    return stories


def _seen(household: Household, as_of: dt.date) -> list[Person]:
    """The children up to 中3: of older ones the city's departments see next to nothing, so no sign of theirs would
    show."""
    return [child for child in household.children if school_year(as_of) - first_school_year(child.born) < len(GRADES)]


def _lone_signs(rng: random.Random, as_of: dt.date) -> Signs | None:
    strengths = {area: rng.uniform(0.3, 1.0) for area in AREAS if rng.random() < LONE_SIGN}
    return Signs(_beginning(rng, as_of), **strengths) if strengths else None


def _plant(rng: random.Random, child: Person, need: str, as_of: dt.date) -> Story:
    since = max(child.born, _beginning(rng, as_of))
    child.signs = Signs(since, **{area: mean * rng.uniform(0.8, 1.4) for area, mean in NEEDS[need].items()})
    return Story(child.key, need, since)


def _beginning(rng: random.Random, as_of: dt.date) -> dt.date:
    """Half a year to three years ago."""
    return day_between(rng, as_of - dt.timedelta(days=1100), as_of - dt.timedelta(days=180))
