"""Invoices before they are issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line to be, of an invoice or of a credit note to it: ``quantity`` times ``months`` of ``unit``."""

    product: str
    description: str
    quantity: int
    unit_minor: int
    net_minor: int
    tax_rate: Decimal
    tax_minor: int
    months: int = 1
    unit: str = "seat"
    usage_month: date | None = None
    corrects: bool = False
    placement_id: UUID | None = None

    @property
    def total_minor(self) -> int:
        """Tax included, in minor units of the currency."""
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An invoice to be: of a checkout or of a month, never of both.

    ``to_be_paid``: in the settings' days; else at once. ``owed``: it is a debt, and posted as one; a promise of funds
    is none until it is kept. ``id`` is that of the invoice's draft, if there was one.
    """

    organization_id: UUID
    cohort_id: UUID | None
    currency: str
    lines: Sequence[Line]
    checkout_id: UUID | None = None
    month: date | None = None
    to_be_paid: bool = False
    owed: bool = True
    id: UUID | None = None

    @property
    def net_minor(self) -> int:
        """Before tax, in minor units of the currency."""
        return sum(line.net_minor for line in self.lines)

    @property
    def tax_minor(self) -> int:
        """Tax, in minor units of the currency."""
        return sum(line.tax_minor for line in self.lines)
