"""When a person is not to be disturbed, by the clock on their wall."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

DEFAULT_ZONE = "Africa/Nairobi"
"""Until a person or their organization names one."""


@dataclass(frozen=True)
class QuietHours:
    """From ``start`` up to ``end``, over midnight when ``start`` is the later one."""

    start: time
    end: time

    def over_at(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet that holds at this moment is over, in UTC; None when it is not quiet.

        An ``end`` that a change of the clocks leaves out comes as much later, one that comes twice is the first
        that is still to come.
        """
        local = moment.astimezone(zone)
        wall, over_midnight = local.time(), self.start > self.end
        late = over_midnight and wall >= self.start
        if not (late or (wall < self.end and (over_midnight or wall >= self.start))):
            return None
        day = local.date() + timedelta(days=late)
        ends = [datetime.combine(day, self.end, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
        real = [end for end in ends if end.astimezone(zone).time() == self.end] or ends[:1]
        return min((end for end in real if end > moment), default=None)


AT_NIGHT = QuietHours(time(21), time(7))
"""For text messages, which ring, to whoever has chosen no hours of their own."""


def zone_of(*names: str | None) -> ZoneInfo:
    """The first of these zones that is one: the person's, the organization's."""
    for name in (*names, DEFAULT_ZONE):
        if name:
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return ZoneInfo("UTC")


def is_zone(name: str) -> bool:
    """Whether the time zone database knows this name."""
    return name in available_timezones()
