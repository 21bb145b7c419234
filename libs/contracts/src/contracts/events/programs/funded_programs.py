"""What programs says of the programs an organization funds. Amounts are minor units of ``currency``."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class ProgramFacts:
    """A program as it is now; ``state`` is planning, active, paused or completed since ``changed_at``."""

    program_id: UUID
    organization_id: UUID
    name: str
    state: str
    target_students: int
    budget_minor: int
    currency: str
    start_date: date
    end_date: date
    changed_at: datetime
    course_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProgramCreated(ProgramFacts, Event, subject="program_id"):
    """A program exists; it is being planned until money comes."""


@dataclass(frozen=True, kw_only=True)
class ProgramUpdated(ProgramFacts, Event, subject="program_id"):
    """The program as it is now (a snapshot)."""


@dataclass(frozen=True, kw_only=True)
class ProgramStudentEnrolled(Event, subject="program_id"):
    """A student is in a program. Who had left and came back is announced again."""

    program_id: UUID
    organization_id: UUID
    student_id: UUID
    enrolled_at: datetime


@dataclass(frozen=True, kw_only=True)
class ProgramStudentWithdrawn(Event, subject="program_id"):
    """A student has left a program."""

    program_id: UUID
    organization_id: UUID
    student_id: UUID
    withdrawn_at: datetime
