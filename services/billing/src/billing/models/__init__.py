"""Tables whose methods are the rules of one row."""

from billing.models.checkouts import Checkout, CheckoutLine
from billing.models.credit_notes import CreditNote, CreditNoteLine
from billing.models.disbursements import Disbursement
from billing.models.fundables import Allocation, Fundable, FundingLine
from billing.models.grants import SeatGrant
from billing.models.invoices import Invoice, InvoiceDraft, InvoiceLine
from billing.models.payments import Payment
from billing.models.refunds import CreditApplication, Refund, RefundFund, RefundLine

__all__ = [
    "Allocation",
    "Checkout",
    "CheckoutLine",
    "CreditApplication",
    "CreditNote",
    "CreditNoteLine",
    "Disbursement",
    "Fundable",
    "FundingLine",
    "Invoice",
    "InvoiceDraft",
    "InvoiceLine",
    "Payment",
    "Refund",
    "RefundFund",
    "RefundLine",
    "SeatGrant",
]
