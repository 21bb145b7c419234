"""A disbursement: one part of what a sponsorship or program gets, released to the school."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from billing.errors import NotScheduled
from chassis.database import Base
from chassis.money import Money

SCHEDULED, MADE, CANCELLED = "scheduled", "made", "cancelled"
STATES = (SCHEDULED, MADE, CANCELLED)


class Disbursement(Base):
    """States: scheduled → made or cancelled. ``made_on`` is a day of the organization's time zone."""

    __tablename__ = "disbursements"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    fundable_id: Mapped[UUID]
    position: Mapped[int]
    state: Mapped[str] = mapped_column(default=SCHEDULED)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    description: Mapped[str]
    due_on: Mapped[date]
    scheduled_at: Mapped[datetime]
    made_on: Mapped[date | None]
    made_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    @property
    def amount(self) -> Money:
        """What is released."""
        return Money(self.amount_minor, self.currency)

    def make(self, on: date, at: datetime) -> None:
        """The money is released. Raises NotScheduled."""
        self.require_scheduled()
        self.state, self.made_on, self.made_at = MADE, on, at

    def cancel(self, at: datetime) -> None:
        """It will not be. Raises NotScheduled."""
        self.require_scheduled()
        self.state, self.cancelled_at = CANCELLED, at

    def require_scheduled(self) -> None:
        """Raises NotScheduled."""
        if self.state != SCHEDULED:
            raise NotScheduled(f"This disbursement is {self.state} already.")
