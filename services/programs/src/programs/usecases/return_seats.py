"""A refund has failed: the seats it took away may be given again."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.clock import now
from programs.models import SeatGrant, SeatRetirement
from programs.queries.seating import lock_pool


def return_seats(session: Session, *, organization_id: UUID, refund_id: UUID, seats: Mapping[UUID, int]) -> None:
    """Give back what the refund retired, once. What it has not retired yet it never will."""
    lock_pool(session, organization_id)
    at = now()
    for grant_id, quantity in sorted(seats.items()):
        key = (organization_id, refund_id, grant_id)
        retirement = session.get(SeatRetirement, key, populate_existing=True)
        if retirement is None:
            refused = dict(zip(("organization_id", "refund_id", "grant_id"), key, strict=True))
            session.add(SeatRetirement(**refused, quantity=quantity, returned_at=at))
        elif retirement.returned_at is None:
            _give_back(session, retirement, at)


def _give_back(session: Session, retirement: SeatRetirement, at: datetime) -> None:
    retirement.returned_at = at
    grant = session.get(SeatGrant, (retirement.organization_id, retirement.grant_id), populate_existing=True)
    if grant is not None:
        grant.quantity += retirement.quantity
