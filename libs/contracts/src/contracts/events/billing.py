"""What billing says: checkouts, payments, seats bought and invoices. Amounts are minor units of ``currency``."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.event import Event
from contracts.rights import ErasureFacts


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
class SeatsRefunded(Event, subject="organization_id"):
    """``quantity`` seats of a grant are there no more from ``refunded_at`` on; its window would have ended then."""

    organization_id: UUID
    grant_id: UUID
    refund_id: UUID
    quantity: int
    refunded_at: datetime
    valid_until: datetime
    cohort_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CreditNoteIssued(Event, subject="organization_id"):
    """A credit note with its number takes back some of an invoice."""

    organization_id: UUID
    credit_note_id: UUID
    number: str
    invoice_id: UUID
    invoice_number: str
    total_minor: int
    currency: str
    issued_on: date
    cohort_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class InvoiceIssued(Event, subject="organization_id"):
    """An invoice with its number exists. ``cohort_id`` when the purchase named one, or whose ``month`` it is of.

    ``month`` is the first day of the month whose usage it bills; None for the invoice of a purchase.
    """

    organization_id: UUID
    invoice_id: UUID
    number: str
    total_minor: int
    currency: str
    issued_on: date
    due_on: date
    cohort_id: UUID | None = None
    month: date | None = None


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


@dataclass(frozen=True, kw_only=True)
class ErasureDone(ErasureFacts, Event, subject="request_id"):
    """Billing has erased the person of a request, and says what it keeps and why."""


@dataclass(frozen=True, kw_only=True)
class DataExportPartReady(Event, subject="request_id"):
    """Billing can be asked for its part of a person's data (``/internal/person-data``)."""

    request_id: UUID


@dataclass(frozen=True, kw_only=True)
class InvoiceOverdue(Event, subject="organization_id"):
    """An invoice was not paid by ``due_on``; said once."""

    organization_id: UUID
    invoice_id: UUID
    number: str
    total_minor: int
    currency: str
    due_on: date
    overdue_at: datetime
    cohort_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class InvoiceReminderDue(Event, subject="organization_id"):
    """It is time to remind of an overdue invoice: ``days`` have passed since ``due_on``. Once for each ``days``."""

    organization_id: UUID
    invoice_id: UUID
    number: str
    total_minor: int
    currency: str
    due_on: date
    days: int
    cohort_id: UUID | None = None
