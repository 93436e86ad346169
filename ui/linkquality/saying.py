"""What the quality of links says in words: shares with their intervals, ages, models."""

from __future__ import annotations

from datetime import datetime

from app.services.links.quality_answers import Estimate, MissedLine, ModelLine, RulingHistory, SampleLine
from ui.review.wording import birth_words, extract_word, ruling_word
from ui.words import _, clock, count, day_long


def per_thousand(share: float) -> str:
    """A share of links as so many of 1,000: 20.0. Percentages stand nowhere in this program."""
    return f"{1000 * share:,.1f}"


def interval_words(estimate: Estimate | None) -> str:
    """0.5〜106.5."""
    if estimate is None:
        return "—"
    return _("quality.interval", low=per_thousand(estimate.errors.low), high=per_thousand(estimate.errors.high))


def estimate_words(estimate: Estimate | None) -> str:
    """The estimate in sentences, and what it would be if all that nobody could tell were wrong."""
    if estimate is None:
        return _("quality.estimate.none")
    words = _(
        "quality.estimate",
        checked=count(estimate.checked),
        wrong=count(estimate.wrong),
        share=per_thousand(estimate.errors.share),
        interval=interval_words(estimate),
    )
    if not estimate.unknown:
        return words
    worst = _("quality.estimate.unknown", n=count(estimate.unknown), high=per_thousand(estimate.worst.high))
    return f"{words} {worst}"


def of_source(name: str, extract: str) -> str:
    """A record's name with its source: 森 葵（学齢簿）."""
    return _("quality.of_source", name=name, source=extract_word(extract))


def sample_cells(line: SampleLine, model: str) -> tuple[str, ...]:
    """A sample's line in the history."""
    told = line.estimate
    return (
        day_long(line.drawn.astimezone().date(), with_weekday=False),
        line.author,
        _("quality.sample.done", n=count(line.answered), of=count(line.size)),
        count(told.wrong) if told else "—",
        count(told.unknown) if told else "—",
        per_thousand(told.errors.share) if told else "—",
        interval_words(told),
        _("quality.model.in_force") if line.model == model else model_words(line.model),
    )


def model_words(model: str) -> str:
    """A model's short name."""
    return model[:8]


def _stamp(time: datetime) -> str:
    local = time.astimezone()
    return f"{day_long(local.date(), with_weekday=False)} {clock(local)}"


def model_cells(line: ModelLine) -> tuple[str, ...]:
    """A model's line in the history."""
    return (
        line.model[:8],
        _("quality.model.own") if line.own else _("quality.model.shipped"),
        _stamp(line.taken) if line.taken else _("quality.model.first"),
        line.author or "—",
        line.reason or "—",
        _("quality.model.in_force") if line.in_force else "",
    )


def ruling_cells(line: RulingHistory) -> tuple[str, ...]:
    """A ruling's line in the history."""
    names = " ↔ ".join(one or "—" for one in line.names)
    more = _("quality.ruling.more", n=count(line.pairs - 1)) if line.pairs > 1 else ""
    between = _("links.between", a=extract_word(line.extracts[0]), b=extract_word(line.extracts[1]))
    return (
        _stamp(line.recorded),
        ruling_word(line.same),
        f"{names}{more}",
        between if all(line.extracts) else "—",
        line.author,
        line.reason or "—",
        _("quality.ruling.replaced") if line.replaced else _("quality.ruling.withdrawn") if line.withdrawn else "",
    )


def missed_cells(line: MissedLine) -> tuple[str, ...]:
    """A link that may be missing, as a line."""
    other = _("quality.missed.nobody")
    if line.b:
        other = _("quality.missed.other", name=line.other_name, birth=birth_words(line.other_birth or "0000-00-00"))
    return (
        _(f"quality.missed.{line.why}"),
        line.name,
        birth_words(line.birth) if line.birth else "—",
        extract_word(line.extract),
        other,
        extract_word(line.other_extract) if line.b else "",
    )
