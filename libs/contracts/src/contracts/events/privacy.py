"""What privacy says: a student lets one organization use one scope, or no longer does."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class ConsentGranted(Event, subject="student_id"):
    """``organization_id`` is None for public_portfolio; ``granted_by`` is self or guardian."""

    grant_id: UUID
    student_id: UUID
    organization_id: UUID | None
    scope: str
    granted_by: str
    granted_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Event, subject="student_id"):
    """The grant no longer holds, from the moment this was answered."""

    grant_id: UUID
    student_id: UUID
    organization_id: UUID | None
    scope: str
    withdrawn_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConsentExpired(Event, subject="student_id"):
    """The grant ran out, by its own date or because a guardian's grant ends at majority."""

    grant_id: UUID
    student_id: UUID
    organization_id: UUID | None
    scope: str
    expired_at: datetime
