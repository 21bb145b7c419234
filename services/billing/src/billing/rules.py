"""Arithmetic and decisions of billing: no session, no Flask, no clock."""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from uuid import UUID

from chassis.money import Money

SEAT = "seat"
MAX_LINES = 20
MAX_QUANTITY = 100_000
MAX_MONTHS = 60


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


def add_months(moment: datetime, months: int) -> datetime:
    """The same day and time so many calendar months later, or the month's last day: 31 January + 1 = 28 February."""
    index = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


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
