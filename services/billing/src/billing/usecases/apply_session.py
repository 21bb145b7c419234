"""Bring a checkout in line with what the provider says of its session.

The effect is a function of the provider's state, not of the messages that told of it: webhooks may come twice, late
or in any order, or be lost, and the same payments stand here in the end.
"""

from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.clients import payment_gateway
from billing.models import Checkout, Payment
from billing.models.checkouts import CANCELLED, EXPIRED, PAID
from billing.queries import checkouts, invoices
from billing.usecases.close_checkout import close_checkout
from billing.usecases.complete_purchase import complete_purchase
from billing.usecases.fail_payment import fail_payment
from billing.usecases.hold_credit import hold_credit
from chassis.clock import now

log = structlog.get_logger()


def apply_session(session: Session, checkout_id: UUID, found: payment_gateway.Session | None) -> str:
    """Record every attempt not recorded yet, and the session's end. Returns the checkout's state."""
    checkout = checkouts.lock(session, checkout_id)
    checkout.checked_at = now()
    if found is None:
        return checkout.state
    checkout.session_id = found.id
    mine = (Payment.organization_id == checkout.organization_id) & (Payment.checkout_id == checkout_id)
    known = set(session.scalars(select(Payment.reference).where(mine)))
    for attempt in sorted(found.attempts, key=lambda attempt: attempt.at):
        if attempt.id not in known:
            _record(session, checkout, attempt)
    if checkout.is_open and found.state in (EXPIRED, CANCELLED):
        close_checkout(session, checkout, found.state)
    session.flush()
    return checkout.state


def _record(session: Session, checkout: Checkout, attempt: payment_gateway.Attempt) -> None:
    if attempt.outcome == "declined":
        fail_payment(session, checkout, reason="declined", reference=attempt.id, occurred_at=attempt.at)
        return
    # Paid is what was asked for, or what is due of it by now; what then is too much is credit.
    due = invoices.due_of(session, checkout)
    if checkout.state == PAID or not due or attempt.amount not in (checkout.amount, due):
        # Money is never turned away: what pays no checkout is held for the organization, for a person to decide.
        log.warning("payment_unapplied", checkout=str(checkout.id), reference=attempt.id)
        hold_credit(session, checkout, attempt)
    else:
        # In time or late: what was offered is what was paid, so it is given.
        complete_purchase(session, checkout, attempt)
