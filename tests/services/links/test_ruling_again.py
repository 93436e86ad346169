"""A ruling that was taken back is made again, with all its pairs; what was ruled about others stands."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.message import WrongUse
from app.services.deriving import rebuilding
from app.services.links import foreseeing, linking, pairs, ruling_history
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.builders import NOW, REGISTER, SCHOOL, bring_in, extract, groups, new_office, opened, pupil, resident

LATER = NOW + timedelta(days=150)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Moved away and back: two entries of the register, of which the school's record stands with one; and a girl."""
    folder = tmp_path_factory.mktemp("town")
    new_office(folder / "office")
    residents = [
        resident("501", "藤代 航", "フジシロ ワタル", "2014-02-02", guardian="藤代 恵"),
        resident("902", "藤代 航", "フジシロ ワタル", "2014-02-02", guardian="藤代 恵", household="H501"),
        resident("301", "井波 紗英", "イナミ サエ", "2017-03-03", sex="女", address="みらい市南町7番1号"),
    ]
    pupils = [pupil("5", "藤代 航", "フジシロ ワタル", "2014-02-02", guardian="藤代 恵")]
    with opened(folder / "office") as office:
        bring_in(
            office,
            extract(folder / "r.csv", REGISTER, residents),
            extract(folder / "s.csv", SCHOOL, pupils),
        )
    return folder


@pytest.fixture
def office(town: Path, tmp_path: Path) -> Iterator[Office]:
    with opened(Path(shutil.copytree(town / "office", tmp_path / "office"))) as it:
        yield it


def record(office: Office, extract_key: str, local_id: str) -> int:
    return office.digester.record(extract_key, local_id)


def sound(office: Office) -> bool:
    return rebuilding.differences(office) == [] and verify(office) == []


def test_a_ruling_of_several_pairs_is_made_again_whole(office: Office) -> None:
    (line,) = pairs.queue(office)
    entry = linking.rule(office, line.a, line.b, True, "戸籍で確認", NOW).value
    joined = groups(office)
    (made,) = ruling_history.rulings(office)
    assert made.pairs > 1
    linking.withdraw_ruling(office, entry, "", LATER)
    assert groups(office) != joined
    foreseen = foreseeing.preview_again(office, entry)
    assert foreseen.same
    assert foreseen.after[0].records == 3
    linking.rule_again(office, entry, "やはり同じ", LATER)
    assert groups(office) == joined
    assert pairs.queue(office) == ()
    assert ruling_history.rulings(office)[0].pairs == made.pairs
    assert sound(office)


def test_a_record_taken_out_and_put_back_is_taken_out_again(office: Office) -> None:
    (line,) = pairs.queue(office)
    linking.rule(office, line.a, line.b, True, "戸籍で確認", NOW)
    whole = groups(office)
    entry = linking.take_out(office, record(office, "school_register", "5"), "別の児童", NOW).value
    apart = groups(office)
    assert apart != whole
    linking.withdraw_ruling(office, entry, "", LATER)
    assert groups(office) == whole
    linking.rule_again(office, entry, "やはり別", LATER)
    assert groups(office) == apart
    assert sound(office)


def test_what_stands_or_is_ruled_again_already_is_not_made_again(office: Office) -> None:
    (line,) = pairs.queue(office)
    entry = linking.rule(office, line.a, line.b, False, "", NOW).value
    with pytest.raises(WrongUse, match=r"ruling\.stands"):
        linking.rule_again(office, entry, "", NOW)
    linking.withdraw_ruling(office, entry, "", NOW)
    linking.rule(office, line.a, line.b, False, "", NOW)
    with pytest.raises(WrongUse, match=r"ruling\.stands"):
        linking.rule_again(office, entry, "", NOW)
    with pytest.raises(WrongUse, match=r"ruling\.unknown"):
        linking.rule_again(office, "00" * 16, "", NOW)


def test_not_the_same_within_a_person_leaves_what_was_ruled_about_its_others(office: Office) -> None:
    """The sample's way: a pair inside one person is ruled apart. The two register entries are the same still."""
    one, other = record(office, "resident_register", "501"), record(office, "resident_register", "902")
    school = record(office, "school_register", "5")
    linking.rule(office, one, other, True, "戸籍で確認", NOW)
    (line,) = ruling_history.rulings(office)
    assert not line.withdrawn
    stranger = record(office, "resident_register", "301")
    linking.join(office, stranger, _person(office, school), "", NOW)
    assert _person(office, stranger) == _person(office, school)
    linking.rule(office, stranger, other, False, "別の児童でした", LATER)
    assert _person(office, one) == _person(office, other)
    assert _person(office, stranger) != _person(office, other)
    kept = {one.entry: one.withdrawn for one in ruling_history.rulings(office)}
    assert kept[line.entry] is False
    assert sound(office)


def _person(office: Office, record_id: int) -> int:
    row = office.reader().execute("SELECT person_id FROM view.record WHERE record_id = ?", (record_id,)).fetchone()
    return int(row[0])
