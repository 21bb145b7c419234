"""Seats: windows in which some may be given, and a row for each that was."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base

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
