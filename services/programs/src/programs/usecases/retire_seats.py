"""Billing refunds seats: they are taken away before the money moves, and only if nobody needs them.

The check and its effect are one transaction that holds the organization's seats, so no student can be given one
between the two.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from programs.errors import RefundGivenUp, SeatsAssigned, UnknownGrant
from programs.models import SeatGrant, SeatRetirement
from programs.queries.seating import lock_pool
from programs.usecases.lapse_seats import lapse_ended, reseat


def retire_seats(session: Session, *, organization_id: UUID, refund_id: UUID, seats: Mapping[UUID, int]) -> None:
    """Take so many seats of each grant away, all or none; the same refund again changes nothing.

    Raises SeatsAssigned when students would lose theirs, WindowEnded, UnknownGrant, RefundGivenUp.
    """
    lock_pool(session, organization_id)
    if _is_retired(session, organization_id, refund_id):
        return
    at = now()
    lapse_ended(session, organization_id, at)
    for grant_id, quantity in sorted(seats.items()):
        grant = session.get(SeatGrant, (organization_id, grant_id), populate_existing=True)
        if grant is None:
            raise UnknownGrant()
        grant.retire(quantity, at)
        key = {"organization_id": organization_id, "refund_id": refund_id, "grant_id": grant_id}
        session.add(SeatRetirement(**key, quantity=quantity, retired_at=at))
    session.flush()
    if reseat(session, organization_id, at):
        raise SeatsAssigned()


def _is_retired(session: Session, organization_id: UUID, refund_id: UUID) -> bool:
    mine = (SeatRetirement.organization_id == organization_id) & (SeatRetirement.refund_id == refund_id)
    returned = session.scalars(select(SeatRetirement.returned_at).where(mine)).all()
    if any(returned):
        raise RefundGivenUp()
    return bool(returned)
