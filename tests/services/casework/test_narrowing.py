"""The list over columns says what the tables say: whatever is asked, and whatever was done in between."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.decisions import Decision, DecisionKind
from app.domain.intake import Form, NewChild
from app.domain.priority import LEVELS
from app.domain.sectors import SECTORS
from app.services.answers.caseload import DUE, SORTS, CaseloadQuery
from app.services.casework import assigning, caseload, contacts, followups, intake, narrowing, reviewing, selecting
from app.services.casework.rolls import roll_at_hand
from app.services.measuring.filling import fill_office
from app.storage.offices.office import Office
from app.storage.priorities import roll_kept
from app.storage.priorities.roll import DESK, KEPT, Roll
from tests.builders import LEAD, NOW, WORKER, new_office, opened
from tests.services.casework import asking_in_sql

TODAY = NOW.date()
CHILDREN = 220
SCHOOLS = ("第一小学校", "青葉小学校", "さくら保育園")
TEXTS = ("さ", "さとう", "佐", "す ず", "やま", "た", "ん", "?", "な か", "1", "けん")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Children with partial births, without kana, protected, of several schools; some have been worked with."""
    folder: Path = tmp_path_factory.mktemp("town") / "office"
    new_office(folder)
    with pytest.MonkeyPatch.context() as patch, opened(folder) as office:
        patch.setattr(roll_kept, "FREQUENT", 15)
        fill_office(office, CHILDREN, 3, NOW)
        _make_odd(office)
        chance = random.Random(5)
        for _ in range(60):
            _act(office, chance)
        yield office


def _make_odd(office: Office) -> None:
    with office.view_writer() as db:
        db.execute("BEGIN")
        people = [row[0] for row in db.execute("SELECT person_id FROM priority ORDER BY person_id").fetchall()]
        for place, school in enumerate(SCHOOLS):
            db.executemany("UPDATE person SET facility = ? WHERE person_id = ?",
                           [(school, one) for one in people[place::4]])  # fmt: skip
        db.executemany("UPDATE person SET protected = 1 WHERE person_id = ?", [(one,) for one in people[::9]])
        db.executemany("UPDATE person SET kana = '' WHERE person_id = ?", [(one,) for one in people[::13]])
        db.executemany("UPDATE person SET birth = substr(birth, 1, 7) WHERE person_id = ?",
                       [(one,) for one in people[::11]])  # fmt: skip
        db.executemany("UPDATE person SET birth = '' WHERE person_id = ?", [(one,) for one in people[5::40]])
        db.executemany("UPDATE person SET moved_out = 1 WHERE person_id = ?", [(one,) for one in people[::17]])
        db.execute("COMMIT")


# ---------------------------------------------------------------------------- whatever is asked


def _some(of: list[Any]) -> st.SearchStrategy[frozenset[Any]]:
    return st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(of), max_size=3))


CRITERIA = ["absence_days", "sibling_signs", "vaccine_mr", "moves", "allowance_full", "unseen_child", "nobody"]
AGES = st.none() | st.integers(0, 18)
QUESTIONS = st.builds(
    CaseloadQuery,
    view=st.sampled_from(narrowing.VIEWS),
    text=st.just("") | st.sampled_from(TEXTS),
    levels=_some(list(LEVELS)),
    sectors=_some(list(SECTORS)),
    assignees=_some([LEAD, WORKER, "", "知らない人"]),
    criteria=_some(CRITERIA),
    schools=_some([*SCHOOLS, "ない学校"]),
    age_least=AGES,
    age_most=AGES,
    due=st.sampled_from(("", *DUE)),
    unseen=st.none() | st.integers(0, 400),
    supported=st.sampled_from(("", "yes", "no")),
    only_new=st.booleans(),
    no_meeting=st.booleans(),
    sort=st.sampled_from([*SORTS, *(f"-{one}" for one in SORTS)]),
)
PATIENT = settings(deadline=None, max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])


@PATIENT
@given(query=QUESTIONS, simple=st.booleans(), later=st.integers(-40, 40))
def test_a_question_is_answered_as_the_tables_say(town: Office, query: CaseloadQuery, simple: bool, later: int) -> None:
    if simple:  # most questions with all conditions at once find nobody
        query = replace(query, view="all", levels=frozenset(), sectors=frozenset(), due="", unseen=None, supported="")
    _agree(town, query, TODAY + timedelta(days=later))


def _agree(town: Office, query: CaseloadQuery, today: date) -> int:
    """The columns and the tables answer alike; how many they find."""
    db = town.reader()
    drawn = selecting.drawn_in_force(db)
    wanted = asking_in_sql.ids_of(db, asking_in_sql.condition(town, query, today, drawn), query.sort)
    with roll_at_hand(town) as (db, roll):
        names = dict(db.execute("SELECT id, name FROM member").fetchall())
        asker = narrowing.Asker(town.member.id, today, names)
        asked = narrowing.asked_for(db, roll, query, asker)
        found = narrowing.in_view(roll, query.view, asker, drawn)
        found = found if asked is None else found & asked
        assert selecting.persons_of(roll, narrowing.in_order(db, roll, found, query.sort, asker)) == wanted
    return len(wanted)


@pytest.mark.parametrize(
    "query",
    [
        *(CaseloadQuery(view="all", due=due) for due in DUE),
        *(CaseloadQuery(view="all", unseen=days) for days in (0, 7, 30)),
        CaseloadQuery(view="all", age_least=7, age_most=8),
        CaseloadQuery(view="all", only_new=True),
        CaseloadQuery(view="month"),
    ],
    ids=str,
)
def test_one_condition_alone_on_every_day(town: Office, query: CaseloadQuery) -> None:
    assert sum(_agree(town, query, TODAY + timedelta(days=later)) for later in range(-45, 75)) > 0


def test_views_are_counted_as_the_tables_say(town: Office) -> None:
    listing = caseload.listing(town, CaseloadQuery(text="さとう"), TODAY)
    db = town.reader()
    drawn = selecting.drawn_in_force(db)
    for view, many in listing.counts.items():
        asked = asking_in_sql.condition(town, CaseloadQuery(view=view), TODAY, drawn)
        assert many == len(asking_in_sql.ids_of(db, asked, "rank")), view


# ---------------------------------------------------------------------------- whatever was done


def _act(office: Office, chance: random.Random) -> None:
    """Something that somebody at the desk, or an import, does."""
    people = [row[0] for row in office.reader().execute("SELECT person_id FROM view.priority ORDER BY rank").fetchall()]
    child = chance.choice(people[: len(people) // 2])
    now = NOW + timedelta(minutes=chance.randrange(60))
    act = chance.choice((_decide, _note, _assign, _give_back, _move, _take_back, _derive, _rename, _receive))
    act(office, chance, child, now)


def _decide(office: Office, chance: random.Random, child: int, now: datetime) -> None:
    day = TODAY - timedelta(days=chance.randrange(60))
    following = chance.choice((None, day + timedelta(days=chance.randrange(1, 90))))
    meeting = chance.choice(("", "個別ケース検討会議"))
    kind = DecisionKind.WATCH if following else DecisionKind.NONE
    decision = Decision(kind, "様子を見る", day, following, (), meeting=meeting)
    screen = chance.choice(("", reviewing.on_screen(office, child), "{}", '{"as_of": "2026-08-01"}'))
    reviewing.decide(office, child, decision, now, on_screen=screen)


def _note(office: Office, chance: random.Random, child: int, now: datetime) -> None:
    day = TODAY - timedelta(days=chance.randrange(100))
    following = chance.choice((None, day + timedelta(days=chance.randrange(1, 90))))
    result, seen = chance.choice((("met", True), ("guardian_only", False), ("absent", False)))
    contacts.note_contact(office, child, kind="home_visit", result=result, seen=seen, day=day, words="",
                          next_day=following, now=now)  # fmt: skip


def _assign(office: Office, chance: random.Random, child: int, now: datetime) -> None:
    assigning.assign(office, [child], chance.choice((LEAD, WORKER)), now)


def _give_back(office: Office, _chance: random.Random, child: int, now: datetime) -> None:
    assigning.assign(office, [child], "", now)


def _move(office: Office, chance: random.Random, child: int, now: datetime) -> None:
    row = office.reader().execute("SELECT person_id FROM desk WHERE next_day IS NOT NULL ORDER BY person_id").fetchone()
    if row:
        followups.move(office, row[0], TODAY + timedelta(days=chance.randrange(1, 50)), "先方の都合", now)


def _take_back(office: Office, chance: random.Random, child: int, now: datetime) -> None:
    rows = office.reader().execute("SELECT DISTINCT person_id FROM decision WHERE withdrawn = 0").fetchall()
    for (person,) in rows[:1]:
        standing = reviewing.child_file(office, person, now).decisions
        reviewing.withdraw_decision(office, person, standing[-1].entry, "誤り", now)


def _derive(office: Office, chance: random.Random, child: int, _now: datetime) -> None:
    """A child stands elsewhere on the list, shows another sign, or is no child of the list any more."""
    with office.view_writer() as db:
        db.execute("BEGIN")
        others = db.execute("SELECT rank FROM priority WHERE person_id <> ? ORDER BY rank", (child,)).fetchall()
        db.execute("UPDATE priority SET points = points + 7, rank = ?, level = ? WHERE person_id = ?",
                   (chance.choice(others)[0] + chance.randbytes(3), chance.choice(LEVELS).value, child))  # fmt: skip
        db.execute("DELETE FROM finding WHERE person_id = ? AND criterion = 'absence_days'", (child,))
        db.execute("INSERT OR REPLACE INTO finding (person_id, criterion, sector, answer, points, urgent, last, facts)"
                   " VALUES (?, 'unseen_child', 'medical', 'holds', 3, 0, ?, '[]')",
                   (child, (TODAY - timedelta(days=chance.randrange(90))).isoformat()))  # fmt: skip
        db.execute("COMMIT")


def _rename(office: Office, chance: random.Random, child: int, _now: datetime) -> None:
    with office.view_writer() as db:
        db.execute("UPDATE person SET kana = ?, facility = ?, birth = ? WHERE person_id = ?",
                   (chance.choice(("さとう けん", "あ", "んん")), chance.choice(("", "新しい学校")),
                    chance.choice(("2012", "2015-05-05", "")), child))  # fmt: skip


def _receive(office: Office, chance: random.Random, _child: int, now: datetime) -> None:
    """Somebody calls about a child who is in no extract."""
    born = f"{chance.randrange(2010, 2024)}-05-04"
    new = NewChild(
        name=f"野口 {chance.choice('春夏秋冬')}", kana="ノグチ ハル", birth=born, sex="女", address="", guardian=""
    )
    form = Form(channel="phone", route="近隣", type="虐待", abuse="身体", seen="大きな音")
    intake.receive(office, form, now, now, child=new)


def _leave(office: Office, child: int) -> None:
    with office.view_writer() as db:
        db.execute("DELETE FROM priority WHERE person_id = ?", (child,))


def _told(roll: Roll) -> list[tuple[Any, ...]]:
    """What a roll says of each child, in the order of the list."""
    names = [name for name in (*KEPT, *DESK) if name not in ("name", *roll.words)]
    words = {name: [*kept.known, ""] for name, kept in roll.words.items()}
    signs = {key: roll.holding([key]) for key in sorted(roll.signs)}
    return [
        (
            *(roll.column[name][slot].item() for name in names),
            *(words[name][roll.column[name][slot]] for name in sorted(words)),
            tuple(key for key, held in signs.items() if held[slot]),
        )
        for slot in roll.order.tolist()
    ]


@pytest.mark.parametrize("seed", range(20))
def test_the_roll_follows_whatever_is_done(town: Office, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(chance.randrange(1, 6)):
        _act(town, chance)
    db = town.reader()
    fresh = Roll.read(db)
    fresh.take_desk(db)
    with roll_at_hand(town) as (db, roll):
        assert _told(roll) == _told(fresh)
        asker = narrowing.Asker(town.member.id, TODAY, {})
        by_name = [selecting.persons_of(one, narrowing.in_order(db, one, one.listed(), "name", asker))
                   for one in (roll, fresh)]  # fmt: skip
        assert by_name[0] == by_name[1]
        for text in ("さ", "の", "ノグチ", "春"):
            query = CaseloadQuery(view="all", text=text)
            wanted = asking_in_sql.ids_of(db, asking_in_sql.condition(town, query, TODAY), "rank")
            found = narrowing.asked_for(db, roll, query, asker)
            assert found is not None
            assert selecting.persons_of(roll, roll.order[found[roll.order]]) == wanted


def test_who_is_no_child_any_more_leaves_and_may_come_back(town: Office) -> None:
    everybody = caseload.listing(town, CaseloadQuery(view="all"), TODAY).ids
    child = everybody[3]
    row = town.reader().execute("SELECT * FROM view.priority WHERE person_id = ?", (child,)).fetchone()
    _leave(town, child)
    assert caseload.listing(town, CaseloadQuery(view="all"), TODAY).ids == tuple(
        one for one in everybody if one != child
    )
    with town.view_writer() as db:
        db.execute(f"INSERT INTO priority VALUES ({', '.join('?' * len(row))})", row)
    assert caseload.listing(town, CaseloadQuery(view="all"), TODAY).ids == everybody


def test_lines_come_with_the_list(town: Office) -> None:
    query = CaseloadQuery(view="all")
    listed = caseload.listing(town, query, TODAY)
    assert len(listed.ids) > 8
    again, top = caseload.listing_with_rows(town, query, TODAY, None, 3)
    assert again == listed
    assert tuple(row.person_id for row in top) == listed.ids[:3]
    person = listed.ids[6]
    around = caseload.listing_with_rows(town, query, TODAY, person, 3)[1]
    assert tuple(row.person_id for row in around) == listed.ids[3:9], "to both sides: it may stand at either edge"
    gone = caseload.listing_with_rows(town, query, TODAY, -1, 3)[1]
    assert gone == top
