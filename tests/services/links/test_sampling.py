"""A blind sample of the machine's links: drawn by lot, answered over days, honest about what it says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.message import Refused, WrongUse
from app.services.deriving import rebuilding
from app.services.links import linking, sampling
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.builders import LEAD, NOW, REGISTER, SCHOOL, WORKER, bring_in, extract, new_office, opened, pupil, resident

NAMES = ("森 葵", "原 蓮", "関 陽菜", "辻 湊", "堀 凛", "星 樹", "秋山 紬", "久保 碧")
KANA = (
    "モリ アオイ",
    "ハラ レン",
    "セキ ヒナ",
    "ツジ ミナト",
    "ホリ リン",
    "ホシ イツキ",
    "アキヤマ ツムギ",
    "クボ アオ",
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight children, each in the register and at school."""
    folder = tmp_path_factory.mktemp("sampled")
    new_office(folder / "office")
    people = [
        (str(at), name, kana, f"201{at % 8}-0{at + 1}-1{at}")
        for at, (name, kana) in enumerate(zip(NAMES, KANA, strict=True))
    ]
    homes = [f"みらい市緑町{at + 1}番{at + 2}号" for at in range(len(people))]
    residents = [resident("10" + one[0], *one[1:], address=home) for one, home in zip(people, homes, strict=True)]
    pupils = [pupil(*one, address=home) for one, home in zip(people, homes, strict=True)]
    with opened(folder / "office") as office:
        bring_in(
            office,
            extract(folder / "resident_register.csv", REGISTER, residents),
            extract(folder / "school_register.csv", SCHOOL, pupils),
        )
    return folder / "office"


@pytest.fixture
def office(town: Path, tmp_path: Path) -> Iterator[Office]:
    with opened(Path(shutil.copytree(town, tmp_path / "office"))) as it:
        yield it


def test_every_link_of_the_machine_can_be_drawn_once(office: Office) -> None:
    sample = sampling.draw(office, NOW).value
    pairs = sampling.pairs_of(office, sample)
    assert len(pairs) == len(NAMES)
    assert len({(one.a, one.b) for one in pairs}) == len(NAMES)
    assert [one.place for one in pairs] == list(range(1, len(NAMES) + 1))
    assert all(one.there and not one.answer for one in pairs)
    assert sampling.samples(office).population == len(NAMES)


def test_the_lot_decides_and_a_seed_makes_it_the_same(office: Office) -> None:
    drawn = [sampling.pairs_of(office, sampling.draw(office, NOW, 3, seed).value) for seed in (1, 1, 2, 3)]
    ends = [{one.a for one in pairs} for pairs in drawn]
    assert ends[0] == ends[1]
    assert ends[0] != ends[2] or ends[0] != ends[3]


def test_what_a_person_ruled_on_is_no_link_of_the_machine(office: Office) -> None:
    a, b = sampling.machine_links(office.reader())[0]
    linking.rule(office, a, b, True, "書類で確認", NOW)
    assert a not in {one for pair in sampling.machine_links(office.reader()) for one in pair}
    assert len(sampling.machine_links(office.reader())) == len(NAMES) - 1


def test_answers_are_kept_over_days_and_the_last_one_counts(office: Office) -> None:
    sample = sampling.draw(office, NOW, 4).value
    sampling.answer(office, sample, 1, "apart", NOW)
    sampling.answer(office, sample, 2, "unknown", NOW)
    later = NOW + timedelta(days=2)
    sampling.answer(office, sample, 1, "same", later)
    sampling.answer(office, sample, 3, "apart", later)
    first, second, third, last = sampling.pairs_of(office, sample)
    assert [one.answer for one in (first, second, third, last)] == ["same", "unknown", "apart", ""]
    assert (first.author, first.answered) == (LEAD, later)
    (line,) = sampling.samples(office).lines
    assert line.estimate is not None
    assert (line.answered, line.estimate.checked, line.estimate.wrong, line.estimate.unknown) == (3, 2, 1, 1)
    assert line.estimate.errors.share == 0.5
    assert line.estimate.worst.share == pytest.approx(2 / 3)


def test_samples_of_one_model_count_together(office: Office) -> None:
    for seed in (1, 2):
        sample = sampling.draw(office, NOW, 4, seed).value
        for place in range(1, 5):
            sampling.answer(office, sample, place, "apart" if place == 1 else "same", NOW)
    said = sampling.samples(office)
    assert said.together is not None
    assert (said.together.checked, said.together.wrong) == (8, 2)
    single = said.lines[0].estimate
    assert single is not None
    assert said.together.errors.high < single.errors.high


def test_nothing_told_is_no_estimate(office: Office) -> None:
    sample = sampling.draw(office, NOW, 2).value
    sampling.answer(office, sample, 1, "unknown", NOW)
    assert sampling.samples(office).lines[0].estimate is None


def test_answers_are_signed_and_survive_a_rebuild(office: Office) -> None:
    sample = sampling.draw(office, NOW, 2).value
    sampling.answer(office, sample, 1, "same", NOW)
    assert verify(office) == []
    assert rebuilding.differences(office) == []


def test_only_pairs_that_were_drawn_are_answered(office: Office) -> None:
    sample = sampling.draw(office, NOW, 2).value
    for place, said in ((3, "same"), (0, "same"), (1, "perhaps")):
        with pytest.raises(WrongUse):
            sampling.answer(office, sample, place, said, NOW)
    with pytest.raises(WrongUse):
        sampling.pairs_of(office, "0190b5a0-0000-7000-8000-000000000000")


def test_a_worker_draws_no_sample(town: Path, tmp_path: Path) -> None:
    with opened(Path(shutil.copytree(town, tmp_path / "office")), WORKER) as office, pytest.raises(Refused):
        sampling.draw(office, NOW)


def test_an_empty_office_has_nothing_to_draw(tmp_path: Path) -> None:
    new_office(tmp_path / "office")
    with opened(tmp_path / "office") as office, pytest.raises(WrongUse):
        sampling.draw(office, NOW)
