"""One count for all gateways, in Redis, and each gateway's own, in memory, for as long as Redis is away."""

import time
from dataclasses import dataclass
from math import floor, inf
from threading import Lock

import structlog
from limits import RateLimitItem, WindowStats
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger()

PATIENCE_SECONDS = 0.25
"""How long Redis may take: a count is not worth more of a request's time."""
PAUSE_SECONDS = 5.0
"""How long a Redis that did not answer is not asked again."""
SWEEP_SECONDS = 60.0
MEMORY = "memory://"


class Counting:
    """Counts hits in sliding windows. ``storage`` is ``memory://`` or ``redis://…``."""

    def __init__(self, storage: str) -> None:
        self._own = Windows()
        self._shared = None if storage == MEMORY else SlidingWindowCounterRateLimiter(_reach(storage))
        self._silent_until = float("-inf")
        self._is_away = False

    def hit(self, item: RateLimitItem, kind: str, who: str) -> tuple[bool, WindowStats]:
        """Count once more: whether the limit allows it, and where the window stands."""
        if self._shared is not None and time.monotonic() >= self._silent_until:
            try:
                found = self._shared.hit(item, kind, who), self._shared.get_window_stats(item, kind, who)
            except StorageError as error:
                self._fall_silent(error)
            else:
                self._hear_again()
                return found
        return self._own.hit(item, kind, who)

    def _fall_silent(self, error: StorageError) -> None:
        self._silent_until = time.monotonic() + PAUSE_SECONDS
        if not self._is_away:
            log.warning("limits_storage_unavailable", error=type(error.storage_error).__name__)
        self._is_away = True

    def _hear_again(self) -> None:
        if self._is_away:
            self._is_away = False
            log.info("limits_storage_available")


@dataclass
class _Row:
    length: float
    window: float
    now: int = 0
    before: int = 0

    def enter(self, window: float) -> None:
        """Be in this window: what was the current one has become the one before, or is forgotten."""
        if window != self.window:
            self.before = self.now if window == self.window + 1 else 0
            self.now, self.window = 0, window


class Windows:
    """The library's sliding window counter, in this process's memory.

    Its own memory storage starts a thread for nearly every hit to forget old ones, which costs more than a decision.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._rows: dict[tuple[str, str], _Row] = {}
        self._sweep_at = time.time() + SWEEP_SECONDS

    def hit(self, item: RateLimitItem, kind: str, who: str) -> tuple[bool, WindowStats]:
        """As ``Counting.hit``."""
        clock, length = time.time(), float(item.get_expiry())
        window, into = divmod(clock, length)
        with self._lock:
            if clock >= self._sweep_at:
                self._sweep(clock)
            row = self._rows.get((kind, who))
            if row is None:
                row = self._rows[kind, who] = _Row(length, window)
            row.enter(window)
            left = length - into
            weighted = row.before * left / length + row.now
            allowed = floor(weighted) + 1 <= item.amount
            row.now += allowed
            soonest = min(left % (length / row.before) if row.before else inf, left if row.now else inf)
        return allowed, WindowStats(clock + soonest, max(0, item.amount - floor(weighted + allowed)))

    def _sweep(self, clock: float) -> None:
        self._rows = {key: row for key, row in self._rows.items() if clock // row.length <= row.window + 1}
        self._sweep_at = clock + SWEEP_SECONDS


def _reach(storage: str) -> Storage:
    return storage_from_string(  # type: ignore[return-value]  # never one of asyncio's
        storage,
        wrap_exceptions=True,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]  # handed on to redis as it is
    )
