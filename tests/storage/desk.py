"""What the storage tests write and read: words of the people who use the office."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.domain import ids
from app.storage.offices.office import Office

LEAD, WORKER, PASSPHRASE = "山田 花子", "鈴木 一郎", "青い空と白い雲の下で"
NOW = datetime(2026, 10, 31, 9, 0, tzinfo=UTC)


def clock() -> datetime:
    return NOW


def decision(person: int = 7, ref: str | None = None, reason: str = "欠席が続く") -> dict[str, object]:
    return {
        "person": ids.code(person), "decision": "watch", "reason": reason, "day": "2026-10-31",
        "next": "2026-11-20", "evidence": [ids.code(3)], "ref": ref, "on_screen": "middle 7",
    }  # fmt: skip


def reasons(office: Office) -> list[str]:
    found = office.reader().execute("SELECT d.reason FROM decision d JOIN entry e ON e.id = d.entry ORDER BY e.seq")
    return [row[0] for row in found]


def later(seconds: float) -> Callable[[], datetime]:
    return lambda: NOW + timedelta(seconds=seconds)
