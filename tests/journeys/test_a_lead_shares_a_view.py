"""A lead saves a question under a name for everybody; a worker finds it, cannot change it, keeps one of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Refused, WrongUse
from app.domain.priority import Level
from app.domain.sectors import SECTORS
from app.services.answers.caseload import DUE, SORTS, CaseloadQuery
from app.services.casework import caseload, contacts, reviewing, saved_views
from app.services.desk import undoing
from app.storage.offices.office import Office
from tests.builders import AS_OF, NOW, WORKER, opened

EVERYBODY = CaseloadQuery(view="all")
CARERS = replace(
    EVERYBODY, criteria=frozenset({"carer", "carer_daily", "carer_hours"}), supported="no", no_meeting=True
)


def test_a_shared_view_is_seen_by_all_and_changed_by_leads_only(folder: Path) -> None:
    with opened(folder) as office:
        saved_views.save(office, "ヤングケアラーかも", CARERS, NOW, shared=True)
        saved_views.save(office, "自分だけ", EVERYBODY, NOW)
    with opened(folder, WORKER) as office:
        (view,) = saved_views.saved(office)
        assert (view.name, view.shared, view.mine, view.query) == ("ヤングケアラーかも", True, False, CARERS)
        with pytest.raises(Refused):
            saved_views.remove(office, view.key, NOW)
        with pytest.raises(Refused):
            saved_views.save(office, "ほかの", EVERYBODY, NOW, shared=True)
        saved_views.save(office, "私の", replace(EVERYBODY, text="さとう"), NOW)
        assert [one.name for one in saved_views.saved(office)] == ["ヤングケアラーかも", "私の"]
    with opened(folder) as office:
        assert [one.name for one in saved_views.saved(office)] == ["ヤングケアラーかも", "自分だけ"]


def test_removing_and_renaming_a_view_is_taken_back_after_a_restart(folder: Path) -> None:
    with opened(folder) as office:
        saved_views.save(office, "甲", CARERS, NOW, shared=True)
        (view,) = saved_views.saved(office)
        saved_views.save(office, "乙", CARERS, NOW, shared=True, key=view.key)
        saved_views.remove(office, view.key, NOW)
        assert saved_views.saved(office) == ()
    with opened(folder) as office:
        for name in ("乙", "甲"):
            newest = next(one for one in undoing.recent(office) if one.possible)
            undoing.undo(office, newest.entry, NOW)
            assert [one.name for one in saved_views.saved(office)] == [name]


def test_a_name_is_needed_and_stands_once(office: Office) -> None:
    with pytest.raises(WrongUse):
        saved_views.save(office, "　 ", CARERS, NOW)
    with pytest.raises(WrongUse):
        saved_views.save(office, "長" * 61, CARERS, NOW)
    saved_views.save(office, "甲", CARERS, NOW)
    with pytest.raises(WrongUse):
        saved_views.save(office, " 甲 ", EVERYBODY, NOW)


def test_a_view_that_this_program_does_not_understand_lists_what_it_can(office: Office) -> None:
    strange = {"view": "galaxy", "levels": ["high", "purple"], "sort": "-nothing", "age_least": "x", "unseen": True}
    query = saved_views.query_of(strange)
    assert query == replace(CaseloadQuery(), levels=frozenset({Level.HIGH}))
    assert saved_views.query_of(saved_views.plain(CARERS)) == CARERS


# ---------------------------------------------------------------- what the conditions mean


def _ids(office: Office, query: CaseloadQuery) -> set[int]:
    return set(caseload.listing(office, query, AS_OF).ids)


def test_a_sign_without_the_council_and_without_a_meeting(office: Office) -> None:
    signs = frozenset({"absence_days", "school_aid"})
    query = replace(CARERS, criteria=signs)
    found = _ids(office, query)
    assert len(found) > 1
    holds = office.reader().execute(
        "SELECT DISTINCT f.person_id FROM view.finding AS f JOIN view.priority AS p USING (person_id)"
        " WHERE f.answer = 'holds' AND f.criterion IN ('absence_days', 'school_aid') AND p.already_supported = 0"
    )
    assert found == {row[0] for row in holds.fetchall()}
    child = min(found)
    decision = Decision(DecisionKind.SUPPORT, "会議で決めた", AS_OF, AS_OF + timedelta(days=7), (), "定例会議")
    reviewing.decide(office, child, decision, NOW, on_screen="")
    assert _ids(office, query) == found - {child}


def test_conditions_split_the_list_without_losing_anybody(office: Office) -> None:
    every = _ids(office, EVERYBODY)
    young = _ids(office, replace(EVERYBODY, age_most=5))
    older = _ids(office, replace(EVERYBODY, age_least=6))
    assert young
    assert older
    assert not young & older
    assert young | older == every
    ages = {row.person_id: row.age for row in caseload.rows(office, sorted(every), AS_OF)}
    assert all((ages[one] or 0) <= 5 for one in young)
    supported = _ids(office, replace(EVERYBODY, supported="yes"))
    assert supported | _ids(office, replace(EVERYBODY, supported="no")) == every
    contacts.note_contact(
        office, min(every), kind="phone", result="met", seen=True, day=AS_OF - timedelta(days=9), words="会えた",
        next_day=AS_OF - timedelta(days=1), now=NOW,
    )  # fmt: skip
    assert min(every) not in _ids(office, replace(EVERYBODY, unseen=30))
    due = {name: _ids(office, replace(EVERYBODY, due=name)) for name in DUE}
    assert due["overdue"] == {min(every)}
    assert due["none"] == every - {min(every)}


def test_schools_find_nobody_who_is_protected(office: Office) -> None:
    schools = caseload.choices(office).schools
    found = _ids(office, replace(EVERYBODY, schools=frozenset(schools)))
    rows = caseload.rows(office, sorted(_ids(office, EVERYBODY)), AS_OF)
    assert found == {row.person_id for row in rows if row.school}
    assert not any(row.protected for row in rows if row.school)


def test_every_order_lists_everybody_and_turns_round(office: Office) -> None:
    every = _ids(office, EVERYBODY)
    for sort in SORTS:
        there = caseload.listing(office, replace(EVERYBODY, sort=sort), AS_OF).ids
        back = caseload.listing(office, replace(EVERYBODY, sort=f"-{sort}"), AS_OF).ids
        assert set(there) == set(back) == every
    points = {row.person_id: row.sectors for row in caseload.rows(office, sorted(every), AS_OF)}
    for at, sector in enumerate(SECTORS):
        ordered = caseload.listing(office, replace(EVERYBODY, sort=f"p_{sector}"), AS_OF).ids
        told = [points[one][at].points for one in ordered]
        assert told == sorted(told, reverse=True)


def test_nothing_that_can_be_searched_for_finds_nobody(office: Office) -> None:
    assert _ids(office, replace(EVERYBODY, text="・・")) == set()
    assert _ids(office, replace(EVERYBODY, text="  ")) == _ids(office, EVERYBODY)


def test_a_search_is_logged_without_its_words(office: Office) -> None:
    caseload.log_search(office, replace(EVERYBODY, text="さとう", levels=frozenset({Level.HIGH})), 3, NOW)
    caseload.log_search(office, replace(EVERYBODY, text="サトウ"), 4, NOW)
    caseload.log_search(office, EVERYBODY, 80, NOW)
    rows = office.reader().execute("SELECT person_id, what FROM access WHERE what LIKE 'search:%' ORDER BY seq")
    (one, first), (_, second) = rows.fetchall()
    assert one == 0
    assert first.split(" ")[1:] == ["levels+text", "3"]
    assert "さとう" not in first
    assert first.split(" ")[0] == second.split(" ")[0], "the same words in another writing are one search"
