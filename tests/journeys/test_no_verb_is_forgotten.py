"""Every public verb of the services is known to ask who may, or is named here with the reason why it need not.

A new one that does neither makes this fail. What reads about children is tried by everybody who may not.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.message import Refused
from app.services.casework import contacts, explaining, followups, lost_children, planning, reviewing, selecting, since
from app.services.imports import purposes
from app.services.links import foreseeing, sampling
from app.services.protection import withholding
from app.storage.keyring import keys
from app.storage.offices import people
from app.storage.offices.office import Office
from tests import builders

SERVICES = Path(__file__).resolve().parents[2] / "app" / "services"
BELOW = {"deriving", "measuring", "priority"}
"""Shelves that no page and no command asks about a child: they work tables out."""
ASKS = (
    "demand(",
    "beyond_role(",
    ".may(",
    "office.write",
    "write_many(",
    "publish(",
    "check_may",
    "_check(",
    "_check_",
)
"""What a verb that asks looks like: an entry is refused where it is written (see ``test_every_role_tries...``)."""

LEANS = {
    "the verb that it calls asks": """
        casework/caseload.listing_with_rows casework/contacts.note_contact casework/followups.move
        casework/reviewing.child_file
        criteria/run_jobs.start criteria/settling.save criteria/settling.save_size casework/team.set_limit
        casework/team.set_away casework/team.suggest casework/team.take_back casework/saved_views.save
        casework/saved_views.remove imports/import_jobs.look imports/import_jobs.start imports/mapping.keep
        imports/mapping.propose imports/mapping.count_codes imports/mapping.attempt imports/mapping.trial_profile
        imports/mapping.open_unknown
        imports/previewing.look imports/profiling.go_back imports/purpose_jobs.start imports/rereading_jobs.foresee
        imports/rereading_jobs.start imports/withdrawal_jobs.foresee imports/withdrawal_jobs.start
        imports/withdrawing.restore imports/withdrawing.foresee links/linking.rule links/linking.take_out
        links/linking.join links/linking.withdraw_ruling links/linking.rule_again links/quality_jobs.learn
        links/quality_jobs.compare links/quality_jobs.take_over links/quality_jobs.look_for_missed
        offices/backing_up.backup offices/belonging.invite offices/belonging.change_roles
        offices/belonging.invite_again offices/belonging.leave offices/belonging.renew_keys
        offices/belonging.recover offices/belonging.renew_recovery_code papers/handing_out.paper
        papers/handing_out.workbook papers/outreach.letters papers/papers.save desk/undoing.undo
        protection/unveiling.grant protection/unveiling.whereabouts papers/exporting.text_of
        papers/exporting.child_document
        papers/exporting.statistics imports/batches.rejection_lines imports/withdrawing.withdraw""",
    "it is about one's own work or desk only": """
        casework/drafting.keep casework/drafting.drop casework/drafting.drafts_of casework/drafting.waiting
        casework/drafting.notice_in_hand casework/saved_views.saved casework/contacts.keep_picture
        casework/contacts.keep_picture_file desk/remembering.look_of desk/remembering.keep_look
        desk/remembering.chosen desk/remembering.choose desk/undoing.recent offices/belonging.change_passphrase
        protection/unveiling.waiting protection/unveiling.openings casework/caseload.log_search
        casework/intake.log_find""",
    "it says nothing about any child": """
        casework/caseload.freshness casework/contacts.existing casework/showing.stage_results
        casework/publishing.new_view casework/publishing.compared
        casework/selecting.open_children casework/rolls.roll_at_hand casework/rolls.forget casework/since.unseen
        casework/caseload.choices casework/caseload.as_of criteria/composing.words_of criteria/settling.history
        desk/demonstrating.top_of_caseload imports/batches.history imports/mapping.columns_of
        imports/profiling.history imports/purposes.history imports/received.arrived imports/received.late
        imports/rejections.kept_back imports/taking_links.read_links links/comparisons.keep links/comparisons.kept
        links/comparisons.forget links/link_quality.figures links/link_quality.missed links/retraining.history
        links/sampling.samples offices/backing_up.wanted offices/belonging.members offices/belonging.key_state
        offices/open_backups.due offices/open_backups.keep_open offices/open_backups.note
        offices/policy.idle_minutes offices/policy.factor_required offices/policy.heed_factor
        offices/verifying.verify offices/verifying.unchecked protection/need_to_know.closed_by_policy
        protection/need_to_know.closed_to protection/need_to_know.closed_now protection/need_to_know.own_only
        protection/need_to_know.narrowed_to_own protection/need_to_know.check_own protection/need_to_know.narrowed
        protection/unveiling.minutes protection/withholding.withheld_now protection/withholding.switched_last
        criteria/evaluating.evaluate criteria/settling.read
        criteria/settling.rules imports/profiling.lines imports/purposes.items
        links/plans.plan_ruling links/plans.plan_taking_out links/plans.plan_joining
        links/plans.plan_withdrawing links/plans.plan_again links/plans.foresee""",
}


def verbs() -> Iterator[tuple[str, str]]:
    """Every public function that is given an unlocked office, with its text."""
    for path in sorted(SERVICES.rglob("*.py")):
        shelf = path.relative_to(SERVICES).parts[0]
        if shelf in BELOW:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                first = next(iter(node.args.args), None)
                if first is not None and first.arg == "office":
                    yield f"{path.relative_to(SERVICES).with_suffix('').as_posix()}.{node.name}", ast.unparse(node)


def test_every_verb_asks_or_says_why_not() -> None:
    named = {one for names in LEANS.values() for one in names.split()}
    forgotten = [name for name, text in verbs() if name not in named and not any(one in text for one in ASKS)]
    assert forgotten == []


# ---------------------------------------------------------------------------- who may not see children


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verbs") / "office"
    builders.new_office(folder)
    rows = [builders.resident(str(one), f"森 {one}", "モリ", f"2016-0{one}-01") for one in (1, 2)]
    builders.extract(folder.parent / "register.csv", builders.REGISTER, rows)
    with builders.opened(folder) as office:
        builders.bring_in(office, folder.parent / "register.csv")
        for role in ("admin", "auditor"):
            people.add(office, f"人 {role}", [role], builders.PASSPHRASE, time=builders.NOW, kdf=keys.FLOOR)
    return folder


def readers(office: Office, person: int, record: int) -> dict[str, Callable[[], Any]]:
    today = builders.AS_OF
    return {
        "a photograph": lambda: contacts.picture(office, "00"),
        "why not higher": lambda: explaining.why_not(office, person, today),
        "follow-ups": lambda: followups.listing(office, today, everybody=True),
        "lost children": lambda: lost_children.lost_children(office),
        "plans": lambda: planning.plans_of(office, person),
        "what is on screen": lambda: reviewing.on_screen(office, person),
        "place in the list": lambda: selecting.place_of(office, person, 10, 10, today),
        "what a colleague did": lambda: since.acts_since(office, person, 0),
        "what a family said": lambda: purposes.stances(office, person),
        "what is not used": lambda: withholding.items_of(office, person),
        "doubts": lambda: foreseeing.doubt(office, person),
        "what a ruling would do": lambda: foreseeing.preview(office, record, record, True),
        "what taking out would do": lambda: foreseeing.preview_taking_out(office, record),
        "pairs of a sample": lambda: sampling.pairs_of(office, builders.LEAD),
    }


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_who_may_not_see_children_is_told_nothing_of_them(folder: Path, role: str) -> None:
    with builders.opened(folder, f"人 {role}") as office:
        person, record = office.reader().execute("SELECT person_id, record_id FROM view.record").fetchone()
        told = []
        for name, ask in readers(office, person, record).items():
            try:
                ask()
            except Refused as refused:
                if refused.message.key == "role.not_allowed":
                    continue
            except Exception as trouble:  # noqa: BLE001 - it got further than it should have
                told.append(f"{name}: {trouble!r}")
                continue
            told.append(name)
        assert told == []
        noted = office.writer.execute("SELECT count(*) FROM access WHERE what LIKE 'refused:%'").fetchone()[0]
        assert noted >= len(readers(office, person, record))
