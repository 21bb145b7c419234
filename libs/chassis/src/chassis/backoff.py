"""Waiting before the next try: exponential, with full jitter, so that those who failed together part ways."""

import random
import threading
import time
from collections.abc import Callable

import structlog
from prometheus_client import Counter

STEADY = 10.0
"""Seconds of work after which an interruption counts as the first."""

INTERRUPTIONS = Counter("worker_interruptions", "Times this part lost what it works with and began anew.", ["part"])

log = structlog.get_logger()


def full_jitter(failures: int, *, base: float, cap: float, least: float = 0) -> float:
    """Seconds to wait after so many failures in a row: from least to base x 2^(failures - 1), at most cap."""
    ceiling = min(cap, base * 2.0 ** min(failures - 1, 60))
    return random.uniform(least, ceiling)  # noqa: S311 - spreads load, guards nothing


def persist(name: str, stop: threading.Event, attempt: Callable[[], None]) -> None:
    """Call ``attempt`` again and again until ``stop`` is set; what it raises is logged and waited out.

    Meant for work that ends when its connection does: losing the database is an interruption, not an end.
    """
    failures = 0
    INTERRUPTIONS.labels(name)  # from the start, so that the first is an increase
    while not stop.is_set():
        started = time.monotonic()
        try:
            attempt()
        except Exception as error:
            failures = 1 if time.monotonic() - started > STEADY else failures + 1
            INTERRUPTIONS.labels(name).inc()
            log.warning("interrupted", work=name, error=type(error).__name__, failures=failures)
            stop.wait(full_jitter(failures, base=0.2, cap=5))
