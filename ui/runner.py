"""Threads, so that the window never waits: reads on two, writes on one.

``ask`` reads, ``do`` writes; answers arrive in the window's thread, in ``then``. The world's
troubles arrive in ``failed`` or, without one or where its widget went since, as the signal
``troubled``. Anything else is our own mistake and is raised in the window's thread, where it
stops the program honestly.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from app.domain.message import Trouble
from app.services import damage

READERS = 2


@dataclass(eq=False)
class _Ticket:
    """One question on its way: who gets the answer, and whether anybody still wants it."""

    then: Callable[[Any], None] | None
    failed: Callable[[Trouble], None] | None
    topic: Hashable | None
    era: int
    answer: Any = None
    trouble: BaseException | None = None


class Runner(QObject):
    """Runs services away from the window. ``close`` or ``retire`` ends its threads."""

    troubled = Signal(object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._latest: dict[Hashable, _Ticket] = {}
        self._futures: dict[_Ticket, Future[None]] = {}
        self._era = 0
        self._closed = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def ask(
        self,
        fn: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], None] | None = None,
        failed: Callable[[Trouble], None] | None = None,
        topic: Hashable | None = None,
    ) -> None:
        """Read. A later question on the same ``topic`` makes this one stale: no answer comes.

        After ``close`` or ``retire`` nothing is asked: whoever still asks is on its way out too.
        """
        if self._closed:
            return
        ticket = _Ticket(then, failed, topic, self._era)
        if topic is not None:
            self._drop(self._latest.get(topic))
            self._latest[topic] = ticket
        self._futures[ticket] = self._readers.submit(self._work, ticket, fn, args)

    def do(
        self,
        fn: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], None] | None = None,
        failed: Callable[[Trouble], None] | None = None,
    ) -> None:
        """Write. Writes follow each other in the order in which they were asked for."""
        if self._closed:
            return
        ticket = _Ticket(then, failed, None, self._era)
        self._futures[ticket] = self._writer.submit(self._work, ticket, fn, args)

    @property
    def busy(self) -> bool:
        """Whether something is still on its way."""
        return bool(self._futures)

    def retire(self, last: Callable[[], Any]) -> None:
        """Answer nobody any more; finish reads and writes, then call ``last``. Does not wait."""
        self._forget()
        ticket = _Ticket(None, None, None, self._era)
        self._futures[ticket] = self._writer.submit(self._work, ticket, self._finish, (last,))
        self._writer.shutdown(wait=False)

    def close(self) -> None:
        """Answer nobody any more, finish the writes, end the threads."""
        self._forget()
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True)

    def _forget(self) -> None:
        self._closed = True
        self._era += 1
        self._latest.clear()

    def _finish(self, last: Callable[[], Any]) -> None:
        self._readers.shutdown(wait=True, cancel_futures=True)
        last()

    def _drop(self, ticket: _Ticket | None) -> None:
        if ticket is None:
            return
        future = self._futures.get(ticket)
        if future is not None and future.cancel():
            del self._futures[ticket]

    def _work(self, ticket: _Ticket, fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
        try:
            with damage.explained():
                ticket.answer = fn(*args)
        except BaseException as trouble:  # noqa: BLE001 - carried over and raised where it counts
            ticket.trouble = trouble
        self._arrived.emit(ticket)

    def _deliver(self, ticket: _Ticket) -> None:
        self._futures.pop(ticket, None)
        if not self._wanted(ticket):
            return
        if isinstance(ticket.trouble, Trouble):
            if ticket.failed is not None and not _gone(ticket.failed):
                ticket.failed(ticket.trouble)
            else:
                self.troubled.emit(ticket.trouble)
        elif ticket.trouble is not None:
            raise ticket.trouble
        elif ticket.then is not None and not _gone(ticket.then):
            ticket.then(ticket.answer)

    def _wanted(self, ticket: _Ticket) -> bool:
        if ticket.era != self._era:
            return False
        if ticket.topic is None:
            return True
        if self._latest.get(ticket.topic) is not ticket:
            return False
        del self._latest[ticket.topic]
        return True


def _gone(call: Callable[..., Any]) -> bool:
    """Whether it belongs to a part of the window that went since: a dialog that Esc closed."""
    owner = getattr(getattr(call, "func", call), "__self__", None)
    return isinstance(owner, QObject) and not isValid(owner)
