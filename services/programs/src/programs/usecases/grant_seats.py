"""Seats were bought: from now on so many more may be given."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from programs.models import SeatGrant
from programs.queries.seating import lock_pool


def grant_seats(
    session: Session, *, organization_id: UUID, grant_id: UUID, payment_id: UUID, quantity: int, valid_from: datetime,
    valid_until: datetime, cohort_id: UUID | None,
) -> None:  # fmt: skip
    """Seats for a window, for any cohort or for the one named; the same grant again changes nothing."""
    lock_pool(session, organization_id)
    session.execute(
        insert(SeatGrant)
        .values(
            organization_id=organization_id,
            id=grant_id,
            payment_id=payment_id,
            cohort_id=cohort_id,
            quantity=quantity,
            valid_from=valid_from,
            valid_until=valid_until,
        )
        .on_conflict_do_nothing()
    )
