"""Switching a data item off and on: at once, everywhere, and provable by a rebuild."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain import ids
from app.domain.message import Refused, WrongUse
from app.domain.purposes import WHOLE
from app.services.casework import reviewing
from app.services.deriving import rebuilding
from app.services.imports import batches, importing, purposes, rejections
from app.services.links import linking
from app.services.papers import exporting
from app.storage.digests import cells_of
from app.storage.offices.office import Office
from tests import builders

HEADER = ["学籍番号", "来室日", "理由"]
LATER = builders.NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pupils, a year of attendance, and one file of visits to the nurse's room."""
    place = tmp_path_factory.mktemp("made")
    files = place / "files"
    files.mkdir()
    builders.extract(
        files / "school.csv",
        builders.SCHOOL,
        [
            builders.pupil("P1", "青木 一", "アオキ ハジメ", "2016-05-01"),
            builders.pupil("P2", "森 葵", "モリ アオイ", "2016-06-01", address="桜2-2-2"),
        ],
    )
    months = ["4", "5", "6", "7", "9"]
    builders.extract(
        files / "attendance.csv",
        builders.ATTENDANCE,
        [builders.month(number, "2026", one, sick="6") for number in ("P1", "P2") for one in months],
    )
    nurse(files, "nurse.csv", ["2026-09-01", "2026-09-08"])
    builders.new_office(place / "office")
    with builders.opened(place / "office") as office:
        builders.bring_in(office, files)
    return place


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    with builders.opened(Path(shutil.copytree(made / "office", tmp_path / "office"))) as opened:
        yield opened


@pytest.fixture
def town(made: Path, tmp_path: Path) -> Path:
    """The files that are in, with room for more."""
    return Path(shutil.copytree(made / "files", tmp_path / "files"))


def nurse(files: Path, name: str, days: list[str], reason: str = "心の不調") -> Path:
    return builders.extract(files / name, HEADER, [[one, day, reason] for one in ("P1", "P2") for day in days])


def switch(office: Office, extract: str, item: str, *, used: bool) -> None:
    purposes.set_item(
        office, extract=extract, item=item, used=used, purpose="見守りのため", basis="grounds", words="", now=LATER
    )


def say(office: Office, number: str, extract: str, item: str, stance: str) -> int:
    person = builders.person_of(office, "school_register", number)
    purposes.note_stance(
        office, person, extract=extract, item=item, stance=stance, day=date(2026, 10, 30), words="母より", now=LATER
    )
    return person


def sound(office: Office) -> bool:
    found = rebuilding.differences(office)
    assert found == []
    return True


def facts(office: Office, kind: str, slot: str, number: str = "") -> list[object]:
    where = f" AND person_id = {builders.person_of(office, 'school_register', number)}" if number else ""
    found = office.reader().execute(f"SELECT {slot} FROM view.fact WHERE kind = ?{where} ORDER BY fact_id", (kind,))
    return [row[0] for row in found.fetchall()]


def answers(office: Office, number: str) -> dict[str, str]:
    person = builders.person_of(office, "school_register", number)
    found = office.reader().execute("SELECT criterion, answer FROM view.finding WHERE person_id = ?", (person,))
    return dict(found.fetchall())


def stored(office: Office, word: str) -> bool:
    """Whether a word stands anywhere in the rows or problems of the truth."""
    db = office.reader()
    rows = [row[0] for row in db.execute("SELECT cells FROM row").fetchall()]
    said = [row[0] for row in db.execute("SELECT value || args FROM row_problem").fetchall()]
    return any(word.encode() in row for row in rows) or any(word in one for one in said)


def test_a_column_that_is_off_is_hidden_at_once_and_nobody_can_tell(office: Office, town: Path) -> None:
    assert answers(office, "P1")["absence_days"] == "holds"
    before = rebuilding.digests(office.reader(), "view")

    switch(office, "attendance", "病欠", used=False)

    assert set(facts(office, "attendance", "n2")) == {None}
    assert answers(office, "P1")["absence_days"] == "cannot_tell"
    assert sound(office)

    switch(office, "attendance", "病欠", used=True)
    assert set(facts(office, "attendance", "n2")) == {6.0}
    assert answers(office, "P1")["absence_days"] == "holds"
    assert sound(office)
    after = rebuilding.digests(office.reader(), "view")
    changed = {table for table in before if before[table] != after[table]}
    assert changed <= {"meta"}, "off and on again leaves nothing behind"


def test_what_arrives_while_an_item_is_off_is_not_stored(office: Office, town: Path) -> None:
    switch(office, "nurse_room", "理由", used=False)
    new = nurse(town, "nurse2.csv", ["2026-09-01", "2026-10-05"], reason="相談")
    builders.bring_in(office, new)

    assert not stored(office, "相談")
    assert set(facts(office, "nurse_visit", "w1")) == {None}
    assert len(facts(office, "nurse_visit", "start", "P1")) == 4, "another reason was another visit"
    assert sound(office)

    switch(office, "nurse_room", "理由", used=True)
    assert facts(office, "nurse_visit", "w1", "P1").count("心の不調") == 2
    assert sound(office)
    builders.bring_in(office, new)
    assert facts(office, "nurse_visit", "w1", "P1").count("相談") == 2
    assert len(facts(office, "nurse_visit", "start", "P1")) == 4, "the same visits, now with their reason"
    assert sound(office)


def test_a_visit_delivered_again_without_its_reason_is_the_same_visit(office: Office, town: Path) -> None:
    switch(office, "nurse_room", "理由", used=False)
    builders.bring_in(office, nurse(town, "nurse2.csv", ["2026-09-01", "2026-09-08", "2026-10-05"]))
    assert len(facts(office, "nurse_visit", "start", "P1")) == 3
    assert sound(office)


def test_the_same_file_again_while_an_item_is_off_takes_nothing_away(office: Office, town: Path) -> None:
    switch(office, "nurse_room", "理由", used=False)
    report = builders.bring_in(office, town / "nurse.csv")
    assert report.files[0].outcome == "unchanged"
    switch(office, "nurse_room", "理由", used=True)
    assert set(facts(office, "nurse_visit", "w1")) == {"心の不調"}


@pytest.mark.parametrize("extract", ["attendance", "school_register", "nurse_room"])
def test_a_whole_extract_goes_and_comes_back(office: Office, town: Path, extract: str) -> None:
    before = rebuilding.digests(office.reader(), "view")
    switch(office, extract, WHOLE, used=False)
    assert facts(office, {"attendance": "attendance", "nurse_room": "nurse_visit"}.get(extract, "enrolment"), "1") == []
    assert office.reader().execute("SELECT 1 FROM view.coverage WHERE extract = ?", (extract,)).fetchone() is None
    assert sound(office)

    report = builders.bring_in(office, builders.extract(town / f"{extract}2.csv", *columns(extract)))
    refusal = report.files[0].refusal
    assert refusal is not None
    assert refusal.key == "file.switched_off"
    assert report.files[0].batch is None

    switch(office, extract, WHOLE, used=True)
    assert sound(office)
    after = rebuilding.digests(office.reader(), "view")
    assert {table for table in before if before[table] != after[table]} <= {"meta"}


def columns(extract: str) -> tuple[list[str], list[list[str]]]:
    return {
        "attendance": (builders.ATTENDANCE, [builders.month("P1", "2026", "10")]),
        "school_register": (builders.SCHOOL, [builders.pupil("P1", "青木 一", "アオキ ハジメ", "2016-05-01")]),
        "nurse_room": (HEADER, [["P1", "2026-10-01", "けが"]]),
    }[extract]


def test_a_family_objects_and_takes_it_back(office: Office, town: Path) -> None:
    before = rebuilding.digests(office.reader(), "view")
    say(office, "P1", "attendance", "病欠", "objection")
    assert set(facts(office, "attendance", "n2", "P1")) == {None}
    assert set(facts(office, "attendance", "n2", "P2")) == {6.0}
    assert answers(office, "P1")["absence_days"] == "cannot_tell"
    assert answers(office, "P2")["absence_days"] == "holds"
    assert sound(office)

    more = builders.extract(town / "october.csv", builders.ATTENDANCE, [builders.month("P1", "2026", "10", sick="19")])
    builders.bring_in(office, more)
    assert not stored(office, '"19"')
    assert sound(office)

    person = say(office, "P1", "attendance", "病欠", "withdrawn")
    assert facts(office, "attendance", "n2", "P1").count(6.0) == 5
    assert facts(office, "attendance", "n2", "P1").count(None) == 1, "what was never stored stays unknown"
    assert sound(office)
    assert [one.stance for one in purposes.stances(office, person)] == ["withdrawn", "objection"]
    assert before.keys() == rebuilding.digests(office.reader(), "view").keys()


def test_a_family_refuses_a_whole_extract(office: Office, town: Path) -> None:
    person = say(office, "P1", "nurse_room", WHOLE, "refusal")
    assert facts(office, "nurse_visit", "1", "P1") == []
    assert len(facts(office, "nurse_visit", "1", "P2")) == 2
    builders.bring_in(office, nurse(town, "nurse3.csv", ["2026-10-07", "2026-10-08"], reason="相談"))
    cells = [cells_of(row[0]) for row in office.reader().execute("SELECT cells FROM row").fetchall()]
    assert [one for one in cells if one[0] == "P1" and len(one) == 3 and "2026-10" in one[1]] == []
    assert sound(office)
    file = reviewing.child_file(office, person, LATER)
    assert not [one for one in file.facts if one.fact.kind == "nurse_visit"]
    say(office, "P1", "nurse_room", WHOLE, "consent")
    assert len(facts(office, "nurse_visit", "1", "P1")) == 2
    assert sound(office)


def test_identity_cannot_be_switched_off_alone(office: Office, town: Path) -> None:
    for extract, item, why in (
        ("school_register", "氏名", "purpose.locked_identity"),
        ("school_register", "電話番号", "purpose.locked_identity"),
        ("resident_register", "支援措置", "purpose.locked_protection"),
        ("nurse_room", "来室日", "purpose.locked_needed"),
    ):
        with pytest.raises(WrongUse) as error:
            switch(office, extract, item, used=False)
        assert error.value.message.key == why


def test_only_a_lead_switches(office: Office, town: Path, tmp_path: Path) -> None:
    office.close()
    with builders.opened(tmp_path / "office", builders.WORKER) as worker:
        with pytest.raises(Refused):
            switch(worker, "attendance", "病欠", used=False)
        assert all(one.whole.used for one in purposes.items(worker, "ja"))


def test_a_switch_during_an_import_stops_the_import(
    office: Office, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    derive = importing.derive

    def meanwhile(*args: object, **more: object) -> object:
        monkeypatch.setattr(importing, "derive", derive)
        switch(office, "nurse_room", "理由", used=False)
        return derive(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "derive", meanwhile)
    with pytest.raises(Refused) as error:
        builders.bring_in(office, nurse(town, "nurse2.csv", ["2026-10-05"], reason="相談"))
    assert error.value.message.key == "view.moved"
    assert set(facts(office, "nurse_visit", "w1")) == {None}
    assert sound(office)


def test_rows_as_received_and_rejections_are_shown_without_it(office: Office, town: Path, tmp_path: Path) -> None:
    wrong = builders.extract(
        town / "wrong.csv", builders.ATTENDANCE, [builders.month("P1", "2026", "10", sick="77", days="20")]
    )
    batch = builders.bring_in(office, wrong).files[0].batch
    assert batch is not None
    assert any("77" in str(line) for line in batches.rejection_lines(office))
    switch(office, "attendance", "病欠", used=False)

    assert not any("77" in str(line) for line in batches.rejection_lines(office))
    assert "病欠" not in dict(reviewing.raw_row(office, batch.batch_id, 2).cells)
    out = rejections.save(office, batch.batch_id, tmp_path / "out.csv", language="ja", purpose="訂正", now=LATER)
    assert "77" not in out.read_text(encoding="utf-8-sig")


def test_a_document_about_a_child_is_without_it(office: Office, town: Path) -> None:
    switch(office, "nurse_room", "理由", used=False)
    person = builders.person_of(office, "school_register", "P1")
    document = json.dumps(exporting.child_document(office, ids.code(person), LATER), ensure_ascii=False)
    assert "心の不調" not in document


def test_every_item_has_a_purpose_in_both_languages(office: Office) -> None:
    for language in ("ja", "en"):
        for one in purposes.items(office, language):
            assert one.whole.purpose
            missing = [item.name for item in one.items if not item.locked and item.purpose == one.whole.purpose]
            assert not missing, f"resources/purposes/{one.extract}.toml lacks {missing} ({language})"


def test_a_persons_word_follows_who_is_who(office: Office, town: Path) -> None:
    """Two records of one child are ruled to be one person after the family spoke: the word holds for both."""
    builders.bring_in(
        office,
        builders.extract(
            town / "checkup.csv",
            ["健康管理番号", "氏名", "生年月日", "健診種別", "対象日", "受診日", "体重"],
            [["K1", "青木 始", "2016-05-01", "3歳", "2019-06-01", "2019-06-02", "13.1"]],
        ),
    )
    person = say(office, "P1", "infant_checkup", "体重", "objection")
    a, b = builders.person_of(office, "infant_checkup", "K1"), person
    if a != b:
        records = dict(
            office.reader().execute("SELECT extract, record_id FROM view.record WHERE local_id IN ('P1', 'K1')")
        )
        linking.rule(
            office, records["school_register"], records["infant_checkup"], same=True, reason="同じ子", now=LATER
        )
    assert builders.person_of(office, "infant_checkup", "K1") == builders.person_of(office, "school_register", "P1")
    assert facts(office, "infant_checkup", "n2") == [None]
    assert sound(office)
