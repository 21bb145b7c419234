"""End the windows that are over: say so once, and recognise what the seats earned."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.models import SeatGrant
from billing.usecases.post_entries import DEFERRED_SEATS, SEAT_REVENUE, post_entries
from chassis.clock import now
from chassis.outbox import publish
from contracts.events.billing import SeatsExpired

_BATCH = 500


def expire_grants(session: Session) -> None:
    """A batch of them; what is left comes with the next run."""
    moment = now()
    over = session.scalars(
        select(SeatGrant)
        .where(SeatGrant.expired_at.is_(None), SeatGrant.valid_until <= moment)
        .order_by(SeatGrant.valid_until, SeatGrant.id)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    )
    for grant in over.all():
        _expire(session, grant, moment)


def _expire(session: Session, grant: SeatGrant, moment: datetime) -> None:
    grant.expired_at = moment
    session.flush()
    if grant.net:
        post_entries(
            session,
            grant.organization_id,
            kind="recognition",
            reference=f"recognition:{grant.id}",
            description=f"{grant.quantity} seats used up on {grant.valid_until:%Y-%m-%d}",
            occurred_at=grant.valid_until,
            amounts={DEFERRED_SEATS: grant.net, SEAT_REVENUE: -grant.net},
        )
    publish(
        session,
        SeatsExpired(
            organization_id=grant.organization_id,
            grant_id=grant.id,
            quantity=grant.quantity,
            expired_at=grant.valid_until,
            cohort_id=grant.cohort_id,
        ),
    )
