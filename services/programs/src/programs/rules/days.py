"""Days of an organization's own time zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def local_day(moment: datetime, time_zone: str) -> date:
    """The day that it is there at this moment."""
    return moment.astimezone(ZoneInfo(time_zone)).date()
