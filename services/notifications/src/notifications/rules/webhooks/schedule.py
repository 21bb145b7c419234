"""When a delivery is tried again, and what an answer means for it and for its endpoint."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_MINUTE, _HOUR = 60.0, 3600.0
PAUSES = (
    5.0, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR,
)  # fmt: skip
"""Seconds between attempts: ten in a bit more than three days, as the specification recommends."""

DISABLED_AFTER = timedelta(days=3)
"""An endpoint of which nothing was accepted for so long is switched off."""

LONGEST_WISH = 24 * _HOUR
"""Of Retry-After no more than this is heeded, in seconds."""

SLOW_SECONDS = 5.0
"""Who takes longer to answer is served from the lane of those who fail."""

GONE = 410
_BUSY = frozenset({429, 502, 503, 504})


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt: a status, or the code of why there is none."""

    status: int | None
    reason: str | None
    duration_ms: int
    retry_after: str | None = None
    response: str | None = None

    @property
    def is_accepted(self) -> bool:
        """2xx, and nothing else: a redirect is not followed."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The receiver wants no more of this endpoint."""
        return self.status == GONE

    @property
    def is_slow(self) -> bool:
        """Whether it held a thread for long."""
        return self.duration_ms > SLOW_SECONDS * 1000

    @property
    def why(self) -> str | None:
        """The code of what went wrong."""
        return None if self.is_accepted else self.reason or f"status_{self.status}"


def next_pause(tries: int, outcome: Outcome, at: datetime) -> float | None:
    """Seconds to wait after so many tries, up to a fifth more than planned; None when it is given up."""
    if tries > len(PAUSES):
        return None
    pause = PAUSES[tries - 1] * random.uniform(1.0, 1.2)  # noqa: S311 - spreads load, guards nothing
    wish = _seconds(outcome.retry_after, at) if outcome.status in _BUSY else 0.0
    return max(pause, min(wish, LONGEST_WISH))


def _seconds(retry_after: str | None, at: datetime) -> float:
    """Retry-After as RFC 9110 has it, seconds or a date; what is neither is no wish."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        then = parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return 0.0
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - at).total_seconds())
