"""Of two new views begun beside the same one, the second is refused: it would lack what the first brought."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.message import Refused
from app.services.casework import publishing
from app.services.criteria import running
from app.services.deriving import rebuilding
from app.services.imports import importing, profiling, rereading, withdrawing
from app.storage.offices.office import Office
from tests import builders


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pupil with two months of attendance, each month in a file."""
    place = tmp_path_factory.mktemp("made")
    builders.new_office(place / "office")
    with builders.opened(place / "office") as opened:
        pupil = builders.pupil("P1", "青木 一", "アオキ ハジメ", "2016-05-01")
        builders.bring_in(opened, builders.extract(place / "school.csv", builders.SCHOOL, [pupil]))
        for month in ("9", "10"):
            file = place / f"attendance-{month}.csv"
            rows = [builders.month("P1", "2026", month, sick="6")]
            builders.bring_in(opened, builders.extract(file, builders.ATTENDANCE, rows))
    return place / "office"


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    with builders.opened(Path(shutil.copytree(made, tmp_path / "office"))) as opened:
        yield opened


def withdrawn(office: Office, batch: int) -> object:
    return withdrawing.withdraw(office, batch, "別の月のファイルでした", builders.NOW)


def brought_in(office: Office, tmp_path: Path) -> object:
    rows = [builders.month("P1", "2026", "11", sick="6")]
    return builders.bring_in(office, builders.extract(tmp_path / "november.csv", builders.ATTENDANCE, rows))


def months(office: Office) -> list[str]:
    found = office.reader().execute("SELECT start FROM view.fact WHERE kind = 'attendance' ORDER BY start").fetchall()
    return [start for (start,) in found]


@pytest.mark.parametrize("second", ["import", "withdrawal", "rules", "run"])
def test_what_came_into_force_meanwhile_is_not_lost(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    profiling.save(office, "attendance", {"base": "attendance", "headers": {"病欠": ["休み", "病欠"]}}, builders.NOW)
    later: dict[str, Callable[[], object]] = {
        "import": lambda: brought_in(office, tmp_path),
        "withdrawal": lambda: withdrawn(office, 3),
        "rules": lambda: rereading.reread(office, builders.NOW),
        "run": lambda: running.run_again(office, builders.NOW),
    }
    shown = publishing.stage_results

    def meanwhile(*given: object) -> object:  # a lead takes back September while the second is worked out
        monkeypatch.setattr(publishing, "stage_results", shown)
        withdrawn(office, 2)
        return shown(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(publishing, "stage_results", meanwhile)
    with pytest.raises(Refused) as refused:
        later[second]()
    assert refused.value.message.key == "view.moved"
    assert months(office) == ["2026-10-01"], "September is gone and nothing else has changed"
    if second != "rules":  # what the withdrawal worked out anew was by the new rules already
        assert later[second]() is not None, "and again, it comes to pass"
    assert "2026-09-01" not in months(office)
    assert rebuilding.differences(office) == []
    assert not list((tmp_path / "office").glob(f"view-{office.view_number() + 1}.db*")), "nothing is left behind"


def test_who_only_foresees_leaves_nothing_behind(office: Office, tmp_path: Path) -> None:
    before = sorted(one.name for one in (tmp_path / "office").glob("view-*.db"))
    withdrawing.foresee(office, 3)
    assert sorted(one.name for one in (tmp_path / "office").glob("view-*.db")) == before


def test_an_import_whose_view_was_swept_away_says_why(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    derive = importing.derive

    def meanwhile(*given: object, **more: object) -> object:
        monkeypatch.setattr(importing, "derive", derive)
        withdrawn(office, 2)
        running.run_again(office, builders.NOW)
        return derive(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "derive", meanwhile)
    with pytest.raises(Refused) as refused:
        brought_in(office, tmp_path)
    assert refused.value.message.key == "view.moved"
    assert months(office) == ["2026-10-01"]
