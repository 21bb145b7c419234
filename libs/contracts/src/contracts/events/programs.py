"""What programs says: courses, cohorts, students, seats, enrolments, and what students did and reached."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class CourseCreated(Event, subject="course_id"):
    """A course is in the catalogue of the organization that teaches it."""

    course_id: UUID
    organization_id: UUID
    title: str
    subject_area: str | None = None
    grade_level: str | None = None


@dataclass(frozen=True, kw_only=True)
class CohortFacts:
    """A cohort as it is now; ``seats`` is its cap, ``kind`` the kind of the organization that owns it."""

    cohort_id: UUID
    organization_id: UUID
    name: str
    kind: str
    seats: int
    start_date: date
    end_date: date
    course_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CohortCreated(CohortFacts, Event, subject="cohort_id"):
    """A cohort exists."""


@dataclass(frozen=True, kw_only=True)
class CohortUpdated(CohortFacts, Event, subject="cohort_id"):
    """The cohort as it is now (a snapshot)."""


@dataclass(frozen=True, kw_only=True)
class StudentFacts:
    """What an organization knows of a student.

    ``taught`` is true when it is the academy that brought them in and teaches them, the basis *membership* of privacy.
    """

    student_id: UUID
    organization_id: UUID
    organization_name: str
    taught: bool
    name: str
    email: str | None = None
    birth_date: date | None = None
    country: str | None = None
    guardian_email: str | None = None
    grade_level: str | None = None
    school: str | None = None
    county: str | None = None


@dataclass(frozen=True, kw_only=True)
class StudentRegistered(StudentFacts, Event, subject="student_id"):
    """An organization knows a student, for the first time (per organization and student)."""


@dataclass(frozen=True, kw_only=True)
class StudentUpdated(StudentFacts, Event, subject="student_id"):
    """What the organization knows of the student, as it is now (a snapshot)."""


@dataclass(frozen=True, kw_only=True)
class SeatAssigned(Event, subject="student_id"):
    """A student holds one of the organization's seats."""

    seat_id: UUID
    organization_id: UUID
    cohort_id: UUID
    student_id: UUID
    assigned_at: datetime


@dataclass(frozen=True, kw_only=True)
class SeatReleased(Event, subject="student_id"):
    """The seat is free again; ``reason`` is withdrawn, lapsed or erased."""

    seat_id: UUID
    organization_id: UUID
    cohort_id: UUID
    student_id: UUID
    released_at: datetime
    reason: str


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


@dataclass(frozen=True, kw_only=True)
class ResultRecorded(Event, subject="student_id"):
    """A result of a student in a course (OneRoster: result). ``organization_id`` recorded it.

    ``score`` is None when the student sat no test; ``completed`` says whether the course is completed by it.
    The same ``result_id`` with a later ``recorded_at`` replaces the earlier one.
    """

    result_id: UUID
    organization_id: UUID
    student_id: UUID
    course_id: UUID
    score: Decimal | None
    max_score: Decimal | None
    completed: bool
    result_date: date
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class ProgressRecorded(Event, subject="student_id"):
    """How far a student is in a course, ``percent`` from 0 to 100, as one ``source`` tells.

    A source's percentage only grows, but for a correction: the latest ``recorded_at`` of a source counts.
    ``completed`` says whether the course is completed by it.
    """

    organization_id: UUID
    student_id: UUID
    course_id: UUID
    source: str
    percent: Decimal
    completed: bool
    happened_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class CertificateEarned(Event, subject="student_id"):
    """A certificate was issued, once, for completing a course or a cohort. ``organization_id`` certifies."""

    certificate_id: UUID
    organization_id: UUID
    student_id: UUID
    course_id: UUID | None
    cohort_id: UUID | None
    number: str
    earned_on: date
    issued_at: datetime


@dataclass(frozen=True, kw_only=True)
class MilestoneReached(Event, subject="student_id"):
    """A student has reached a milestone of a course or a cohort; once for each."""

    milestone_id: UUID
    organization_id: UUID
    student_id: UUID
    course_id: UUID | None
    cohort_id: UUID | None
    reached_on: date
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class MentorSessionHeld(Event, subject="student_id"):
    """A mentor met a student, for ``minutes``. The same ``session_id`` with a later ``recorded_at`` replaces it."""

    session_id: UUID
    organization_id: UUID
    student_id: UUID
    cohort_id: UUID | None
    minutes: int
    held_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class LabUsed(Event, subject="student_id"):
    """A student used a lab, for ``minutes``. The same ``usage_id`` with a later ``recorded_at`` replaces it."""

    usage_id: UUID
    organization_id: UUID
    student_id: UUID
    cohort_id: UUID | None
    minutes: int
    used_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class PlacementRecorded(Event, subject="student_id"):
    """A student found work. ``salary_minor`` is the first year's salary in minor units of ``currency``.

    The same ``placement_id`` with a later ``recorded_at`` replaces it: a correction, or its end at ``ended_on``.
    """

    placement_id: UUID
    organization_id: UUID
    student_id: UUID
    cohort_id: UUID | None
    placed_on: date
    salary_minor: int | None
    currency: str | None
    ended_on: date | None = None
    recorded_at: datetime | None = None
