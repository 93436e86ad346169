"""The resident register: one row for each change that it noted about each person, adults included."""

from __future__ import annotations

import datetime as dt

from app.demo.chance import Numbering, Streams
from app.demo.model import City, ErrorRates, Household, Person
from app.demo.recording import Desk, Record

CARE = 0.1
"""A register is checked against papers: errors are a tenth of other departments'."""

Event = tuple[dt.date | None, str | None]
"""異動日 and 異動事由; both None where a person was here before the system was."""

SYSTEM_START = dt.date(1995, 4, 1)


def number_residents(city: City, streams: Streams) -> None:
    """Give everybody who is or was in the register a 宛名番号."""
    numbers = Numbering(streams.of("register numbers"), 10, start=1_000_000)
    for household in city.households:
        if household.resident:
            for member in household.members:
                member.number = numbers.next()


def make_register(city: City, streams: Streams, errors: ErrorRates) -> None:
    """The rows of `resident_register`."""
    desk = Desk(city, streams, errors, "resident_register", CARE)
    returned = Numbering(streams.of("second numbers"), 10, start=90_000_000)
    for household in city.households:
        if not household.resident:
            continue
        again = bool(household.away) and desk.rng.random() < errors.second_number
        for member in household.members:
            born_before = household.away is not None and member.born < household.away[0]
            _write_person(desk, household, member, returned.next() if again and born_before else None)


def _write_person(desk: Desk, household: Household, person: Person, second_number: str | None) -> None:
    events = _events(household, person)
    record = desk.record(household, person, person.number, events[0][0] or household.moves[0].since)
    for event in events:
        if second_number and household.away and event == (household.away[1], "転入"):
            record = desk.record(household, person, second_number, household.away[1])
        _write(desk, record, event)


def _write(desk: Desk, record: Record, event: Event) -> None:
    """A row as the register stood on the day of the event. It is never behind, and seldom knows a telephone number."""
    record.stale = False
    household, (day, reason) = record.household, event
    protected = household.protected_until
    desk.rows.append(
        {
            "宛名番号": record.local_id,
            **record.block(day or household.moves[0].since),
            "電話番号": record.phone if record.phone == household.mobile else None,
            "世帯番号": household.number,
            "続柄": record.person.relation,
            "異動日": day,
            "異動事由": reason,
            "支援措置": "有" if protected else None,
            "支援措置期限": protected,
        }
    )


def _events(household: Household, person: Person) -> list[Event]:
    """What the register noted about a person, oldest first, at least one event; nothing after a death or while away."""
    first = _first_event(household, person)
    start = first[0] or SYSTEM_START
    later: list[tuple[dt.date, str]] = []
    for move in household.moves[1:]:
        later.append((move.since, _reason(household, move.since)))
    later += [(since, "世帯変更") for since, _ in person.names[1:]]
    if person.died:
        later.append((person.died, "死亡"))
    end = person.died or dt.date.max
    return [first, *sorted(event for event in later if start < event[0] <= end)]


def _first_event(household: Household, person: Person) -> Event:
    arrived = household.arrived
    if arrived and person.born < arrived:
        return arrived, "転入"
    if household.away and household.away[0] <= person.born < household.away[1]:
        return household.away[1], "転入"
    if person.born < SYSTEM_START or person.role != "child":
        return None, None
    return person.born, "出生"


def _reason(household: Household, day: dt.date) -> str:
    if day == household.left or (household.away and day == household.away[0]):
        return "転出"
    if household.away and day == household.away[1]:
        return "転入"
    return "転居"
