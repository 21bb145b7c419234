"""End a checkout that was not paid."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from billing.models import Checkout, InvoiceDraft
from billing.usecases.fail_payment import fail_payment
from chassis.clock import now


def close_checkout(session: Session, checkout: Checkout, state: str) -> None:
    """``state`` is expired or cancelled; the draft of its invoice goes. Raises CheckoutClosed when it ended before."""
    ended_at = now()
    checkout.close(state, ended_at)
    mine = (InvoiceDraft.organization_id == checkout.organization_id) & (InvoiceDraft.checkout_id == checkout.id)
    session.execute(delete(InvoiceDraft).where(mine))
    fail_payment(session, checkout, reason=state, reference=None, occurred_at=ended_at)
