"""Record money that has arrived, and say so."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from sqlalchemy.orm import Session

from billing.clients.payment_gateway import Attempt
from billing.models import Checkout, Payment
from billing.models.payments import CREDIT, UNAPPLIED
from billing.queries import payments
from billing.usecases.post_entries import CUSTOMER_CREDIT, cash_clearing, post_entries
from chassis.ids import new_id
from chassis.money import Money
from chassis.outbox import publish
from contracts.events.billing import PaymentCompleted


class Source(Enum):
    """Where the money comes from: through the checkout's provider or bank, or from credit that is held already."""

    OUTSIDE = "outside"
    HELD = "held"


def record_payment(
    session: Session,
    checkout: Checkout,
    attempt: Attempt,
    *,
    state: str,
    reason: str | None,
    against: Mapping[str, Money],
    at: datetime,
    source: Source = Source.OUTSIDE,
) -> Payment:
    """One payment and its ledger entries: the money is at its source, ``against`` are the accounts it settles.

    What the checkout waited for is this payment; anything else is one more. Credit that buys is one more, too.
    """
    payment = None
    if source is Source.OUTSIDE or checkout.is_funding:
        payment = payments.expected(session, checkout.organization_id, checkout.id)
    if payment is None:
        payment = Payment(id=new_id(), organization_id=checkout.organization_id, checkout_id=checkout.id, created_at=at)
        session.add(payment)
    payment.provider = CREDIT if source is Source.HELD else checkout.provider or payment.provider or ""
    payment.method = CREDIT if source is Source.HELD else checkout.method
    payment.reference, payment.state, payment.reason = attempt.id, state, reason
    payment.currency, payment.amount_minor = attempt.currency, attempt.amount_minor
    payment.occurred_at, payment.recorded_at = attempt.at, at
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
        credited=payment.state == UNAPPLIED,
    )


def _post(session: Session, payment: Payment, amount: Money, against: Mapping[str, Money]) -> None:
    held = CUSTOMER_CREDIT if payment.provider == CREDIT else cash_clearing(payment.provider)
    amounts = {account: -settled for account, settled in against.items()}
    amounts[held] = amounts.get(held, Money(0, amount.currency)) + amount
    if not any(amounts.values()):
        return  # credit that stays credit: nothing moves
    post_entries(
        session,
        payment.organization_id,
        kind="payment",
        reference=f"payment:{payment.provider}:{payment.reference}",
        description=f"Payment by {payment.method.replace('_', ' ')}",
        occurred_at=payment.recorded_at,
        amounts=amounts,
    )
