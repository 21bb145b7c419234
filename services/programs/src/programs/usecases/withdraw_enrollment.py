"""Students leave cohorts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.outbox import publish
from contracts.events.programs import EnrollmentWithdrawn
from programs.models import ACTIVE, LAPSED, WITHDRAWN, Enrollment, Seat
from programs.queries.bulk import among
from programs.queries.enrollments import enrollment_for
from programs.queries.seating import cohorts_of, load_seating, lock_pool, redraw
from programs.usecases.lapse_seats import lapse_ended, release


def withdraw_enrollment(session: Session, caller: Caller, enrollment_id: UUID) -> Enrollment:
    """Withdraw an active enrolment; its seat is free when no other active enrolment of the student needs it.

    Raises NoSuchEnrollment, Forbidden, NotActive.
    """
    enrollment = enrollment_for(session, caller, enrollment_id, lock=False)
    lock_pool(session, enrollment.organization_id)
    enrollment = enrollment_for(session, caller, enrollment_id)
    withdraw(session, enrollment.organization_id, [enrollment], now())
    return enrollment


def withdraw(session: Session, organization_id: UUID, leaving: Sequence[Enrollment], at: datetime) -> None:
    """Withdraw these active enrolments and free the seats that nothing else needs.

    The caller holds the organization's seats and has locked the enrolments. Raises NotActive.
    """
    for enrollment in leaving:
        enrollment.withdraw(at)
    session.flush()
    publish(session, *(_event(enrollment) for enrollment in leaving))
    lapse_ended(session, organization_id, at)
    _free_seats(session, organization_id, leaving, at)


def _event(enrollment: Enrollment) -> EnrollmentWithdrawn:
    return EnrollmentWithdrawn(
        enrollment_id=enrollment.id,
        organization_id=enrollment.organization_id,
        cohort_id=enrollment.cohort_id,
        student_id=enrollment.student_id,
        withdrawn_at=enrollment.withdrawn_at or now(),
    )


def _free_seats(session: Session, organization_id: UUID, leaving: Sequence[Enrollment], at: datetime) -> None:
    students = {enrollment.student_id for enrollment in leaving}
    statement = select(Seat.id, Seat.student_id, Seat.cohort_id, Seat.drawn_on).where(
        Seat.organization_id == organization_id, among(Seat.student_id, students), Seat.released_at.is_(None)
    )
    seats = session.execute(statement.order_by(Seat.id)).all()
    needed = _needed(session, organization_id, [seat.student_id for seat in seats])
    free = [seat for seat in seats if seat.student_id not in needed]
    release(session, organization_id, free, reason=WITHDRAWN, at=at)
    left = {(enrollment.student_id, enrollment.cohort_id) for enrollment in leaving}
    kept = [seat for seat in seats if seat.student_id in needed and (seat.student_id, seat.drawn_on) in left]
    # Seats bought for a cohort are its students'; these have left it and no other seat is free.
    lapsed = [seat for seat in kept if not _moved(session, organization_id, seat.student_id, at)]
    release(session, organization_id, lapsed, reason=LAPSED, at=at)


def _needed(session: Session, organization_id: UUID, students: Collection[Any]) -> set[UUID]:
    """Who of these has another active enrolment."""
    statement = select(Enrollment.student_id).where(
        Enrollment.organization_id == organization_id,
        among(Enrollment.student_id, students),
        Enrollment.state == ACTIVE,
    )
    return set(session.scalars(statement))


def _moved(session: Session, organization_id: UUID, student: UUID, at: datetime) -> bool:
    """Draw the seat on a pool of the student's other cohorts, or the general one. False when none has room."""
    seating = load_seating(session, organization_id, at)
    cohorts = cohorts_of(session, organization_id, [student], seating.named).get(student, [])
    seating.leave(student)
    if not seating.place(student, cohorts):
        return False
    redraw(session, organization_id, seating.changed)
    return True
