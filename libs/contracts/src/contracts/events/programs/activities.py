"""What programs says of mentors, labs and work found."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.event import Event


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
