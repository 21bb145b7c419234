"""The calendar's quarter and year, and everything."""

from datetime import date

PERIODS = ("quarter", "year", "all_time")


def first_day(name: str, today: date) -> date | None:
    """The first day of the quarter or year that ``today`` lies in; None for all time."""
    if name == "quarter":
        return date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    return date(today.year, 1, 1) if name == "year" else None
