"""What billing says of money for sponsorships and programs. Amounts are minor units of ``currency``.

Every event here is about one sponsorship or one program: exactly one of the two ids is there.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class FundsAllocated(Event, subject="organization_id"):
    """Of a payment ``amount_minor`` is for this; with it ``funded_minor`` in all are, given and not taken back."""

    organization_id: UUID
    allocation_id: UUID
    payment_id: UUID
    amount_minor: int
    funded_minor: int
    currency: str
    allocated_at: datetime
    sponsorship_id: UUID | None = None
    program_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class FundsReversed(Event, subject="organization_id"):
    """``amount_minor`` are taken back from this, by a refund or because it ended; ``funded_minor`` remain."""

    organization_id: UUID
    reversal_id: UUID
    amount_minor: int
    funded_minor: int
    currency: str
    reversed_at: datetime
    payment_id: UUID | None = None
    refund_id: UUID | None = None
    sponsorship_id: UUID | None = None
    program_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DisbursementScheduled(Event, subject="organization_id"):
    """``amount_minor`` are to be released on ``due_on``."""

    organization_id: UUID
    disbursement_id: UUID
    amount_minor: int
    currency: str
    due_on: date
    description: str
    scheduled_at: datetime
    sponsorship_id: UUID | None = None
    program_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DisbursementMade(Event, subject="organization_id"):
    """``amount_minor`` were released on ``made_on`` (a day of the organization's time zone)."""

    organization_id: UUID
    disbursement_id: UUID
    amount_minor: int
    currency: str
    made_on: date
    made_at: datetime
    description: str
    sponsorship_id: UUID | None = None
    program_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DisbursementCancelled(Event, subject="organization_id"):
    """What was scheduled will not be released."""

    organization_id: UUID
    disbursement_id: UUID
    cancelled_at: datetime
    sponsorship_id: UUID | None = None
    program_id: UUID | None = None
