"""Credit pays a checkout: money that has paid for nothing so far buys its seats or settles its invoice."""

from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from billing.clients.payment_gateway import Attempt
from billing.errors import CheckoutClosed, MoreThanPaid, NotRefundable, UnknownCheckout
from billing.models import Checkout, CreditApplication, Payment
from billing.models.payments import UNAPPLIED
from billing.queries import checkouts, invoices, payments
from billing.usecases.complete_purchase import complete_purchase
from billing.usecases.record_payment import Source
from chassis.auth import Caller
from chassis.clock import now
from chassis.ids import new_id
from chassis.money import Money

log = structlog.get_logger("audit")


def apply_credit(session: Session, caller: Caller, payment_id: UUID, *, checkout_id: UUID) -> dict[str, Any]:
    """All that is due of the checkout from what is left of the payment; the payment that this makes.

    Raises UnknownPayment, NotRefundable when it was no credit, UnknownCheckout (also another organization's),
    CheckoutClosed, MoreThanPaid when there is not enough of it or it is of another currency.
    """
    checkout = checkouts.lock(session, checkout_id)
    source = payments.lock(session, payment_id)
    due = _check(session, source, checkout)
    held = Attempt(id=str(new_id()), outcome="paid", amount_minor=due.minor, currency=due.currency, at=now())
    payment = complete_purchase(session, checkout, held, source=Source.HELD)
    session.add(
        CreditApplication(
            organization_id=source.organization_id,
            payment_id=payment.id,
            source_id=source.id,
            amount_minor=due.minor,
            applied_by=caller.user_id,
            applied_at=payment.recorded_at,
        )
    )
    session.flush()
    _note(caller, source, payment)
    return payments.one(session, caller, payment.id)


def _check(session: Session, source: Payment, checkout: Checkout) -> Money:
    """What is due."""
    if source.organization_id != checkout.organization_id:
        raise UnknownCheckout()
    # Of both, the invoice that the source has paid and the one it is to pay, at once and in order.
    paid = session.get_one(Checkout, source.checkout_id).invoice_id
    invoices.lock_all(session, {id for id in (paid, checkout.invoice_id) if id is not None})
    left = payments.credit(session, source)
    if source.state != UNAPPLIED and not left:
        raise NotRefundable("This payment has paid for something; only money that has not can be applied.")
    due = invoices.due_of(session, checkout)
    if not checkout.is_open or not due:
        raise CheckoutClosed()
    if left.currency != due.currency or left < due:
        raise MoreThanPaid()
    return due


def _note(caller: Caller, source: Payment, payment: Payment) -> None:
    """A line of the audit log that names the organization, whoever the administrator works for."""
    log.info(
        "credit_applied",
        user=str(caller.user_id),
        organization=str(source.organization_id),
        payment=str(source.id),
        applied=str(payment.id),
        amount_minor=payment.amount_minor,
        currency=payment.currency,
    )
