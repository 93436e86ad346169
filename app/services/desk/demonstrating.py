"""The demo: a made-up municipality's extracts, and an office filled from them with some work done.

Everybody in it is invented. The passphrase is no secret: it guards nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from app.demo.city import make_city
from app.demo.writing import write_extracts
from app.domain.decisions import Decision, DecisionKind
from app.domain.message import Message, Refused
from app.services.answers.caseload import CaseloadQuery, CaseloadRow
from app.services.casework import assigning, caseload, contacts, reviewing
from app.services.imports import importing
from app.services.offices import belonging, opening
from app.storage.offices.office import Office

OFFICE = "凪浜市 子ども家庭支援課"
PASSPHRASE = "kizuki demo office"
LEAD = "佐伯 千景"
WORKERS = ("長谷 修", "森 由布子", "三田村 楓")
CHILDREN = 600
SEED = 1
TOP = 12


def write_demo_extracts(out: Path, children: int, seed: int, as_of: date) -> list[Path]:
    """Write all eighteen extracts of a made-up municipality into ``out``; the files.

    The same arguments give the same bytes.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        return write_extracts(make_city(children, seed, as_of), out)
    except OSError as error:
        raise Refused("folder.cannot_write", folder=out.name, why=error.strerror) from None


def demo_office(
    folder: Path,
    children: int,
    seed: int,
    now: datetime,
    progress: Callable[[Message], None] = lambda message: None,
) -> Office:
    """The demo office in ``folder``, opened by its lead; made first where it is not there yet."""
    if (folder / "keys.json").exists():
        return opening.open_office(folder, LEAD, PASSPHRASE, now)
    opening.create_office(folder, name=OFFICE, person=LEAD, passphrase=PASSPHRASE, recovery_file=None, now=now)
    office = opening.open_office(folder, LEAD, PASSPHRASE, now)
    for worker in WORKERS:
        belonging.invite(office, name=worker, roles=["worker"], passphrase=PASSPHRASE, now=now)
    with tempfile.TemporaryDirectory(prefix="kizuki-demo-") as extracts:
        write_demo_extracts(Path(extracts), children, seed, now.date())
        importing.import_extracts(office, [Path(extracts)], now=now, progress=progress, alone=True)
    _work_a_little(office, now)
    return office


def _work_a_little(office: Office, now: datetime) -> None:
    """Some children assigned, contacted and decided on, so that no page of the demo is empty."""
    query = CaseloadQuery(view="all")
    listed = list(caseload.listing(office, query, now.date()).ids[:60])
    if not listed:
        return
    people = (LEAD, *WORKERS)
    for at, person in enumerate(people):
        own = listed[at : 40 : len(people)]
        if own:
            assigning.assign(office, own, person, now)
    for at, child in enumerate(listed[:24]):
        _contact(office, child, at, now)
    for at, child in enumerate(listed[4:40:4]):
        _decide(office, child, at, now)


_CONTACTS: Sequence[tuple[str, str, bool, str]] = (
    ("school_visit", "met", True, "担任と一緒に教室で会った。元気な様子。"),
    ("phone", "guardian_only", False, "母と話した。学校のことを心配している。"),
    ("home_visit", "absent", False, "会えませんでした（不在）。訪問連絡票を残した。"),
    ("home_visit", "met", True, "自宅で会えた。きょうだいと過ごしていた。"),
    ("agency", "guardian_only", False, "学校から様子を聞いた。"),
)


def _contact(office: Office, child: int, at: int, now: datetime) -> None:
    kind, result, seen, words = _CONTACTS[at % len(_CONTACTS)]
    day = now.date() - timedelta(days=7 + at * 5)
    agreed = now.date() + timedelta(days=at * 3 - 6)
    contacts.note_contact(
        office, child, kind=kind, result=result, seen=seen, day=day, words=words, next_day=agreed, now=now
    )


_DECISIONS: Sequence[tuple[DecisionKind, str, int]] = (
    (DecisionKind.WATCH, "担任が週に一度声をかける。1か月後に学校へ様子を聞く。", 28),
    (DecisionKind.SUPPORT, "欠席と滞納が続いている。家庭訪問をして困りごとを聞く。", 14),
    (DecisionKind.UNCLEAR, "健診の記録が届いていない。保健師に確かめる。", 10),
)


def _decide(office: Office, child: int, at: int, now: datetime) -> None:
    kind, reason, days = _DECISIONS[at % len(_DECISIONS)]
    today = now.date()
    decision = Decision(kind, reason, today, today + timedelta(days=days), ())
    seen = reviewing.on_screen(office, child)
    reviewing.decide(office, child, decision, now, on_screen=seen)


def top_of_caseload(office: Office, today: date) -> list[CaseloadRow]:
    """The first lines of what there is to look at now."""
    ids = caseload.listing(office, CaseloadQuery(), today).ids[:TOP]
    return caseload.rows(office, ids, today)
