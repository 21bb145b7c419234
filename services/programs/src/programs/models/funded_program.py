"""A program that an organization funds, and who takes part in it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from programs.errors import ProgramNotActive, ProgramNotPaused, ProgramNotRunning

PLANNING, ACTIVE, PAUSED, COMPLETED = "planning", "active", "paused", "completed"
PROGRAM_STATES = (ACTIVE, PLANNING, COMPLETED, PAUSED)


class FundedProgram(Base):
    """planning → active with the first money → paused and active again → completed, at the latest after its last day.

    Students are enrolled while it is active, at most ``target_students`` at a time, when they meet ``grade_levels``,
    ``counties`` and ``max_income_minor``, as far as these are given. ``changed_at``: since when it is as it is.
    """

    __tablename__ = "funded_programs"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str]
    state: Mapped[str]
    target_students: Mapped[int]
    budget_minor: Mapped[int]
    currency: Mapped[str]
    course_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    grade_levels: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    counties: Mapped[list[str]] = mapped_column(ARRAY(Text))
    max_income_minor: Mapped[int | None]
    start_date: Mapped[date]
    end_date: Mapped[date]
    created_at: Mapped[datetime]
    launched_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]

    def launch(self, at: datetime) -> bool:
        """Money has come. Returns whether that changed anything: it does of a planned one only."""
        if self.state != PLANNING:
            return False
        self.state, self.launched_at, self.changed_at = ACTIVE, at, at
        return True

    def must_be_active(self) -> None:
        """Raise ProgramNotActive unless students may be enrolled."""
        if self.state != ACTIVE:
            raise ProgramNotActive(f"The program is {self.state}; students are enrolled in an active one only.")

    def must_not_be_over(self) -> None:
        """Raise ProgramNotRunning when it is completed: who took part stays known."""
        if self.state == COMPLETED:
            raise ProgramNotRunning("The program is completed; who took part in it stays.")

    def pause(self, at: datetime) -> None:
        """Nobody is enrolled for a while. Raises ProgramNotActive."""
        if self.state != ACTIVE:
            raise ProgramNotActive(f"The program is {self.state}; only an active one can be paused.")
        self.state, self.changed_at = PAUSED, at

    def resume(self, at: datetime) -> None:
        """It goes on. Raises ProgramNotPaused."""
        if self.state != PAUSED:
            raise ProgramNotPaused(f"The program is {self.state}; only a paused one can be resumed.")
        self.state, self.changed_at = ACTIVE, at

    def complete(self, at: datetime) -> None:
        """It is over, by the word of the organization. Raises ProgramNotRunning."""
        if self.state not in (ACTIVE, PAUSED):
            raise ProgramNotRunning(f"The program is {self.state}; only an active or paused one can be completed.")
        self._end(at)

    def finish(self, at: datetime) -> None:
        """Its last day has passed, funded or not. Raises ProgramNotRunning."""
        self.must_not_be_over()
        self._end(at)

    def _end(self, at: datetime) -> None:
        self.state, self.changed_at, self.completed_at = COMPLETED, at, at


class ProgramParticipant(Base):
    """A student in a program; ``first_enrolled_at`` stays when one who left comes back."""

    __tablename__ = "program_participants"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    program_id: Mapped[UUID] = mapped_column(primary_key=True)
    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_enrolled_at: Mapped[datetime]
    enrolled_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
