"""How figures, days and money are written in a document."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

UNKNOWN = "\N{EN DASH}"
"""Shown where there is nothing to divide by."""

REASONS = {
    "no_recent_result": "no recent result",
    "low_and_falling": "low and falling scores",
}


def percent(value: float | None) -> str:
    """``83.3%``."""
    return UNKNOWN if value is None else f"{value:.1f}%"


def number(value: float | None) -> str:
    """``1,250``; decimals only where there are any."""
    if value is None:
        return UNKNOWN
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def money(value: float | None, currency: str) -> str:
    """``KES 600,000``; cents only where there are any."""
    if value is None:
        return UNKNOWN
    return f"{currency} {value:,.0f}" if float(value).is_integer() else f"{currency} {value:,.2f}"


def day(value: date | None) -> str:
    """``22 November 2026``."""
    return UNKNOWN if value is None else f"{value.day} {value:%B %Y}"


def moment(value: datetime, zone: ZoneInfo) -> str:
    """``22 November 2026, 14:05 (Africa/Nairobi)``."""
    local = value.astimezone(zone)
    return f"{day(local.date())}, {local:%H:%M} ({zone.key})"


def month(label: str) -> str:
    """``Nov 2026`` of ``2026-11``."""
    return f"{date.fromisoformat(f'{label}-01'):%b %Y}"


def period(since: date | None, until: date | None, last: date) -> str:
    """The period in words."""
    if since is None:
        return f"Up to {day(until or last)}"
    return f"{day(since)} to {day(until or last)}"
