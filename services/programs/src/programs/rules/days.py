"""Days of an organization's own time zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def local_day(moment: datetime, time_zone: str) -> date:
    """The day that it is there at this moment."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def earliest_day(moment: datetime, time_zone: str) -> date:
    """The day that it is there or in UTC, whichever is earlier: what students reach is dated in either."""
    return min(local_day(moment, time_zone), moment.astimezone(UTC).date())
