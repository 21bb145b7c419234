"""A checkout is paid: payment, invoice, ledger and seats, in the one transaction of the caller."""

from sqlalchemy.orm import Session

from billing.clients.payment_gateway import Attempt
from billing.models import Checkout
from billing.models.payments import COMPLETED
from billing.queries import checkouts
from billing.usecases.grant_seats import grant_seats
from billing.usecases.issue_invoice import issue_invoice
from billing.usecases.post_entries import RECEIVABLE
from billing.usecases.record_payment import record_payment
from chassis.clock import now
from chassis.outbox import publish
from contracts.events.billing import CheckoutCompleted


def complete_purchase(session: Session, checkout: Checkout, attempt: Attempt) -> None:
    """Give what was bought. Raises CheckoutClosed when it was given before."""
    completed_at = now()
    checkout.complete(completed_at)
    payment = record_payment(
        session, checkout, attempt, state=COMPLETED, reason=None, against=RECEIVABLE, at=completed_at
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
    lines = checkouts.lines(session, checkout)
    grant_seats(session, checkout, payment, lines, completed_at)
    issue_invoice(session, checkout, payment, lines, completed_at)
