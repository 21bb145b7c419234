"""Decide for each student and cohort: enrolled, there already, or no seat. Nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.ids import new_id
from programs.models import ACTIVE, COMPLETED, Cohort, Enrollment
from programs.queries.bulk import among
from programs.queries.cohorts import count_active
from programs.queries.seating import cohorts_of, holders, load_seating
from programs.rules.rosters import Entry
from programs.rules.seating import Pool, Seating

ENROLLED, REPEATED, NO_SEAT, INVALID = "enrolled", "already_enrolled", "no_seat", "invalid"

Wish = tuple[Cohort, Entry]
"""A student who is to be in a cohort."""

_FULL = "The cohort is full: its seats are all taken by active enrolments."
_NONE_FREE = "No seat of your organization is free now."


@dataclass(eq=False)
class Allotment:
    """What becomes of one wish: ``again`` after a withdrawal; ``seated`` with a new seat of ``drawn_on``."""

    cohort: Cohort
    entry: Entry
    status: str = NO_SEAT
    enrollment_id: UUID | None = None
    again: bool = False
    seated: bool = False
    drawn_on: Pool = None
    reason: str | None = None

    @property
    def full(self) -> bool:
        """Whether it is the cohort that has no room, not the organization that has no seat."""
        return self.reason == _FULL


class _Desk:
    """Hands out places of cohorts and seats of their organization, in the order asked."""

    def __init__(self, session: Session, organization_id: UUID, wishes: Sequence[Wish], at: datetime) -> None:
        students = [entry.student_id for _, entry in wishes]
        cohorts = {cohort.id: cohort for cohort, _ in wishes}
        active = count_active(session, organization_id, list(cohorts))
        self._existing = _enrollments(session, organization_id, list(cohorts), students)
        self._room = {id: cohort.seats - active.get(id, 0) for id, cohort in cohorts.items()}
        self.seating: Seating | None = None
        if not all(cohort.taught for cohort in cohorts.values()):
            self.seating = load_seating(session, organization_id, at)
            self._seated = holders(session, organization_id, students)
            self._cohorts = cohorts_of(session, organization_id, students, self.seating.named)

    def serve(self, cohort: Cohort, entry: Entry) -> Allotment:
        """Decide for one student in one cohort."""
        one = Allotment(cohort, entry)
        enrollment_id, state = self._existing.get((cohort.id, entry.student_id), (None, None))
        one.enrollment_id = enrollment_id
        if state == COMPLETED:
            one.status = REPEATED
            return one
        if state != ACTIVE and self._room[cohort.id] <= 0:
            one.reason = _FULL
        elif not self._give_seat(one):
            one.reason = _NONE_FREE
        elif state == ACTIVE:
            one.status = REPEATED
        else:
            self._enrol(one, again=state is not None)
        return one

    def _enrol(self, one: Allotment, *, again: bool) -> None:
        self._room[one.cohort.id] -= 1
        one.status, one.again = ENROLLED, again
        one.enrollment_id = one.enrollment_id or new_id()
        self._existing[one.cohort.id, one.entry.student_id] = (one.enrollment_id, ACTIVE)

    def _give_seat(self, one: Allotment) -> bool:
        student = one.entry.student_id
        if self.seating is None or one.cohort.taught or student in self._seated:
            return True
        if not self.seating.place(student, [one.cohort.id, *self._cohorts.get(student, ())]):
            return False
        self._seated.add(student)
        one.seated = True
        return True


def allot(
    session: Session, organization_id: UUID, wishes: Sequence[Wish], at: datetime
) -> tuple[list[Allotment], dict[UUID, Pool]]:
    """Decide for every wish in their order; the caller holds the organization's seats.

    Also returns whose seats must move to which pool to make room.
    """
    desk = _Desk(session, organization_id, wishes, at)
    decided = [desk.serve(cohort, entry) for cohort, entry in wishes]
    moves = desk.seating.changed if desk.seating else {}
    for one in decided:
        if one.seated:
            one.drawn_on = moves.pop(one.entry.student_id)
    return decided, moves


def _enrollments(
    session: Session, organization_id: UUID, cohorts: Sequence[UUID], students: Sequence[UUID]
) -> dict[tuple[UUID, UUID], tuple[UUID, str]]:
    statement = select(Enrollment.cohort_id, Enrollment.student_id, Enrollment.id, Enrollment.state).where(
        Enrollment.organization_id == organization_id,
        among(Enrollment.cohort_id, cohorts),
        among(Enrollment.student_id, students),
    )
    return {(row.cohort_id, row.student_id): (row.id, row.state) for row in session.execute(statement)}
