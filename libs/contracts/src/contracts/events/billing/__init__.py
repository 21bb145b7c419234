"""What billing says: checkouts, payments, seats bought, funds, invoices. Amounts are minor units of ``currency``."""

from contracts.events.billing.funding import (
    DisbursementCancelled,
    DisbursementMade,
    DisbursementScheduled,
    FundsAllocated,
    FundsReversed,
)
from contracts.events.billing.invoices import (
    CreditNoteIssued,
    InvoiceIssued,
    InvoiceOverdue,
    InvoicePaid,
    InvoiceReminderDue,
)
from contracts.events.billing.payments import (
    CheckoutCompleted,
    PaymentCompleted,
    PaymentFailed,
    PaymentInitiated,
    PaymentRefunded,
)
from contracts.events.billing.rights import DataExportPartReady, ErasureDone
from contracts.events.billing.seats import SeatsExpired, SeatsGranted, SeatsRefunded

__all__ = [
    "CheckoutCompleted",
    "CreditNoteIssued",
    "DataExportPartReady",
    "DisbursementCancelled",
    "DisbursementMade",
    "DisbursementScheduled",
    "ErasureDone",
    "FundsAllocated",
    "FundsReversed",
    "InvoiceIssued",
    "InvoiceOverdue",
    "InvoicePaid",
    "InvoiceReminderDue",
    "PaymentCompleted",
    "PaymentFailed",
    "PaymentInitiated",
    "PaymentRefunded",
    "SeatsExpired",
    "SeatsGranted",
    "SeatsRefunded",
]
