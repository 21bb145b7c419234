"""Work through windows that have ended: who still has a seat, and who lost it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.outbox import publish
from contracts.events.programs import SeatReleased
from programs.models import LAPSED, Seat, SeatGrant
from programs.queries.bulk import among
from programs.queries.seating import capacity, held_seats, lock_pool, redraw, unsettled
from programs.rules.seating import Seating

log = structlog.get_logger()


def lapse_seats(database: Database) -> None:
    """The job: every organization with an ended window, each in a transaction of its own.

    One that fails is left to the next run; the others do not wait for it.
    """
    due = select(SeatGrant.organization_id).where(SeatGrant.settled_at.is_(None), SeatGrant.valid_until <= now())
    with database.transaction(SYSTEM) as session:
        organizations = list(session.scalars(due.distinct()))
    for organization_id in organizations:
        try:
            with database.transaction(SYSTEM) as session:
                lock_pool(session, organization_id)
                lapse_ended(session, organization_id, now())
        except Exception as error:
            log.warning("lapsing_postponed", organization=str(organization_id), error=type(error).__name__)


def lapse_ended(session: Session, organization_id: UUID, at: datetime) -> None:
    """Let the latest-assigned seats lapse that the windows open at ``at`` no longer carry.

    The caller holds the organization's seats. Seats move between pools before one is given up, so as many
    stay as can. The enrolments of who lost a seat stay as they are.
    """
    if not unsettled(session, organization_id, at):
        return
    lapsed = reseat(session, organization_id, at)
    release(session, organization_id, lapsed, reason=LAPSED, at=at)
    session.execute(
        update(SeatGrant)
        .where(SeatGrant.organization_id == organization_id)
        .where(SeatGrant.settled_at.is_(None), SeatGrant.valid_until <= at)
        .values(settled_at=at)
    )


def reseat(session: Session, organization_id: UUID, at: datetime) -> list[Row[Any]]:
    """Move the held seats to where the windows open at ``at`` carry them; the latest-assigned that none carries.

    The caller holds the organization's seats, and decides what becomes of those.
    """
    seating = Seating(capacity(session, organization_id, at))
    kept: list[Row[Any]] = []
    left: list[Row[Any]] = []
    for seat in held_seats(session, organization_id, seating.named):
        (kept if seating.place(seat.student_id, seat.cohorts or ()) else left).append(seat)
    pools = {seat.student_id: seating.pool_of[seat.student_id] for seat in kept}
    moved = {seat.student_id for seat in kept if pools[seat.student_id] != seat.drawn_on}
    redraw(session, organization_id, {student: pools[student] for student in moved})
    return left


def release(session: Session, organization_id: UUID, seats: Sequence[Any], *, reason: str, at: datetime) -> None:
    """Take these seats back, and say so. The caller holds the organization's seats."""
    if not seats:
        return
    session.execute(
        update(Seat)
        .where(Seat.organization_id == organization_id, among(Seat.id, [seat.id for seat in seats]))
        .values(released_at=at, release_reason=reason)
        .execution_options(synchronize_session=False)
    )
    publish(
        session,
        *(
            SeatReleased(
                seat_id=seat.id,
                organization_id=organization_id,
                cohort_id=seat.cohort_id,
                student_id=seat.student_id,
                released_at=at,
                reason=reason,
            )
            for seat in seats
        ),
    )
