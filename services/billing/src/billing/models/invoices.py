"""An invoice: issued once, numbered without a gap, paid once."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from billing.errors import AlreadyPaid
from chassis.database import Base

ISSUED, PAID = "issued", "paid"


class Invoice(Base):
    """States: issued → paid. ``buyer`` and ``seller`` are as they were on the day."""

    __tablename__ = "invoices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    number: Mapped[str]
    year: Mapped[int]
    sequence: Mapped[int]
    state: Mapped[str] = mapped_column(default=ISSUED)
    cohort_id: Mapped[UUID | None]
    checkout_id: Mapped[UUID]
    payment_id: Mapped[UUID]
    payment_reference: Mapped[str]
    payment_method: Mapped[str]
    buyer: Mapped[dict[str, Any]]
    seller: Mapped[dict[str, Any]]
    currency: Mapped[str]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    paid_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    def pay(self, at: datetime) -> None:
        """Settle it in full. Raises AlreadyPaid."""
        if self.state == PAID:
            raise AlreadyPaid()
        self.state, self.paid_at = PAID, at


class InvoiceLine(Base):
    """One line of an invoice. It never changes."""

    __tablename__ = "invoice_lines"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    product: Mapped[str]
    description: Mapped[str]
    quantity: Mapped[int]
    months: Mapped[int]
    unit_minor: Mapped[int]
    net_minor: Mapped[int]
    tax_rate: Mapped[Decimal]
    tax_minor: Mapped[int]
