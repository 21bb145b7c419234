"""Complete an enrolment by the word of who manages the cohort."""

from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.outbox import publish
from contracts.events.programs import EnrollmentCompleted
from programs.models import Enrollment
from programs.queries.enrollments import enrollment_for
from programs.usecases.certify import certify_enrollments


def complete_enrollment(session: Session, caller: Caller, enrollment_id: UUID) -> Enrollment:
    """Complete an active enrolment. The student keeps the seat until its window ends.

    Raises NoSuchEnrollment, Forbidden, NotActive.
    """
    enrollment = enrollment_for(session, caller, enrollment_id)
    at = now()
    enrollment.complete(at)
    session.flush()
    publish(
        session,
        EnrollmentCompleted(
            enrollment_id=enrollment.id,
            organization_id=enrollment.organization_id,
            cohort_id=enrollment.cohort_id,
            student_id=enrollment.student_id,
            completed_at=at,
        ),
    )
    certify_enrollments(session, [enrollment.id])
    return enrollment
