"""Enrolments: one for a purpose, and a cohort's list."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, select, true
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.errors import Forbidden
from chassis.paging import Page, ordered, paginate
from programs.errors import NoSuchEnrollment
from programs.models import Cohort, CohortCourse, CourseProgress, Enrollment, OrganizationStudent, Seat
from programs.queries.bulk import among


def enrollment_for(session: Session, caller: Caller, enrollment_id: UUID, *, lock: bool = True) -> Enrollment:
    """The enrolment, locked unless told otherwise, for a caller who manages its cohort.

    Raises NoSuchEnrollment, Forbidden.
    """
    statement = select(Enrollment).where(Enrollment.id == enrollment_id)
    if caller.organization_id is not None:
        statement = statement.where(Enrollment.organization_id == caller.organization_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    enrollment = session.scalars(statement).one_or_none()
    if enrollment is None:
        raise NoSuchEnrollment()
    if not caller.may("cohorts.manage", within=enrollment.cohort_id):
        raise Forbidden("This needs the permission 'cohorts.manage' in the enrolment's cohort.")
    return enrollment


def list_enrollments(
    session: Session, cohort: Cohort, *, page: int, limit: int, sort: str, status: str | None,
    students: Collection[UUID] | None,
) -> Page:  # fmt: skip
    """A page of the cohort's enrolments, of these students only when they are given.

    The page is found first, on the enrolments alone, and only its lines are then looked up elsewhere: right after
    10,000 were enrolled the database does not know yet how many there are, and would join all with all.
    """
    wanted = _listed(cohort, status)
    if students is not None:
        wanted.append(among(Enrollment.student_id, students))
    reached = _reached(cohort)
    sorts: dict[str, SQLColumnExpression[Any]] = {
        "enrolled_at": Enrollment.enrolled_at,
        "status": Enrollment.state,
        "progress": func.coalesce(reached.c.completed, 0),
        "score": reached.c.score,
        "last_activity": func.greatest(Enrollment.enrolled_at, Enrollment.last_activity_at, reached.c.last_reached_at),
    }
    statement: Select[*tuple[Any, ...]] = select(*_MOVES).where(*wanted)
    if sort.removeprefix("-") not in _OWN_SORTS:
        statement = statement.outerjoin(reached, true())
    found = paginate(session, ordered(statement, sort, sorts, Enrollment.id), page=page, limit=limit)
    details = _details(session, cohort, [line["student_id"] for line in found.items])
    items = [_line(line, details[line["student_id"]]) for line in found.items]
    return Page(items, found.total, found.page, found.limit)


def students_of(session: Session, cohort: Cohort, status: str | None) -> list[UUID]:
    """The students of the cohort."""
    return list(session.scalars(select(Enrollment.student_id).where(*_listed(cohort, status))))


def names_of(session: Session, organization_id: UUID, students: Collection[UUID]) -> dict[UUID, str]:
    """What the organization calls these students."""
    known = OrganizationStudent
    rows = session.execute(
        select(known.student_id, known.name).where(
            known.organization_id == organization_id, among(known.student_id, students)
        )
    )
    return {row.student_id: row.name for row in rows}


_MOVES = (
    Enrollment.id,
    Enrollment.student_id,
    Enrollment.state,
    Enrollment.enrolled_at,
    Enrollment.completed_at,
    Enrollment.last_activity_at,
)
_OWN_SORTS = {"enrolled_at", "status"}


def _listed(cohort: Cohort, status: str | None) -> list[ColumnElement[bool]]:
    listed = [Enrollment.organization_id == cohort.organization_id, Enrollment.cohort_id == cohort.id]
    return [*listed, Enrollment.state == status] if status else listed


def _reached(cohort: Cohort) -> Any:
    """Per enrolment: courses of the cohort completed, mean of their latest scores, when last active in them."""
    return (
        _progress(cohort)
        .where(CourseProgress.student_id == Enrollment.student_id)
        .group_by(CourseProgress.student_id)
        .correlate(Enrollment)
        .lateral("reached")
    )


def _progress(cohort: Cohort) -> Select[*tuple[Any, ...]]:
    courses = select(CohortCourse.course_id).where(
        CohortCourse.organization_id == cohort.organization_id, CohortCourse.cohort_id == cohort.id
    )
    return select(
        func.count(CourseProgress.completed_on).label("completed"),
        func.round(func.avg(CourseProgress.last_score), 2).label("score"),
        func.max(CourseProgress.last_activity_at).label("last_reached_at"),
    ).where(CourseProgress.course_id.in_(courses))


def _details(session: Session, cohort: Cohort, students: Collection[UUID]) -> dict[UUID, Any]:
    """Name, seat and progress of these students."""
    known, mine = OrganizationStudent, cohort.organization_id
    seat = and_(
        Seat.organization_id == mine,
        among(Seat.student_id, students),
        Seat.student_id == known.student_id,
        Seat.released_at.is_(None),
    )
    reached = (
        _progress(cohort)
        .add_columns(CourseProgress.student_id)
        .where(among(CourseProgress.student_id, students))
        .group_by(CourseProgress.student_id)
        .subquery()
    )
    statement = (
        select(
            known.student_id, known.name, known.school, known.grade_level, Seat.id.label("seat_id"), Seat.assigned_at,
            reached.c.completed, reached.c.score, reached.c.last_reached_at,
        )
        .outerjoin(Seat, seat)
        .outerjoin(reached, reached.c.student_id == known.student_id)
        .where(known.organization_id == mine, among(known.student_id, students))
    )  # fmt: skip
    return {row["student_id"]: row for row in session.execute(statement).mappings()}


def _line(line: Any, details: Any) -> dict[str, Any]:
    dated = (line["enrolled_at"], line["last_activity_at"], details["last_reached_at"])
    activity = max(moment for moment in dated if moment)
    completed = details["completed"] or 0
    return {**details, **line, "courses_completed": completed, "last_activity": activity}
