"""What a partner funds: a sponsorship or a program, and the money given to it and taken back."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from billing.errors import NotFunded, TargetEnded
from chassis.database import Base
from chassis.money import Money

SPONSORSHIP, PROGRAM = "sponsorship", "program"
KINDS = (SPONSORSHIP, PROGRAM)
PENDING, PLANNING, ACTIVE, PAUSED, COMPLETED, CANCELLED = (
    "pending", "planning", "active", "paused", "completed", "cancelled",
)  # fmt: skip
ENDED = (COMPLETED, CANCELLED)


class Fundable(Base):
    """States of a sponsorship: pending → active → completed or cancelled; of a program: planning → active ⇄ paused →
    completed. programs decides them. ``amount_minor`` is all it is to get; ``name`` is a program's.
    """

    __tablename__ = "fundables"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str | None]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str]
    start_date: Mapped[date]
    end_date: Mapped[date]
    changed_at: Mapped[datetime | None]
    activated_at: Mapped[datetime | None]

    @property
    def amount(self) -> Money:
        """All it is to get."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_ended(self) -> bool:
        """Whether it gets and gives no more money."""
        return self.state in ENDED

    @property
    def names(self) -> dict[str, UUID]:
        """Its id as events and answers name it: ``sponsorship_id`` or ``program_id``."""
        return {f"{self.kind}_id": self.id}

    def require_open(self) -> None:
        """Raises TargetEnded."""
        if self.is_ended:
            raise TargetEnded(f"This {self.kind} is {self.state}; it takes no more money.")

    def require_active(self) -> None:
        """Raises NotFunded: money is released while it runs, neither before nor after nor in a pause."""
        if self.state != ACTIVE:
            raise NotFunded(f"This {self.kind} is {self.state}; money is released while it is active.")

    def activate(self, at: datetime) -> bool:
        """Whether it was activated now, and not before."""
        if self.activated_at is not None:
            return False
        self.activated_at = at
        return True


class FundingLine(Base):
    """What a checkout is to give to one of them. It never changes."""

    __tablename__ = "funding_lines"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    checkout_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    fundable_id: Mapped[UUID]
    amount_minor: Mapped[int]


class Allocation(Base):
    """Money of a payment that was given to one of them, or (negative) taken back. It never changes.

    ``reason``: payment, refund (then ``refund_id``), or ended.
    """

    __tablename__ = "allocations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    fundable_id: Mapped[UUID]
    payment_id: Mapped[UUID]
    refund_id: Mapped[UUID | None]
    reason: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    allocated_at: Mapped[datetime]
