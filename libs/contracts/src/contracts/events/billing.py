"""What billing says: checkouts, payments, seats bought and invoices. Amounts are minor units of ``currency``."""

from dataclasses import dataclass
from datetime import date, datetime
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
    """Money has arrived and stands in the ledger."""

    organization_id: UUID
    payment_id: UUID
    amount_minor: int
    currency: str
    method: str
    completed_at: datetime
    cohort_id: UUID | None = None


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
class SeatsGranted(Event, subject="organization_id"):
    """``quantity`` seats may be assigned while valid_from <= now < valid_until; for one cohort when it is named."""

    organization_id: UUID
    grant_id: UUID
    payment_id: UUID
    quantity: int
    valid_from: datetime
    valid_until: datetime
    cohort_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class SeatsExpired(Event, subject="organization_id"):
    """The window of a grant has ended."""

    organization_id: UUID
    grant_id: UUID
    quantity: int
    expired_at: datetime
    cohort_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class InvoiceIssued(Event, subject="organization_id"):
    """An invoice with its number exists. ``cohort_id`` when the purchase named one."""

    organization_id: UUID
    invoice_id: UUID
    number: str
    total_minor: int
    currency: str
    issued_on: date
    due_on: date
    cohort_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class InvoicePaid(Event, subject="organization_id"):
    """An invoice is settled in full."""

    organization_id: UUID
    invoice_id: UUID
    number: str
    total_minor: int
    currency: str
    paid_at: datetime
    cohort_id: UUID | None = None
