"""What the standards have no word for: placements, mentor sessions and lab use."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class _Versioned(Base):
    """Something recorded of a student. A correction is a new ``version``; the one that holds is not superseded.

    ``key`` makes it recordable twice without harm: the sender's own id, or what makes two of them the same.
    """

    __abstract__ = True

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    student_id: Mapped[UUID]
    cohort_id: Mapped[UUID | None]
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Placement(_Versioned):
    """Work that a student found. ``salary_minor`` is the first year's, in minor units of ``currency``."""

    __tablename__ = "placements"

    employer_name: Mapped[str]
    title: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    salary_minor: Mapped[int | None]
    currency: Mapped[str | None]
    source: Mapped[str | None]


class MentorSession(_Versioned):
    """A meeting with a mentor, in minutes; 0 minutes: it was recorded by mistake."""

    __tablename__ = "mentor_sessions"

    held_at: Mapped[datetime]
    minutes: Mapped[int]
    mentor: Mapped[str | None]
    topic: Mapped[str | None]


class LabUse(_Versioned):
    """Time in a lab, in minutes; 0 minutes: it was recorded by mistake."""

    __tablename__ = "lab_usage"

    used_at: Mapped[datetime]
    minutes: Mapped[int]
    lab: Mapped[str | None]
