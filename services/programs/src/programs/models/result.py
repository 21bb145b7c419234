"""Results, and what they add up to."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class Result(Base):
    """A result of a student in a course, as one organization recorded it. No score means: none was taken.

    ``key`` makes it recordable twice without harm: the sender's own id, or student, course and day.
    """

    __tablename__ = "results"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str]
    student_id: Mapped[UUID]
    course_id: Mapped[UUID]
    score: Mapped[Decimal | None]
    max_score: Mapped[Decimal | None]
    completed: Mapped[bool]
    result_date: Mapped[date]
    recorded_at: Mapped[datetime]


class CourseProgress(Base):
    """What a student has reached in a course, over the results and progress records of every organization.

    ``percent`` is the furthest that any source tells. ``last_activity_at`` only ever grows.
    """

    __tablename__ = "course_progress"

    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    course_id: Mapped[UUID] = mapped_column(primary_key=True)
    results: Mapped[int]
    last_score: Mapped[Decimal | None]
    last_max_score: Mapped[Decimal | None]
    best_score: Mapped[Decimal | None]
    last_result_on: Mapped[date | None]
    last_recorded_at: Mapped[datetime | None]
    completed_on: Mapped[date | None]
    percent: Mapped[Decimal | None]
    last_activity_at: Mapped[datetime | None]
