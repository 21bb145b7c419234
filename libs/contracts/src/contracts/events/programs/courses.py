"""What programs says of courses."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class CourseFacts:
    """A course as it is now.

    ``completion`` says what completes it: a *result* by its own word, a *score* of at least ``min_score``, or
    *progress* of at least ``min_percent``; courses once told none. ``certificate``: whether completing it earns one.
    """

    course_id: UUID
    organization_id: UUID
    title: str
    subject_area: str | None = None
    grade_level: str | None = None
    completion: str | None = None
    min_score: Decimal | None = None
    min_percent: Decimal | None = None
    certificate: bool = False


@dataclass(frozen=True, kw_only=True)
class CourseCreated(CourseFacts, Event, subject="course_id"):
    """A course is in the catalogue of the organization that teaches it."""


@dataclass(frozen=True, kw_only=True)
class CourseUpdated(CourseFacts, Event, subject="course_id"):
    """The course as it is now (a snapshot)."""
