"""What billing says of checkouts and payments."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class CheckoutCompleted(Event, subject="organization_id"):
    """A checkout was paid in full."""

    organization_id: UUID
    checkout_id: UUID
    payment_id: UUID
    amount_minor: int
    currency: str
    completed_at: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentCompleted(Event, subject="organization_id"):
    """Money has arrived and stands in the ledger; ``credited`` when it has paid for nothing yet."""

    organization_id: UUID
    payment_id: UUID
    amount_minor: int
    currency: str
    method: str
    completed_at: datetime
    cohort_id: UUID | None = None
    credited: bool = False


@dataclass(frozen=True, kw_only=True)
class PaymentRefunded(Event, subject="organization_id"):
    """Money of a payment goes back, all of it or some; ``credited`` when it had paid for nothing."""

    organization_id: UUID
    payment_id: UUID
    refund_id: UUID
    amount_minor: int
    currency: str
    method: str
    refunded_at: datetime
    cohort_id: UUID | None = None
    credited: bool = False


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(Event, subject="organization_id"):
    """A payment was declined or its checkout expired; ``reason`` is declined, expired or cancelled."""

    organization_id: UUID
    payment_id: UUID
    amount_minor: int
    currency: str
    method: str
    failed_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class PaymentInitiated(Event, subject="organization_id"):
    """A payment that funds something is awaited; no money has come."""

    organization_id: UUID
    payment_id: UUID
    amount_minor: int
    currency: str
    method: str
    initiated_at: datetime
