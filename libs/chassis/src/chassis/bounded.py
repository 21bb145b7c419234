"""Work that may hang, asked for by many: done once at a time, and waited for only so long."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Bounded(Generic[T]):
    """Calls ``work`` in a thread of its own; who asks while it is under way waits for the same answer.

    A database that is gone without saying so can hold a call for minutes; probes and scrapes must not hang with it.
    """

    def __init__(self, name: str, work: Callable[[], T], seconds: float) -> None:
        self._name = name
        self._work = work
        self._seconds = seconds
        self._lock = Lock()
        self._under_way: Future[T] | None = None

    def __call__(self) -> T:
        """What the work gives. Raises what it raises, and ``TimeoutError`` when it takes longer than we wait."""
        with self._lock:
            if self._under_way is None or self._under_way.done():
                self._under_way = Future()
                Thread(target=self._run, args=(self._under_way,), name=self._name, daemon=True).start()
            found = self._under_way
        return found.result(self._seconds)

    def _run(self, future: "Future[T]") -> None:
        try:
            answer = self._work()
        except BaseException as error:  # it is raised where the answer is waited for
            future.set_exception(error)
        else:
            future.set_result(answer)
