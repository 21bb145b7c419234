"""The one place that asks what time it is, so that tests can travel."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current moment in UTC."""
    return datetime.now(UTC)
