"""A snapshot says who is there. One that breaks off must not end everybody else; rejected rows come back alone."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from app.domain.extracts.supplement import LINE_HEADERS, REASON_HEADERS
from app.domain.message import Message
from app.services.deriving import rebuilding
from app.services.imports import importing, previewing, rejections
from app.services.wording import sentences
from app.storage.batches import clearing
from app.storage.offices.office import Office
from tests.builders import AS_OF, ATTENDANCE, NOW, SCHOOL, bring_in, extract, month, pupil

NAMES = ("森 葵", "林 湊", "原 凛", "岡 樹", "辻 紬", "堤 蓮", "関 颯", "泉 澪", "旭 光", "島 海")
ROSTER = [pupil(str(at), name, "", f"2015-0{at % 9 + 1}-11") for at, name in enumerate(NAMES, 1)]


def present(office: Office) -> set[str]:
    found = office.reader().execute("SELECT local_id FROM view.record WHERE present = 1").fetchall()
    return {row[0] for row in found}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_reasons_stand_under_a_header_that_is_known_again(language: str) -> None:
    assert sentences(language)["rejection.reason"] in REASON_HEADERS
    assert sentences(language)["rejection.line"] in LINE_HEADERS


def test_a_far_shorter_snapshot_is_refused_until_somebody_says_that_it_is_meant(fresh: Office, tmp_path: Path) -> None:
    bring_in(fresh, extract(tmp_path / "s1.csv", SCHOOL, ROSTER))
    short = extract(tmp_path / "s2.csv", SCHOOL, ROSTER[:3])
    (refused,) = bring_in(fresh, short).files
    assert refused.refusal is not None
    assert (refused.refusal.key, refused.refusal.values["rows"], refused.refusal.values["last"]) == (
        "file.far_shorter", 3, 10,
    )  # fmt: skip
    assert len(present(fresh)) == 10
    report = importing.import_extracts(fresh, [short], now=NOW, short=["s2.csv"]).value
    assert report.files[0].outcome == "imported"
    assert present(fresh) == {"1", "2", "3"}


def test_half_a_file_beside_the_whole_one_in_the_same_import_is_refused_too(fresh: Office, tmp_path: Path) -> None:
    files = [extract(tmp_path / "a.csv", SCHOOL, ROSTER), extract(tmp_path / "b.csv", SCHOOL, ROSTER[:2])]
    assert [one.outcome for one in bring_in(fresh, *files).files] == ["imported", "refused"]
    assert len(present(fresh)) == 10


def corrected(path: Path, column: str, value: str) -> Path:
    """What somebody does with a spreadsheet."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    for row in rows:
        row[header.index(column)] = value
    return extract(path.with_name("corrected.csv"), header, rows)


def test_corrected_rejections_are_added_and_end_nobody(fresh: Office, tmp_path: Path) -> None:
    broken = [*ROSTER[:9], pupil("10", NAMES[9], "", "2015-13-45")]
    day = date(2026, 9, 30)
    report = bring_in(fresh, extract(tmp_path / "s1.csv", SCHOOL, broken), as_of=day)
    assert report.files[0].batch is not None
    out = tmp_path / "rejected.csv"
    rejections.save(fresh, report.files[0].batch.batch_id, out, language="ja", purpose="直すため", now=NOW)
    back = corrected(out, "生年月日", "2015-02-11")

    seen = previewing.look(fresh, back, NOW, lambda rows: None)
    assert (seen.supplement, seen.small, seen.as_of, seen.rows) == (True, False, day, 1)
    assert seen.difference is not None
    assert seen.difference.gone is None

    (added,) = importing.import_extracts(fresh, [back], now=NOW).value.files
    assert (added.outcome, added.supplement, added.as_of) == ("imported", True, day)
    assert len(present(fresh)) == 10
    assert rebuilding.differences(fresh) == []
    # The next whole file is compared with the last whole one, and replaces both.
    october = extract(tmp_path / "s2.csv", SCHOOL, ROSTER[:9])
    assert bring_in(fresh, october).files[0].outcome == "imported"
    assert len(present(fresh)) == 9
    assert rebuilding.differences(fresh) == []


def test_the_order_of_a_whole_file_and_a_supplement_does_not_matter(fresh: Office, tmp_path: Path) -> None:
    first = extract(tmp_path / "s1.csv", SCHOOL, ROSTER[:9])
    reasons = [[*ROSTER[9], "11", "生年月日"]]
    back = extract(tmp_path / "back.csv", [*SCHOOL, "元の行番号", REASON_HEADERS[0]], reasons)
    bring_in(fresh, back)
    assert bring_in(fresh, first).files[0].outcome == "imported"
    assert len(present(fresh)) == 9  # on the same day the later one is the whole state
    bring_in(fresh, extract(tmp_path / "late.csv", SCHOOL, ROSTER), as_of=date(2026, 9, 1))
    assert len(present(fresh)) == 9
    assert rebuilding.differences(fresh) == []


def test_what_waits_and_who_changes_is_told_before_it_is_published(fresh: Office, tmp_path: Path) -> None:
    told: list[tuple[str, object, object]] = []

    def progress(message: Message) -> None:
        told.append((message.key, message.values.get("waiting"), message.values.get("children")))

    files = [
        extract(tmp_path / "s.csv", SCHOOL, ROSTER[:4]),
        extract(tmp_path / "a.csv", ATTENDANCE, [month("1", "2026", "5"), month("99", "2026", "5")]),
    ]
    importing.import_extracts(fresh, files, now=NOW, as_of=AS_OF, progress=progress)
    keys = [one[0] for one in told]
    assert ("import.foreseen", 1, 4) in told
    assert keys.index("import.foreseen") < keys.index("import.stage_publish")


def test_another_schools_file_of_the_same_length_is_refused_until_somebody_says_that_it_is_meant(
    fresh: Office, tmp_path: Path
) -> None:
    bring_in(fresh, extract(tmp_path / "s1.csv", SCHOOL, ROSTER))
    others = [pupil(str(at + 6), f"{name} 二", "", f"2015-0{at % 9 + 1}-11") for at, name in enumerate(NAMES, 1)]
    wrong = extract(tmp_path / "s2.csv", SCHOOL, others)
    seen = previewing.look(fresh, wrong, NOW, lambda rows: None)
    assert (seen.small, seen.others, seen.gone) == (False, True, (6, 10))
    (refused,) = bring_in(fresh, wrong).files
    assert refused.refusal is not None
    assert (refused.refusal.key, refused.refusal.values["gone"], refused.refusal.values["people"]) == (
        "file.mostly_gone", 6, 10,
    )  # fmt: skip
    assert present(fresh) == {str(at) for at in range(1, 11)}
    report = importing.import_extracts(fresh, [wrong], now=NOW, short=["s2.csv"]).value
    assert report.files[0].outcome == "imported"
    assert present(fresh) == {str(at) for at in range(7, 17)}


def test_two_halves_of_one_day_do_not_end_each_other(fresh: Office, tmp_path: Path) -> None:
    halves = [extract(tmp_path / "a.csv", SCHOOL, ROSTER[:5]), extract(tmp_path / "b.csv", SCHOOL, ROSTER[5:])]
    assert [one.outcome for one in bring_in(fresh, *halves).files] == ["imported", "refused"]
    assert len(present(fresh)) == 5
    kept = fresh.reader().execute("SELECT count(*) FROM batch WHERE state = 'staged'").fetchone()[0]
    assert kept == 0, "the next start does not call it unfinished"
    with fresh.staging() as staging:
        assert clearing.clear_leftovers(staging.connection) == 0
        assert staging.connection.execute("SELECT count(*) FROM batch").fetchone()[0] == 1
        assert staging.connection.execute("SELECT count(*) FROM row").fetchone()[0] == 5


def test_an_older_file_of_other_people_ends_nobody_and_is_taken(fresh: Office, tmp_path: Path) -> None:
    bring_in(fresh, extract(tmp_path / "s1.csv", SCHOOL, ROSTER[5:]))
    old = extract(tmp_path / "s0.csv", SCHOOL, ROSTER[:5])
    assert bring_in(fresh, old, as_of=date(2026, 8, 31)).files[0].outcome == "imported"
    assert len(present(fresh)) == 5
