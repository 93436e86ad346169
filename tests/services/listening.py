"""What a job in a process of its own tells, in its order, for tests that wait for it."""

from __future__ import annotations

import queue

from app.services.imports.import_jobs import Ended, Failed, Finished, ImportJob, News, Step, Stopped

PATIENCE = 60.0


class Heard:
    """Hand ``tell`` to a job; ``to_the_end`` waits for its last word."""

    def __init__(self) -> None:
        self._queue: queue.Queue[News] = queue.Queue()
        self.all: list[News] = []

    def tell(self, news: News) -> None:
        """Called on the job's thread."""
        self._queue.put(news)

    def next(self) -> News:
        """The next news."""
        news = self._queue.get(timeout=PATIENCE)
        self.all.append(news)
        return news

    def to_the_end(self) -> Finished | Failed | Stopped:
        """How it ended; everything that it told stands in ``all``."""
        while not isinstance(self.next(), Ended):
            pass
        (ending,) = [one for one in self.all if isinstance(one, (Finished, Failed, Stopped))]
        return ending

    def cancelled_at_its_first_step(self, job: ImportJob) -> Finished | Failed | Stopped:
        """Cancel as soon as it says where it stands, and wait."""
        while not isinstance(self.next(), Step):
            pass
        job.cancel()
        return self.to_the_end()

    @property
    def stages(self) -> list[str]:
        """The stages in the order in which they were told."""
        return [one.stage for one in self.all if isinstance(one, Step)]

    @property
    def shares(self) -> list[float]:
        """How much was done at each."""
        return [one.done for one in self.all if isinstance(one, Step)]
