"""The words for rules of reading: an extract's name and manner, and what a change changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.extracts.profile import Profile
from ui.imports.mapping_tables import code_words
from ui.words import _, language

_MOST = 6


def extract_name(profile: Profile) -> str:
    """An extract's name in the language of the window."""
    return profile.names["ja" if language() == "ja" else "en"]


def manner_words(profile: Profile) -> str:
    """Snapshot or ledger."""
    return _(f"mapping.{profile.kind}")


def changes_words(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    """What a change changed, the first few of it."""
    if after is None:
        return _("rules.change.shipped")
    then, now = dict(_said(before or {})), dict(_said(after))
    told = [f"{name}: {then.get(name) or '—'} → {now.get(name) or '—'}" for name in {**then, **now}
            if then.get(name) != now.get(name)]  # fmt: skip
    more = [_("rules.change.more", n=len(told) - _MOST)] if len(told) > _MOST else []
    return _("rules.change.join").join([*told[:_MOST], *more])


def _said(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    join = _("list.join")
    if "kind" in document:
        yield _("rules.column.manner"), _(f"mapping.{document['kind']}")
    for name, texts in document.get("headers", {}).items():
        yield name, join.join(texts)
    for name, texts in document.get("joined", {}).items():
        yield f"{name} ", "＋".join(texts)
    for name, words in document.get("codes", {}).items():
        for word, texts in words.items():
            yield f"{name} {code_words(word) if word else _('mapping.code.nothing')}", join.join(texts)
    if "unused" in document:
        yield _("mapping.not_used"), join.join(document["unused"])
