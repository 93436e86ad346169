"""What a member chose for the window: theirs alone, on this PC, and never able to keep it from opening."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services.desk.remembering import Look, Place, choose, chosen, keep_look, keep_place, look_of, window_of
from app.storage.offices.office import Office
from app.storage.offices.window_file import read_window, write_window
from tests.builders import LEAD, WORKER, new_office, opened

WESTERN = Look("en", "western", "dark", 125)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    new_office(tmp_path / "office")
    with opened(tmp_path / "office") as it:
        yield it


def test_a_look_is_there_after_a_restart_and_before_unlocking(office: Office, tmp_path: Path) -> None:
    keep_look(office, WESTERN)
    office.close()
    assert window_of(tmp_path / "office")[0] == WESTERN
    with opened(tmp_path / "office") as again:
        assert look_of(again) == WESTERN


def test_a_colleague_on_the_same_pc_keeps_a_look_of_their_own(office: Office, tmp_path: Path) -> None:
    keep_look(office, WESTERN)
    choose(office, "columns", ["name", "age"])
    office.close()
    with opened(tmp_path / "office", WORKER) as worker:
        assert look_of(worker) == Look()
        assert chosen(worker, "columns") is None
        keep_look(worker, Look("ja"))
    with opened(tmp_path / "office", LEAD) as lead:
        assert look_of(lead) == WESTERN
        assert chosen(lead, "columns") == ["name", "age"]


def test_a_choice_is_no_entry_and_leaves_no_name_readable(office: Office, tmp_path: Path) -> None:
    before = office.last_seq()
    keep_look(office, WESTERN)
    keep_place(tmp_path / "office", Place(1280, 720, True))
    choose(office, "last", "青木 一")
    assert office.last_seq() == before
    assert set(read_window(tmp_path / "office")) == {"look", "place"}


def test_look_and_place_do_not_take_each_other_away(office: Office, tmp_path: Path) -> None:
    keep_place(tmp_path / "office", Place(1280, 720))
    keep_look(office, WESTERN)
    keep_place(tmp_path / "office", Place(1400, 900, True))
    assert window_of(tmp_path / "office") == (WESTERN, Place(1400, 900, True))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"look": "dark"}, Look()),
        ({"look": {"language": "fr", "colours": "dark", "text": 1000}}, Look(colours="dark")),
        ({"look": {"years": ["western"], "text": "125"}}, Look()),
        ({"look": {"unknown": 1, "text": 90}}, Look(text=90)),
    ],
)
def test_a_look_that_nobody_can_mean_is_as_if_never_chosen(
    said: dict[str, object], expected: Look, tmp_path: Path
) -> None:
    write_window(tmp_path, said)
    assert window_of(tmp_path)[0] == expected


@pytest.mark.parametrize(
    "place",
    [
        [],
        {"width": 10, "height": 10},
        {"width": 1280},
        {"width": "1280", "height": 720},
        {"width": 10**6, "height": 720},
    ],
)
def test_a_window_is_never_opened_too_small_or_beyond_any_screen(place: object, tmp_path: Path) -> None:
    write_window(tmp_path, {"place": place})
    assert window_of(tmp_path)[1] == Place()


def test_before_any_office_everything_is_as_the_pc_has_it(tmp_path: Path) -> None:
    assert window_of(None) == (Look(), Place())
    assert window_of(tmp_path) == (Look(), Place())
