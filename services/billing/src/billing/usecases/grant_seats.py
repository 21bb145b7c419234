"""Give the seats that were paid for: from now, for the calendar months bought."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from billing import rules
from billing.models import Checkout, CheckoutLine, Payment, SeatGrant
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.events.billing import SeatsGranted


def grant_seats(
    session: Session, checkout: Checkout, payment: Payment, lines: Sequence[CheckoutLine], at: datetime
) -> None:
    """One grant a line of seats, for the checkout's cohort when it names one."""
    grants = [_grant(checkout, payment, line, at) for line in lines if line.product == rules.SEAT]
    session.add_all(grants)
    session.flush()
    publish(session, *(_granted(grant) for grant in grants))


def _grant(checkout: Checkout, payment: Payment, line: CheckoutLine, at: datetime) -> SeatGrant:
    return SeatGrant(
        id=new_id(),
        organization_id=checkout.organization_id,
        cohort_id=checkout.cohort_id,
        checkout_id=checkout.id,
        position=line.position,
        payment_id=payment.id,
        quantity=line.quantity,
        valid_from=at,
        valid_until=rules.add_months(at, line.months),
        currency=checkout.currency,
        net_minor=line.net_minor,
    )


def _granted(grant: SeatGrant) -> SeatsGranted:
    return SeatsGranted(
        organization_id=grant.organization_id,
        grant_id=grant.id,
        payment_id=grant.payment_id,
        quantity=grant.quantity,
        valid_from=grant.valid_from,
        valid_until=grant.valid_until,
        cohort_id=grant.cohort_id,
    )
