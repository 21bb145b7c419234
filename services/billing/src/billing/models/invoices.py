"""An invoice: issued once, numbered without a gap, paid once, corrected by credit notes, never changed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from billing.errors import AlreadyPaid
from billing.models.payments import Payment
from chassis.database import Base

ISSUED, OVERDUE, PAID, CREDITED = "issued", "overdue", "paid", "credited"
STATES = (ISSUED, OVERDUE, PAID, CREDITED)


class Invoice(Base):
    """States: issued → overdue → paid, or issued → paid; either may end credited instead, when credit notes took all of
    it back before anybody paid. ``buyer`` and ``seller`` are as they were on the day.

    It is of a checkout, or of a ``month`` (its first day) of a cohort. ``credited_minor`` is what credit notes that
    correct it took back; what refunds took back is not in it.
    """

    __tablename__ = "invoices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    number: Mapped[str]
    year: Mapped[int]
    sequence: Mapped[int]
    state: Mapped[str] = mapped_column(default=ISSUED)
    cohort_id: Mapped[UUID | None]
    checkout_id: Mapped[UUID | None]
    month: Mapped[date | None]
    payment_id: Mapped[UUID | None]
    payment_reference: Mapped[str | None]
    payment_method: Mapped[str | None]
    buyer: Mapped[dict[str, Any]]
    seller: Mapped[dict[str, Any]]
    currency: Mapped[str]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    credited_minor: Mapped[int] = mapped_column(default=0)
    issued_on: Mapped[date]
    due_on: Mapped[date]
    paid_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def facts(self) -> dict[str, Any]:
        """What every event about it says."""
        return {
            "organization_id": self.organization_id,
            "invoice_id": self.id,
            "number": self.number,
            "total_minor": self.total_minor,
            "currency": self.currency,
            "cohort_id": self.cohort_id,
        }

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it is to be paid any more."""
        return self.state in (PAID, CREDITED)

    @property
    def due_minor(self) -> int:
        """What is still to be paid, in minor units."""
        return 0 if self.is_settled else self.total_minor - self.credited_minor

    def credit(self, minor: int) -> int:
        """Take so much of it back, at most what is left of it; the part of that which nobody had paid yet."""
        unpaid = min(minor, self.due_minor)
        self.credited_minor += minor
        if not self.is_settled and self.due_minor == 0:
            self.state = CREDITED
        return unpaid

    def pay(self, payment: Payment, at: datetime) -> None:
        """Settle it in full. Raises AlreadyPaid, also when nothing of it is due any more."""
        if self.is_settled:
            raise AlreadyPaid()
        self.state, self.paid_at = PAID, at
        self.payment_id, self.payment_reference = payment.id, payment.reference
        self.payment_method = payment.method


class InvoiceDraft(Base):
    """An invoice to be, of a checkout that is not paid yet: without a number. Its id is the invoice's, once issued."""

    __tablename__ = "invoice_drafts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    checkout_id: Mapped[UUID]
    created_at: Mapped[datetime]


class InvoiceLine(Base):
    """One line of an invoice. It never changes.

    ``quantity`` counts ``unit``: seat, session, minute, placement or contribution.
    """

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
    unit: Mapped[str]
    usage_month: Mapped[date | None]
    corrects: Mapped[bool]
    placement_id: Mapped[UUID | None]
