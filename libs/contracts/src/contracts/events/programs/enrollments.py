"""What programs says of enrolments."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class StudentEnrolled(Event, subject="student_id"):
    """A student is in a cohort. An enrolment that was withdrawn and taken up again is announced again."""

    enrollment_id: UUID
    organization_id: UUID
    cohort_id: UUID
    student_id: UUID
    enrolled_at: datetime


@dataclass(frozen=True, kw_only=True)
class EnrollmentCompleted(Event, subject="student_id"):
    """The student has completed the cohort (all its courses, or by the word of who manages it)."""

    enrollment_id: UUID
    organization_id: UUID
    cohort_id: UUID
    student_id: UUID
    completed_at: datetime


@dataclass(frozen=True, kw_only=True)
class EnrollmentWithdrawn(Event, subject="student_id"):
    """The student has left the cohort."""

    enrollment_id: UUID
    organization_id: UUID
    cohort_id: UUID
    student_id: UUID
    withdrawn_at: datetime
