"""Billing says that a window has ended."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.clock import now
from programs.queries.seating import lock_pool
from programs.usecases.lapse_seats import lapse_ended


def expire_seats(session: Session, *, organization_id: UUID, expired_at: datetime) -> None:
    """Let the seats lapse that the windows still open do not carry; once is enough, twice is harmless."""
    lock_pool(session, organization_id)
    lapse_ended(session, organization_id, max(now(), expired_at))
