"""While the window is open: every half minute a look whether a generation of the backup is due, and then it is kept.

In a thread that dies with the program; what goes wrong is noted in the folder and said at the next start.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, QTimer

from app.domain.message import Trouble

EVERY = 30_000


class Backing(QObject):
    """Asks ``keeping.due`` and has ``keeping.keep_open`` done beside the work."""

    def __init__(self, keeping: Any, office: Any, parent: QObject, now: Callable[[], datetime]) -> None:
        super().__init__(parent)
        self._keeping, self._office, self._now = keeping, office, now
        self._at_work: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @property
    def busy(self) -> bool:
        """Whether one is being kept."""
        return self._at_work is not None and self._at_work.is_alive()

    def look(self) -> None:
        """Begin one if it is due."""
        with suppress(Trouble):
            if not self.busy and self._keeping.due(self._office, self._now()):
                self._at_work = threading.Thread(target=self._run, name="backing", daemon=True)
                self._at_work.start()

    def end(self) -> None:
        """The office is shut: no more looks. One that is being kept ends with the office's process, or by itself."""
        self._timer.stop()

    def _run(self) -> None:
        with suppress(Trouble):
            self._keeping.keep_open(self._office, self._now())
