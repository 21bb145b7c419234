"""A payment: one attempt to pay, as the provider reports it, and what became of it here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from chassis.money import Money

COMPLETED, UNAPPLIED, FAILED = "completed", "unapplied", "failed"


class Payment(Base):
    """``completed``: it paid its checkout. ``unapplied``: money we hold for the organization, beside any
    checkout. ``failed``: no money came; ``reason`` is declined, expired or cancelled.

    ``reference`` is the provider's id of the attempt and counts once; there is none when nobody tried.
    """

    __tablename__ = "payments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    checkout_id: Mapped[UUID]
    provider: Mapped[str]
    reference: Mapped[str | None]
    state: Mapped[str]
    reason: Mapped[str | None]
    method: Mapped[str]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]

    @property
    def amount(self) -> Money:
        """What was, or was to be, paid."""
        return Money(self.amount_minor, self.currency)
