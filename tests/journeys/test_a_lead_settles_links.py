"""A lead works through the queue of uncertain links, and everything can be taken back."""

from __future__ import annotations

from pathlib import Path

from app.services.deriving import rebuilding
from app.services.links import foreseeing, linking, pairs
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.builders import NOW, bring_in, groups, opened


def test_a_whole_queue_is_ruled_on_and_taken_back(folder: Path, extracts: Path) -> None:
    with opened(folder) as office:
        before = groups(office)
        entries = []
        for number, line in enumerate(pairs.queue(office)):
            pairs.pair(office, line.a, line.b, NOW)
            same, _apart = foreseeing.previews(office, line.a, line.b)
            entries.append(linking.rule(office, line.a, line.b, number % 2 == 0, "書類で確認", NOW).value)
            if number % 2 == 0 and not same.disagrees:
                _together(office, line.a, line.b)
        assert entries
        assert not {line.reason for line in pairs.queue(office)} - {"two_register_entries", "rulings_disagree"}
    with opened(folder) as office:
        rebuilding.ensure_view(office)
        assert rebuilding.differences(office) == []
        assert {one.outcome for one in bring_in(office, extracts).files} == {"unchanged"}
        for entry in entries:
            linking.withdraw_ruling(office, entry, "見直し", NOW)
        assert groups(office) == before
        assert rebuilding.differences(office) == []
        assert verify(office) == []


def _together(office: Office, a: int, b: int) -> None:
    rows = office.reader().execute("SELECT DISTINCT person_id FROM view.record WHERE record_id IN (?, ?)", (a, b))
    assert len(rows.fetchall()) == 1
