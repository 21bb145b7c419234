"""Threads that wait for organizations' servers, so that nothing else does."""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import structlog

log = structlog.get_logger()

ROOM = 24
"""Requests under way at a time, in a process. A thread is started when it is first needed."""

STRAINED_ROOM = ROOM // 2
"""Of these for endpoints that failed or were slow the last time: however many they are, half is for the others."""


class Couriers:
    """Runs errands, counting how many are under way, and how many of them to strained endpoints."""

    def __init__(self, executor: Executor | None = None) -> None:
        self._executor = executor or ThreadPoolExecutor(ROOM, thread_name_prefix="courier")
        self._changed = threading.Condition()
        self._busy = {False: 0, True: 0}

    def room(self, *, strained: bool) -> int:
        """How many more can go."""
        with self._changed:
            free = ROOM - sum(self._busy.values())
            return min(free, STRAINED_ROOM - self._busy[True]) if strained else free

    def wait(self, seconds: float) -> bool:
        """Until somebody is back, at most so long; False at once when nobody is under way."""
        with self._changed:
            if not any(self._busy.values()):
                return False
            self._changed.wait(seconds)
            return True

    def send(self, errand: Callable[[], None], *, strained: bool) -> None:
        """Have somebody do it; what it raises is logged, and its delivery's lease brings it back."""
        with self._changed:
            self._busy[strained] += 1
        self._executor.submit(errand).add_done_callback(lambda done: self._back(done, strained=strained))

    def _back(self, done: Future[None], *, strained: bool) -> None:
        with self._changed:
            self._busy[strained] -= 1
            self._changed.notify_all()
        error = done.exception()
        if error is not None:
            log.warning("webhook delivery not settled", error=type(error).__name__)
