"""What privacy says: consents given and ended, and what people ask of their data."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.rights import PersonFacts


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


@dataclass(frozen=True, kw_only=True)
class ErasureRequested(PersonFacts, Event, subject="request_id"):
    """A person is to be erased; whoever owns a part answers. ``addresses`` are digests (``contracts.rights``)."""

    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RetentionEnded(Event, subject="student_id"):
    """An organization keeps a student no longer whom others still know: what it said of them goes."""

    student_id: UUID
    organization_id: UUID
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class DataExportRequested(PersonFacts, Event, subject="request_id"):
    """A person wants a copy of their data. Whoever owns a part says when it can be fetched."""


@dataclass(frozen=True, kw_only=True)
class ProcessingObjected(PersonFacts, Event, subject="request_id"):
    """A person objects. ``purposes``: ``consents`` (withdrawn already), ``messages``, ``analytics``."""

    purposes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DataRequestReceived(Event, subject="request_id"):
    """An organization has to decide on a person's request by ``due_at``."""

    request_id: UUID
    organization_id: UUID
    right: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class DataRequestDue(Event, subject="request_id"):
    """A request is still open shortly before the law's time runs out. ``email`` is whoever must see to it."""

    request_id: UUID
    organization_id: UUID | None
    right: str
    due_at: datetime
    email: str | None = None


@dataclass(frozen=True, kw_only=True)
class DataRequestAnswered(Event, subject="request_id"):
    """A request has come to its end: ``done`` or ``refused``. Said only of who can still be written to."""

    request_id: UUID
    user_id: UUID
    right: str
    state: str
    email: str | None = None
