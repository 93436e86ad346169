"""Builders for tests: an office without waiting, extracts in a few words.

The real small database is used; only the clock stands still and the passphrase is cheap to check.
"""

from __future__ import annotations

import atexit
import csv
import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from app.domain import ids
from app.services.imports import importing
from app.services.imports.importing import ImportReport
from app.storage.keyring import keys
from app.storage.offices import office_files, people
from app.storage.offices.office import Office

LEAD, WORKER, PASSPHRASE = "山田 花子", "鈴木 一郎", "青い空と白い雲の下で"
AS_OF = date(2026, 10, 31)
NOW = datetime(2026, 10, 31, 9, 0, tzinfo=UTC)

REGISTER = [
    "宛名番号", "氏名", "氏名カナ", "生年月日", "性別", "郵便番号", "住所", "電話番号",
    "保護者氏名", "世帯番号", "続柄", "異動日", "異動事由", "支援措置", "支援措置期限",
]  # fmt: skip
SCHOOL = [
    "学籍番号", "氏名", "氏名カナ", "生年月日", "性別", "郵便番号", "住所", "電話番号",
    "保護者氏名", "学校名", "学年", "組", "在籍区分", "異動日",
]  # fmt: skip
ATTENDANCE = [
    "学籍番号", "年度", "月", "授業日数", "病欠", "事故欠", "出停忌引", "遅刻",
    "早退", "最長連続欠席",
]  # fmt: skip


def new_office(folder: Path) -> None:
    """An office with a lead (the founder) and a worker; each is a copy of one that this process made."""
    shutil.copytree(_first_office(), folder)


@cache
def _first_office() -> Path:
    """Goes with the process."""
    place = Path(mkdtemp(prefix="kizuki-tests-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    folder = place / "office"
    office_files.create(folder, "みらい市", LEAD, PASSPHRASE, clock=lambda: NOW, kdf=keys.FLOOR)
    with opened(folder) as office:
        people.add(office, WORKER, ["worker"], PASSPHRASE, time=NOW, kdf=keys.FLOOR)
    return folder


def opened(folder: Path, person: str = LEAD) -> Office:
    """The office, unlocked for somebody."""
    return office_files.unlock(folder, person, PASSPHRASE, clock=lambda: NOW, lock_patience=0.0)


def extract(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """A department file: UTF-8, comma, the header in line 1."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def resident(number: str, name: str, kana: str, birth: str, **more: str) -> list[str]:
    """A row of the register; ``household``, ``relation``, ``address``, ``reason``, ``day``, ``protected``."""
    return [
        number, name, kana, birth, more.get("sex", "男"), "",
        more.get("address", "みらい市青葉一丁目2番3号"), "0000-11-0001",
        more.get("guardian", ""), more.get("household", "H" + number), more.get("relation", "子"), more.get("day", ""),
        more.get("reason", ""), more.get("protected", ""), "",
    ]  # fmt: skip


def pupil(number: str, name: str, kana: str, birth: str, **more: str) -> list[str]:
    """A row of the school register."""
    return [
        number, name, kana, birth, more.get("sex", "男"), "", more.get("address", "青葉1-2-3"), "0000-11-0001",
        more.get("guardian", ""), more.get("school", "青葉小学校"), more.get("grade", "小4"), "1", "在籍", "",
    ]  # fmt: skip


def month(number: str, year: str, of: str, *, days: str = "20", sick: str = "0", late: str = "0") -> list[str]:
    """A row of the monthly attendance."""
    return [number, year, of, days, sick, "0", "0", late, "0", "0"]


def bring_in(office: Office, *paths: Path, as_of: date | None = AS_OF) -> ImportReport:
    """Import these files as of a fixed day."""
    return importing.import_extracts(office, paths, now=NOW, as_of=as_of).value


def groups(office: Office) -> set[frozenset[tuple[str, str]]]:
    """Who is one person, as sets of (extract, local ID)."""
    found: dict[int, set[tuple[str, str]]] = {}
    for extract_key, local_id, person in office.reader().execute(
        "SELECT extract, local_id, person_id FROM view.record"
    ):
        found.setdefault(person, set()).add((extract_key, local_id))
    return {frozenset(one) for one in found.values()}


def person_of(office: Office, extract_key: str, local_id: str) -> int:
    """The person that a record belongs to."""
    row = office.reader().execute(
        "SELECT person_id FROM view.record WHERE extract = ? AND local_id = ?", (extract_key, local_id)
    )
    return int(row.fetchone()[0])


def code_of(office: Office, extract_key: str, local_id: str) -> str:
    """The same as people and files see it."""
    return ids.code(person_of(office, extract_key, local_id))
