"""Decide for each student of a roster: enrolled, there already, or no seat. Nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
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

_FULL = "The cohort is full: its seats are all taken by active enrolments."
_NONE_FREE = "No seat of your organization is free now."


@dataclass(eq=False)
class Allotment:
    """What becomes of one student: ``again`` after a withdrawal; ``seated`` with a new seat of ``drawn_on``."""

    entry: Entry
    status: str = NO_SEAT
    enrollment_id: UUID | None = None
    again: bool = False
    seated: bool = False
    drawn_on: Pool = None
    reason: str | None = None


class _Desk:
    """Hands out places of one cohort and seats of its organization, in the order asked."""

    def __init__(self, session: Session, cohort: Cohort, entries: Sequence[Entry], at: datetime) -> None:
        students = [entry.student_id for entry in entries]
        organization_id = cohort.organization_id
        self._cohort = cohort
        self._existing = _enrollments(session, cohort, students)
        self._room = cohort.seats - count_active(session, cohort)
        self.seating: Seating | None = None
        if not cohort.taught:
            self.seating = load_seating(session, organization_id, at)
            self._seated = holders(session, organization_id, students)
            self._cohorts = cohorts_of(session, organization_id, students, self.seating.named)

    def serve(self, entry: Entry) -> Allotment:
        """Decide for one student."""
        one = Allotment(entry)
        existing = self._existing.get(entry.student_id)
        one.enrollment_id = existing.id if existing else None
        if existing and existing.state == COMPLETED:
            one.status = REPEATED
            return one
        active = existing is not None and existing.state == ACTIVE
        if not active and self._room <= 0:
            one.reason = _FULL
        elif not self._give_seat(one):
            one.reason = _NONE_FREE
        elif active:
            one.status = REPEATED
        else:
            self._room -= 1
            one.status, one.again = ENROLLED, existing is not None
            one.enrollment_id = one.enrollment_id or new_id()
        return one

    def _give_seat(self, one: Allotment) -> bool:
        student = one.entry.student_id
        if self.seating is None or student in self._seated:
            return True
        if not self.seating.place(student, [self._cohort.id, *self._cohorts.get(student, ())]):
            return False
        self._seated.add(student)
        one.seated = True
        return True


def allot(
    session: Session, cohort: Cohort, entries: Sequence[Entry], at: datetime
) -> tuple[dict[Entry, Allotment], dict[UUID, Pool]]:
    """Decide for every student in the order of the rows; the caller holds the organization's seats.

    Also returns whose seats must move to which pool to make room.
    """
    desk = _Desk(session, cohort, entries, at)
    decided = {entry: desk.serve(entry) for entry in entries}
    moves = desk.seating.changed if desk.seating else {}
    for one in decided.values():
        if one.seated:
            one.drawn_on = moves.pop(one.entry.student_id)
    return decided, moves


def _enrollments(session: Session, cohort: Cohort, students: Sequence[UUID]) -> dict[UUID, Any]:
    statement = select(Enrollment.student_id, Enrollment.id, Enrollment.state).where(
        Enrollment.organization_id == cohort.organization_id,
        Enrollment.cohort_id == cohort.id,
        among(Enrollment.student_id, students),
    )
    return {row.student_id: row for row in session.execute(statement)}
