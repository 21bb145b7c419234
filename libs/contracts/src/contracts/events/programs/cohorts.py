"""What programs says of cohorts."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.event import Event


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
