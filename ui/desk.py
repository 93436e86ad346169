"""What is on the desk while an office is open: the office, who sits here, and the services.

Pages call ``runner.ask(desk.caseload.listing, desk.office, query, then=...)``. The services are
the modules of ``app.services``, handed over here once so that a test can put others in their
place. Nothing of Qt lives here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.services.answers.outcomes import MemberLine


@dataclass(frozen=True)
class Desk:
    """``today`` and ``now`` are the only clocks of the window."""

    office: Any
    member: MemberLine
    caseload: Any
    reviewing: Any
    assigning: Any
    belonging: Any
    today: Callable[[], date]
    now: Callable[[], datetime]
    idle_minutes: int = 5
    imports: Any = None
    batches: Any = None
    rejections: Any = None
    linking: Any = None
    pairs: Any = None
    foreseeing: Any = None
    link_quality: Any = None
    sampling: Any = None
    retraining: Any = None
    comparisons: Any = None
    ruling_history: Any = None
    quality_jobs: Any = None
    mapping: Any = None
    profiling: Any = None
    withdrawals: Any = None
    settling: Any = None
    effects: Any = None
    composing: Any = None
    run_jobs: Any = None
    evaluating: Any = None
    exporting: Any = None
    purposes: Any = None
    purpose_jobs: Any = None
    rereading_jobs: Any = None
    lost_children: Any = None
    received: Any = None
    papers: Any = None
    intake: Any = None
    outreach: Any = None
    drafting: Any = None
    contacts: Any = None
    since: Any = None
    followups: Any = None
    planning: Any = None
    signing: Any = None
    views: Any = None
    team: Any = None
    undoing: Any = None
    remembering: Any = None
    policy: Any = None
    first_hour: Any = None
    activity: Any = None
    protecting: Any = None
    unveiling: Any = None
    need_to_know: Any = None
    bewaring: Any = None
    anchoring: Any = None
    handing_out: Any = None
    backing_up: Any = None

    @property
    def may_import(self) -> bool:
        return "lead" in self.member.roles

    @property
    def may_assign(self) -> bool:
        return "lead" in self.member.roles

    @property
    def may_see(self) -> bool:
        """Whether children may be seen at all; an auditor or administrator alone sees none."""
        return not self.member.roles.isdisjoint({"lead", "worker"})

    @property
    def may_audit(self) -> bool:
        return not self.member.roles.isdisjoint({"lead", "auditor"})
