"""Handing out: lists for people as a table, a workbook or a paper; and what became of what was handed out.

A purpose is asked, the act is journalled before the file is written, and the file is sealed unless somebody
decides otherwise. Nobody's whereabouts stand in these lists. A file that went out stays in the register until
somebody says that it is erased, when and how.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from app.domain import ids
from app.domain.entries import Kind
from app.domain.message import Message, Refused, WrongUse
from app.domain.priority import Reason
from app.services.answers.caseload import CaseloadQuery, CaseloadRow
from app.services.answers.outcomes import Changes, Outcome
from app.services.casework import caseload
from app.services.papers import exporting
from app.services.papers.papers import Cell, Grid, Paper
from app.services.wording import say
from app.storage.files.exports import check_out, write_export
from app.storage.offices.office import Office
from app.storage.truth.desk import id_text

WHATS = ("caseload", "statistics", "evaluation", "rejections", "reviews")
FORMS = ("csv", "xlsx", "pdf")
_SHOWN = 2000
_TEXT_MOST = 32_000  # a cell of a workbook takes 32,767


@dataclass(frozen=True)
class Listing:
    """A list in words: its header and its lines, all of them text."""

    what: str
    header: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ExportLine:
    """A file that went out. ``erased_*`` are empty until somebody says that it is gone."""

    entry: str
    time: datetime
    by: str
    what: str
    purpose: str
    form: str
    sealed: bool | None
    erased_on: date | None = None
    erased_by: str = ""
    erased_how: str = ""


# ---------------------------------------------------------------------------- lists


def listed(
    office: Office, what: str, now: datetime, language: str, reason: Callable[[Reason], str],
    query: CaseloadQuery | None = None,
) -> Listing:  # fmt: skip
    """One of WHATS in words; ``query`` says which children of the caseload. Refused: role; WrongUse: no such list."""
    if not office.member.may("export"):
        raise Refused("role.not_allowed", kind=Message("act.export.made"))
    if what not in WHATS:
        raise WrongUse("export.unknown", what=what)
    if what == "caseload":
        return _caseload(office, query or CaseloadQuery(), now.date(), language, reason)
    text = exporting.text_of(office, what, now)
    if what == "statistics":
        flat = tuple(_flat(json.loads(text)))
        return Listing(what, (_word("handing.item", language), _word("handing.count", language)), flat)
    header, *lines = csv.reader(io.StringIO(text))
    return Listing(what, tuple(header), tuple(map(tuple, lines)))


_COLUMNS = ("paper.no", "paper.child", "handing.id", "handing.age", "paper.grade", "paper.level", "handing.points",
            "paper.reasons", "paper.assignee", "paper.seen", "paper.next")  # fmt: skip


def _caseload(
    office: Office, query: CaseloadQuery, today: date, language: str, reason: Callable[[Reason], str]
) -> Listing:
    found = caseload.listing(office, query, today).ids
    lines = [
        _child_line(at, row, language, reason) for at, row in enumerate(caseload.rows(office, found, today), start=1)
    ]
    return Listing("caseload", tuple(_word(key, language) for key in _COLUMNS), tuple(lines))


def _child_line(at: int, row: CaseloadRow, language: str, reason: Callable[[Reason], str]) -> tuple[str, ...]:
    days = (row.last_seen, row.next_day)
    return (
        str(at), row.name, ids.code(row.person_id), "" if row.age is None else str(row.age), row.grade,
        _word(f"level.{row.level}", language), str(row.points) + ("+" if row.has_unknown else ""),
        "\n".join(reason(one) for one in row.reasons), row.assignee,
        *(day.isoformat() if day else "" for day in days),
    )  # fmt: skip


def _flat(said: dict[str, object], before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in said.items():
        if isinstance(value, dict):
            found += _flat(value, f"{before}{name} / ")
        else:
            found.append((before + name, str(value)))
    return found


def _word(key: str, language: str) -> str:
    return say(Message(key), language)


# ---------------------------------------------------------------------------- forms


def paper(office: Office, listing: Listing, purpose: str, now: datetime) -> Paper:
    """The list as a paper, whose every page says who made it, when and why."""
    widths = [max([len(name), *(min(30, len(line[at])) for line in listing.lines[:200])]) for at, name in
              enumerate(listing.header)]  # fmt: skip
    columns = tuple((name, max(3, width)) for name, width in zip(listing.header, widths, strict=True))
    rows = tuple(tuple(Cell(cell) for cell in line) for line in listing.lines[:_SHOWN])
    return Paper(
        form="list", what=listing.what, office=office.name, by=office.member.name, made=now, purpose=purpose.strip(),
        about="", blocks=(Grid(f"handing.{listing.what}", columns, rows),), landscape=len(listing.header) > 4,
    )  # fmt: skip


def table(listing: Listing) -> bytes:
    """Comma-separated, with a mark that spreadsheets need; no cell is a live formula."""
    return ("\ufeff" + exporting.csv_text(listing.header, listing.lines)).encode("utf-8", "surrogatepass")


def workbook(office: Office, listing: Listing, purpose: str, now: datetime, language: str) -> bytes:
    """A workbook of texts only, with a sheet and a line on every printed page that say who, when and why."""
    out = io.BytesIO()
    told = [
        (_word("handing.origin.office", language), office.name),
        (_word("handing.origin.by", language), office.member.name),
        (_word("handing.origin.made", language), f"{now:%Y-%m-%d %H:%M}"),
        (_word("handing.origin.purpose", language), purpose.strip()), ("", _word("handing.care", language)),
    ]  # fmt: skip
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        plain, head = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
        sheet = book.add_worksheet(_word("handing.sheet", language))
        for at, line in enumerate((listing.header, *listing.lines)):
            for column, cell in enumerate(line):
                sheet.write_string(at, column, cell[:_TEXT_MOST], plain if at else head)
        sheet.freeze_panes(1, 0)
        mark = " / ".join(value for _name, value in told).replace("&", "&&")
        sheet.set_header("&L" + mark[:250])
        origin = book.add_worksheet(_word("handing.origin", language))
        for at, (name, value) in enumerate(told):
            origin.write_string(at, 0, name, head)
            origin.write_string(at, 1, value, plain)
        origin.set_column(0, 1, 30)
    return out.getvalue()


def hand_out(
    office: Office, what: str, form: str, content: bytes, out: Path, purpose: str, now: datetime,
    sealed_with: str | None,
) -> Path:  # fmt: skip
    """Journal, then write ``content`` with a note of its origin. WrongUse without a purpose or for no such place."""
    if not purpose.strip():
        raise WrongUse("export.purpose_missing")
    check_out(out, office.folder)
    said = {"what": what, "purpose": purpose.strip(), "form": form, "sealed": sealed_with is not None}
    entry = office.write(Kind.EXPORT_MADE, said, time=now)
    origin = {
        "office": office.name, "by": office.member.name, "made": now.isoformat(timespec="seconds"),
        "purpose": purpose.strip(), "what": what, "entry": entry.id,
    }  # fmt: skip
    return write_export(out, content, origin, sealed_with)


# ---------------------------------------------------------------------------- what became of it


def register(office: Office) -> tuple[ExportLine, ...]:
    """Every file that went out: not yet erased ones first, newest first. Refused: role."""
    if not office.member.may("activity"):
        raise Refused("role.not_allowed", kind=Message("act.activity"))
    with office.reading() as db:
        names = dict(db.execute("SELECT id, name FROM member").fetchall())
        rows = db.execute(
            "SELECT id, author, time, kind, payload FROM entry"
            " WHERE kind IN (?, ?) AND payload IS NOT NULL ORDER BY seq",
            (str(Kind.EXPORT_MADE), str(Kind.EXPORT_ERASED)),
        ).fetchall()
    found: dict[str, ExportLine] = {}
    for blob, author, time, kind, payload in rows:
        said, by = json.loads(payload), names.get(author, author)
        if kind == Kind.EXPORT_MADE:
            moment = datetime.fromisoformat(time).astimezone()
            found[id_text(blob)] = ExportLine(
                id_text(blob), moment, by, str(said["what"]), str(said["purpose"]), str(said.get("form", "")),
                said.get("sealed"),
            )  # fmt: skip
        elif said["entry"] in found:
            one = found[said["entry"]]
            found[said["entry"]] = ExportLine(
                one.entry, one.time, one.by, one.what, one.purpose, one.form, one.sealed,
                date.fromisoformat(said["day"]), by, str(said["how"]),
            )  # fmt: skip
    newest = sorted(found.values(), key=lambda one: one.time, reverse=True)
    return tuple(sorted(newest, key=lambda one: one.erased_on is not None))


def erased(office: Office, entry: str, how: str, day: date, now: datetime) -> Outcome[str]:
    """Say that a file is gone: how, and on which day. WrongUse without words or for no such file."""
    if not how.strip():
        raise WrongUse("export.how_missing")
    if day > now.date():
        raise WrongUse("export.erased_tomorrow")
    made = office.write(Kind.EXPORT_ERASED, {"entry": entry, "how": how.strip(), "day": day.isoformat()}, time=now)
    return Outcome(made.id, Changes(kinds=frozenset({"export"})))
