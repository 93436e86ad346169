"""Crowding: one child of a filled office with very many facts, to see whether its page still comes at once.

For measuring only, like ``filling``: the facts stand in the view alone.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.demo.filling import slots
from app.storage.offices.office import Office

_SPAN = 15 * 365
_KINDS: tuple[tuple[str, dict[str, float | str]], ...] = (
    ("nurse_visit", {"reason": "体調不良"}),
    ("attendance", {"school_days": 20, "sick": 2, "other": 1, "late": 1, "longest_run": 2}),
    ("childcare_attendance", {"open_days": 22, "absent": 2, "unexplained": 1, "late_pickup": 1}),
    ("consultation", {"route": "学校", "type": "養護"}),
    ("immunisation", {"vaccine": "MR", "dose": 1}),
    ("infant_checkup", {"check": "3歳", "state": "受診", "height": 95.0, "weight": 14.0}),
    ("school_checkup", {"height": 131.0, "weight": 29.0, "caries": 1}),
    ("residence_change", {"reason": "転居"}),
    ("achievement", {"deviation": 47.5, "subject": "国語"}),
)


def crowd(office: Office, child: int, facts: int, as_of: date) -> None:
    """Put so many facts of all lanes into a child's last fifteen years."""
    with office.view_writer() as db:
        db.execute("BEGIN")
        record = db.execute("SELECT record_id FROM record WHERE person_id = ? LIMIT 1", (child,)).fetchone()[0]
        for number in range(facts):
            _put(db, child, int(record), number, as_of - timedelta(days=number * _SPAN // facts + 1))
        db.execute("COMMIT")


def _put(db: Any, child: int, record: int, number: int, start: date) -> None:
    kind, said = _KINDS[number % len(_KINDS)]
    end = (start + timedelta(days=27)).isoformat() if "attendance" in kind else None
    _, columns = slots((kind, start, None, said))
    names = ("person_id", "start", "fact_id", "record_id", "kind", '"end"', "row_id", *columns)
    values = (child, start.isoformat(), -1 - number, record, kind, end, 0, *columns.values())
    db.execute(f"INSERT INTO fact ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", values)
