"""What programs says of sponsorships. Amounts are minor units of ``currency``."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class SponsorshipCreated(Event, subject="sponsorship_id"):
    """An organization means to fund a student with ``amount_minor`` in all; it is pending until money comes.

    ``course_ids`` are the courses it covers; none stands for every course the student takes.
    """

    sponsorship_id: UUID
    organization_id: UUID
    student_id: UUID
    kind: str
    amount_minor: int
    currency: str
    start_date: date
    end_date: date
    created_at: datetime
    course_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SponsorshipActivated(Event, subject="sponsorship_id"):
    """The first money for it has come."""

    sponsorship_id: UUID
    organization_id: UUID
    student_id: UUID
    activated_at: datetime


@dataclass(frozen=True, kw_only=True)
class SponsorshipEnded(Event, subject="sponsorship_id"):
    """It is completed or cancelled (``state``); ``reason`` is ended, cancelled, refunded, unfunded or erased."""

    sponsorship_id: UUID
    organization_id: UUID
    student_id: UUID
    state: str
    reason: str
    ended_at: datetime
