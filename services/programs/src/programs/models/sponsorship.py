"""A sponsorship: one organization funds one student."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from programs.errors import SponsorshipOver

PENDING, ACTIVE, COMPLETED, CANCELLED = "pending", "active", "completed", "cancelled"
SPONSORSHIP_STATES = (ACTIVE, PENDING, COMPLETED, CANCELLED)
OPEN = (PENDING, ACTIVE)

FULL_SCHOLARSHIP, COURSE_SPECIFIC, PARTIAL = "full_scholarship", "course_specific", "partial"
SPONSORSHIP_KINDS = (FULL_SCHOLARSHIP, COURSE_SPECIFIC, PARTIAL)

BY_END, BY_PARTNER, BY_REFUND, UNFUNDED, BY_ERASURE = "ended", "cancelled", "refunded", "unfunded", "erased"
"""Why one ended, as ``SponsorshipEnded`` says it."""


class Sponsorship(Base):
    """pending → active with the first money → completed when its last day has passed; cancelled from either.

    ``course_ids``: none stands for every course that the student takes. ``amount_minor`` is all that is meant for it.
    """

    __tablename__ = "sponsorships"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    student_id: Mapped[UUID]
    kind: Mapped[str]
    state: Mapped[str]
    course_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    amount_minor: Mapped[int]
    currency: Mapped[str]
    start_date: Mapped[date]
    end_date: Mapped[date]
    notes: Mapped[str | None]
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]

    @property
    def is_over(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.state not in OPEN

    def activate(self, at: datetime) -> bool:
        """Money has come. Returns whether that changed anything: of one that is active or over it does not."""
        if self.state != PENDING:
            return False
        self.state, self.activated_at = ACTIVE, at
        return True

    def cancel(self, reason: str, at: datetime) -> None:
        """It ends before its time. Raises SponsorshipOver."""
        if self.is_over:
            raise SponsorshipOver(f"The sponsorship is {self.state}; only a pending or active one can be cancelled.")
        self.state, self.end_reason, self.ended_at = CANCELLED, reason, at

    def finish(self, at: datetime) -> None:
        """Its last day has passed: completed when it was funded, otherwise cancelled. Raises SponsorshipOver."""
        if self.state == PENDING:
            return self.cancel(UNFUNDED, at)
        if self.state != ACTIVE:
            raise SponsorshipOver(f"The sponsorship is {self.state}; only an open one can end.")
        self.state, self.end_reason, self.ended_at = COMPLETED, BY_END, at
        return None
