"""What billing says of seats bought."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class SeatsGranted(Event, subject="organization_id"):
    """``quantity`` seats may be assigned while valid_from <= now < valid_until; for one cohort when it is named."""

    organization_id: UUID
    grant_id: UUID
    payment_id: UUID
    quantity: int
    valid_from: datetime
    valid_until: datetime
    cohort_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class SeatsExpired(Event, subject="organization_id"):
    """The window of a grant has ended."""

    organization_id: UUID
    grant_id: UUID
    quantity: int
    expired_at: datetime
    cohort_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class SeatsRefunded(Event, subject="organization_id"):
    """``quantity`` seats of a grant are there no more from ``refunded_at`` on; its window would have ended then."""

    organization_id: UUID
    grant_id: UUID
    refund_id: UUID
    quantity: int
    refunded_at: datetime
    valid_until: datetime
    cohort_id: UUID | None = None
