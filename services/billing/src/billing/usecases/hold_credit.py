"""Hold money that pays no checkout: a second payment, or one of another amount than was asked for."""

from sqlalchemy.orm import Session

from billing.clients.payment_gateway import Attempt
from billing.models import Checkout
from billing.models.checkouts import PAID
from billing.models.payments import UNAPPLIED
from billing.usecases.post_entries import CUSTOMER_CREDIT
from billing.usecases.record_payment import record_payment
from chassis.clock import now


def hold_credit(session: Session, checkout: Checkout, attempt: Attempt) -> None:
    """Record it as owed to the organization. Nothing is granted and no invoice issued."""
    reason = "paid_twice" if checkout.state == PAID else "other_amount"
    record_payment(session, checkout, attempt, state=UNAPPLIED, reason=reason, against=CUSTOMER_CREDIT, at=now())
