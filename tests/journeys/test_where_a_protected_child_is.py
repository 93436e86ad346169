"""A walk through every answer of the services: none says where a protected child is.

The canaries stand in the register (protected), in the school's file (which does not say so), in a row that
is rejected and in a file that is looked over before it goes in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from itertools import combinations
from pathlib import Path
from zipfile import ZipFile

import pytest

from app.domain import ids
from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Refused
from app.domain.whereabouts import OPENING
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, contacts, explaining, followups, intake, reviewing, since, team
from app.services.desk import undoing
from app.services.imports import batches, previewing, rejections
from app.services.links import foreseeing, link_quality, pairs, ruling_history
from app.services.offices import activity, verifying
from app.services.papers import exporting, handing_out, outreach, papers
from app.services.protection import bewaring, protecting, unveiling
from app.storage.offices.office import Office
from tests import builders

TOWN, PHONE, POSTAL, SCHOOL = "カナリア町九丁目8番7号", "0999-88-7777", "999-8877", "秘密ヶ丘小学校"
CANARIES = (TOWN, PHONE, POSTAL, SCHOOL, "カナリア", "0999887777", "秘密ヶ丘")
LATER = builders.NOW + timedelta(hours=1)


def register(number: str, name: str, kana: str, birth: str, household: str, protected: str = "") -> list[str]:
    row = builders.resident(number, name, kana, birth, household=household, address=TOWN, protected=protected)
    row[5], row[7] = POSTAL, PHONE
    return row


def pupil(number: str, name: str, kana: str, birth: str, grade: str = "小4") -> list[str]:
    row = builders.pupil(number, name, kana, birth, address=TOWN, school=SCHOOL, grade=grade)
    row[5], row[7] = POSTAL, PHONE
    return row


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    place = tmp_path_factory.mktemp("canary")
    files = place / "files"
    files.mkdir()
    builders.new_office(place / "office")
    builders.extract(files / "register.csv", builders.REGISTER, [
        register("1", "青木 母", "アオキ ハハ", "1985-01-01", "H1", protected="有"),
        register("2", "青木 一", "アオキ ハジメ", "2016-05-01", "H1"),
        builders.resident("3", "森 葵", "モリ アオイ", "2016-06-01", household="H3", address="桜2-2-2"),
    ])  # fmt: skip
    builders.extract(files / "school.csv", builders.SCHOOL, [
        pupil("P1", "青木 一", "アオキ ハジメ", "2016-05-01"),
        pupil("P1", "青木 一", "アオキ ハジメ", "2016-99-99"),
        builders.pupil("P3", "森 葵", "モリ アオイ", "2016-06-01", address="桜2-2-2", school="森の小学校"),
    ])  # fmt: skip
    with builders.opened(place / "office") as opened:
        builders.bring_in(opened, files)
        for one in combinations(sorted(_records(opened)), 2):
            pairs.pair(opened, *one, now=LATER)
        yield opened


def _records(office: Office) -> list[int]:
    return [row[0] for row in office.reader().execute("SELECT record_id FROM view.record").fetchall()]


@dataclass
class Walk:
    """Everything that was said, and by whom."""

    said: dict[str, str]

    def hear(self, name: str, answer: object) -> None:
        self.said[name] = json.dumps(repr(answer), ensure_ascii=False)

    def leaks(self) -> dict[str, list[str]]:
        found = {name: [one for one in CANARIES if one in text] for name, text in self.said.items()}
        return {name: leaked for name, leaked in found.items() if leaked}


def test_no_answer_says_where_a_protected_child_is(office: Office, tmp_path: Path) -> None:
    walk, today = Walk({}), builders.AS_OF
    persons = [row[0] for row in office.reader().execute("SELECT person_id FROM view.person").fetchall()]
    child = builders.person_of(office, "resident_register", "2")
    hidden = [row[0] for row in office.reader().execute("SELECT person_id FROM view.person WHERE protected").fetchall()]
    assert child in hidden

    for text in ("", *CANARIES):
        listed = caseload.listing(office, CaseloadQuery(view="all", text=text), today)
        walk.hear(f"caseload {text}", [] if text else listed)
        assert not text or not set(listed.ids) & set(hidden), f"found by {text}"
        assert not text or not {one.person_id for one in pairs.find_records(office, text)} & set(hidden), text
    walk.hear("choices", caseload.choices(office))
    walk.hear("rows", caseload.rows(office, persons, today))
    for person in persons:
        if person in hidden:
            walk.hear(f"child {person}", reviewing.child_file(office, person, LATER))
            walk.hear(f"document {person}", exporting.child_document(office, ids.code(person), LATER))
            walk.hear(f"protection {person}", protecting.standing(office, person))
            walk.hear(f"opening {person}", unveiling.standing(office, person, LATER))
            walk.hear(f"doubt {person}", foreseeing.doubt(office, person))
            walk.hear(f"contacts {person}", contacts.contacts_of(office.reader(), person))
            for form in papers.CHILD_FORMS:
                paper = papers.child_paper(office, person, form, LATER, purpose="会議")
                walk.hear(f"{form} {person}", paper)
    walk.hear("meeting list", papers.meeting_list(office, CaseloadQuery(view="all"), LATER, purpose="会議"))
    walk.hear("queue", pairs.queue(office))
    walk.hear("find", pairs.find_records(office, "青木"))
    for a, b in combinations(sorted(_records(office)), 2):
        walk.hear(f"pair {a} {b}", pairs.pair(office, a, b, LATER))
        walk.hear(f"consequences {a} {b}", foreseeing.preview(office, a, b, True))
    for batch, line in office.reader().execute("SELECT batch_id, line FROM batch_row").fetchall():
        walk.hear(f"row {batch} {line}", reviewing.raw_row(office, batch, line))
    walk.hear("batches", batches.history(office))
    walk.hear("problems", list(batches.rejection_lines(office)))
    for what in ("links", "caseload", "rejections", "reviews", "statistics"):
        walk.hear(f"export {what}", exporting.text_of(office, what, LATER))
    walk.hear("activity", activity.lines(office, activity.ActivityQuery()))
    walk.hear("questions", activity.questions(office, today))
    walk.hear("verify", verifying.verify(office, rebuild=True))
    (batch,) = office.reader().execute("SELECT max(batch_id) FROM batch WHERE rejected > 0").fetchone()
    out = tmp_path / "rejected.csv"
    try:
        rejections.save(office, batch, out, language="ja", purpose="照会", now=LATER)
        walk.hear("rejected rows", out.read_text(encoding="utf-8"))
    except Exception as trouble:  # noqa: BLE001 - what it says is listened to as well
        walk.hear("rejected rows", trouble)

    assert any("森の小学校" in text for text in walk.said.values())  # where others are is said
    known = {f"row {row[0]} {row[1]}" for row in _of_nobody_known(office)}
    assert {name: said for name, said in walk.leaks().items() if name not in known} == {}


PARTS = (*CANARIES, "九丁目", "8番7号", "9-8-7", "カナリア町9", "88-7777", "0999", "7777", "8877", "ヶ丘", "秘密")


def test_no_part_of_it_finds_the_child(office: Office) -> None:
    child = builders.person_of(office, "resident_register", "2")
    for text in PARTS:
        for view in ("all", "unassigned"):
            listed = caseload.listing(office, CaseloadQuery(view=view, text=text), builders.AS_OF).ids
            assert child not in listed, text
        assert child not in {one.person_id for one in intake.find(office, text, builders.AS_OF)}, text
    assert child in {one.person_id for one in intake.find(office, "青木", builders.AS_OF)}


def test_the_pages_around_it_keep_it_to_themselves(office: Office) -> None:
    """Follow-ups, team, reaching out, lists that go out, link quality, undo, drafts, the household's own pages."""
    walk, today = Walk({}), builders.AS_OF
    child = builders.person_of(office, "resident_register", "2")
    said = Decision(DecisionKind.WATCH, "見守る", today, today + timedelta(days=7), ())
    reviewing.decide(office, child, said, LATER, on_screen="")
    entry = unveiling.open_for_me(office, child, OPENING, "訪問の前に", LATER).value
    assert TOWN in repr(unveiling.whereabouts(office, child, LATER)), "nothing would be found"
    unveiling.close(office, child, entry, LATER)
    walk.hear("undo", undoing.recent(office))
    walk.hear("follow-ups", followups.listing(office, today, everybody=True))
    walk.hear("team", team.team(office, today))
    walk.hear("find", [intake.find(office, one, today) for one in ("青木", "一", "アオキ")])
    walk.hear("clocks", intake.clocks(office, LATER))
    walk.hear("since", since.acts_since(office, child, 0))
    walk.hear("why not", explaining.why_not(office, child, today))
    walk.hear("outsiders", bewaring.outsiders(office, child, today.isoformat()))
    walk.hear("quality", (link_quality.figures(office, today), ruling_history.rulings(office)))
    walk.hear("register", handing_out.register(office))
    walk.hear("activity", activity.lines(office, activity.ActivityQuery()))
    for one in outreach.lists(office, today):
        walk.hear(f"outreach {one.key}", one)
    for what in handing_out.WHATS:
        listing = handing_out.listed(office, what, LATER, "ja", str)
        walk.hear(f"list {what}", (listing, handing_out.paper(office, listing, "照会", LATER)))
        with ZipFile(BytesIO(handing_out.workbook(office, listing, "照会", LATER, "ja"))) as book:
            texts = [book.read(part).decode("utf-8", "replace") for part in book.namelist()]
            walk.hear(f"workbook {what}", texts)
    for person in {line.person_id for line in reviewing.child_file(office, child, LATER).household}:
        walk.hear(f"household {person}", reviewing.child_file(office, person, LATER))
    assert walk.leaks() == {}


def test_what_is_refused_does_not_say_it_either(office: Office, tmp_path: Path) -> None:
    child = builders.person_of(office, "resident_register", "2")
    with pytest.raises(Refused) as no_opening:
        unveiling.whereabouts(office, child, LATER + timedelta(days=1))
    walk = Walk({})
    walk.hear("late", no_opening.value.message)
    bad = builders.extract(
        tmp_path / "bad.csv", builders.REGISTER,
        [[*register("2", "青木 一", "アオキ ハジメ", "2016-05-01", "H1")[:3], TOWN, *["?"] * 11]],
    )  # fmt: skip
    walk.hear("bad file", builders.bring_in(office, bad, as_of=None).files)
    assert walk.leaks() == {}


def _of_nobody_known(office: Office) -> list[tuple[int, int]]:
    """Rows of records that belong to nobody protected: a child who only shares the address by the school's file."""
    rows = office.reader().execute(
        "SELECT batch_id, line FROM batch_row WHERE record_id NOT IN (SELECT record_id FROM view.shielded)"
    )
    return list(rows.fetchall())


def test_a_file_that_is_looked_over_says_it_neither(office: Office, tmp_path: Path) -> None:
    path = builders.extract(
        tmp_path / "again.csv", builders.SCHOOL, [pupil("P1", "青木 一", "アオキ ハジメ", "2016-05-01")]
    )
    fresh = builders.extract(
        tmp_path / "fresh.csv",
        builders.REGISTER,
        [register("77", "林 花", "ハヤシ ハナ", "2015-05-01", "H7", protected="1")],
    )
    walk = Walk({})
    for one in (path, fresh):
        looked = previewing.look(office, one, LATER, lambda _rows: None)
        assert looked.rows == 1
        walk.hear(one.name, looked)
    assert walk.leaks() == {}
