"""What billing says of invoices and credit notes."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.event import Event


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
    """An invoice is settled in full. ``credited_minor`` of its total had been taken back by credit notes before."""

    organization_id: UUID
    invoice_id: UUID
    number: str
    total_minor: int
    currency: str
    paid_at: datetime
    cohort_id: UUID | None = None
    credited_minor: int = 0


@dataclass(frozen=True, kw_only=True)
class InvoiceOverdue(Event, subject="organization_id"):
    """An invoice was not paid by ``due_on``; said once. ``due_minor`` is what is to be paid of its total."""

    organization_id: UUID
    invoice_id: UUID
    number: str
    total_minor: int
    currency: str
    due_on: date
    overdue_at: datetime
    cohort_id: UUID | None = None
    due_minor: int | None = None


@dataclass(frozen=True, kw_only=True)
class InvoiceReminderDue(Event, subject="organization_id"):
    """It is time to remind of an overdue invoice: ``days`` have passed since ``due_on``. Once for each ``days``.

    ``due_minor`` is what is to be paid of its total.
    """

    organization_id: UUID
    invoice_id: UUID
    number: str
    total_minor: int
    currency: str
    due_on: date
    days: int
    cohort_id: UUID | None = None
    due_minor: int | None = None


@dataclass(frozen=True, kw_only=True)
class CreditNoteIssued(Event, subject="organization_id"):
    """A credit note with its number takes back some of an invoice: of a refund, or of usage that was corrected.

    ``due_minor`` is what is to be paid of the invoice after it: 0 when it had been paid, or nothing is left of it.
    """

    organization_id: UUID
    credit_note_id: UUID
    number: str
    invoice_id: UUID
    invoice_number: str
    total_minor: int
    currency: str
    issued_on: date
    cohort_id: UUID | None = None
    refund_id: UUID | None = None
    due_minor: int | None = None
