"""Hold money that pays no checkout: one of another amount than asked for, or when it or its invoice is settled."""

from sqlalchemy.orm import Session

from billing.clients.payment_gateway import Attempt
from billing.models import Checkout, Payment
from billing.models.checkouts import PAID
from billing.models.payments import UNAPPLIED
from billing.usecases.post_entries import CUSTOMER_CREDIT
from billing.usecases.record_payment import record_payment
from chassis.clock import now


def hold_credit(session: Session, checkout: Checkout, attempt: Attempt) -> Payment:
    """Record it as owed to the organization; the payment. Nothing is granted and no invoice issued."""
    reason = "other_amount" if checkout.state != PAID and attempt.amount != checkout.amount else "paid_twice"
    against = {CUSTOMER_CREDIT: attempt.amount}
    return record_payment(session, checkout, attempt, state=UNAPPLIED, reason=reason, against=against, at=now())
