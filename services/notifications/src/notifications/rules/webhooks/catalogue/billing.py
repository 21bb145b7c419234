"""Checkouts, payments, seats bought, invoices and credit notes."""

from contracts.events import billing
from notifications.rules.webhooks.catalogue.public_event import PublicEvent

_PAYMENT = ("payment_id", "amount_minor", "currency", "method")
_INVOICE = ("invoice_id", "number", "total_minor", "currency", "cohort_id")

EVENTS = (
    PublicEvent(
        "checkout.completed",
        "A checkout was paid in full.",
        billing.CheckoutCompleted,
        "completed_at",
        ("checkout_id", "payment_id", "amount_minor", "currency", "completed_at"),
    ),
    PublicEvent(
        "payment.completed",
        "Money has arrived.",
        billing.PaymentCompleted,
        "completed_at",
        (*_PAYMENT, "cohort_id", "completed_at"),
    ),
    PublicEvent(
        "payment.failed",
        "A payment was declined, cancelled or not made in time.",
        billing.PaymentFailed,
        "failed_at",
        (*_PAYMENT, "failed_at", "reason"),
    ),
    PublicEvent(
        "payment.refunded",
        "Money of a payment goes back, all of it or some.",
        billing.PaymentRefunded,
        "refunded_at",
        ("refund_id", *_PAYMENT, "cohort_id", "refunded_at"),
    ),
    PublicEvent(
        "seats.granted",
        "Seats that were bought can be assigned from valid_from until valid_until.",
        billing.SeatsGranted,
        None,
        ("grant_id", "payment_id", "quantity", "valid_from", "valid_until", "cohort_id"),
    ),
    PublicEvent(
        "seats.expired",
        "The time of seats that were bought is over.",
        billing.SeatsExpired,
        "expired_at",
        ("grant_id", "quantity", "expired_at", "cohort_id"),
    ),
    PublicEvent(
        "invoice.issued",
        "An invoice with its number exists.",
        billing.InvoiceIssued,
        None,
        (*_INVOICE, "issued_on", "due_on"),
    ),
    PublicEvent(
        "invoice.paid",
        "An invoice is settled in full.",
        billing.InvoicePaid,
        "paid_at",
        (*_INVOICE, "paid_at"),
    ),
    PublicEvent(
        "invoice.overdue",
        "An invoice was not paid by due_on; said once.",
        billing.InvoiceOverdue,
        "overdue_at",
        (*_INVOICE, "due_on", "overdue_at"),
    ),
    PublicEvent(
        "credit_note.issued",
        "A credit note takes back some of an invoice, or all of it.",
        billing.CreditNoteIssued,
        None,
        ("credit_note_id", "number", "invoice_id", "total_minor", "currency", "cohort_id", "issued_on"),
    ),
)
