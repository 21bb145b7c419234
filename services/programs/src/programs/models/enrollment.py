"""An enrolment: a student in a cohort."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from programs.errors import NotActive

ACTIVE = "active"
COMPLETED = "completed"
WITHDRAWN = "withdrawn"
STATES = (ACTIVE, COMPLETED, WITHDRAWN)


class Enrollment(Base):
    """active → completed, or active → withdrawn → active again when enrolled anew.

    ``last_activity_at`` is of what names the cohort, or no cohort; results and progress are looked up by course.
    """

    __tablename__ = "enrollments"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    cohort_id: Mapped[UUID]
    student_id: Mapped[UUID]
    state: Mapped[str]
    enrolled_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    last_activity_at: Mapped[datetime | None]

    def complete(self, at: datetime) -> None:
        """The student has completed the cohort. Raises NotActive."""
        self._must_be_active("completed")
        self.state, self.completed_at = COMPLETED, at

    def withdraw(self, at: datetime) -> None:
        """The student leaves the cohort. Raises NotActive."""
        self._must_be_active("withdrawn")
        self.state, self.withdrawn_at = WITHDRAWN, at

    def _must_be_active(self, outcome: str) -> None:
        if self.state != ACTIVE:
            raise NotActive(f"The enrolment is {self.state}; only an active one can be {outcome}.")
