"""The demo city's files, read: what was broken on purpose is rejected, and nothing else is."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from app.demo.city import make_city
from app.demo.writing import write_extracts
from app.domain.extracts.reading import RowReader, plan_columns
from app.storage.definitions.profiles import shipped_profiles
from app.storage.files.source_files import open_source

AS_OF = date(2026, 10, 31)


def test_only_deliberate_flaws_are_rejected_and_every_person_is_read(tmp_path: Path) -> None:
    city = make_city(150, 7, AS_OF)
    rejected: Counter[tuple[str, str]] = Counter()
    bearing: set[tuple[str, str]] = set()
    for path in write_extracts(city, tmp_path):
        with open_source(path, shipped_profiles()) as source:
            reader = RowReader(source.profile, plan_columns(source.profile, source.header), AS_OF)
            for chunk in source.chunks():
                for at, cells in enumerate(chunk.cells):
                    reading = reader.read(cells, chunk.damage.get(at, ""))
                    if reading.rejected:
                        rejected[source.profile.key, reading.local_id] += 1
                    elif reading.block:
                        bearing.add((source.profile.key, reading.local_id))
    assert rejected == Counter((flaw.extract, flaw.local_id) for flaw in city.flaws if flaw.outcome == "rejected")
    assert bearing == {(truth.extract, truth.local_id) for truth in city.truth}
