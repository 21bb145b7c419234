"""Await the first money of a checkout: a payment that is there, pending, before anything has come."""

from sqlalchemy.orm import Session

from billing.models import Checkout, Payment
from billing.models.payments import PENDING
from chassis.ids import new_id


def await_payment(
    session: Session,
    checkout: Checkout,
    *,
    provider: str,
    transfer_reference: str | None = None,
    bank_reference: str | None = None,
) -> Payment:
    """The payment. It fails when its checkout ends unpaid; money that comes late is its own all the same."""
    payment = Payment(
        id=new_id(),
        organization_id=checkout.organization_id,
        checkout_id=checkout.id,
        provider=provider,
        transfer_reference=transfer_reference,
        bank_reference=bank_reference,
        awaited=True,
        state=PENDING,
        method=checkout.method,
        currency=checkout.currency,
        amount_minor=checkout.amount_minor,
        created_at=checkout.created_at,
        occurred_at=checkout.created_at,
        recorded_at=checkout.created_at,
    )
    session.add(payment)
    session.flush()
    return payment
