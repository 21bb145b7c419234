"""A circuit breaker for calls between services, on pybreaker."""

import sys
from collections.abc import Callable
from threading import Lock

import requests

# pybreaker takes along Redis' client wherever that is installed: 20 MB in each process, and none of them asks for it.
_redis = sys.modules.get("redis")
sys.modules["redis"] = None  # type: ignore[assignment]
try:
    from pybreaker import STATE_CLOSED, CircuitBreaker
    from pybreaker import CircuitBreakerError as CircuitOpen
finally:
    del sys.modules["redis"]
    if _redis is not None:
        sys.modules["redis"] = _redis


class Trouble(Exception):
    """One attempt that failed in a way the next one may not."""


class Circuit:
    """A breaker that is not held while a call is under way.

    pybreaker keeps its lock during the call it guards, which would send all threads one after another. So a
    closed circuit only hears how a call ended; the trial of an open one is the single call made under the
    lock, and those who come meanwhile are turned away rather than kept waiting.
    """

    def __init__(self, failures: int, pause: float) -> None:
        self._breaker = CircuitBreaker(fail_max=failures, reset_timeout=pause, exclude=[_is_no_trouble])
        self._trial = Lock()

    def call(self, attempt: Callable[[], requests.Response]) -> requests.Response:
        if self._breaker.current_state == STATE_CLOSED:
            return self._watched(attempt)
        if not self._trial.acquire(blocking=False):
            raise CircuitOpen("circuit open, a trial is under way")
        try:
            answer: requests.Response = self._breaker.call(attempt)
        finally:
            self._trial.release()
        return answer

    def _watched(self, attempt: Callable[[], requests.Response]) -> requests.Response:
        try:
            answer = attempt()
        except Trouble as trouble:
            # Raises the trouble again, or that the circuit has opened with it.
            self._breaker.call(_fail, trouble)
            raise
        if self._breaker.fail_counter:
            self._breaker.call(lambda: None)
        return answer


def _fail(trouble: Trouble) -> None:
    raise trouble


def _is_no_trouble(error: BaseException) -> bool:
    return not isinstance(error, Trouble)


__all__ = ["Circuit", "CircuitOpen", "Trouble"]
