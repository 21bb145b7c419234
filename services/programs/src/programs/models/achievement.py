"""What students reach: progress as sources tell it, certificates and milestones."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class ProgressRecord(Base):
    """How far a student is in a course, from 0 to 100, as one source of an organization tells.

    ``completed_on`` is the day on which it completed the course, by the course's own rule.
    """

    __tablename__ = "progress_records"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    course_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    percent: Mapped[Decimal]
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    completed_on: Mapped[date | None]


class Certificate(Base):
    """Issued once, for a course or a cohort, by the organization that teaches or leads it. ``number`` never changes.

    Whoever holds the number can verify it; it is random, so nobody finds one by trying.
    """

    __tablename__ = "certificates"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    student_id: Mapped[UUID]
    course_id: Mapped[UUID | None]
    cohort_id: Mapped[UUID | None]
    title: Mapped[str]
    earned_on: Mapped[date]
    issued_at: Mapped[datetime]


class Milestone(Base):
    """A step of a course or a cohort: reached by ``percent`` of it, or without one by somebody's word."""

    __tablename__ = "milestones"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    course_id: Mapped[UUID | None]
    cohort_id: Mapped[UUID | None]
    name: Mapped[str]
    description: Mapped[str | None]
    percent: Mapped[Decimal | None]
    created_at: Mapped[datetime]


class MilestoneReach(Base):
    """A student has reached a milestone; what was reached stays so."""

    __tablename__ = "milestones_reached"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    milestone_id: Mapped[UUID] = mapped_column(primary_key=True)
    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    reached_on: Mapped[date]
    recorded_at: Mapped[datetime]
