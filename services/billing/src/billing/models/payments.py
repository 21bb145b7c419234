"""A payment: one attempt to pay, as the provider or the bank reports it, and what became of it here."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from billing.errors import AlreadyVerified, NotATransfer, NotRefundable
from chassis.database import Base
from chassis.money import Money

PENDING, COMPLETED, UNAPPLIED, FAILED = "pending", "completed", "unapplied", "failed"
STATES = (PENDING, COMPLETED, UNAPPLIED, FAILED)
BANK, CREDIT = "bank", "credit"
"""Providers that are none: a transfer that a person sees on our account, and credit held from an earlier payment."""


class Payment(Base):
    """``completed``: it paid its checkout. ``unapplied``: money we hold for the organization, beside any
    checkout. ``failed``: no money came; ``reason`` is declined, expired or cancelled. ``pending``: it is ``awaited``:
    the first money of its checkout, a bank transfer under ``transfer_reference`` or whatever the provider reports.
    ``bank_reference`` is what the payer says the bank calls a transfer.

    ``reference`` is the provider's (or the bank's) id of the attempt and counts once; there is none when nobody tried.
    """

    __tablename__ = "payments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    checkout_id: Mapped[UUID]
    provider: Mapped[str]
    reference: Mapped[str | None]
    transfer_reference: Mapped[str | None]
    bank_reference: Mapped[str | None]
    awaited: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str]
    reason: Mapped[str | None]
    method: Mapped[str]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    created_at: Mapped[datetime]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    verified_by: Mapped[UUID | None]

    @property
    def amount(self) -> Money:
        """What was, or was to be, paid."""
        return Money(self.amount_minor, self.currency)

    def fail(self, reason: str, at: datetime) -> None:
        """The money did not come in time; should it come later, it is still taken."""
        self.state, self.reason, self.occurred_at, self.recorded_at = FAILED, reason, at, at

    def require_transfer(self, reference: str) -> None:
        """Raises NotATransfer, AlreadyVerified when this very transfer of the bank has been taken."""
        if self.transfer_reference is None:
            raise NotATransfer()
        if self.reference == reference:
            raise AlreadyVerified()

    @property
    def awaits_transfer(self) -> bool:
        """Whether no transfer has been taken for it yet."""
        return self.reference is None

    def require_refundable(self, gateways: Collection[str]) -> None:
        """Raises NotRefundable when no money came, or came by a provider that is no longer used."""
        if self.state not in (COMPLETED, UNAPPLIED):
            raise NotRefundable("No money has come of this payment.")
        if self.provider not in (*gateways, BANK, CREDIT):
            raise NotRefundable(f"It was paid through {self.provider}, which is no longer used here.")
