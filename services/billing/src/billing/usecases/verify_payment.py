"""A bank transfer has arrived: a platform administrator says so, and what it was for is given."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from billing.clients.payment_gateway import Attempt
from billing.errors import AlreadyVerified
from billing.models import Checkout, Payment
from billing.models.checkouts import PAID
from billing.queries import checkouts, invoices, payments
from billing.usecases.complete_purchase import complete_purchase
from billing.usecases.hold_credit import hold_credit
from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Invalid
from chassis.money import Money

log = structlog.get_logger("audit")


def verify_payment(
    session: Session,
    caller: Caller,
    payment_id: UUID,
    *,
    reference: str,
    amount: Decimal,
    received_at: datetime | None = None,
) -> dict[str, Any]:
    """``reference`` is the bank's of the transfer, ``amount`` in major units of the payment's currency.

    What was asked for is given, also when credit notes made less of it due; another amount, or a second transfer, is
    kept as the organization's credit.
    Raises UnknownPayment, NotATransfer, AlreadyVerified, Invalid.
    """
    # The checkout first, as whoever settles or expires it does: two who wait for one another would wait in vain.
    checkout = checkouts.lock(session, payments.get(session, payment_id).checkout_id)
    payment = payments.lock(session, payment_id)
    payment.require_transfer(reference)
    if payments.is_taken(session, reference):
        raise AlreadyVerified()
    attempt = Attempt(
        id=reference,
        outcome="paid",
        amount_minor=_read(amount, payment.currency).minor,
        currency=payment.currency,
        at=_not_later(received_at),
    )
    taken = _take(session, checkout, attempt)
    taken.verified_by = caller.user_id
    session.flush()
    _note(caller, taken)
    return payments.one(session, caller, taken.id)


def _take(session: Session, checkout: Checkout, attempt: Attempt) -> Payment:
    due = invoices.due_of(session, checkout)
    if checkout.state == PAID or not due or attempt.amount not in (checkout.amount, due):
        return hold_credit(session, checkout, attempt)
    return complete_purchase(session, checkout, attempt)


def _read(amount: Decimal, currency: str) -> Money:
    try:
        read = Money.parse(amount, currency)
    except ValueError as error:
        raise Invalid.field("amount", str(error)) from None
    if read.minor <= 0:
        raise Invalid.field("amount", "A transfer is of more than nothing.")
    return read


def _not_later(received_at: datetime | None) -> datetime:
    at = now()
    if received_at is not None and received_at > at:
        raise Invalid.field("received_at", "Not a moment that has been.")
    return received_at or at


def _note(caller: Caller, payment: Payment) -> None:
    """A line of the audit log that names the organization, whoever the administrator works for."""
    log.info(
        "payment_verified",
        user=str(caller.user_id),
        organization=str(payment.organization_id),
        payment=str(payment.id),
        amount_minor=payment.amount_minor,
        currency=payment.currency,
    )
