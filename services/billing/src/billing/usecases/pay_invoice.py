"""An invoice is settled in full, by a payment that stands in the ledger against the receivable."""

from datetime import datetime

from sqlalchemy.orm import Session

from billing.models import Invoice, Payment
from chassis.outbox import publish
from contracts.events.billing import InvoicePaid


def pay_invoice(session: Session, invoice: Invoice, payment: Payment, at: datetime) -> None:
    """Mark it and say so. Raises AlreadyPaid."""
    invoice.pay(payment, at)
    session.flush()
    publish(session, InvoicePaid(**invoice.facts, paid_at=at, credited_minor=invoice.credited_minor))
