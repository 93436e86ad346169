"""Contacts, follow-ups, plans and drafts of a child from day to day, through the services."""

from __future__ import annotations

import struct
import zlib
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Refused, WrongUse
from app.domain.plans import Goal, Plan, Step
from app.services.answers.caseload import CaseloadQuery
from app.services.casework import caseload, contacts, drafting, followups, planning, reviewing, since
from app.services.casework.contacts import Contact
from app.storage.backups.backup import backup, restore
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.builders import AS_OF, LEAD, NOW, WORKER, opened

DUE = AS_OF + timedelta(days=5)
WATCH = Decision(DecisionKind.WATCH, "担任に確かめる。", AS_OF, DUE, ())
CALL = Contact("phone", "guardian_only", False, AS_OF, "母と話した。")


def png(width: int = 3, height: int = 2) -> bytes:
    """A small true picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80\x90\xa0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _first(office: Office, number: int = 1) -> tuple[int, ...]:
    return caseload.listing(office, CaseloadQuery(view="all"), AS_OF).ids[:number]


def _next(office: Office, child: int) -> date | None:
    (line,) = [one for one in followups.listing(office, AS_OF, True).lines if one.person_id == child]
    row = caseload.rows(office, [child], AS_OF)[0]
    assert row.next_day == line.day
    return line.day


def test_a_contact_that_reaches_somebody_does_what_was_due_and_one_in_vain_does_not(office: Office) -> None:
    (child,) = _first(office)
    reviewing.decide(office, child, WATCH, NOW, on_screen="")
    assert _next(office, child) == DUE
    late = NOW + timedelta(days=5)
    absent = Contact("home_visit", "absent", False, DUE, "不在。")
    contacts.note(office, [child], absent, late)
    assert _next(office, child) == DUE, "nobody was reached: it is still to be done"
    contacts.note(office, [child], Contact("phone", "met", True, DUE, "会えた。"), late + timedelta(minutes=1))
    assert _next(office, child) is None
    assert [one.group for one in followups.listing(office, DUE, True).lines] == ["without"]


def test_what_was_agreed_stays_until_it_is_done(office: Office) -> None:
    (child,) = _first(office)
    agreed = Contact("phone", "guardian_only", False, AS_OF, "来週会う。", DUE, "母", "家庭訪問")
    contacts.note(office, [child], agreed, NOW)
    contacts.note(office, [child], CALL, NOW + timedelta(minutes=1))
    assert _next(office, child) == DUE, "a call in between does not wipe the visit agreed on"


def test_a_follow_up_is_moved_with_a_reason_and_the_move_taken_back(office: Office) -> None:
    (child,) = _first(office)
    reviewing.decide(office, child, WATCH, NOW, on_screen="")
    with pytest.raises(WrongUse, match="reason_missing"):
        followups.move(office, child, DUE, " ", NOW)
    with pytest.raises(WrongUse, match="in_the_past"):
        followups.move(office, child, AS_OF - timedelta(days=1), "遅れ", NOW)
    later = DUE + timedelta(days=10)
    entry = followups.move(office, child, later, "担任が出張のため。", NOW + timedelta(minutes=1)).value
    assert _next(office, child) == later
    assert followups.listing(office, AS_OF, True).lines[0].moved == "担任が出張のため。"
    followups.take_back_move(office, child, entry, "取り消し", NOW + timedelta(minutes=2))
    assert _next(office, child) == DUE
    followups.move(office, child, later, "もう一度。", NOW + timedelta(minutes=3))
    reviewing.decide(office, child, WATCH, NOW + timedelta(minutes=4), on_screen="")
    assert _next(office, child) == DUE, "a decision overrules what was moved before it"


@pytest.mark.parametrize(
    ("day", "group"),
    [(-1, "overdue"), (0, "today"), (1, "week"), (2, "later"), (30, "later")],
)
def test_days_stand_under_their_heading(day: int, group: str) -> None:
    saturday = AS_OF
    assert followups.group_of(saturday + timedelta(days=day), saturday) == group


def test_own_follow_ups_and_everybodys(folder: Path) -> None:
    with opened(folder) as office:
        (child,) = _first(office)
        reviewing.decide(office, child, WATCH, NOW, on_screen="")
        assert followups.listing(office, DUE + timedelta(days=1)).lines == ()
        told = followups.listing(office, DUE + timedelta(days=1), True)
        assert (told.overdue, told.today, told.due) == (1, 0, 1)


def test_siblings_get_one_entry_each_and_asking_again_changes_nothing(office: Office) -> None:
    pair = _first(office, 2)
    visit = Contact("home_visit", "met", True, AS_OF, "二人とも元気。", None, "母", "来月また訪ねる")
    made = contacts.note(office, pair, visit, NOW, ref="v1").value
    assert contacts.note(office, pair, visit, NOW, ref="v1").value == made
    for child in pair:
        (line,) = reviewing.child_file(office, child, NOW).contacts
        assert (line.words, line.whom, line.step, line.seen) == ("二人とも元気。", "母", "来月また訪ねる", True)
    assert verify(office) == []


def test_a_contact_noted_on_the_wrong_child_is_taken_back(folder: Path) -> None:
    with opened(folder, WORKER) as office:
        (child,) = _first(office)
        (entry,) = contacts.note(office, [child], Contact("home_visit", "met", True, AS_OF, "会えた。"), NOW).value
        assert reviewing.child_file(office, child, NOW).last_seen == AS_OF
        contacts.withdraw(office, child, [entry], "別の児童の記録でした。", NOW)
        file = reviewing.child_file(office, child, NOW)
        assert (file.contacts, file.last_seen) == ((), None)
        assert verify(office) == []
    with opened(folder) as office:
        (mine,) = contacts.note(office, [child], CALL, NOW).value
    with opened(folder, WORKER) as office, pytest.raises(Refused, match="not_allowed"):
        contacts.withdraw(office, child, [mine], "同僚の記録", NOW)


def test_three_in_a_row_in_vain_are_counted(office: Office) -> None:
    (child,) = _first(office)
    for minute, result in enumerate(("met", "absent", "not_reached", "absent")):
        contacts.note(
            office, [child], Contact("phone", result, False, AS_OF, ""), NOW + timedelta(minutes=minute)
        )  # fmt: skip
    assert contacts.in_vain(reviewing.child_file(office, child, NOW).contacts) == 3


def test_a_picture_is_kept_verified_and_carried_by_a_backup(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as office:
        (child,) = _first(office)
        kept = contacts.keep_picture(office, png(), "玄関.png")
        visit = Contact("home_visit", "absent", False, AS_OF, "留守。", pictures=(kept,))
        contacts.note(office, [child], visit, NOW)
        (line,) = reviewing.child_file(office, child, NOW).contacts
        assert contacts.picture(office, line.pictures[0].digest) == png()
        assert verify(office) == []
        backup(office, tmp_path / "kept.zip", time=NOW)
        office.writer.execute("UPDATE picture SET bytes = x'00'")
        assert [one.message.key for one in verify(office)] == ["verify.picture_lost"]
    restore(tmp_path / "kept.zip", tmp_path / "again")
    with opened(tmp_path / "again") as office:
        assert contacts.picture(office, kept.digest) == png()
        assert verify(office) == []


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "no_picture"),
        (b"GIF89a......", "no_picture"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 40, "no_picture"),
        (b"\xff\xd8\xff\xe0\x00\x00" + b"\0" * 40, "no_picture"),
        (b"\xff\xd8\xff" + b"\xff" * 5000, "no_picture"),
        (png(60_000, 1)[:20] + b"\0\0\xff\xff" + b"x" * 20, "too_many_pixels"),
        (png() + bytes(10_000_001), "too_large"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused(office: Office, data: bytes, key: str) -> None:
    with pytest.raises(WrongUse, match=key):
        contacts.keep_picture(office, data, "x.png")


def test_drafts_outlive_the_session_and_belong_to_their_author(folder: Path) -> None:
    with opened(folder, WORKER) as office:
        (child,) = _first(office)
        drafting.keep(office, child, "decision", {"reason": "書きかけ", "ref": "r1"}, NOW)
        entries = office.last_seq()
    with opened(folder) as office:
        assert drafting.drafts_of(office, child) == {}
    with opened(folder, WORKER) as office:
        assert drafting.drafts_of(office, child)["decision"].content["reason"] == "書きかけ"
        assert office.last_seq() == entries, "a draft is no entry"
        (line,) = drafting.waiting(office)
        assert (line.person_id, line.saved) == (child, NOW)
        drafting.drop(office, child, "decision")
        assert drafting.drafts_of(office, child) == {}


def test_a_draft_that_was_recorded_just_before_a_crash_is_none(office: Office) -> None:
    (child,) = _first(office)
    drafting.keep(office, child, "decision", {"reason": "x", "ref": "r1"}, NOW)
    drafting.keep(office, child, "contact", {"words": "x", "ref": "c1"}, NOW)
    reviewing.decide(office, child, WATCH, NOW, on_screen="", ref="r1")
    contacts.note(office, [child], CALL, NOW, ref="c1")
    assert drafting.drafts_of(office, child) == {}


def test_pictures_go_with_the_draft_that_named_them_and_stay_with_a_contact(office: Office) -> None:
    (child,) = _first(office)
    loose = contacts.keep_picture(office, png(4), "a.png")
    bound = contacts.keep_picture(office, png(5), "b.png")
    drafting.keep(office, child, "contact", {"pictures": [{"digest": loose.digest}]}, NOW)
    contacts.note(office, [child], Contact("letter", "met", False, AS_OF, "", pictures=(bound,)), NOW)
    drafting.keep(office, child, "decision", {}, NOW)
    drafting.drop(office, child, "decision")
    assert contacts.picture(office, loose.digest), "another draft still names it"
    drafting.drop(office, child, "contact")
    with pytest.raises(Refused, match="gone"):
        contacts.picture(office, loose.digest)
    assert contacts.picture(office, bound.digest)


def test_a_colleague_who_was_faster_is_seen_before_one_decides(folder: Path) -> None:
    with opened(folder, WORKER) as office:
        (child,) = _first(office)
        seq = reviewing.child_file(office, child, NOW).seq
    with opened(folder) as office:
        reviewing.decide(office, child, WATCH, NOW, on_screen="")
    with opened(folder, WORKER) as office:
        mine = Decision(DecisionKind.SUPPORT, "家庭訪問をする。", AS_OF, DUE, ())
        with pytest.raises(Refused, match="colleague_since"):
            reviewing.decide(office, child, mine, NOW, on_screen="", ref="m", seen_seq=seq)
        with pytest.raises(Refused, match="colleague_since"):
            contacts.note(office, [child], CALL, NOW, seen_seq=seq)
        (act,) = since.acts_since(office, child, seq)
        assert (act.author, act.what, act.words, act.next) == (LEAD, "watch", WATCH.reason, DUE)
        assert len(reviewing.child_file(office, child, NOW).decisions) == 1
        reviewing.decide(office, child, mine, NOW, on_screen="", ref="m", seen_seq=act.seq)
        contacts.note(office, [child], CALL, NOW, seen_seq=act.seq)
        assert verify(office) == []


def test_evidence_is_a_fact_of_this_child(office: Office) -> None:
    child, other = _first(office, 2)
    facts = [line.fact.id for line in reviewing.child_file(office, child, NOW).facts]
    foreign = next(
        line.fact.id for line in reviewing.child_file(office, other, NOW).facts if line.fact.id not in facts
    )  # fmt: skip
    for wrong in (foreign, 12345):
        with pytest.raises(WrongUse, match="evidence_unknown"):
            reviewing.decide(
                office, child, Decision(DecisionKind.WATCH, "x", AS_OF, DUE, (facts[0], wrong)), NOW, on_screen=""
            )
    shown = reviewing.child_file(office, child, NOW)
    evidence = tuple(dict.fromkeys([*facts, *(fact for reason in shown.reasons for fact in reason.facts)]))
    reviewing.decide(office, child, Decision(DecisionKind.WATCH, "x", AS_OF, DUE, evidence), NOW, on_screen="")


PLAN = Plan(
    "きょうだいの仲がよい。", "朝起きられない日がある。", "本人は図工が楽しみ。",
    (Goal("週に三日、朝から登校する。", (Step("朝に電話する", "担任", DUE), Step("一緒に朝食を考える", "母と職員"))),),
    "agreed", AS_OF, "母と本人", DUE,
)  # fmt: skip


def test_each_version_of_a_plan_stays(office: Office) -> None:
    (child,) = _first(office)
    planning.record(office, child, PLAN, NOW, ref="p1")
    second = planning.record(office, child, Plan("", "x", "", (Goal("y"),)), NOW + timedelta(minutes=1), ref="p2").value
    first, newest = planning.plans_of(office, child)
    assert (first.plan, first.version, newest.version) == (PLAN, 1, 2)
    planning.withdraw(office, child, second, "書きまちがい", NOW)
    assert [one.plan for one in planning.plans_of(office, child)] == [PLAN]
    assert verify(office) == []


@pytest.mark.parametrize(
    ("plan", "key"),
    [
        (Plan("", "", "", (Goal("x"),)), "nothing_written"),
        (Plan("x", "", "", ()), "goal_missing"),
        (Plan("x", "", "", (Goal("y", (Step(" ", "母"),)),)), "step_without_words"),
        (Plan("x", "", "", (Goal("y"), Goal("", (Step("a", "母"),)))), "goal_without_words"),
        (Plan("x", "", "", (Goal("y"),), "agreed"), "agreed_on_missing"),
        (Plan("x" * 5000, "", "", (Goal("y"),)), "too_long"),
    ],
)
def test_a_plan_that_cannot_be_handed_over_is_refused(office: Office, plan: Plan, key: str) -> None:
    with pytest.raises(WrongUse, match=key):
        planning.record(office, _first(office)[0], plan, NOW)
