"""The tables of the evaluation: what is said of each share, with its interval as a bar and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from app.domain.priority import Level
from app.domain.sectors import Sector
from app.services.criteria.evaluating import Evaluation, Firing, Line, Rate, Share
from ui.criteria.cells import Cell, Column
from ui.criteria.effects import group_word
from ui.words import _, count, criterion_name, level_word, sector_word

KINDS = ("level", "sector", "criterion", "age", "sex", "household", "assistance", "name")


def share_columns() -> tuple[Column, ...]:
    """Columns of what was found among those looked at."""
    return (
        Column(_("evaluation.column.kind"), 92),
        Column(_("evaluation.column.key")),
        Column(_("evaluation.column.listed"), 72, True, _("evaluation.column.listed.says")),
        Column(_("evaluation.column.looked"), 84, True, _("evaluation.column.looked.says")),
        Column(_("evaluation.column.found"), 84, True, _("evaluation.column.found.says")),
        Column(_("evaluation.column.bar"), 180, says=_("evaluation.column.bar.says")),
        Column(_("evaluation.column.words"), 310),
    )


def rate_columns() -> tuple[Column, ...]:
    """Columns of a group's rate on the list."""
    return (
        Column(_("evaluation.column.kind"), 92),
        Column(_("evaluation.column.key")),
        Column(_("evaluation.column.children"), 84, True),
        Column(_("evaluation.column.on_list"), 84, True),
        Column(_("evaluation.column.bar"), 200, says=_("evaluation.column.rate.says")),
        Column(_("evaluation.column.words"), 310),
    )


def firing_columns() -> tuple[Column, ...]:
    """Columns of how often each criterion holds."""
    return (
        Column(_("criteria.column.name")),
        Column(_("evaluation.column.told"), 110, True),
        Column(_("criteria.column.holds"), 84, True),
        Column(_("criteria.column.rare"), 120, True),
        Column(_("evaluation.column.note"), 320),
    )


def key_word(kind: str, key: str) -> str:
    """What a line is about."""
    if kind == "level":
        return level_word(Level(key))
    if kind == "sector":
        return sector_word(Sector(key))
    return criterion_name(key) if kind == "criterion" else group_word(kind, key)


def percent(value: float) -> str:
    """A share of many children, for people. Never said of a child."""
    return f"{100 * value:.0f}"


def share_words(share: Share) -> str:
    """A share with its interval, or why there is none."""
    if share.share is None or share.low is None or share.high is None:
        return _("evaluation.nobody")
    words = _("evaluation.share", share=percent(share.share), low=percent(share.low), high=percent(share.high))
    return _("evaluation.few", words=words) if share.caution else words


def share_bar(share: Share, mark: float | None = None) -> Cell:
    if share.share is None or share.low is None or share.high is None:
        return Cell("—", role="text3")
    return Cell(bar=(share.low, share.share, share.high, mark), says=share_words(share))


def share_rows(evaluation: Evaluation) -> list[Sequence[Cell]]:
    """Lines by level, sector, criterion and group; those of whom nobody was listed are left out."""
    lines = [line for kind in KINDS for line in evaluation.lines if line.kind == kind and line.share.listed]
    return [_share_row(line, evaluation.yielded.share) for line in lines]


def _share_row(line: Line, overall: float | None) -> list[Cell]:
    share = line.share
    kind = _(f"group.{line.kind}") if line.kind not in ("level", "criterion") else _(f"evaluation.kind.{line.kind}")
    return [
        Cell(kind, role="text2"),
        Cell(key_word(line.kind, line.key)),
        Cell(count(share.listed)),
        Cell(count(share.looked)),
        Cell(count(share.found), bold=share.found > 0),
        share_bar(share, overall),
        Cell(share_words(share), role="caution" if share.caution and share.looked else "text"),
    ]


def rate_scale(rates: Sequence[Rate]) -> float:
    """Where the bars of the rates end: a little beyond the widest that rests on enough children, in steps of 5 %."""
    widest = max((rate.high for rate in rates if not rate.caution), default=1.0)
    return min(1.0, ceil(widest * 20 + 0.2) / 20)


def _scaled(rate: Rate, scale: float) -> tuple[float, float, float, float]:
    low, share, high, overall = (min(1.0, one / scale) for one in (rate.low, rate.share, rate.high, rate.overall))
    return low, share, high, overall


def rate_rows(rates: Sequence[Rate]) -> list[Sequence[Cell]]:
    """How often children of a group stand on the list, against all children."""
    scale = rate_scale(rates)
    return [
        [
            Cell(_(f"group.{rate.kind}"), role="text2"),
            Cell(group_word(rate.kind, rate.group)),
            Cell(count(rate.children)),
            Cell(count(rate.listed)),
            Cell(bar=_scaled(rate, scale), says=rate_words(rate)),
            Cell(rate_words(rate), role="caution" if rate.caution else "text", bold=rate.differs),
        ]
        for rate in rates
    ]


def rate_words(rate: Rate) -> str:
    words = _("evaluation.share", share=percent(rate.share), low=percent(rate.low), high=percent(rate.high))
    if rate.caution:
        return _("evaluation.few", words=words)
    if not rate.differs:
        return words
    return _("evaluation.more" if rate.share > rate.overall else "evaluation.less", words=words)


def firing_rows(lines: Sequence[Firing]) -> list[Sequence[Cell]]:
    """Criteria that never or always hold first, then the commonest."""
    ordered = sorted(lines, key=lambda one: (not (one.never or one.always), -one.holds, one.criterion))
    return [_firing_row(one) for one in ordered]


def _firing_row(one: Firing) -> list[Cell]:
    note = "untold" if one.told == 0 else "never" if one.never else "always" if one.always else ""
    rare = _("criteria.rare", n=count(max(1, round(one.told / one.holds)))) if one.holds else "—"
    return [
        Cell(criterion_name(one.criterion)),
        Cell(count(one.told)),
        Cell(count(one.holds)),
        Cell(rare),
        Cell(_(f"evaluation.note.{note}") if note else "", role="caution"),
    ]


def summary(evaluation: Evaluation) -> Mapping[str, str]:
    """The list and the sample, each in a sentence."""
    told = {}
    for name, share in (("list", evaluation.yielded), ("sample", evaluation.sample)):
        words = _(
            f"evaluation.{name}.words",
            listed=count(share.listed),
            looked=count(share.looked),
            found=count(share.found),
            waiting=count(share.waiting),
        )
        told[name] = words
    return told
