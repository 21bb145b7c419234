"""A student leaves a cohort."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.outbox import publish
from contracts.events.programs import EnrollmentWithdrawn
from programs.models import ACTIVE, LAPSED, WITHDRAWN, Enrollment, Seat
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
    at = now()
    enrollment.withdraw(at)
    session.flush()
    publish(
        session,
        EnrollmentWithdrawn(
            enrollment_id=enrollment.id,
            organization_id=enrollment.organization_id,
            cohort_id=enrollment.cohort_id,
            student_id=enrollment.student_id,
            withdrawn_at=at,
        ),
    )
    lapse_ended(session, enrollment.organization_id, at)
    _free_seat(session, enrollment, at)
    return enrollment


def _free_seat(session: Session, enrollment: Enrollment, at: datetime) -> None:
    own = (Seat.organization_id == enrollment.organization_id, Seat.student_id == enrollment.student_id)
    seat = session.execute(
        select(Seat.id, Seat.student_id, Seat.cohort_id, Seat.drawn_on).where(*own, Seat.released_at.is_(None))
    ).one_or_none()
    if seat is None:
        return
    if not _needed(session, enrollment):
        release(session, enrollment.organization_id, [seat], reason=WITHDRAWN, at=at)
    elif seat.drawn_on == enrollment.cohort_id and not _moved(session, enrollment, at):
        # Seats bought for a cohort are its students'; this one has left it and no other seat is free.
        release(session, enrollment.organization_id, [seat], reason=LAPSED, at=at)


def _needed(session: Session, enrollment: Enrollment) -> bool:
    active = select(Enrollment.id).where(
        Enrollment.organization_id == enrollment.organization_id,
        Enrollment.student_id == enrollment.student_id,
        Enrollment.state == ACTIVE,
    )
    return bool(session.scalar(select(exists(active))))


def _moved(session: Session, enrollment: Enrollment, at: datetime) -> bool:
    """Draw the seat on a pool of the student's other cohorts, or the general one. False when none has room."""
    organization_id, student = enrollment.organization_id, enrollment.student_id
    seating = load_seating(session, organization_id, at)
    cohorts = cohorts_of(session, organization_id, [student], seating.named).get(student, [])
    seating.leave(student)
    if not seating.place(student, cohorts):
        return False
    redraw(session, organization_id, seating.changed)
    return True
