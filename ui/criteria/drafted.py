"""The criteria as the draft has them, beside what the last run counted, and what the draft changes in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.domain.criteria import Criterion
from app.services.criteria.settling import CriteriaSettings, CriterionLine
from ui.criteria import saying
from ui.criteria.draft import Draft
from ui.words import _, count, has

_NAMED = 4


def lines_of(read: CriteriaSettings, draft: Draft, rules: Mapping[str, Criterion]) -> dict[str, CriterionLine]:
    """By key. ``rules``: those of the draft; none of them where it contradicts itself: then as it is set."""
    lines = {line.criterion.key: _as_drafted(line, draft, rules) for line in read.lines}
    for key in rules.keys() - lines.keys():
        lines[key] = CriterionLine(rules[key], None, key not in draft.settings.disabled, True, 0, 0)
    own = {line.criterion.key for line in read.lines if line.shipped is None}
    gone = own - rules.keys() if rules else set()
    return {key: line for key, line in lines.items() if key not in gone}


def _as_drafted(line: CriterionLine, draft: Draft, rules: Mapping[str, Criterion]) -> CriterionLine:
    """A line with the words of the draft, and the counts of the run as long as they speak of it."""
    key = line.criterion.key
    rule = rules.get(key, line.criterion)
    enabled = key not in draft.settings.disabled
    steps = line.steps if rule.steps == line.criterion.steps else ()
    return replace(line, criterion=rule, enabled=enabled, changed=rule != line.shipped, steps=steps)


def draft_words(draft: Draft, lines: Mapping[str, CriterionLine]) -> str:
    """What the draft changes, the first few by name; "" where it changes nothing."""
    changes = draft.changes()
    if not changes:
        return ""
    names = _("list.comma").join(_named(one, lines) for one in changes[:_NAMED])
    words = _("criteria.draft", n=len(changes), names=names)
    more = len(changes) - _NAMED
    return _("criteria.draft.more", words=words, n=count(more)) if more > 0 else words


def _named(name: str, lines: Mapping[str, CriterionLine]) -> str:
    line = lines.get(name)
    if line is not None:
        return saying.name_of(line.criterion)
    key = f"criteria.set.{name}"
    return _(key) if has(key) else name
