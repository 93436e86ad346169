"""Another model: learnt, compared before anything changes, taken over, gone back from."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.message import Refused, WrongUse
from app.linkage import training
from app.linkage.model import shipped_model
from app.services.casework import assigning
from app.services.deriving import rebuilding
from app.services.deriving.models import model_in_force, read_own
from app.services.links import linking, pairs, retraining
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.builders import (
    LEAD,
    NOW,
    REGISTER,
    SCHOOL,
    WORKER,
    bring_in,
    extract,
    groups,
    new_office,
    opened,
    person_of,
    pupil,
    resident,
)

BIRTH = "2016-09-28"
PUPILS = (
    pupil("1", "小暮 颯大", "コグレ ソウダ", BIRTH, guardian="小暮 恵美"),
    pupil("2", "森 葵", "モリ アオイ", "2015-05-05", address="緑町4-5"),
    pupil("3", "井波 紗英", "イナミ サエ", "2017-03-03", sex="女", address="南町7-1"),
)


def strict() -> str:
    """A model to which nobody's evidence is enough: it neither links nor asks."""
    said = json.loads(shipped_model().as_json())
    return json.dumps({**said, "link": 200.0, "review": 200.0})


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    new_office(folder / "office")
    residents = [
        resident("101", "小暮 颯太", "コグレ ソウタ", BIRTH, guardian="小暮 恵美"),
        resident("201", "森 葵", "モリ アオイ", "2015-05-05", address="みらい市緑町4番5号"),
        resident("301", "井波 紗英", "イナミ サエ", "2017-03-03", sex="女", address="みらい市南町7番1号"),
    ]
    with opened(folder / "office") as office:
        bring_in(
            office,
            extract(folder / "resident_register.csv", REGISTER, residents),
            extract(folder / "school_register.csv", SCHOOL, PUPILS),
        )
    return folder / "office"


@pytest.fixture
def office(town: Path, tmp_path: Path) -> Iterator[Office]:
    with opened(Path(shutil.copytree(town, tmp_path / "office"))) as it:
        yield it


def test_a_comparison_says_what_would_change_and_changes_nothing(office: Office) -> None:
    before, queue, view = groups(office), pairs.queue(office), office.view_number()
    said = retraining.compare(office, read_own(strict()))
    assert said.counts == {"joined": 0, "parted": 2, "asked": 0, "settled": 1}
    assert {(one.name, one.how) for one in said.examples if one.how == "parted"} == {
        ("森 葵", "parted"),
        ("井波 紗英", "parted"),
    }
    assert (said.reviews_now, said.reviews_then) == (len(queue), len(queue) - 1)
    assert said.records == 6
    assert all(line.now == line.then for line in said.levels)
    assert (groups(office), pairs.queue(office), office.view_number()) == (before, queue, view)
    assert [one.in_force for one in retraining.history(office)] == [True]


def test_taking_a_model_over_regroups_everybody_and_is_proved_by_a_rebuild(office: Office) -> None:
    text = strict()
    outcome = retraining.take_over(office, text, "試す", NOW)
    assert "published" in outcome.changes.kinds
    assert outcome.value.model == read_own(text).id
    assert person_of(office, "resident_register", "201") != person_of(office, "school_register", "2")
    assert model_in_force(office.reader(), "main").id == outcome.value.model
    newest, shipped = retraining.history(office)
    assert (newest.author, newest.reason, newest.own, newest.in_force, shipped.in_force) == (
        LEAD,
        "試す",
        True,
        True,
        False,
    )
    last = office.reader().execute("SELECT model FROM link_run ORDER BY run_id DESC LIMIT 1").fetchone()[0]
    assert last == outcome.value.model
    assert rebuilding.differences(office) == []
    assert verify(office) == []


def test_going_back_gives_the_same_persons_again(office: Office) -> None:
    before = groups(office)
    ids = {one: person_of(office, "resident_register", one) for one in ("101", "201", "301")}
    retraining.take_over(office, strict(), "試す", NOW)
    assert groups(office) != before
    retraining.take_over(office, "", "戻す", NOW)
    assert groups(office) == before
    assert {one: person_of(office, "resident_register", one) for one in ids} == ids
    assert model_in_force(office.reader(), "main").id == shipped_model().id
    assert rebuilding.differences(office) == []


def test_a_ruling_outranks_every_model(office: Office) -> None:
    a, b = (_record(office, *one) for one in (("resident_register", "201"), ("school_register", "2")))
    linking.rule(office, a, b, True, "書類で確認", NOW)
    said = retraining.compare(office, read_own(strict()))
    assert said.counts["parted"] == 1
    retraining.take_over(office, strict(), "試す", NOW)
    assert person_of(office, "resident_register", "201") == person_of(office, "school_register", "2")


def test_persons_worked_with_are_counted_and_not_joined_by_a_model(office: Office) -> None:
    retraining.take_over(office, strict(), "試す", NOW)
    both = [person_of(office, "resident_register", "201"), person_of(office, "school_register", "2")]
    for person in both:
        assigning.assign(office, [person], WORKER, NOW)
    said = retraining.compare(office, shipped_model())
    assert said.counts["joined"] == 1  # 井波; 森 is worked with on both sides
    retraining.take_over(office, "", "戻す", NOW)
    assert person_of(office, "resident_register", "201") != person_of(office, "school_register", "2")
    assert "both_worked_with" in {line.reason for line in pairs.queue(office)}


def test_the_model_stays_in_force_at_the_next_import(office: Office, tmp_path: Path) -> None:
    retraining.take_over(office, strict(), "試す", NOW)
    more = extract(tmp_path / "school_register.csv", SCHOOL, [*PUPILS, pupil("9", "堀 凛", "ホリ リン", "2014-02-02")])
    bring_in(office, more)
    runs = office.reader().execute("SELECT model FROM link_run ORDER BY run_id").fetchall()
    assert [row[0] for row in runs] == [shipped_model().id, *[read_own(strict()).id] * 2]


def test_a_model_in_force_is_not_taken_over_again(office: Office) -> None:
    with pytest.raises(WrongUse):
        retraining.take_over(office, "", "", NOW)


@pytest.mark.parametrize("text", ["{}", "[]", "nonsense", '{"levels": {}, "prior": "x"}'])
def test_what_is_no_model_is_refused(office: Office, text: str) -> None:
    with pytest.raises(WrongUse):
        retraining.take_over(office, text, "", NOW)


def test_a_model_of_an_earlier_program_takes_what_it_lacks_from_the_shipped_one() -> None:
    said = json.loads(strict())
    del said["levels"]["phone"], said["levels"]["birth"]["same"]
    model = read_own(json.dumps(said))
    assert model.levels["phone"] == shipped_model().levels["phone"]
    assert model.levels["birth"]["same"] == shipped_model().levels["birth"]["same"]
    assert model.link == 200.0


def test_too_few_records_teach_nothing(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        retraining.learn(office)
    assert refused.value.message.key == "training.too_little"
    assert refused.value.message.values["records"] == 6


def test_records_without_a_pair_teach_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "LEAST_RECORDS", 1)
    with pytest.raises(Refused):
        retraining.learn(office)


def test_a_worker_neither_learns_nor_takes_over(town: Path, tmp_path: Path) -> None:
    with opened(Path(shutil.copytree(town, tmp_path / "office")), WORKER) as office:
        for act in (
            lambda: retraining.learn(office),
            lambda: retraining.compare(office, shipped_model()),
            lambda: retraining.take_over(office, strict(), "", NOW),
        ):
            with pytest.raises(Refused):
                act()


def _record(office: Office, key: str, local_id: str) -> int:
    row = office.reader().execute(
        "SELECT record_id FROM view.record WHERE extract = ? AND local_id = ?", (key, local_id)
    )
    return int(row.fetchone()[0])
