"""The timeline for screen readers: a list whose children are the items, in order of time.

Installed once as a factory; Qt asks it for every widget and it answers for a timeline and a strip of one.
Interfaces are kept here as long as their view lives: Qt holds plain pointers to them.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QWindow

from ui.timeline import wording
from ui.timeline.lanes import Place
from ui.timeline.picture import lane_title
from ui.timeline.siblings import SiblingStrip
from ui.timeline.view import TimelineView

Walked = TimelineView | SiblingStrip
"""What is a list of facts to a reader."""


class _ItemVoice(QAccessibleInterface):
    """One item: its lane, its words, the reason it belongs to, where it is."""

    def __init__(self, parent: _TimelineVoice, view: Walked, place: Place) -> None:
        super().__init__()
        self._parent, self._view, self.place = parent, view, place

    def isValid(self) -> bool:
        return self._view.lanes is not None and self.place in self._view.lanes.walk_index

    def object(self) -> QObject:
        return None  # type: ignore[return-value]

    def parent(self) -> QAccessibleInterface:
        return self._parent

    def child(self, _index: int) -> QAccessibleInterface:
        return None  # type: ignore[return-value]

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1

    def childAt(self, _x: int, _y: int) -> QAccessibleInterface:
        return None  # type: ignore[return-value]

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        """Walked to by keys; selected where the keys stand; off the screen while its time is not in view."""
        state = QAccessible.State()
        state.focusable = state.selectable = True
        here = self._view.focus_place == self.place
        state.selected, state.focused = here, here and self._view.hasFocus()
        state.offscreen = not self.isValid() or self._view.place_rect(self.place) is None
        return state

    def text(self, which: QAccessible.Text) -> str:
        if which is not QAccessible.Text.Name or not self.isValid():
            return ""
        return item_words(self._view, self.place)

    def setText(self, _which: QAccessible.Text, _text: str) -> None:
        """The timeline is read, never written."""

    def rect(self) -> QRect:
        rect = self._view.place_rect(self.place) if self.isValid() else None
        if rect is None:
            return QRect()
        return rect.toRect().translated(self._view.mapToGlobal(QPoint(0, 0)))

    def window(self) -> QWindow:
        return self._parent.window()


def item_words(view: Walked, place: Place) -> str:
    """What is read out for an item: lane, sentence, number of its reason."""
    assert view.lanes is not None
    words = f"{lane_title(view.lanes.lanes[place.lane])} {wording.full(view.lane_item(place))}"
    number = view.number_of(place)
    return f"{words} ({number})" if number else words


class _TimelineVoice(QAccessibleInterface):
    """The list around the items."""

    def __init__(self, view: Walked) -> None:
        super().__init__()
        self._view = view
        self._items: dict[Place, _ItemVoice] = {}

    def _walk(self) -> list[Place]:
        return self._view.lanes.walk if self._view.lanes else []

    def isValid(self) -> bool:
        return True

    def object(self) -> QObject:
        return self._view

    def parent(self) -> QAccessibleInterface:
        above = self._view.parentWidget()
        return QAccessible.queryAccessibleInterface(above) if above else None  # type: ignore[return-value]

    def childCount(self) -> int:
        return len(self._walk())

    def child(self, index: int) -> QAccessibleInterface:
        walk = self._walk()
        if not 0 <= index < len(walk):
            return None  # type: ignore[return-value]
        place = walk[index]
        if place not in self._items:
            self._items[place] = _ItemVoice(self, self._view, place)
        return self._items[place]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        if not isinstance(child, _ItemVoice) or self._view.lanes is None:
            return -1
        return self._view.lanes.walk_index.get(child.place, -1)

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        hit = self._view.hit(self._view.mapFromGlobal(QPoint(x, y)).toPointF())
        if hit is None or self._view.lanes is None:
            return None  # type: ignore[return-value]
        place = Place(hit.lane, hit.row, hit.mark.first)
        return self.child(self._view.lanes.walk_index[place])

    def focusChild(self) -> QAccessibleInterface:
        place = self._view.focus_place
        if place is None or self._view.lanes is None:
            return None  # type: ignore[return-value]
        return self.child(self._view.lanes.walk_index[place])

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.List

    def state(self) -> QAccessible.State:
        return QAccessible.State()

    def text(self, which: QAccessible.Text) -> str:
        return self._view.accessibleName() if which is QAccessible.Text.Name else ""

    def setText(self, _which: QAccessible.Text, _text: str) -> None:
        """The timeline is read, never written."""

    def rect(self) -> QRect:
        return QRect(self._view.mapToGlobal(QPoint(0, 0)), self._view.size())

    def window(self) -> QWindow:
        return self._view.window().windowHandle()


_voices: WeakKeyDictionary[Walked, _TimelineVoice] = WeakKeyDictionary()
_installed: list[Any] = []


def _factory(_key: str, thing: QObject) -> QAccessibleInterface | None:
    if not isinstance(thing, (TimelineView, SiblingStrip)):
        return None
    if thing not in _voices:
        _voices[thing] = _TimelineVoice(thing)
        thing.selected.connect(lambda place: announce(thing, place))
    return _voices[thing]


def install() -> None:
    """Make the timeline speak; harmless when called again."""
    if not _installed:
        _installed.append(_factory)
        QAccessible.installFactory(_factory)


def announce(view: Walked, place: Place | None) -> None:
    """Tell a reader which item has the focus now."""
    if place is None or view.lanes is None or not QAccessible.isActive():
        return
    event = QAccessibleEvent(view, QAccessible.Event.Focus)
    event.setChild(view.lanes.walk_index[place])
    QAccessible.updateAccessibility(event)
