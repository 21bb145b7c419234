"""Tables whose methods are the rules of one row."""

from billing.models.checkouts import Checkout, CheckoutLine
from billing.models.grants import SeatGrant
from billing.models.invoices import Invoice, InvoiceLine
from billing.models.payments import Payment

__all__ = ["Checkout", "CheckoutLine", "Invoice", "InvoiceLine", "Payment", "SeatGrant"]
