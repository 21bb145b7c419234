"""When a report is due, by the clock on the reader's wall."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_FARTHEST = 63
"""Days within which every rhythm comes round."""


def next_due(after: datetime, zone: ZoneInfo, *, frequency: str, day: int, hour: int) -> datetime:
    """The first due time after this moment, in UTC. ``day`` is of the week (0 is Monday) or of the month (1 to 28).

    An hour that a change of the clocks leaves out is the one after it.
    """
    start = after.astimezone(zone).date() - timedelta(days=1)
    for ahead in range(_FARTHEST):
        date = start + timedelta(days=ahead)
        due = datetime.combine(date, time(hour), zone).astimezone(UTC)
        if due > after and day == (date.weekday() if frequency == "weekly" else date.day):
            return due
    raise ValueError(f"day {day} never comes")
