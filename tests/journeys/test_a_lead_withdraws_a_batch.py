"""A lead brought in a wrong file, takes it back, and takes that back too."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Refused, WrongUse
from app.services.casework import lost_children, reviewing
from app.services.deriving import rebuilding
from app.services.imports import batches, withdrawing
from app.storage.offices.office import Office
from tests.builders import (
    AS_OF,
    ATTENDANCE,
    NOW,
    REGISTER,
    SCHOOL,
    WORKER,
    bring_in,
    extract,
    month,
    opened,
    pupil,
    resident,
)

CHILDREN = [("森 葵", "2016-05-02"), ("林 湊", "2015-08-11"), ("原 凛", "2014-12-24"), ("岡 樹", "2013-02-03")]


def files(folder: Path) -> list[Path]:
    """A register, a roster, two months, and the register of the next month in which one is gone."""
    town = [resident(str(at), name, "", birth) for at, (name, birth) in enumerate(CHILDREN, 1)]
    roster = [pupil(f"S{at}", name, "", birth, address="") for at, (name, birth) in enumerate(CHILDREN, 1)]
    september = [month(f"S{at}", "2026", "9", sick=str(4 * at)) for at in range(1, 5)]
    corrected = [month("S1", "2026", "9", sick="1"), month("S2", "2026", "10", sick="15")]
    later = [resident(str(at), name, "", birth, address="青葉9-9") for at, (name, birth) in enumerate(CHILDREN[1:], 2)]
    return [
        extract(folder / "juki.csv", ["出力日 2026-09-30"], [REGISTER, *town]),
        extract(folder / "gakurei.csv", SCHOOL, roster),
        extract(folder / "sept.csv", ATTENDANCE, september),
        extract(folder / "oct.csv", ATTENDANCE, corrected),
        extract(folder / "juki-late.csv", ["出力日 2026-10-30"], [REGISTER, *later]),
    ]


def shown(office: Office) -> dict[str, str]:
    """The digests of every derived table, without what names the entries and batches that went into it."""
    found = rebuilding.digests(office.reader(), "view")
    for table in ("meta", "coverage", "block"):
        found.pop(table, None)
    return found


def batch_of(office: Office, file: str) -> int:
    return next(one.batch for one in batches.history(office) if one.file == file)


def test_a_batch_withdrawn_is_as_if_it_had_never_come(empty_office: Path, tmp_path: Path) -> None:
    every = files(tmp_path)
    for left_out in (every[0], every[3], every[4]):
        never, taken = (Path(shutil.copytree(empty_office, tmp_path / f"{left_out.stem}-{name}")) for name in "ab")
        with opened(never) as office:
            for file in every:
                if file != left_out:
                    bring_in(office, file, as_of=None)
            wanted = shown(office)
        with opened(taken) as office:
            for file in every:
                bring_in(office, file, as_of=None)
            full = shown(office)
            assert full != wanted
            batch = batch_of(office, left_out.name)
            withdrawing.withdraw(office, batch, "別の月のファイルでした", NOW)
            assert shown(office) == wanted, left_out.name
            assert rebuilding.differences(office) == []
            withdrawing.restore(office, batch, "やはり正しいファイルでした", NOW)
            assert shown(office) == full, left_out.name
            assert rebuilding.differences(office) == []


def test_any_order_of_withdrawing_ends_the_same(empty_office: Path, tmp_path: Path) -> None:
    every = files(tmp_path)
    ends = []
    for at, order in enumerate(itertools.permutations(["juki.csv", "oct.csv", "juki-late.csv"], 2)):
        with opened(Path(shutil.copytree(empty_office, tmp_path / str(at)))) as office:
            bring_in(office, *every, as_of=None)
            for file in order:
                withdrawing.withdraw(office, batch_of(office, file), "誤り", NOW)
            ends.append((frozenset(order), shown(office)))
    for pair, end in ends:
        assert all(other == end for other_pair, other in ends if other_pair == pair), pair


def test_all_withdrawn_leaves_nobody(fresh: Office, tmp_path: Path) -> None:
    bring_in(fresh, *files(tmp_path), as_of=None)
    for one in batches.history(fresh):
        if one.state == "published":
            withdrawing.withdraw(fresh, one.batch, "試しの取込でした", NOW)
    assert fresh.reader().execute("SELECT count(*) FROM view.person").fetchone()[0] == 0
    assert rebuilding.differences(fresh) == []
    bring_in(fresh, *files(tmp_path), as_of=None)
    assert fresh.reader().execute("SELECT count(*) FROM view.person").fetchone()[0] == 4


def test_what_would_follow_is_told_before_and_happens(fresh: Office, tmp_path: Path) -> None:
    bring_in(fresh, *files(tmp_path), as_of=None)
    before = shown(fresh)
    batch = batch_of(fresh, "oct.csv")
    foreseen = withdrawing.foresee(fresh, batch)
    assert shown(fresh) == before, "looking changes nothing"
    assert (foreseen.facts, foreseen.otherwise, foreseen.children) == (2, 1, 2)
    assert withdrawing.withdraw(fresh, batch, "別の学校のものでした", NOW).value == foreseen
    line = next(one for one in batches.history(fresh) if one.batch == batch)
    assert (line.state, line.reason, line.moved_by) == ("withdrawn", "別の学校のものでした", fresh.member.name)
    back = withdrawing.foresee(fresh, batch, undo=True)
    assert (back.facts, back.otherwise, back.children) == (2, 1, 2)


def test_a_decision_says_that_its_source_was_withdrawn(fresh: Office, tmp_path: Path) -> None:
    bring_in(fresh, *files(tmp_path), as_of=None)
    person, fact = (
        fresh.reader()
        .execute("SELECT person_id, fact_id FROM view.fact WHERE kind = 'attendance' AND start = '2026-10-01'")
        .fetchone()
    )
    decision = Decision(DecisionKind.UNCLEAR, "10月の欠席", AS_OF, None, (fact,))
    reviewing.decide(fresh, person, decision, NOW, on_screen="病欠 15日")
    batch = batch_of(fresh, "oct.csv")
    assert withdrawing.foresee(fresh, batch).decisions == 1
    withdrawing.withdraw(fresh, batch, "別の学校のものでした", NOW)
    (line,) = reviewing.child_file(fresh, person, NOW).decisions
    assert line.evidence == (fact,), "what was seen stays"
    (lost,) = line.withdrawn_sources
    assert (lost.file, lost.kind, lost.start) == ("oct.csv", "attendance", "2026-10-01")
    assert lost.reason == "別の学校のものでした"
    withdrawing.restore(fresh, batch, "正しいものでした", NOW)
    (line,) = reviewing.child_file(fresh, person, NOW).decisions
    assert line.withdrawn_sources == ()


def test_a_child_with_a_decision_keeps_its_number(fresh: Office, tmp_path: Path) -> None:
    bring_in(fresh, *files(tmp_path)[:3])
    person = fresh.reader().execute("SELECT person_id FROM view.record WHERE local_id = 'S1'").fetchone()[0]
    reviewing.decide(fresh, person, Decision(DecisionKind.UNCLEAR, "様子を見ます", AS_OF, None, ()), NOW, on_screen="")
    withdrawing.withdraw(fresh, batch_of(fresh, "juki.csv"), "古い名簿でした", NOW)
    assert fresh.reader().execute("SELECT person_id FROM view.record WHERE local_id = 'S1'").fetchone()[0] == person


def test_who_may_and_what_cannot_be(fresh: Office, tmp_path: Path) -> None:
    bring_in(fresh, *files(tmp_path)[:2])
    batch = batch_of(fresh, "juki.csv")
    with pytest.raises(WrongUse, match="reason_missing"):
        withdrawing.withdraw(fresh, batch, "  ", NOW)
    with pytest.raises(WrongUse, match="not_withdrawn"):
        withdrawing.restore(fresh, batch, "なぜ", NOW)
    withdrawing.withdraw(fresh, batch, "誤り", NOW)
    with pytest.raises(WrongUse, match="not_published"):
        withdrawing.withdraw(fresh, batch, "誤り", NOW)
    with pytest.raises(WrongUse, match="not_published"):
        withdrawing.foresee(fresh, 99)
    folder = fresh.folder
    fresh.close()
    with opened(folder, WORKER) as worker, pytest.raises(Refused, match="not_allowed"):
        withdrawing.withdraw(worker, batch, "誤り", NOW)


def test_a_child_of_whom_nothing_else_is_known_stays_reachable_while_people_recorded_something(
    fresh: Office, tmp_path: Path
) -> None:
    bring_in(fresh, *files(tmp_path), as_of=None)
    persons = [row[0] for row in fresh.reader().execute("SELECT person_id FROM view.person ORDER BY person_id")]
    kept, bare = persons[0], persons[1]
    decision = Decision(DecisionKind.UNCLEAR, "学校に聞きます", AS_OF, None, ())
    reviewing.decide(fresh, kept, decision, NOW, on_screen="")
    assert lost_children.lost_children(fresh) == ()
    for one in batches.history(fresh):
        if one.state == "published":
            withdrawing.withdraw(fresh, one.batch, "試しの取込でした", NOW)
    (lost,) = lost_children.lost_children(fresh)
    assert (lost.person_id, lost.decisions, lost.contacts) == (kept, 1, 0)
    file = reviewing.child_file(fresh, kept, NOW)
    assert file.lost
    assert [one.reason for one in file.decisions] == ["学校に聞きます"]
    assert (file.facts, file.records, file.name) == ((), (), lost.code)
    with pytest.raises(WrongUse, match="unknown"):
        reviewing.child_file(fresh, bare, NOW)
    batch = next(one.batch for one in batches.history(fresh) if one.file == "juki.csv")
    withdrawing.restore(fresh, batch, "正しいものでした", NOW)
    assert not reviewing.child_file(fresh, kept, NOW).lost


def test_withdrawing_what_bears_no_persons_renames_nobody(office: Office) -> None:
    """All departments' files came in one import, in the order of their names: the register not first."""
    before = {row[0] for row in office.reader().execute("SELECT person_id FROM view.person").fetchall()}
    batch = next(one.batch for one in batches.history(office) if one.extract == "attendance")
    foreseen = withdrawing.foresee(office, batch)
    assert foreseen.leaves == 0
    withdrawing.withdraw(office, batch, "別の年度のものでした", NOW)
    after = {row[0] for row in office.reader().execute("SELECT person_id FROM view.person").fetchall()}
    assert after == before
    roster = next(one.batch for one in batches.history(office) if one.extract == "school_health")
    assert withdrawing.foresee(office, roster).leaves == 0


@pytest.mark.parametrize("roster", ["infant_checkup", "school_register", "childcare"])
def test_what_hangs_on_a_withdrawn_roster_waits_until_it_is_back(office: Office, roster: str) -> None:
    """Vaccinations know a child by the number of its check-ups, absences by that of its school: without it, nobody."""
    nobodys = "SELECT count(*) FROM view.fact WHERE person_id = 0"
    waiting = office.reader().execute(nobodys).fetchone()[0]
    batch = next(one.batch for one in batches.history(office) if one.extract == roster)
    withdrawing.withdraw(office, batch, "違う月でした", NOW)
    assert rebuilding.differences(office) == []
    assert office.reader().execute(nobodys).fetchone()[0] > waiting
    withdrawing.restore(office, batch, "やはり正しい月でした", NOW)
    assert rebuilding.differences(office) == []
    assert office.reader().execute(nobodys).fetchone()[0] == waiting
