"""Tables whose methods are the rules of one row."""

from billing.models.checkouts import Checkout, CheckoutLine
from billing.models.credit_notes import CreditNote, CreditNoteLine
from billing.models.grants import SeatGrant
from billing.models.invoices import Invoice, InvoiceLine
from billing.models.payments import Payment
from billing.models.refunds import CreditApplication, Refund, RefundLine

__all__ = [
    "Checkout",
    "CheckoutLine",
    "CreditApplication",
    "CreditNote",
    "CreditNoteLine",
    "Invoice",
    "InvoiceLine",
    "Payment",
    "Refund",
    "RefundLine",
    "SeatGrant",
]
