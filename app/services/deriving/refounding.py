"""Persons after a delivery was withdrawn: named as if it had never come, or as when it came back.

A person's id is founded by the record that came first (the register's, of several that came at
once). Where nobody has worked with a person, the records that remain found it anew; an id that people
have worked with stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any

from app.linkage.frame import REGISTER
from app.linkage.results import LinkResult
from app.storage.digests import Digester

_CAME = """
    SELECT r.record_id, min(c.seq) FROM truth.batch_row AS r JOIN temp.laid AS l ON l.batch_id = r.batch_id
    JOIN temp.came AS c ON c.batch_id = r.batch_id
    WHERE r.outcome = 0 AND l.bears_persons AND r.record_id IN (SELECT id FROM temp.founders) GROUP BY r.record_id
"""

_IMPORTS = """
    CREATE TEMP TABLE came AS SELECT b.batch_id, coalesce(
        (SELECT min(n.seq) FROM truth.entry AS n WHERE n.kind = 'run.made' AND n.seq > e.seq), e.seq) AS seq
    FROM truth.batch AS b JOIN truth.entry AS e ON e.id = b.entry
"""
"""Batch -> the run that was published with it: one import is several batches with an entry each."""


class Refounding:
    """Names the persons of the changed records anew. ``worked``: persons that people have worked with."""

    def __init__(self, db: Any, digester: Digester, changed: Set[int], worked: Set[int]) -> None:
        self._db, self._person_of = db, digester.person
        self._changed, self._worked = changed, worked

    def previous(self, before: Mapping[int, int]) -> dict[int, int]:
        """The persons that records had, without those that are to be named anew."""
        concerned = {person for record, person in before.items() if record in self._changed}
        return {record: person for record, person in before.items() if person not in concerned - self._worked}

    def named(self, result: LinkResult, kept: Mapping[int, int]) -> LinkResult:
        """The result with every person that a changed record belongs to, or that is new, named after its
        record that came first. ``kept``: what ``previous`` gave."""
        carried = set(kept.values())
        named = {
            person
            for record, person in result.persons.items()
            if person not in self._worked and (record in self._changed or person not in carried)
        }
        groups: dict[int, list[int]] = {}
        for record, person in result.persons.items():
            if person in named:
                groups.setdefault(person, []).append(record)
        taken = set(result.persons.values()) - named
        names: dict[int, int] = {}
        ranks = self._ranks([record for members in groups.values() for record in members])
        for person, members in sorted(groups.items(), key=lambda one: min(map(ranks.__getitem__, one[1]))):
            ordered = sorted(members, key=ranks.__getitem__)
            new = next((one for one in map(self._person_of, ordered) if one not in taken), person)
            names[person] = new
            taken.add(new)
        persons = {record: names.get(person, person) for record, person in result.persons.items()}
        return replace(result, persons=persons)

    def _ranks(self, records: list[int]) -> dict[int, tuple[int, bool, int]]:
        """By the import with which a record first came, register first among those of one import."""
        db = self._db
        db.execute("CREATE TEMP TABLE IF NOT EXISTS founders (id INTEGER PRIMARY KEY)")
        db.execute("DELETE FROM temp.founders")
        db.executemany("INSERT INTO temp.founders VALUES (?)", ((one,) for one in sorted(records)))
        db.execute("DROP TABLE IF EXISTS temp.came")
        db.execute(_IMPORTS)
        came = dict(db.execute(_CAME).fetchall())
        chosen = "SELECT record_id, extract FROM record WHERE record_id IN (SELECT id FROM temp.founders)"
        extract = dict(db.execute(chosen).fetchall())
        return {one: (came.get(one, 0), extract.get(one) != REGISTER, one) for one in records}
