"""Somebody calls about a child whom no extract knows: found out, taken down, a clock on every page, seen, gone."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

from pytestqt.qtbot import QtBot

from app.domain.sectors import Sector
from app.services.answers.caseload import CaseloadQuery
from app.services.answers.outcomes import Changes
from app.services.casework import caseload, contacts, intake
from app.services.deriving import rebuilding
from app.services.papers import papers
from app.services.protection import need_to_know
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW
from tests.journeys.windows import at_work
from ui import words
from ui.intake.who import birth_of
from ui.page import Done
from ui.pages.intake import IntakePage
from ui.window import Workplace


def _intake(qtbot: QtBot, work: Workplace) -> IntakePage:
    work.take_notice()
    page = work.page
    assert isinstance(page, IntakePage)
    qtbot.waitUntil(lambda: not work.busy)
    return page


def test_a_call_about_an_unknown_child(qtbot: QtBot, office: Office) -> None:
    with at_work(qtbot, office) as work:
        page = _intake(qtbot, work)
        assert work.clocks.isHidden()
        page.who.search.setText("野口 春")
        qtbot.waitUntil(lambda: bool(page.who.nobody.text()))
        page.who.new.click()
        assert page.who.fields["name"].text() == "野口 春", "what was searched for need not be typed again"
        page.who.fields["birth"].setText("6歳")
        assert not page.record.isEnabled()
        page.form.texts["seen"].setPlainText("夜に何度も泣き声がする。")
        page.sheet.rows["again"].button("yes").click()
        page.submit()
        qtbot.waitUntil(lambda: work.page.key == "child" and not work.busy)
        qtbot.waitUntil(lambda: not work.clocks.isHidden())
        person = work.clocks.clocks[0].person_id
        assert "野口 春" in work.clocks.words.text()
        work.go("caseload")
        assert work.clocks.isVisible(), "on top of every list"
        assert person in caseload.listing(office, CaseloadQuery(view="month"), AS_OF).ids, "nobody supports it yet"
        contacts.note_contact(
            office, person, kind="home_visit", result="met", seen=True, day=AS_OF, words="", next_day=None, now=NOW
        )
        work.was_done(Done(Changes(frozenset({"contact"}), frozenset({person}))))
        qtbot.waitUntil(work.clocks.isHidden)
    assert rebuilding.differences(office) == []
    sheet = papers.child_paper(office, person, "urgency", NOW, purpose="会議")
    assert "urgency.to.today" in repr(sheet.blocks)


def test_what_was_typed_survives_another_language(qtbot: QtBot, office: Office) -> None:
    with at_work(qtbot, office) as work:
        page = _intake(qtbot, work)
        page.form.texts["seen"].setPlainText("夜に泣き声がする。")
        page.sheet.rows["home"].button("yes").click()
        fresh = IntakePage(work.desk, work.runner)
        qtbot.addWidget(fresh)
        fresh.take(page.keep())
        assert fresh.form.values() == page.form.values()
        assert fresh.sheet.values() == {"home": "yes"}


def test_a_call_that_is_broken_off_by_a_crash_is_there_again(qtbot: QtBot, office: Office) -> None:
    person = caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[0]
    name = caseload.rows(office, [person], AS_OF)[0].name
    with at_work(qtbot, office) as work:
        page = _intake(qtbot, work)
        page.who.search.setText(name)
        qtbot.waitUntil(lambda: any(row.hit.person_id == person for row in page.who.hits))
        next(row for row in page.who.hits if row.hit.person_id == person).click()
        page.form.texts["seen"].setPlainText("夜に泣き声がする。")
        page.sheet.rows["home"].button("yes").click()
        qtbot.waitUntil(lambda: not page.draft_line.isHidden(), timeout=8000)
    with at_work(qtbot, office) as work:
        assert work.top.notice.text() == words._("intake.button.begun"), "said on every page"
        page = _intake(qtbot, work)
        assert page.who.person_id == person
        assert [row.hit.name for row in page.who.hits if row.isChecked()] == [name]
        assert page.sheet.values() == {"home": "yes"}
        page.submit()
        qtbot.waitUntil(lambda: work.page.key == "child" and not work.busy)
        assert work.top.notice.text() == words._("intake.button")
    with at_work(qtbot, office) as work:
        assert _intake(qtbot, work).content() == {}


def test_who_was_looked_for_stands_in_the_access_log(qtbot: QtBot, office: Office) -> None:
    with at_work(qtbot, office) as work:
        page = _intake(qtbot, work)
        page.who.search.setText("野口 春")
        qtbot.waitUntil(
            lambda: bool(office.reader().execute("SELECT 1 FROM access WHERE what LIKE 'search:%intake 0'").fetchone()),
            timeout=8000,
        )


def test_what_is_closed_to_a_role_is_not_found_here_either(office: Office) -> None:
    everybody = caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids
    school = caseload.choices(office).schools[0]
    hit = intake.find(office, school, AS_OF)[0]
    assert hit.person_id in everybody
    assert hit.facility == school
    assert hit.address
    need_to_know.set_closed(office, "lead", frozenset({Sector.REGISTER, Sector.EDUCATION, Sector.CHILDCARE}), NOW)
    need_to_know.set_closed(office, "worker", frozenset({Sector.REGISTER, Sector.EDUCATION, Sector.CHILDCARE}), NOW)
    hit = next(one for one in intake.find(office, hit.name, AS_OF) if one.person_id == hit.person_id)
    assert (hit.facility, hit.address) == ("", "")


def test_a_call_about_a_child_who_is_known(qtbot: QtBot, office: Office) -> None:
    person = caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[0]
    name = caseload.rows(office, [person], AS_OF)[0].name
    with at_work(qtbot, office) as work:
        page = _intake(qtbot, work)
        page.who.search.setText(name)
        qtbot.waitUntil(lambda: any(row.hit.person_id == person for row in page.who.hits))
        next(row for row in page.who.hits if row.hit.person_id == person).click()
        page.form.texts["seen"].setPlainText("けがをしている。")
        page.submit()
        qtbot.waitUntil(lambda: work.page.key == "child" and not work.busy)
    assert office.reader().execute("SELECT person_id FROM notice").fetchall() == [(person,)]
    assert rebuilding.differences(office) == []


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("R2.5.4", "2020-05-04"), ("令和元年5月4日", "2019-05-04"), ("H30/4/1", "2018-04-01"),
        ("2019-05-04", "2019-05-04"),
        ("6歳", "2020-00-00"), ("１０", "2016-00-00"), ("", ""),
        ("きのう", None), ("2019-13-40", None), ("2099-01-01", None),
    ],
)  # fmt: skip
def test_a_birth_date_as_people_say_it(typed: str, iso: str | None) -> None:
    assert birth_of(typed, AS_OF) == iso
