"""End a checkout that was not paid."""

from sqlalchemy.orm import Session

from billing.models import Checkout
from billing.usecases.fail_payment import fail_payment
from chassis.clock import now


def close_checkout(session: Session, checkout: Checkout, state: str) -> None:
    """``state`` is expired or cancelled. Raises CheckoutClosed when it has ended before."""
    ended_at = now()
    checkout.close(state, ended_at)
    fail_payment(session, checkout, reason=state, reference=None, occurred_at=ended_at)
