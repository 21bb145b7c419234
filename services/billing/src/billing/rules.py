"""Arithmetic and decisions of billing: no session, no Flask, no clock."""

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.money import Money

Day = TypeVar("Day", date, datetime)

SEAT = "seat"
MAX_LINES = 20
MAX_QUANTITY = 100_000
MAX_MONTHS = 60
MAX_PARTS = 120
"""Disbursements of one sponsorship or program: what runs for longer than ten years is released in the first ten."""


@dataclass(frozen=True)
class PricedLine:
    """One line of a purchase. ``tax_rate`` is a percentage; ``net`` is quantity times months times unit."""

    product: str
    quantity: int
    months: int
    unit: Money
    tax_rate: Decimal

    @property
    def net(self) -> Money:
        """Before tax."""
        return self.unit * (self.quantity * self.months)

    @property
    def tax(self) -> Money:
        """Tax on the line, halves of a minor unit to the even side."""
        exact = Decimal(self.net.minor) * self.tax_rate / 100
        return Money(int(exact.quantize(Decimal(1), ROUND_HALF_EVEN)), self.unit.currency)


def add_months(moment: Day, months: int) -> Day:
    """The same day and time so many calendar months later, or the month's last day: 31 January + 1 = 28 February."""
    index = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def due_days(begin: date, end: date) -> list[date]:
    """A day a month from ``begin`` to ``end`` at the latest, at most ``MAX_PARTS``; ``begin`` itself in any case."""
    months = max(0, (end.year - begin.year) * 12 + end.month - begin.month)
    later = (add_months(begin, month) for month in range(1, min(months + 1, MAX_PARTS)))
    return [begin, *(day for day in later if day <= end)]


def unused_months(begin: datetime, months: int, at: datetime) -> int:
    """How many of the calendar months of a window have not begun at ``at``; the first begins with the window."""
    return sum(add_months(begin, month) > at for month in range(months))


def part_of(left: Money, units: int, of: int) -> Money:
    """What ``units`` of the ``of`` units that are left come to; the last ones take what is left, to the cent."""
    return left.allocate([units, of - units])[0]


def credit_note_number(year: int, sequence: int) -> str:
    """``CN-2026-001``; longer than three digits when the year needs it."""
    return f"CN-{year}-{sequence:03d}"


def invoice_number(year: int, sequence: int) -> str:
    """``INV-2026-001``; longer than three digits when the year needs it."""
    return f"INV-{year}-{sequence:03d}"


def is_covered(cohort: UUID, held_until_mine: Mapping[UUID, int], pools: Mapping[UUID | None, int]) -> bool:
    """Whether a seat held in ``cohort`` is covered by what was bought.

    ``held_until_mine`` counts, by cohort, the seats assigned no later than this one; ``pools`` the seats bought,
    by cohort and for the whole organization (None). A cohort's own seats are used up first, and the latest
    assigned are the first to go without.
    """
    if held_until_mine.get(cohort, 0) <= pools.get(cohort, 0):
        return True
    overflow = sum(max(0, held - pools.get(name, 0)) for name, held in held_until_mine.items())
    return overflow <= pools.get(None, 0)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts of one currency."""
    return sum(amounts, Money(0, currency))


def half_even(exact: Fraction, currency: str) -> Money:
    """Minor units of an exact amount of them, halves to the even side."""
    return Money(round(exact), currency)


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month of the seller's books, known by its ``first`` day. Raises ValueError for another day."""

    first: date

    def __post_init__(self) -> None:
        if self.first.day != 1:
            raise ValueError(f"{self.first} is no first day of a month")

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read ``2026-10``, of this millennium. Raises ValueError."""
        if not re.fullmatch(r"2\d{3}-\d{2}", text, re.ASCII):
            raise ValueError(f"{text!r} is no month such as 2026-10")
        return cls(date.fromisoformat(f"{text}-01"))

    @classmethod
    def at(cls, moment: datetime, zone: ZoneInfo) -> "Month":
        """The month that moment is in."""
        return cls(moment.astimezone(zone).date().replace(day=1))

    @property
    def next(self) -> "Month":
        """The month after."""
        return Month((self.first + timedelta(days=31)).replace(day=1))

    @property
    def previous(self) -> "Month":
        """The month before."""
        return Month((self.first - timedelta(days=1)).replace(day=1))

    def begins(self, zone: ZoneInfo) -> datetime:
        """Its first moment there."""
        return datetime.combine(self.first, time(), zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """The first moment that is no longer in it."""
        return self.next.begins(zone)

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


Key = tuple[str, str]
"""What moved, and in which currency."""


def differences(theirs: Mapping[Key, int], ours: Mapping[Key, int]) -> dict[Key, tuple[int | None, int | None]]:
    """What is not the same on both sides: their amount and ours in minor units, None where there is none."""
    return {
        key: (theirs.get(key), ours.get(key)) for key in theirs.keys() | ours.keys() if theirs.get(key) != ours.get(key)
    }
