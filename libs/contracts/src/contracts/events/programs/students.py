"""What programs says of what an organization knows of a student."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.event import Event


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
