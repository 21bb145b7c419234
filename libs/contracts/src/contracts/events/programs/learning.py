"""What programs says of how far a student is, and of what the student has reached."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from contracts.event import Event


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
