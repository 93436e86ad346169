"""The words of the import page: kind, period, difference, state, and what a cell will be read as."""

from __future__ import annotations

from datetime import date

from app.services.imports.file_preview import FilePreview, PreviewCell
from ui.imports.lines import FileLine
from ui.words import (
    _,
    count,
    day_long,
    day_short,
    era_year,
    language,
    month_long,
    number,
    say,
    term,
)

_STATES = {
    "refused": ("stop-circle-outline", "error"),
    "unknown": ("help-circle-outline", "caution"),
    "left_out": ("minus-circle-outline", "text3"),
    "ask": ("help-circle-outline", "caution"),
    "same": ("equal", "text2"),
    "same_done": ("equal", "text2"),
    "older": ("alert-outline", "caution"),
    "ready": ("check-circle-outline", "ok"),
    "queued": ("clock-outline", "text2"),
    "reading": ("progress-clock", "accent"),
    "read": ("check-circle-outline", "accent"),
    "done": ("check-circle-outline", "ok"),
}


_DELIMITERS = {"\t": "imports.tabs", ";": "imports.semicolons"}


def state_mark(line: FileLine) -> tuple[str, str]:
    """The icon and the colour role of a file's state."""
    return _STATES[line.state]


def state_words(line: FileLine) -> str:
    """A file's state in a word or two."""
    if line.state == "reading":
        return _("imports.state.reading", rows=count(line.rows_now))
    return _(f"imports.state.{line.state}")


def kind_words(preview: FilePreview) -> str:
    """Which extract a file is."""
    return term("extract", preview.extract) if preview.extract else _("imports.kind.unknown")


def manner_words(preview: FilePreview) -> str:
    """How it is written: encoding, separator, where its header stands."""
    if not preview.extract:
        return ""
    if preview.kind == "links":
        return _("imports.links.manner")
    parts = [_(f"imports.encoding.{preview.encoding}")]
    if preview.delimiter in _DELIMITERS:
        parts.append(_(_DELIMITERS[preview.delimiter]))
    if preview.header_line > 1:
        parts.append(_("imports.header_at", line=preview.header_line))
    return _("imports.join").join(parts)


def period_words(preview: FilePreview, today: date) -> tuple[str, str]:
    """What time a file speaks of, and its own day below it where that is another thing."""
    if preview.as_of is None:
        return "", ""
    own = _("imports.as_of" if preview.dated else "imports.as_of_today", day=day_short(preview.as_of, today))
    if preview.kind == "snapshot" or preview.covers is None:
        return own, ""
    first, last = preview.covers
    if (first.year, first.month) == (last.year, last.month):
        return month_long(first), own
    return _("imports.span", first=_month_short(first), last=_month_short(last)), own


def _month_short(day: date) -> str:
    """R8.4; in English, where years have no letter, April 2026."""
    letter, year = era_year(day)[1:]
    return f"{letter}{year}.{day.month}" if language() == "ja" else month_long(day)


def difference_words(preview: FilePreview) -> tuple[str, str]:
    """Rows more or fewer than last time: a share, and the number."""
    if preview.kind == "links" and preview.difference is not None:
        return _("imports.links.new", n=count(preview.difference.new)), ""
    if preview.last is None:
        return (_("imports.first_time") if preview.extract else ""), ""
    more = preview.rows - preview.last.rows
    rows = _("imports.rows_more", rows=signed(more))
    if abs(more) >= 10 * preview.last.rows:  # a share of next to nothing says nothing
        return rows, ""
    if not more:
        return "±0%", rows
    return f"{100 * more / preview.last.rows:+.1f}%".replace("-", "−"), rows


def signed(value: int) -> str:
    """+52, −488, ±0."""
    return f"+{count(value)}" if value > 0 else f"−{count(-value)}" if value else "±0"


def meaning(cell: PreviewCell) -> str:
    """A cell as it will be read: its text, and what is meant by it where that looks different."""
    if cell.state == "withheld":
        return _("protected.withheld")
    if cell.state == "unused":
        return _("imports.cell.unused")
    if cell.state == "unknown":
        return _("imports.cell.unknown")
    if cell.state == "rejected" and cell.meaning is None:
        return cell.text
    value = cell.meaning
    if isinstance(value, date):
        words = day_long(value, False)
    elif isinstance(value, (int, float)):
        words = number(float(value)) if value < 1900 else str(int(value))
    else:
        words = _(f"imports.sex.{value}") if value in ("M", "F") else str(value or "")
    same = words == cell.text.strip() or not words or _same_number(cell.text, value)
    return cell.text.strip() if same else _("imports.cell.meant", text=cell.text.strip(), meant=words)


def _same_number(text: str, value: object) -> bool:
    try:
        return isinstance(value, (int, float)) and float(text) == float(value)
    except ValueError:
        return False


def left_words(seconds: float | None) -> str:
    """How long the rest may take, roughly."""
    if seconds is None:
        return _("imports.left.unknown")
    if seconds < 4:
        return _("imports.left.soon")
    if seconds < 90:
        return _("imports.left.seconds", n=int(seconds / 5 + 1) * 5)
    return _("imports.left.minutes", n=count(round(seconds / 60)))


def attention(line: FileLine, today: date) -> str:
    """Why a file needs a look, in a sentence; "" where it does not."""
    preview = line.preview
    refusal = preview.refusal or (line.report.refusal if line.report is not None else None)
    if refusal is not None:
        return say(refusal)
    last = preview.last
    if line.asks and line.report is None:
        return _question(line)
    if preview.supplement and line.report is None:
        return _("imports.note.supplement")
    if preview.kind == "links" and line.report is None:
        return _("imports.note.links_known" if preview.known else "imports.note.links")
    if preview.known and line.report is None:
        return _("imports.note.same")
    if preview.unguarded and line.report is None:
        return _("imports.note.unguarded", column=preview.unguarded)
    if preview.older and last is not None and last.as_of is not None and line.report is None:
        return _("imports.note.older", day=day_short(last.as_of, today))
    if line.report is not None and line.report.waiting:
        return _("imports.note.waiting", rows=count(line.report.waiting))
    unknown = [one.header for one in preview.columns if not one.name and one.header]
    if unknown and line.report is None:
        return _("imports.note.unknown", columns=_("list.join").join(unknown))
    return ""


def _question(line: FileLine) -> str:
    """What somebody is asked about a file before it goes in."""
    preview, beside = line.preview, line.beside
    if preview.small and preview.last is not None:
        return _("imports.ask.small", rows=count(preview.rows), last=count(preview.last.rows))
    if preview.others:
        gone, people = preview.gone
        return _("imports.ask.gone", gone=count(gone), people=count(people))
    return _("imports.ask.beside", file=beside.file if beside else "")
