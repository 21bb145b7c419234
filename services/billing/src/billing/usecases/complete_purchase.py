"""A checkout is paid: payment, ledger, and what it bought, in the one transaction of the caller."""

from sqlalchemy.orm import Session

from billing.clients.payment_gateway import Attempt
from billing.models import Checkout, Payment
from billing.models.payments import COMPLETED
from billing.queries import checkouts, invoices
from billing.usecases.grant_seats import grant_seats
from billing.usecases.invoice_purchase import invoice_purchase
from billing.usecases.pay_invoice import pay_invoice
from billing.usecases.post_entries import RECEIVABLE
from billing.usecases.record_payment import Source, record_payment
from chassis.clock import now
from chassis.outbox import publish
from contracts.events.billing import CheckoutCompleted


def complete_purchase(
    session: Session, checkout: Checkout, attempt: Attempt, *, source: Source = Source.OUTSIDE
) -> Payment:
    """Give what was bought, or settle the invoice it pays; the payment. ``source`` says where the money was.

    Raises CheckoutClosed or AlreadyPaid when that was done.
    """
    completed_at = now()
    checkout.complete(completed_at)
    payment = record_payment(
        session, checkout, attempt, state=COMPLETED, reason=None, against=RECEIVABLE, at=completed_at, source=source
    )
    publish(
        session,
        CheckoutCompleted(
            organization_id=checkout.organization_id,
            checkout_id=checkout.id,
            payment_id=payment.id,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            completed_at=completed_at,
        ),
    )
    if checkout.invoice_id is not None:
        pay_invoice(session, invoices.lock(session, checkout.invoice_id), payment, completed_at)
        return payment
    lines = checkouts.lines(session, checkout)
    grant_seats(session, checkout, payment, lines, completed_at)
    invoice_purchase(session, checkout, payment, lines, completed_at)
    return payment
