"""Enrolments of students, by the same seat rule as any other."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from programs.models import ACTIVE, Cohort, Enrollment
from programs.queries.bulk import among
from programs.queries.people import find_people
from programs.queries.roster_items import Refs, owners
from programs.queries.seating import lock_pool
from programs.rules.oneroster.values import Cells, choice, day, identifier
from programs.rules.rosters import Entry
from programs.usecases.enrol_students.allot import ENROLLED, NO_SEAT, Allotment, allot
from programs.usecases.enrol_students.enrol import seat
from programs.usecases.import_roster.kind import Kind, Reference
from programs.usecases.import_roster.kinds.adults import STUDENT
from programs.usecases.import_roster.run import UNCHANGED, Run
from programs.usecases.import_roster.told import Told
from programs.usecases.lapse_seats import lapse_ended
from programs.usecases.withdraw_enrollment import withdraw

_ROLES = ("administrator", "proctor", STUDENT, "teacher")
_NO_STUDENT = "This user is no student."


class Enrollments(Kind):
    """A student in a class. Other roles say nothing here. Days are read, but it is deletion that ends an enrolment."""

    name, file = "enrollment", "enrollments.csv"

    def read(self, cells: Cells, run: Run) -> dict[str, Any] | None:  # noqa: ARG002
        """Class, school and student."""
        if choice(cells, "role", _ROLES) != STUDENT:
            return None
        day(cells, "beginDate")
        day(cells, "endDate")
        return {
            "class": identifier(cells, "classSourcedId"),
            "school": identifier(cells, "schoolSourcedId"),
            "user": identifier(cells, "userSourcedId"),
        }

    def references(self, told: Told) -> Iterable[Reference]:
        """Class, school and student."""
        yield "classSourcedId", "class", told.facts["class"]
        yield "schoolSourcedId", "org", told.facts["school"]
        yield "userSourcedId", "user", told.facts["user"]

    def resolve(self, session: Session, run: Run, rows: Sequence[Told], refs: Refs) -> None:  # noqa: ARG002
        """Our cohort and student."""
        for one in rows:
            cohort_id = refs["class", one.facts["class"]].our_id
            student_id = refs["user", one.facts["user"]].our_id
            if student_id is None:
                one.refuse("userSourcedId", _NO_STUDENT)
            one.resolved = {"cohort": cohort_id, "student": student_id}

    def apply(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """Enrol whoever can be; the others are refused."""
        if not rows:
            return
        at = now()
        lock_pool(session, run.organization_id)
        lapse_ended(session, run.organization_id, at)
        wishes = _wishes(session, run, rows)
        allotted, moves = allot(session, run.organization_id, [wish for _, wish in wishes], at)
        for (one, _), allotment in zip(wishes, allotted, strict=True):
            _settle(one, allotment)
        taken = [allotment for allotment in allotted if allotment.status != NO_SEAT]
        seat(session, run.organization_id, taken, moves, at)
        # A row that names another class or student than before has moved the enrolment.
        self._leave(session, run, {one.sourced_id: one.before.our_id for one, _ in wishes if _moved(one)})

    def remove(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """Withdraw them."""
        leaving = {one.sourced_id: one.our_id for one in rows if one.our_id}
        if leaving:
            lock_pool(session, run.organization_id)
            self._leave(session, run, leaving)

    def _leave(self, session: Session, run: Run, leaving: Mapping[str, UUID]) -> None:
        """Withdraw the active ones of these enrolments, but for those that another row tells, too."""
        ids = set(leaving.values())
        told = owners(session, run.organization_id, self.name, ids) if ids else {}
        ids = {id for id in ids if not told.get(id, set()) - set(leaving)}
        own = (Enrollment.organization_id == run.organization_id, among(Enrollment.id, ids))
        statement = select(Enrollment).where(*own, Enrollment.state == ACTIVE).order_by(Enrollment.id)
        locked = statement.with_for_update().execution_options(populate_existing=True)
        if ids:
            withdraw(session, run.organization_id, session.scalars(locked).all(), now())


def _wishes(session: Session, run: Run, rows: Sequence[Told]) -> list[tuple[Told, tuple[Cohort, Entry]]]:
    """In the order of the rows; people are locked, as whoever records a result of theirs locks them."""
    students = {one.resolved["student"] for one in rows}
    found = find_people(session, run.organization_id, student_ids=students, emails=(), external_ids=())
    entries = {entry.student_id: entry for entry in found if entry.known}
    own = (Cohort.organization_id == run.organization_id, among(Cohort.id, {one.resolved["cohort"] for one in rows}))
    cohorts: dict[UUID, Cohort] = {cohort.id: cohort for cohort in session.scalars(select(Cohort).where(*own))}
    wishes = []
    for one in rows:
        cohort, entry = cohorts.get(one.resolved["cohort"]), entries.get(one.resolved["student"])
        if cohort is None or entry is None:
            one.refuse("userSourcedId", _NO_STUDENT)
        else:
            wishes.append((one, (cohort, entry)))
    return wishes


def _settle(one: Told, allotment: Allotment) -> None:
    if allotment.status == NO_SEAT:
        column = "classSourcedId" if allotment.full else "userSourcedId"
        one.refuse(column, f"{NO_SEAT}: {allotment.reason}")
        return
    one.our_id = allotment.enrollment_id
    if allotment.status != ENROLLED and not one.before:
        one.outcome = UNCHANGED


def _moved(one: Told) -> bool:
    return bool(one.taken and one.before and one.before.our_id and one.before.our_id != one.our_id)
