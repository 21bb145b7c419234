"""Days and months in an organization's time zone, and the moments figures are told for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from analytics.errors import BadPeriod

DEFAULT_MONTHS = 36
"""How many months a series goes back when no first day is asked for."""
MAX_MONTHS = 120
EARLIEST = date(2000, 1, 1)

_MOMENT = timedelta(microseconds=1)

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True)
class Month:
    """A month of a series; ``ends_at`` is the first moment that no longer counts, ``at`` the last that does."""

    label: str
    at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Period:
    """From the first moment of ``since`` to the last of ``until``, in ``zone``; an open end is now.

    ``at`` is the last moment that counts: the one states are told for. ``horizon`` is the first moment that no
    longer counts for what happened: never, while the period is still running, because what was told has happened.
    """

    since: date | None
    until: date | None
    zone: ZoneInfo
    at: datetime
    horizon: datetime
    months: tuple[Month, ...]

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.horizon == FOREVER

    @property
    def starts_at(self) -> datetime | None:
        """The first moment that counts, when the period has one."""
        return None if self.since is None else _midnight(self.since, self.zone)

    @property
    def first_day(self) -> date:
        """The first day of the series."""
        return self.since or date.fromisoformat(f"{self.months[0].label}-01")

    @property
    def last_day(self) -> date:
        """The last day that counts."""
        return self.at.astimezone(self.zone).date()

    @property
    def bounds(self) -> list[datetime]:
        """The moments between which facts are counted: the series' start, then the end of each month."""
        return [_midnight(self.first_day, self.zone), *(month.ends_at for month in self.months)]


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def zone_of(name: str | None) -> ZoneInfo:
    """The time zone of that name; UTC when it is unknown here."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def period(since: date | None, until: date | None, zone: ZoneInfo, now: datetime) -> Period:
    """The period asked for, as it stands at ``now``. Raises BadPeriod."""
    today = now.astimezone(zone).date()
    if min(since or EARLIEST, until or EARLIEST) < EARLIEST:
        raise BadPeriod(f"Nothing is known from before {EARLIEST}.")
    if since and since > min(until or today, today):
        raise BadPeriod("`from` must not lie after `to`, or after today.")
    running = until is None or until >= today
    last = today if until is None else min(until, today)
    horizon = FOREVER if running else _midnight(last + timedelta(days=1), zone)
    at = now if running else horizon - _MOMENT
    months = _months(since, last, zone, Month("", at, horizon))
    return Period(since=since, until=until, zone=zone, at=at, horizon=horizon, months=months)


def _months(since: date | None, last: date, zone: ZoneInfo, final: Month) -> tuple[Month, ...]:
    """Whole months up to the last, which ends as ``final`` does."""
    end = last.year * 12 + last.month - 1
    start = since.year * 12 + since.month - 1 if since else end - DEFAULT_MONTHS + 1
    if end - start >= MAX_MONTHS:
        raise BadPeriod(f"A period is at most {MAX_MONTHS} months; give a later `from` or an earlier `to`.")
    whole = [(n, _first(n + 1, zone)) for n in range(start, end)]
    return (
        *(Month(_label(n), ends - _MOMENT, ends) for n, ends in whole),
        Month(_label(end), final.at, final.ends_at),
    )


def _label(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"


def _first(month: int, zone: ZoneInfo) -> datetime:
    return _midnight(date(month // 12, month % 12 + 1, 1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
