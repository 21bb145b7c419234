"""Record that no money came, and why."""

from datetime import datetime

from sqlalchemy.orm import Session

from billing.clients.gateways import Gateways
from billing.models import Checkout, Payment
from billing.models.payments import FAILED
from billing.queries import payments
from chassis.clock import now
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.wiring import use
from contracts.events.billing import PaymentFailed


def fail_payment(
    session: Session, checkout: Checkout, *, reason: str, reference: str | None, occurred_at: datetime
) -> None:
    """``reason`` is declined (it can be tried again: what is awaited stays so), expired or cancelled."""
    expected = payments.expected(session, checkout.organization_id, checkout.id) if reference is None else None
    if expected is not None:
        expected.fail(reason, occurred_at)
        session.flush()
        publish(session, _failed(expected, reason))
        return
    payment = Payment(
        id=new_id(),
        organization_id=checkout.organization_id,
        checkout_id=checkout.id,
        provider=checkout.provider or use(session, Gateways).for_method(checkout.method).name,
        reference=reference,
        state=FAILED,
        reason=reason,
        method=checkout.method,
        currency=checkout.currency,
        amount_minor=checkout.amount_minor,
        created_at=occurred_at,
        occurred_at=occurred_at,
        recorded_at=now(),
    )
    session.add(payment)
    session.flush()
    publish(session, _failed(payment, reason))


def _failed(payment: Payment, reason: str) -> PaymentFailed:
    return PaymentFailed(
        organization_id=payment.organization_id,
        payment_id=payment.id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        method=payment.method,
        failed_at=payment.occurred_at,
        reason=reason,
    )
