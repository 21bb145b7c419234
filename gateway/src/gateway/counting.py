"""One count for all gateways, in Redis, and each gateway's own, in memory, for as long as Redis is away."""

import time

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
MEMORY = "memory://"


class Counting:
    """Counts hits in sliding windows. ``storage`` is ``memory://`` or ``redis://…``."""

    def __init__(self, storage: str) -> None:
        self._own = SlidingWindowCounterRateLimiter(storage_from_string(MEMORY))
        self._shared = None if storage == MEMORY else SlidingWindowCounterRateLimiter(_reach(storage))
        self._silent_until = float("-inf")
        self._is_away = False

    def hit(self, item: RateLimitItem, kind: str, who: str) -> tuple[bool, WindowStats]:
        """Count once more: whether the limit allows it, and where the window stands."""
        if self._shared is not None and time.monotonic() >= self._silent_until:
            try:
                found = _hit(self._shared, item, kind, who)
            except StorageError as error:
                self._fall_silent(error)
            else:
                self._hear_again()
                return found
        return _hit(self._own, item, kind, who)

    def _fall_silent(self, error: StorageError) -> None:
        self._silent_until = time.monotonic() + PAUSE_SECONDS
        if not self._is_away:
            log.warning("limits_storage_unavailable", error=type(error.storage_error).__name__)
        self._is_away = True

    def _hear_again(self) -> None:
        if self._is_away:
            self._is_away = False
            log.info("limits_storage_available")


def _reach(storage: str) -> Storage:
    return storage_from_string(  # type: ignore[return-value]  # never one of asyncio's
        storage,
        wrap_exceptions=True,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]  # handed on to redis as it is
    )


def _hit(
    limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, kind: str, who: str
) -> tuple[bool, WindowStats]:
    return limiter.hit(item, kind, who), limiter.get_window_stats(item, kind, who)
