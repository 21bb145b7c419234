"""What programs says of seats."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.event import Event


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
