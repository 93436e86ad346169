"""Every role tries every verb: what the table of roles allows is done, the rest is refused and noted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.domain import entries, ids
from app.domain.entries import Kind, Operation
from app.domain.message import Refused, Trouble
from app.services.casework import caseload, reviewing
from app.services.criteria import running
from app.services.imports import importing, purposes
from app.services.links import linking, pairs, sampling
from app.services.offices import activity, anchoring
from app.services.papers import exporting
from app.services.protection import protecting, unveiling
from app.storage.backups import backup
from app.storage.keyring import keys
from app.storage.offices import people, rotation
from app.storage.offices.office import Office
from app.storage.truth import allowing
from app.storage.truth.desk import Desk
from tests import builders

PEOPLE = {"worker": "鈴木 一郎", "lead": "佐藤 次郎", "admin": "高橋 三郎", "auditor": "伊藤 四郎"}
LATER = builders.NOW + timedelta(hours=1)
EVERYBODY = frozenset(PEOPLE)
CASEWORK, LEADS, ADMINS = frozenset({"worker", "lead"}), frozenset({"lead"}), frozenset({"admin"})
UNKNOWN = str(uuid4())

Case = tuple[Kind, Callable[[Office, int], Mapping[str, object]], frozenset[str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("roles") / "office"
    builders.new_office(folder)
    files = folder.parent / "files"
    files.mkdir()
    builders.extract(
        files / "register.csv", builders.REGISTER,
        [builders.resident("1", "青木 一", "アオキ ハジメ", "2016-05-01"),
         builders.resident("2", "森 葵", "モリ アオイ", "2016-06-01", address="桜2-2-2")],
    )  # fmt: skip
    with builders.opened(folder) as office:
        builders.bring_in(office, files)
        for role, name in PEOPLE.items():
            if role != "worker":
                people.add(office, name, [role], builders.PASSPHRASE, time=builders.NOW, kdf=keys.FLOOR)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "office"))


def child(office: Office) -> int:
    row = office.writer.execute("SELECT record_id FROM batch_row WHERE record_id IS NOT NULL ORDER BY line").fetchone()
    return int(office.digester.person(row[0]))


def _fixed(**said: object) -> Callable[[Office, int], Mapping[str, object]]:
    return lambda _office, person: {"person": ids.code(person), **said}


ENTRIES: dict[str, Case] = {
    "invite": (Kind.PERSON_ADDED, _fixed(member="m", person="x", roles=[], sign="", box="", generation=9), ADMINS),
    "change roles": (Kind.PERSON_CHANGED, _fixed(member="nobody", roles=["lead"], generation=9), ADMINS),
    "invite again": (
        Kind.PERSON_INVITED_AGAIN, _fixed(member="nobody", sign="", box="", generation=9, serial=9), ADMINS,
    ),
    "put out": (Kind.PERSON_LEFT, _fixed(member="nobody"), ADMINS),
    "own passphrase": (Kind.PASSPHRASE_CHANGED, _fixed(serial=1, how="passphrase"), EVERYBODY),
    "recovery code": (Kind.RECOVERY_RENEWED, _fixed(serial=1), ADMINS),
    "rotate": (Kind.KEYS_ROTATED, _fixed(epoch=1, reason="x"), ADMINS),
    "decide": (
        Kind.DECISION_RECORDED,
        _fixed(decision="watch", reason="x", day="2026-10-31", next=None, evidence=[]), CASEWORK,
    ),
    "withdraw another's decision": (Kind.DECISION_WITHDRAWN, _fixed(entry=UNKNOWN, reason="x"), LEADS),
    "sign off": (Kind.DECISION_SIGNED, _fixed(entry=UNKNOWN), LEADS),
    "send a decision back": (Kind.DECISION_RETURNED, _fixed(entry=UNKNOWN, reason="x"), LEADS),
    "take a sign-off back": (Kind.SIGN_OFF_WITHDRAWN, _fixed(entry=UNKNOWN, reason="x"), LEADS),
    "note": (
        Kind.CONTACT_NOTED, _fixed(contact="phone", result="met", seen=True, day="2026-10-31", words=""), CASEWORK,
    ),
    "withdraw another's contact": (Kind.CONTACT_WITHDRAWN, _fixed(entry=UNKNOWN, reason="x"), LEADS),
    "move a follow-up": (Kind.FOLLOW_UP_MOVED, _fixed(day="2026-11-30", reason="x"), CASEWORK),
    "withdraw another's move": (Kind.FOLLOW_UP_WITHDRAWN, _fixed(entry=UNKNOWN, reason="x"), LEADS),
    "plan": (Kind.PLAN_MADE, _fixed(), CASEWORK),
    "withdraw another's plan": (Kind.PLAN_WITHDRAWN, _fixed(entry=UNKNOWN, reason="x"), LEADS),
    "take": (
        Kind.ASSIGNMENT_MADE,
        lambda office, person: {"persons": [ids.code(person)], "member": office.member.id}, CASEWORK,
    ),
    "assign to another": (
        Kind.ASSIGNMENT_MADE, lambda _, person: {"persons": [ids.code(person)], "member": "nobody"}, LEADS,
    ),
    "publish a batch": (Kind.BATCH_PUBLISHED, _fixed(batch=99, extract="x", rows=0, merkle=""), LEADS),
    "withdraw a batch": (Kind.BATCH_WITHDRAWN, _fixed(batch=99, reason="x"), LEADS),
    "restore a batch": (Kind.BATCH_RESTORED, _fixed(batch=99, reason="x"), LEADS),
    "change a profile": (Kind.PROFILE_CHANGED, _fixed(key="x", profile={}, before=""), LEADS),
    "make links": (Kind.LINKS_MADE, _fixed(links=99, model="x", merkle=""), LEADS),
    "make a run": (Kind.RUN_MADE, _fixed(as_of="2026-10-31", settings={}), LEADS),
    "rule on any link": (Kind.RULING_MADE, _fixed(a="x", b="y", same=True, reason="x"), LEADS),
    "withdraw another's ruling": (Kind.RULING_WITHDRAWN, _fixed(entry=UNKNOWN, reason="x"), LEADS),
    "ask about any link": (Kind.QUESTION_ASKED, _fixed(a="x", b="y", whom="x", words=""), LEADS),
    "take a model": (Kind.MODEL_TAKEN, _fixed(model="x", own=True, text="", reason="x"), LEADS),
    "draw a sample": (Kind.SAMPLE_DRAWN, _fixed(model="x", links=1, pairs=[]), LEADS),
    "answer a sample": (Kind.SAMPLE_ANSWERED, _fixed(sample=UNKNOWN, place=1, answer="same"), LEADS),
    "set criteria": (Kind.SETTING_CHANGED, _fixed(key="priority", value={}), LEADS),
    "set policy": (Kind.SETTING_CHANGED, _fixed(key="policy.idle_minutes", value=5), ADMINS),
    "close sectors": (Kind.SETTING_CHANGED, _fixed(key="policy.closed", value={}), ADMINS),
    "own view": (
        Kind.SETTING_CHANGED, lambda office, _: {"key": f"own.{office.member.id}.views", "value": []}, CASEWORK,
    ),
    "another's view": (Kind.SETTING_CHANGED, _fixed(key="own.nobody.views", value=[]), LEADS),
    "export all": (Kind.EXPORT_MADE, _fixed(what="links", purpose="x"), LEADS),
    "export a child of nobody's": (
        Kind.EXPORT_MADE, lambda _, person: {"what": f"child:{ids.code(person + 1)}", "purpose": "x"}, LEADS,
    ),
    "call another's export erased": (
        Kind.EXPORT_ERASED, _fixed(entry=UNKNOWN, how="x", day="2026-10-31"), LEADS,
    ),
    "back up": (Kind.BACKUP_MADE, _fixed(digest="x"), ADMINS),
    "set a purpose": (
        Kind.PURPOSE_SET, _fixed(extract="x", item="", used=False, purpose="x", basis="x", words=""), LEADS,
    ),
    "note a family's word": (
        Kind.STANCE_NOTED, _fixed(extract="x", item="", stance="x", day="2026-10-31", words=""), CASEWORK,
    ),
    "protect": (Kind.PROTECTION_SET, _fixed(reason="x"), CASEWORK),
    "ask to lift": (Kind.PROTECTION_LIFT_ASKED, _fixed(reason="x", seen=[f"entry:{UNKNOWN}"]), LEADS),
    "lift": (Kind.PROTECTION_LIFTED, _fixed(request=UNKNOWN), LEADS),
    "ask to see": (Kind.OPENING_ASKED, _fixed(reason="x"), CASEWORK),
    "open whereabouts": (
        Kind.OPENING_MADE,
        lambda office, person: {"person": ids.code(person), "member": office.member.id, "what": "whereabouts",
                                "reason": "x", "until": entries.moment(LATER + timedelta(minutes=5))}, LEADS,
    ),
    "open a closed sector": (
        Kind.OPENING_MADE,
        lambda office, person: {"person": ids.code(person), "member": office.member.id, "what": "medical",
                                "reason": "x", "until": entries.moment(LATER + timedelta(minutes=5))}, CASEWORK,
    ),
    "open a sector for another": (
        Kind.OPENING_MADE,
        lambda _, person: {"person": ids.code(person), "member": "nobody", "what": "medical", "reason": "x",
                           "until": entries.moment(LATER + timedelta(minutes=5))}, frozenset(),
    ),
    "refuse to open": (Kind.OPENING_REFUSED, _fixed(request=UNKNOWN, reason="x"), LEADS),
    "close another's opening": (Kind.OPENING_CLOSED, _fixed(opening=UNKNOWN), LEADS),
    "found the office again": (
        Kind.OFFICE_CREATED,
        lambda office, _: {"office": office.id, "name": "x", "member": office.member.id, "person": "x",
                           "roles": ["admin"], "sign": office.held.bundle.sign_public.hex(), "box": "",
                           "generation": 1}, frozenset(),
    ),
}  # fmt: skip
OTHERS = {
    Kind.NOTICE_RECEIVED: CASEWORK, Kind.NOTICE_WITHDRAWN: CASEWORK, Kind.LETTER_NOTED: CASEWORK,
}  # fmt: skip
"""Kinds whose payload says nothing about who may: tried with whatever their payload needs."""


def _attempts() -> dict[str, Case]:
    found = dict(ENTRIES)
    tried = {kind for kind, _, _ in ENTRIES.values()}
    for kind in Kind:
        if kind not in tried:
            needed = dict.fromkeys(entries.NEEDED[kind], "x")
            found[str(kind)] = (kind, _fixed(**needed), OTHERS[kind])
    return found


def _refused(act: Callable[[], object]) -> bool:
    """Whether the role does not allow it; other troubles mean that it was allowed, and wrong otherwise."""
    try:
        act()
    except Trouble as trouble:
        return trouble.message.key == "role.not_allowed"
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return False


def _noted(office: Office) -> int:
    return int(
        office.writer.execute("SELECT count(*) FROM access WHERE author = ? AND what LIKE 'refused:%'",
                              (office.member.id,)).fetchone()[0]
    )  # fmt: skip


@pytest.mark.parametrize("role", PEOPLE)
def test_entries_count_as_the_table_says(folder: Path, role: str) -> None:
    with builders.opened(folder, PEOPLE[role]) as office:
        person = child(office)
        wrong = []
        for name, (kind, payload, allowed) in _attempts().items():
            before, last = _noted(office), office.last_seq()
            said = {**dict.fromkeys(entries.NEEDED[kind], "x"), **payload(office, person)}
            refused = _refused(lambda kind=kind, said=said: office.write(kind, said, time=LATER))  # type: ignore[misc]
            if refused is (role in allowed):
                wrong.append(name)
            if refused and (_noted(office) != before + 1 or office.last_seq() != last):
                wrong.append(f"{name}: not noted, or it counts")
            if not refused and _noted(office) != before:
                wrong.append(f"{name}: noted though allowed")
        assert not wrong, wrong


@pytest.mark.parametrize("role", PEOPLE)
def test_services_refuse_beyond_the_role(folder: Path, role: str, tmp_path: Path) -> None:
    with builders.opened(folder, PEOPLE[role]) as office:
        person, today = child(office), builders.AS_OF
        verbs: dict[str, tuple[Callable[[], Any], frozenset[str]]] = {
            "caseload": (lambda: caseload.listing(office, caseload.CaseloadQuery(), today), CASEWORK),
            "rows": (lambda: caseload.rows(office, [person], today), CASEWORK),
            "child": (lambda: reviewing.child_file(office, person, LATER), CASEWORK),
            "raw row": (lambda: reviewing.raw_row(office, 1, 2), CASEWORK),
            "pairs": (lambda: pairs.queue(office), CASEWORK),
            "find": (lambda: pairs.find_records(office, "青木"), CASEWORK),
            "protection": (lambda: protecting.standing(office, person), CASEWORK),
            "opening": (lambda: unveiling.standing(office, person, LATER), CASEWORK),
            "rule": (lambda: linking.check_may_rule(office, [person]), LEADS),
            "import": (lambda: importing.import_extracts(office, [], now=LATER), LEADS),
            "run": (lambda: running.run_again(office, LATER), LEADS),
            "sample": (lambda: sampling.draw(office, LATER), LEADS),
            "purpose": (
                lambda: purposes.set_item(
                    office, extract="x", item="", used=False, purpose="", basis="", words="", now=LATER
                ),
                LEADS,
            ),
            "export": (
                lambda: exporting.export(office, "links", tmp_path / "out.csv", purpose="x", now=LATER), LEADS,
            ),
            "activity": (lambda: activity.lines(office, activity.ActivityQuery()), frozenset({"lead", "auditor"})),
            "anchor": (lambda: anchoring._check(office), frozenset({"lead", "auditor", "admin"})),
            "back up": (lambda: backup.backup(office, tmp_path / "backup.zip", time=LATER), ADMINS),
            "rotate": (lambda: rotation.check(office), ADMINS),
            "invite": (
                lambda: people.add(office, "新人", ["worker"], builders.PASSPHRASE, time=LATER, kdf=keys.FLOOR), ADMINS,
            ),
            "put out": (lambda: people.leave(office, "誰でもない", time=LATER), ADMINS),
        }  # fmt: skip
        wrong = []
        for name, (verb, allowed) in verbs.items():
            before = _noted(office)
            refused = _refused(verb)
            if refused is (role in allowed) or _noted(office) != before + refused:
                wrong.append(name)
        assert not wrong, wrong
        assert not list(tmp_path.glob("out.csv*")) or role == "lead"


@pytest.mark.parametrize("role", ["worker", "lead", "auditor"])
def test_nobody_but_an_administrator_makes_themselves_more(folder: Path, role: str) -> None:
    with builders.opened(folder, PEOPLE[role]) as office:
        said = {"member": office.member.id, "roles": ["admin", "lead"], "generation": 9}
        assert _refused(lambda: office.write(Kind.PERSON_CHANGED, said, time=LATER))


def test_an_administrator_who_names_themselves_lead_gets_no_key_of_the_leads(folder: Path) -> None:
    with builders.opened(folder, PEOPLE["admin"]) as office:
        with pytest.raises(Refused, match="lead_needed"):
            people.change_roles(office, PEOPLE["admin"], ["admin", "lead"], time=LATER)
        said = {"member": office.member.id, "roles": ["admin", "lead"], "generation": 9}
        office.write(Kind.PERSON_CHANGED, said, time=LATER)  # a changed program writes the entry alone
        assert office.held.keys.compartment is None
    with pytest.raises(Refused):  # the key file says otherwise: it does not open
        builders.opened(folder, PEOPLE["admin"])


def test_who_has_left_and_who_never_came_open_nothing(folder: Path) -> None:
    with builders.opened(folder) as office:
        people.leave(office, PEOPLE["worker"], time=LATER)
        member = next(one for one in office.members() if one.name == PEOPLE["worker"])
        desk = Desk(office.writer, office.folder, office.id)
        tried = [
            kind for kind, payload, _ in _attempts().values()
            if allowing.allowed(desk, _operation(office, member.id, kind, dict(payload(office, 1))))
        ]  # fmt: skip
        assert tried == []
    for name in (PEOPLE["worker"], "誰でもない"):
        with pytest.raises(Refused):
            builders.opened(folder, name)


def _operation(office: Office, author: str, kind: Kind, payload: dict[str, object]) -> Operation:
    said = {**dict.fromkeys(entries.NEEDED[kind], "x"), **payload}
    return Operation(UNKNOWN, office.held.device, author, entries.moment(LATER), kind, said)
