"""Builds the demo municipality: true people first, then what each department wrote down about them, then what went
wrong on the way."""

from __future__ import annotations

import datetime as dt

from app.demo import flaws, health, needs, nursery, register, schooling, welfare
from app.demo.chance import Numbering, Streams
from app.demo.households import make_households
from app.demo.layout import LAYOUTS
from app.demo.model import City, ErrorRates

USUAL_ERRORS = ErrorRates()

__all__ = ["USUAL_ERRORS", "City", "ErrorRates", "make_city"]


def make_city(children: int, seed: int, as_of: dt.date, errors: ErrorRates = USUAL_ERRORS) -> City:
    """A city with `children` children living in it on `as_of`, and all rows of its eighteen extracts.

    Pure: the same arguments give the same city; the true people do not depend on `errors`. From about 60 children
    on every extract has rows. About 40 rows for each child.
    """
    streams = Streams(seed)
    households, twins = make_households(streams, children, as_of)
    city = City(as_of, households, twins=twins)
    city.extracts = {extract: [] for extract in LAYOUTS}
    city.stories = needs.plant_needs(streams, households, as_of)
    welfare.settle_support(city, streams)
    register.number_residents(city, streams)
    register.make_register(city, streams, errors)
    _schools(city, streams, errors)
    _nurseries_and_health(city, streams, errors)
    welfare.make_public_assistance(city, streams, errors)
    welfare.make_child_allowance(city, streams, errors)
    welfare.make_consultations(city, streams, errors)
    welfare.make_disability_care(city, streams, errors)
    flaws.spoil(city, streams, errors)
    return city


def _schools(city: City, streams: Streams, errors: ErrorRates) -> None:
    pupils = schooling.enrol(city, streams, errors)
    schooling.make_attendance(city, streams, errors, pupils)
    schooling.make_nurse_room(city, streams, errors, pupils)
    schooling.make_achievement(city, streams, errors, pupils)
    schooling.make_survey(city, streams, errors, pupils)
    welfare.make_school_aid(city, streams, errors, pupils)
    welfare.make_school_arrears(city, streams, errors, pupils)
    health.make_school_health(city, streams, errors, pupils)


def _nurseries_and_health(city: City, streams: Streams, errors: ErrorRates) -> None:
    enrolments = nursery.make_childcare(city, streams, errors)
    nursery.make_childcare_attendance(city, streams, errors, enrolments)
    numbers = Numbering(streams.of("health numbers"), 9, start=3_000_000)
    files = health.make_infant_checkups(city, streams, errors, numbers)
    health.make_immunisations(city, streams, errors, files)
    health.make_pregnancies(city, streams, errors, numbers, files)
