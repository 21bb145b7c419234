"""Record money that has arrived at the provider, and say so."""

from datetime import datetime

from sqlalchemy.orm import Session

from billing.clients.payment_gateway import Attempt
from billing.models import Checkout, Payment
from billing.usecases.post_entries import cash_clearing, post_entries
from chassis.ids import new_id
from chassis.money import Money
from chassis.outbox import publish
from contracts.events.billing import PaymentCompleted


def record_payment(
    session: Session,
    checkout: Checkout,
    attempt: Attempt,
    *,
    state: str,
    reason: str | None,
    against: str,
    at: datetime,
) -> Payment:
    """One payment and its ledger entries: the provider holds the money, ``against`` is the account it settles."""
    payment = Payment(
        id=new_id(),
        organization_id=checkout.organization_id,
        checkout_id=checkout.id,
        provider=checkout.provider,
        reference=attempt.id,
        state=state,
        reason=reason,
        method=checkout.method,
        currency=attempt.currency,
        amount_minor=attempt.amount_minor,
        occurred_at=attempt.at,
        recorded_at=at,
    )
    session.add(payment)
    session.flush()
    _post(session, payment, attempt.amount, against)
    publish(session, _completed(payment, checkout))
    return payment


def _completed(payment: Payment, checkout: Checkout) -> PaymentCompleted:
    return PaymentCompleted(
        organization_id=payment.organization_id,
        payment_id=payment.id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        method=payment.method,
        completed_at=payment.recorded_at,
        cohort_id=checkout.cohort_id,
    )


def _post(session: Session, payment: Payment, amount: Money, against: str) -> None:
    post_entries(
        session,
        payment.organization_id,
        kind="payment",
        reference=f"payment:{payment.provider}:{payment.reference}",
        description=f"Payment by {payment.method}",
        occurred_at=payment.recorded_at,
        amounts={cash_clearing(payment.provider): amount, against: -amount},
    )
