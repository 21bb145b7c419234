"""Seats: windows in which some may be given, and a row for each that was."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from programs.errors import SeatsAssigned, WindowEnded

WITHDRAWN = "withdrawn"
LAPSED = "lapsed"


class SeatPool(Base):
    """The lock of an organization's seats."""

    __tablename__ = "seat_pools"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)


class SeatGrant(Base):
    """``quantity`` seats while valid_from <= now < valid_until, for one cohort when it names one.

    ``settled_at``: when its end was worked through, so that nobody holds a seat on it.
    """

    __tablename__ = "seat_grants"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID]
    cohort_id: Mapped[UUID | None]
    quantity: Mapped[int]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    def retire(self, quantity: int, at: datetime) -> None:
        """So many fewer may be held. Raises WindowEnded, SeatsAssigned when there are not that many at all."""
        if self.valid_until <= at:
            raise WindowEnded()
        if quantity > self.quantity:
            raise SeatsAssigned()
        self.quantity -= quantity


class SeatRetirement(Base):
    """Seats of a grant that a refund takes away; given back when the refund fails.

    One that was returned without having been retired is a refusal in advance: the refund was given up.
    """

    __tablename__ = "seat_retirements"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    refund_id: Mapped[UUID] = mapped_column(primary_key=True)
    grant_id: Mapped[UUID] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    retired_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]


class Seat(Base):
    """A seat that a student holds, or held. ``drawn_on`` is the cohort whose grants it uses, None the general ones."""

    __tablename__ = "seats"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    student_id: Mapped[UUID]
    cohort_id: Mapped[UUID]
    drawn_on: Mapped[UUID | None]
    assigned_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    release_reason: Mapped[str | None]
