"""Ruling on links: what follows, what is remembered, and that all of it can be taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain import ids
from app.domain.decisions import Decision, DecisionKind
from app.domain.entries import Kind
from app.domain.message import Refused, WrongUse
from app.services.casework import assigning, reviewing
from app.services.deriving import rebuilding
from app.services.deriving.rulings import CHANGED
from app.services.links import foreseeing, linking, pairs
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.builders import (
    ATTENDANCE,
    LEAD,
    NOW,
    REGISTER,
    SCHOOL,
    WORKER,
    bring_in,
    extract,
    groups,
    month,
    new_office,
    opened,
    person_of,
    pupil,
    resident,
)

LATER = NOW + timedelta(days=150)
BIRTH = "2016-09-28"
HOME = "みらい市青葉一丁目2番3号"
WATCH = Decision(DecisionKind.WATCH, "担任に確かめる。", date(2026, 10, 31), date(2026, 11, 20), ())


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register, a school, a month of absences: one pair in question, one that is linked."""
    folder = tmp_path_factory.mktemp("town")
    new_office(folder / "office")
    residents = [
        resident("101", "小暮 颯太", "コグレ ソウタ", BIRTH, guardian="小暮 恵美", household="H1"),
        resident("102", "小暮 結衣", "コグレ ユイ", "2020-12-08", sex="女", guardian="小暮 恵美", household="H1"),
        resident("201", "森 葵", "モリ アオイ", "2015-05-05", address="みらい市緑町4番5号"),
        resident("301", "井波 紗英", "イナミ サエ", "2017-03-03", sex="女", address="みらい市南町7番1号"),
    ]
    pupils = [
        pupil("1", "小暮 颯大", "コグレ ソウダ", BIRTH, guardian="小暮 恵美"),
        pupil("2", "森 葵", "モリ アオイ", "2015-05-05", address="緑町4-5"),
    ]
    absences = [month("1", "2026", str(one), sick="9", late="6") for one in (5, 6, 7, 9, 10)]
    with opened(folder / "office") as office:
        bring_in(
            office,
            extract(folder / "r.csv", REGISTER, residents),
            extract(folder / "s.csv", SCHOOL, pupils),
            extract(folder / "a.csv", ATTENDANCE, absences),
        )
    return folder


@pytest.fixture
def folder(town: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town / "office", tmp_path / "office"))


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    with opened(folder) as it:
        yield it


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Office]:
    new_office(tmp_path / "fresh")
    with opened(tmp_path / "fresh") as it:
        yield it


def record(office: Office, extract_key: str, local_id: str) -> int:
    return office.digester.record(extract_key, local_id)


def pair_of(office: Office) -> tuple[int, int]:
    """The boy in the register and the boy in the school: one letter apart."""
    one, other = record(office, "resident_register", "101"), record(office, "school_register", "1")
    return min(one, other), max(one, other)


def sound(office: Office) -> bool:
    """The view is what a rebuild gives, and the truth holds."""
    return rebuilding.differences(office) == [] and verify(office) == []


TOGETHER = frozenset({("resident_register", "101"), ("school_register", "1")})


def test_the_queue_says_which_records_and_why(office: Office) -> None:
    (line,) = pairs.queue(office)
    assert (line.a, line.b) == pair_of(office)
    assert {line.extract_a, line.extract_b} == {"resident_register", "school_register"}
    assert line.reason
    assert line.differs.startswith("given.")
    assert line.since == NOW.date()


def test_a_pair_shows_every_field_on_both_sides_and_what_it_says(office: Office) -> None:
    file = pairs.pair(office, *pair_of(office), NOW)
    fields = {one.key: one for one in file.fields}
    assert {fields["name"].a, fields["name"].b} == {"小暮 颯太", "小暮 颯大"}
    assert [mark.kind for mark in fields["name"].marks_a] == ["differs"]
    assert fields["address"].levels == ("address.same",)
    assert fields["address"].push > 0
    assert fields["address"].marks_a == ()
    assert fields["birth"].push is not None
    assert file.weight is not None
    assert {one.name for one in (*file.kin_a, *file.kin_b)} == {"小暮 結衣"}
    looked = office.reader().execute("SELECT person_id FROM access WHERE what = 'pair'").fetchall()
    assert {row[0] for row in looked} == {file.a.person_id, file.b.person_id}


def test_the_preview_is_what_then_happens_and_changes_nothing_itself(office: Office) -> None:
    before = rebuilding.digests(office.reader(), "view")
    same, apart = foreseeing.previews(office, *pair_of(office))
    assert rebuilding.digests(office.reader(), "view") == before
    assert same.moved_count == 6
    assert len(same.after) == 1
    assert [len(apart.before), len(apart.after), apart.moved_count] == [2, 2, 0]
    linking.rule(office, *pair_of(office), True, "学校に確認", NOW)
    file = reviewing.child_file(office, same.after[0].person_id, NOW)
    assert (file.points, file.level, file.rank) == (same.after[0].points, same.after[0].level, same.after[0].rank)
    assert len(file.facts) == same.after[0].facts


def test_same_joins_the_two_and_leaves_the_queue(office: Office) -> None:
    outcome = linking.rule(office, *pair_of(office), True, "学校に確認", NOW)
    assert TOGETHER in groups(office)
    assert pairs.queue(office) == ()
    assert person_of(office, "school_register", "1") in outcome.changes.persons
    assert sound(office)


def test_not_the_same_is_not_asked_again(office: Office, tmp_path: Path) -> None:
    linking.rule(office, *pair_of(office), False, "転校生の別の児童", NOW)
    assert pairs.queue(office) == ()
    bring_in(office, extract(tmp_path / "a.csv", ATTENDANCE, [month("1", "2026", "11", sick="4")]))
    assert pairs.queue(office) == ()
    assert TOGETHER not in groups(office)
    assert sound(office)


def test_it_is_asked_again_when_a_record_changed_in_a_way_that_matters(office: Office, tmp_path: Path) -> None:
    linking.rule(office, *pair_of(office), False, "別の児童", NOW)
    corrected = [
        pupil("1", "小暮 颯太", "コグレ ソウタ", BIRTH, guardian="小暮 恵美"),
        pupil("2", "森 葵", "モリ アオイ", "2015-05-05", address="緑町4-5"),
    ]
    bring_in(office, extract(tmp_path / "s.csv", SCHOOL, corrected), as_of=date(2026, 11, 30))
    (line,) = pairs.queue(office)
    assert line.reason == CHANGED
    file = pairs.pair(office, line.a, line.b, NOW)
    assert "given" in {field for field, _, _ in file.changed}
    assert file.rulings[0].stands
    assert file.rulings[0].author == LEAD
    assert TOGETHER not in groups(office)
    assert sound(office)
    linking.rule(office, line.a, line.b, True, "字が直った", LATER)
    assert TOGETHER in groups(office)
    assert sound(office)


def test_a_ruling_can_be_taken_back_months_later_after_an_import(office: Office, tmp_path: Path) -> None:
    was = groups(office), person_of(office, "school_register", "1"), person_of(office, "resident_register", "101")
    entry = linking.rule(office, *pair_of(office), True, "", NOW).value
    bring_in(office, extract(tmp_path / "a.csv", ATTENDANCE, [month("1", "2026", "11", sick="4")]))
    assert TOGETHER in groups(office)
    assert sound(office)
    linking.withdraw_ruling(office, entry, "間違いでした", LATER)
    now = groups(office), person_of(office, "school_register", "1"), person_of(office, "resident_register", "101")
    assert now == was
    assert len(pairs.queue(office)) == 1
    assert sound(office)
    with pytest.raises(WrongUse, match=r"ruling\.unknown"):
        linking.withdraw_ruling(office, entry, "もう一度", LATER)


def test_what_people_did_goes_along_and_comes_back(office: Office) -> None:
    pupil_, resident_ = person_of(office, "school_register", "1"), person_of(office, "resident_register", "101")
    for child in (pupil_, resident_):
        reviewing.decide(office, child, WATCH, NOW, on_screen="")
    assigning.assign(office, [pupil_], WORKER, NOW)
    (line,) = pairs.queue(office)
    entry = linking.rule(office, line.a, line.b, True, "", NOW).value
    kept = person_of(office, "school_register", "1")
    file = reviewing.child_file(office, kept, NOW)
    assert len(file.decisions) == 2
    assert file.assignee == WORKER
    assert sound(office)
    linking.withdraw_ruling(office, entry, "", LATER)
    for child, assignee in ((pupil_, WORKER), (resident_, "")):
        file = reviewing.child_file(office, child, NOW)
        assert len(file.decisions) == 1
        assert file.assignee == assignee
    assert sound(office)


def test_a_record_is_taken_out_and_put_back(office: Office, tmp_path: Path) -> None:
    taken = record(office, "school_register", "2")
    child = person_of(office, "resident_register", "201")
    foreseen = foreseeing.preview_taking_out(office, taken)
    linking.take_out(office, taken, "別の学校の児童でした", NOW)
    apart = person_of(office, "school_register", "2")
    assert apart != child
    assert {one.person_id for one in foreseen.after} == {apart, child}
    assert sound(office)
    bring_in(office, extract(tmp_path / "a.csv", ATTENDANCE, [month("2", "2026", "10")]))
    assert person_of(office, "school_register", "2") == apart
    assert pairs.queue(office)[0].reason != CHANGED
    joined = linking.join(office, taken, child, "やはり同じ", LATER).value
    assert person_of(office, "school_register", "2") == child
    assert sound(office)
    linking.withdraw_ruling(office, joined, "", LATER)
    assert person_of(office, "school_register", "2") == apart
    assert sound(office)


def test_a_found_record_is_added_by_hand(office: Office) -> None:
    hits = pairs.find_records(office, "いなみ")
    assert [one.local_id for one in hits] == ["301"]
    assert hits[0].alone
    child = person_of(office, "school_register", "1")
    foreseen = foreseeing.preview_joining(office, hits[0].record_id, child)
    linking.join(office, hits[0].record_id, child, "", NOW)
    assert person_of(office, "resident_register", "301") == person_of(office, "school_register", "1")
    assert foreseen.after[0].records == 2
    assert sound(office)


def test_same_between_two_register_entries_joins_both_persons_whole(fresh: Office, tmp_path: Path) -> None:
    """Moved away and back: two entries of the register, the school's record with one of them."""
    residents = [
        resident("501", "藤代 航", "フジシロ ワタル", "2014-02-02", guardian="藤代 恵"),
        resident("902", "藤代 航", "フジシロ ワタル", "2014-02-02", guardian="藤代 恵", household="H501"),
    ]
    pupils = [pupil("5", "藤代 航", "フジシロ ワタル", "2014-02-02", guardian="藤代 恵")]
    bring_in(
        fresh,
        extract(tmp_path / "r.csv", REGISTER, residents),
        extract(tmp_path / "s.csv", SCHOOL, pupils),
    )
    (line,) = pairs.queue(fresh)
    assert line.reason == "two_register_entries"
    linking.rule(fresh, line.a, line.b, True, "同じ児童の転出と転入", NOW)
    assert len(groups(fresh)) == 1
    assert pairs.queue(fresh) == ()
    assert sound(fresh)


def test_a_record_that_stands_alone_cannot_be_taken_out(office: Office) -> None:
    with pytest.raises(WrongUse, match="stands_alone"):
        linking.take_out(office, record(office, "resident_register", "301"), "", NOW)


def test_a_worker_rules_on_own_children_only(folder: Path) -> None:
    with opened(folder) as office:
        pair = pair_of(office)
    with opened(folder, WORKER) as office:
        assert pairs.queue(office) == ()
        with pytest.raises(Refused, match="not_allowed"):
            linking.rule(office, *pair, True, "", NOW)
        assigning.assign(office, [person_of(office, "school_register", "1")], WORKER, NOW)
        assert len(pairs.queue(office)) == 1
        linking.rule(office, *pair, True, "", NOW)
        assert TOGETHER in groups(office)


def test_when_two_people_disagree_both_stand_and_a_lead_is_asked(folder: Path) -> None:
    with opened(folder) as office:
        pair = pair_of(office)
        assigning.assign(office, [person_of(office, "school_register", "1")], WORKER, NOW)
        linking.rule(office, *pair, False, "別の児童", NOW)
    with opened(folder, WORKER) as office:
        assert foreseeing.preview(office, *pair, True).disagrees
        linking.rule(office, *pair, True, "同じ児童", NOW)
        assert TOGETHER not in groups(office)
    with opened(folder) as office:
        assert [one.reason for one in pairs.queue(office)] == ["rulings_disagree"]
        assert sound(office)
        linking.rule(office, *pair, True, "書類で確認", LATER)
        assert pairs.queue(office) == ()
        assert TOGETHER in groups(office)
        assert sound(office)


def test_whom_somebody_asked_stands_in_the_queue(office: Office) -> None:
    linking.ask(office, *pair_of(office), "学校", "字を確かめてください。", NOW)
    question = pairs.queue(office)[0].question
    assert question is not None
    assert (question.whom, question.author) == ("学校", LEAD)
    linking.rule(office, *pair_of(office), True, "", LATER)
    assert pairs.pair(office, *pair_of(office), LATER).questions == ()
    assert verify(office) == []


def test_a_childs_doubt_is_its_points_without_and_with_the_open_link(office: Office) -> None:
    child = person_of(office, "school_register", "1")
    doubt = foreseeing.doubt(office, child)
    assert doubt is not None
    same = foreseeing.preview(office, *pair_of(office), True)
    assert doubt.points == next(one.points for one in same.before if one.person_id == child)
    assert [one.points for one in doubt.lines] == [same.after[0].points]
    assert foreseeing.doubt(office, person_of(office, "resident_register", "301")) is None


def test_killed_between_entry_and_view_the_next_start_brings_it_along(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(folder) as office:
        pair = pair_of(office)
        with monkeypatch.context() as killed:
            killed.setattr(linking, "catch_up", _killed)
            with pytest.raises(KeyboardInterrupt):
                linking.rule(office, *pair, True, "", NOW)
        assert TOGETHER not in groups(office)
    with opened(folder) as office:
        rebuilding.ensure_view(office)
        assert TOGETHER in groups(office)
        assert sound(office)


def _killed(_office: Office) -> frozenset[int]:
    raise KeyboardInterrupt


def test_a_ruling_made_while_an_import_goes_on_is_not_lost(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = Office.publish

    def ruled_meanwhile(self: Office, *args: object, **more: object) -> object:
        monkeypatch.setattr(Office, "publish", publish)
        linking.rule(self, *pair_of(self), True, "", NOW)
        return publish(self, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Office, "publish", ruled_meanwhile)
    bring_in(office, extract(tmp_path / "a.csv", ATTENDANCE, [month("1", "2026", "11", sick="4")]))
    assert TOGETHER in groups(office)
    assert sound(office)


def test_an_altered_move_does_not_count(office: Office) -> None:
    pair = [ids.code(one) for one in pair_of(office)]
    said = {
        "a": pair[0], "b": pair[1], "same": True, "reason": "", "persons": [], "model": "m",
        "moves": [[pair[0], ids.code(5), ids.code(6)]], "merkle": "00" * 32,
    }  # fmt: skip
    with pytest.raises(WrongUse, match="moves_differ"):
        office.write(Kind.RULING_MADE, said, time=NOW)
