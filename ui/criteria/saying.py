"""Criteria in words: what is looked at, of whom, how rare it is, and what a version changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from app.domain.ages import NURSERY_CLASSES, SCHOOL_GRADES
from app.domain.criteria import Ages, Condition, Criterion, Measure, Signal, Span, Step, Who, Window, named, origin
from app.domain.criteria import sentence as filled
from app.domain.priority import Reason
from app.services.criteria.settling import CriterionLine, SettingVersion, StepCount
from ui.timeline.wording import coded, kind_word
from ui.words import _, count, language, number, term

GRADES = (*NURSERY_CLASSES, *SCHOOL_GRADES)


def name_of(rule: Criterion) -> str:
    return named(rule, language())


def source_of(rule: Criterion) -> str:
    """Where its threshold comes from."""
    return origin(rule, language())


# ---------------------------------------------------------------- what is looked at


def example(rule: Criterion, step: int, as_of: date) -> str:
    """The sentence as a parent could read it, filled with the threshold of a step (from 1)."""
    at = rule.steps[min(step, len(rule.steps)) - 1]
    value = at.at_least if at.at_least is not None else at.at_most
    shown = float(step) if value is None else value
    first = rule.signal.window.start(as_of) or as_of - timedelta(days=365)
    reason = Reason(
        rule.key, rule.sector, 0, rule.urgent, (), first, as_of, {"value": shown, "count": int(abs(shown)) or 1}
    )
    return filled(rule, reason, language())


def looked_at(rule: Criterion) -> str:
    """Which facts, which measure, through which window, and what else must hold."""
    parts = [signal_words(rule.signal)]
    for key, condition in (("also", rule.also), ("only_if", rule.only_if)):
        if condition is not None:
            parts.append(_(f"criteria.{key}", words=condition_words(condition)))
    return "\n".join(parts)


def signal_words(signal: Signal) -> str:
    if signal.measure is Measure.SIBLINGS:
        return _("criteria.what.siblings", n=len(signal.criteria))
    attributes = _("criteria.plus").join(_(f"attribute.{one}") for one in signal.attributes)
    words = _(f"criteria.what.{signal.measure.value}", kind=kind_word(signal.kind), attributes=attributes)
    details = [window_words(signal.window)]
    if signal.who is not Who.CHILD:
        details.append(_(f"criteria.who.{signal.who.value}"))
    if signal.ongoing:
        details.append(_("criteria.ongoing"))
    details += [_where(attribute, accepted) for attribute, accepted in signal.where.items()]
    return _("criteria.what", words=words, details=_("list.comma").join(one for one in details if one))


def _where(attribute: str, accepted: Sequence[str] | str) -> str:
    name = _(f"attribute.{attribute}")
    if isinstance(accepted, str):
        return _(f"criteria.where.{accepted}", attribute=name)
    words = _("list.or").join(coded(one) if one else _("criteria.where.empty") for one in accepted)
    return _("criteria.where", attribute=name, words=words)


def window_words(window: Window) -> str:
    if window.span is Span.MONTHS_OF_AGE:
        return _("criteria.window.months_of_age", first=window.months[0], last=window.months[1])
    if window.span in (Span.SCHOOL_YEAR, Span.TERM) and window.days:
        return _(f"criteria.window.{window.span.value}.least", days=window.days)
    return _(f"criteria.window.{window.span.value}", days=window.days)


def condition_words(condition: Condition) -> str:
    if condition.signal is not None:
        return _with_limit(condition.signal)
    if condition.negated is not None:
        return _("criteria.not", words=condition_words(condition.negated))
    joint = _("list.and") if condition.all else _("list.or")
    return joint.join(condition_words(one) for one in (*condition.all, *condition.any))


def _with_limit(signal: Signal) -> str:
    words = signal_words(signal)
    if signal.at_least is not None and not (signal.measure is Measure.COUNT and signal.at_least == 1):
        return _("criteria.at_least", words=words, value=number(float(signal.at_least)))
    if signal.at_most is not None:
        return _("criteria.at_most", words=words, value=number(float(signal.at_most)))
    return words


def ages_words(ages: Ages) -> str:
    """Of which children it speaks."""
    parts = []
    if ages.grades:
        first, last = (term("grade", GRADES[at]) for at in ages.grades)
        parts.append(_("criteria.ages.grades", first=first, last=last) if first != last else first)
    if ages.months:
        first_month, last_month = ages.months
        if last_month >= 216:
            parts.append(_("criteria.ages.all") if first_month == 0 else _("criteria.ages.from", first=first_month))
        else:
            parts.append(_("criteria.ages.months", first=first_month, last=last_month))
    return _("list.comma").join(parts) or _("criteria.ages.all")


def needs_words(rule: Criterion) -> str:
    return _("list.comma").join(term("extract", one) for one in rule.needs)


def step_words(step: Step) -> str:
    """The threshold of a step."""
    if step.words:
        return _("list.or").join(coded(one) for one in step.words)
    if step.at_least is not None:
        return _("criteria.step.at_least", value=number(float(step.at_least)))
    if step.at_most is not None:
        return _("criteria.step.at_most", value=number(float(step.at_most)))
    return _("criteria.step.absent")


# ---------------------------------------------------------------- how often


def rare_words(line: CriterionLine) -> str:
    """One in how many of those who can be told."""
    if not line.enabled:
        return _("criteria.off")
    if line.told == 0:
        return _("criteria.rare.untold")
    if line.holds == 0:
        return _("criteria.rare.none")
    return _("criteria.rare", n=count(max(1, round(line.told / line.holds))))


def points_words(found: StepCount | None) -> str:
    if found is None or found.most == 0:
        return "—"
    if found.least == found.most:
        return _("criteria.points", n=found.least)
    return _("criteria.points.span", least=found.least, most=found.most)


def state_words(line: CriterionLine, touched: bool) -> tuple[str, str]:
    """(words, colour role): what is special about how a criterion stands."""
    if touched:
        return _("criteria.state.draft"), "accent"
    if not line.enabled:
        return _("criteria.state.off"), "text3"
    if line.shipped is None:
        return _("criteria.state.own"), "text"
    return (_("criteria.state.changed"), "text") if line.changed else ("", "text2")


# ---------------------------------------------------------------- what a version changed


def change_words(version: SettingVersion, names: Mapping[str, str]) -> str:
    """All that a version changed; ``names`` gives the words of criteria by key."""
    parts: list[str] = []
    for name, before, now in version.changes:
        if name == "disabled":
            parts += _switched(before, now, names)
        elif name == "changed":
            parts += _set_anew(before or {}, now or {}, names)
        elif name == "own":
            parts += _own(before or (), now or ())
        else:
            parts.append(number_words(name or version.key, before, now))
    return _("list.join").join(parts) if parts else _("criteria.version.nothing")


def number_words(name: str, before: Any, now: Any) -> str:
    return _("criteria.version.number", name=_(f"criteria.set.{name}"), before=_plain(before), now=_plain(now))


def _plain(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "—" if value is None else str(value)
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def _switched(before: Any, now: Any, names: Mapping[str, str]) -> list[str]:
    then, here = set(before or ()), set(now or ())
    return [_("criteria.version.off", name=names.get(one, one)) for one in sorted(here - then)] + [
        _("criteria.version.on", name=names.get(one, one)) for one in sorted(then - here)
    ]


def _set_anew(before: Mapping[str, Any], now: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    parts = []
    for key in sorted({*before, *now}):
        then, here = before.get(key), now.get(key)
        if then == here:
            continue
        name = names.get(key, key)
        if here is None:
            parts.append(_("criteria.version.shipped", name=name))
            continue
        words = _("list.comma").join(
            _word_changed(word, value) for word, value in here.items() if (then or {}).get(word) != value
        )
        parts.append(_("criteria.version.words", name=name, words=words or _("criteria.version.less")))
    return parts


def _word_changed(word: str, value: Any) -> str:
    if word == "steps":
        limits = [
            str(_plain(one.get("at_least", one.get("at_most", "・".join(one.get("words", ())))))) for one in value
        ]
        points = [one["fixed"] for one in value if "fixed" in one]
        if points:
            limits.append(_("criteria.version.points", points=_("criteria.version.limits").join(map(_plain, points))))
        return _("criteria.version.steps", limits=_("criteria.version.limits").join(limits))
    if word == "window":
        span, length = next(iter(value.items()))
        return window_words(_window(span, length))
    return _(f"criteria.version.{word}", value=_plain(value) if word == "seen_within" else "")


def _window(span: str, length: Any) -> Window:
    if span == Span.MONTHS_OF_AGE:
        return Window(Span(span), months=(int(length[0]), int(length[1])))
    return Window(Span(span), 0 if length is True else int(length))


def _own(before: Sequence[Any], now: Sequence[Any]) -> list[str]:
    then, here = ({one["key"]: one for one in some} for some in (before, now))
    title = lambda one: one["name"].get(language(), one["key"])  # noqa: E731
    parts = [_("criteria.version.added", name=title(one)) for key, one in here.items() if key not in then]
    parts += [_("criteria.version.removed", name=title(one)) for key, one in then.items() if key not in here]
    return parts + [
        _("criteria.version.edited", name=title(one)) for key, one in here.items() if key in then and then[key] != one
    ]
