"""Work on the cluster file system, which may block for as long as it resynchronizes: done beside, and given up on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class GivenUp(Exception):
    """It did not end in time. What it was doing may still happen."""


class _Job:
    def __init__(self, work: Callable[[], None]):
        self._work, self.done = work, threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # handed to whoever waits
            self.error = error
        self.done.set()


class Bounded:
    """One thread. While it hangs in the kernel nothing else is given to it, so that nothing piles up."""

    def __init__(self, limit_s: float):
        self._limit_s = limit_s
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._hanging: _Job | None = None
        threading.Thread(target=self._work, daemon=True, name="cluster-files").start()

    def _work(self) -> None:
        while True:
            self._jobs.get().run()

    def run(self, work: Callable[[], T]) -> T:
        if self._hanging is not None and not self._hanging.done.is_set():
            raise GivenUp("the cluster file system still hangs")
        found: list[T] = []
        job = _Job(lambda: found.append(work()))
        self._jobs.put(job)
        if not job.done.wait(self._limit_s):
            self._hanging = job
            raise GivenUp(f"the cluster file system did not answer within {self._limit_s:g} s")
        if job.error is not None:
            raise job.error
        return found[0]
