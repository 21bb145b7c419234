"""A cohort: who learns together, from when to when, at most how many."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from chassis.errors import Invalid
from programs.errors import SeatsInUse

ACADEMY = "academy"


class Cohort(Base):
    """``seats`` caps the active enrolments; ``kind`` is the kind of the organization that owns the cohort.

    ``certificate``: whether completing it earns one.
    """

    __tablename__ = "cohorts"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    description: Mapped[str | None]
    start_date: Mapped[date]
    end_date: Mapped[date]
    seats: Mapped[int]
    created_at: Mapped[datetime]
    certificate: Mapped[bool] = mapped_column(default=False)

    @property
    def taught(self) -> bool:
        """Whether the organization teaches: an academy's own students take no seat."""
        return self.kind == ACADEMY

    def change(self, active: int, **changes: Any) -> None:
        """Change name, description, dates or seats. Raises SeatsInUse below ``active``, Invalid for bad dates."""
        for name, value in changes.items():
            setattr(self, name, value)
        check_dates(self.start_date, self.end_date)
        if self.seats < active:
            raise SeatsInUse(details={"active": active})


class CohortCourse(Base):
    """A course of a cohort, its own organization's or another's. ``position`` counts from 1 in the order taken."""

    __tablename__ = "cohort_courses"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    cohort_id: Mapped[UUID] = mapped_column(primary_key=True)
    course_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int]


def check_dates(start: date, end: date) -> None:
    """Raise Invalid when a cohort would end before it starts."""
    if end < start:
        raise Invalid.field("end_date", "A cohort cannot end before it starts.")
