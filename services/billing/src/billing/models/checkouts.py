"""A checkout: what is to be bought or funded, or which invoice paid, for how much, until when."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from billing.errors import CheckoutClosed
from chassis.database import Base
from chassis.money import Money

PURCHASE, FUNDING = "purchase", "funding"
OPEN, PAID, EXPIRED, CANCELLED = "open", "paid", "expired", "cancelled"


class Checkout(Base):
    """States: open → paid, expired or cancelled. Money that comes late still makes an unpaid one paid."""

    __tablename__ = "checkouts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    cohort_id: Mapped[UUID | None]
    created_by: Mapped[UUID | None]
    purpose: Mapped[str] = mapped_column(default=PURCHASE)
    description: Mapped[str | None]
    state: Mapped[str] = mapped_column(default=OPEN)
    method: Mapped[str]
    currency: Mapped[str]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    amount_minor: Mapped[int]
    success_url: Mapped[str]
    cancel_url: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    provider: Mapped[str | None]
    opened_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    session_id: Mapped[str | None]
    invoice_id: Mapped[UUID | None]

    @property
    def amount(self) -> Money:
        """What is to be paid, tax included."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_funding(self) -> bool:
        """Whether it is money for a sponsorship or program, or to be held for one; else it buys, or pays an invoice."""
        return self.purpose == FUNDING

    @property
    def is_open(self) -> bool:
        """Whether nothing has ended it yet (it may be past its time all the same)."""
        return self.state == OPEN

    def ask_for(self, net: Money, tax: Money) -> None:
        """Credit notes took some of its invoice back: ask for the rest, unless a provider has been asked already."""
        if self.opened_at is None:
            self.net_minor, self.tax_minor, self.amount_minor = net.minor, tax.minor, (net + tax).minor

    def start_paying(self, provider: str, at: datetime) -> None:
        """Remember that the payer goes to the provider. Raises CheckoutClosed when there is nothing to pay."""
        if not self.is_open or at >= self.expires_at:
            raise CheckoutClosed()
        self.provider = provider
        self.opened_at = self.opened_at or at

    def complete(self, at: datetime) -> None:
        """The money is there. Raises CheckoutClosed when it was there before."""
        if self.state == PAID:
            raise CheckoutClosed()
        self.state, self.completed_at = PAID, at

    def close(self, state: str, at: datetime) -> None:
        """End it unpaid. Raises CheckoutClosed when it has ended before."""
        if not self.is_open:
            raise CheckoutClosed()
        self.state, self.completed_at = state, at


class CheckoutLine(Base):
    """One product in a checkout, at the price of the moment it was opened."""

    __tablename__ = "checkout_lines"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    checkout_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    product: Mapped[str]
    quantity: Mapped[int]
    months: Mapped[int]
    unit_minor: Mapped[int]
    net_minor: Mapped[int]
    tax_rate: Mapped[Decimal]
    tax_minor: Mapped[int]
