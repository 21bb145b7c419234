"""A refund: money of one payment that goes back, and the seats or funds it was for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from chassis.money import Money

REQUESTED, APPROVED, PENDING, COMPLETED, FAILED = "requested", "approved", "pending", "completed", "failed"
STATES = (REQUESTED, APPROVED, PENDING, COMPLETED, FAILED)
OVER = (COMPLETED, FAILED)


class Refund(Base):
    """States: requested (the amount is held) → approved (its seats are free and taken away) → pending (the provider
    has taken it) → completed, or failed from any but completed.

    ``credited``: of money that had paid for nothing. ``credit_minor``: of the payment of an invoice, how much of the
    amount credit notes had made credit before. ``request_key`` is whose Idempotency-Key it answers, none once it
    has failed: then the same request may try anew. ``returned_at``: when a failed one gave its seats back.
    """

    __tablename__ = "refunds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    payment_id: Mapped[UUID]
    state: Mapped[str]
    request_key: Mapped[str | None]
    fingerprint: Mapped[bytes]
    requested_by: Mapped[UUID]
    reason: Mapped[str]
    credited: Mapped[bool]
    currency: Mapped[str]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    amount_minor: Mapped[int]
    credit_minor: Mapped[int] = mapped_column(default=0)
    provider: Mapped[str]
    reference: Mapped[str | None]
    failure: Mapped[str | None]
    requested_at: Mapped[datetime]
    checked_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]

    @property
    def amount(self) -> Money:
        """What goes back, tax included."""
        return Money(self.amount_minor, self.currency)

    @property
    def claimed(self) -> Money:
        """What of it was no credit before, tax included: a credit note makes it so."""
        return Money(self.amount_minor - self.credit_minor, self.currency)

    @property
    def net(self) -> Money:
        """Without tax."""
        return Money(self.net_minor, self.currency)

    @property
    def tax(self) -> Money:
        """The tax in it."""
        return Money(self.tax_minor, self.currency)

    @property
    def is_over(self) -> bool:
        """Whether nothing more becomes of the money."""
        return self.state in OVER

    def approve(self) -> None:
        """Its seats are taken away; later calls change nothing."""
        if self.state == REQUESTED:
            self.state = APPROVED

    def hold(self, reference: str) -> None:
        """The provider has taken it under this reference."""
        self.state, self.reference = PENDING, reference

    def complete(self, reference: str, at: datetime) -> None:
        """The money is on its way back."""
        self.state, self.reference, self.completed_at = COMPLETED, reference, at

    def fail(self, failure: str) -> None:
        """It will not be; whoever asks again asks anew."""
        self.state, self.failure, self.request_key = FAILED, failure, None


class RefundLine(Base):
    """Seats of one grant that a refund takes away, and what they are worth. It never changes."""

    __tablename__ = "refund_lines"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    refund_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[UUID]
    quantity: Mapped[int]
    months: Mapped[int]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]


class RefundFund(Base):
    """Money of a sponsorship or program that a refund takes. It never changes."""

    __tablename__ = "refund_funds"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    refund_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    fundable_id: Mapped[UUID]
    amount_minor: Mapped[int]


class CreditApplication(Base):
    """Credit of one payment (the source) that paid something else. It never changes."""

    __tablename__ = "credit_applications"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(primary_key=True)
    source_id: Mapped[UUID]
    amount_minor: Mapped[int]
    applied_by: Mapped[UUID]
    applied_at: Mapped[datetime]
