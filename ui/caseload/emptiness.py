"""Why the list is empty, and the one step that most probably helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.services.answers.caseload import CaseloadList, CaseloadQuery
from ui.caseload.conditions import PARTS, part_words
from ui.caseload.filters import without_all
from ui.widgets.buttons import Button
from ui.widgets.states import EmptyState
from ui.words import _


def explain(
    empty: EmptyState,
    query: CaseloadQuery,
    listing: CaseloadList,
    ask: Callable[[CaseloadQuery], None],
    bring: Callable[[], None] | None,
) -> None:
    """Fill the empty page; ``bring`` leads to where extracts come in, for those who may."""
    narrowed = any(part_words(query, part) for part in PARTS)
    if listing.total == 0:
        buttons = (_button("empty.no_children.bring", "tray-arrow-down", bring),) if bring is not None else ()
        empty.put(_("empty.no_children"), _("empty.no_children.words"), buttons)
    elif query.text and query.view != "all":
        everywhere = _button("empty.search_all", "magnify", lambda: ask(replace(query, view="all")))
        empty.put(_("empty.search", text=query.text), _("empty.search.words"), (everywhere,))
    elif query.text or narrowed:
        clear = _button("filters.clear", "filter-remove-outline", lambda: ask(without_all(query)))
        title = _("empty.search", text=query.text) if query.text else _("empty.narrowed")
        empty.put(title, _("empty.narrowed.words"), (clear,) if narrowed else ())
    else:
        empty.put(_(f"empty.{query.view}"), _(f"empty.{query.view}.words"))


def _button(key: str, icon: str, call: Callable[[], None]) -> Button:
    button = Button(_(key), icon=icon)
    button.clicked.connect(lambda _on=False: call())
    return button
