"""What the strip above the page says while files are looked over or taken in."""

from __future__ import annotations

from app.services.imports.import_jobs import Step
from ui.imports import saying
from ui.imports.lines import Lines
from ui.words import _, count


def course_words(step: Step | None, lines: Lines, taking_in: bool, gone: float) -> tuple[str, str, float, str]:
    """What is being done, how much of it, the share done, how long it may still take. ``gone``: seconds since
    that was told."""
    if step is None:
        return _("imports.progress.begins"), "", 0.0, ""
    reading = step.stage in ("look", "read") and step.files > 0
    what = _("imports.progress.reading", n=step.number, of=step.files) if reading else _(f"import.stage_{step.stage}")
    left = step.left
    words = saying.left_words(None if left is None else left - gone) if taking_in else ""
    return what, _much(step, lines, taking_in, reading), step.done, words


def _much(step: Step, lines: Lines, taking_in: bool, reading: bool) -> str:
    if step.children is not None:
        return _("import.foreseen", waiting=count(step.waiting or 0), children=count(step.children))
    done = sum(line.rows_now for line in lines.taking_part) if taking_in else step.rows
    if step.stage == "read":
        return _("imports.progress.rows_of", n=count(done), of=count(lines.rows))
    return _("imports.progress.rows", n=count(done)) if reading else ""
