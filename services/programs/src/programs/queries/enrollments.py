"""Enrolments: one for a purpose, and a cohort's list."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
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
    """A page of the cohort's enrolments, of these students only when they are given."""
    progress = _progress(cohort)
    statement = _lines(progress).where(*_listed(cohort, status))
    if students is not None:
        statement = statement.where(among(Enrollment.student_id, students))
    sorts = {
        "enrolled_at": Enrollment.enrolled_at,
        "status": Enrollment.state,
        "progress": func.coalesce(progress.c.completed, 0),
        "score": progress.c.score,
        "last_activity": _last_activity(progress),
    }
    return paginate(session, ordered(statement, sort, sorts, Enrollment.id), page=page, limit=limit)


def names_in_cohort(session: Session, cohort: Cohort, status: str | None) -> dict[UUID, str]:
    """The students of the cohort, by what the organization calls them."""
    statement = select(Enrollment.student_id, OrganizationStudent.name).join(OrganizationStudent, _same_student())
    rows = session.execute(statement.where(*_listed(cohort, status)))
    return {row.student_id: row.name for row in rows}


def _listed(cohort: Cohort, status: str | None) -> list[ColumnElement[bool]]:
    listed = [Enrollment.organization_id == cohort.organization_id, Enrollment.cohort_id == cohort.id]
    return [*listed, Enrollment.state == status] if status else listed


def _same_student() -> ColumnElement[bool]:
    return and_(
        OrganizationStudent.organization_id == Enrollment.organization_id,
        OrganizationStudent.student_id == Enrollment.student_id,
    )


def _lines(progress: Any) -> Select[*tuple[Any, ...]]:
    seat = and_(
        Seat.organization_id == Enrollment.organization_id,
        Seat.student_id == Enrollment.student_id,
        Seat.released_at.is_(None),
    )
    return (
        select(
            Enrollment.id, Enrollment.student_id, Enrollment.state, Enrollment.enrolled_at, Enrollment.completed_at,
            OrganizationStudent.name, OrganizationStudent.school, OrganizationStudent.grade_level,
            Seat.id.label("seat_id"), Seat.assigned_at,
            progress.c.score, func.coalesce(progress.c.completed, 0).label("courses_completed"),
            _last_activity(progress).label("last_activity"),
        )
        .join(OrganizationStudent, _same_student())
        .outerjoin(Seat, seat)
        .outerjoin(progress, progress.c.student_id == Enrollment.student_id)
    )  # fmt: skip


def _progress(cohort: Cohort) -> Any:
    """Per student: courses of the cohort completed, mean of their latest scores, when the last result came."""
    courses = select(CohortCourse.course_id).where(
        CohortCourse.organization_id == cohort.organization_id, CohortCourse.cohort_id == cohort.id
    )
    return (
        select(
            func.count(CourseProgress.completed_on).label("completed"),
            func.round(func.avg(CourseProgress.last_score), 2).label("score"),
            func.max(CourseProgress.last_recorded_at).label("last_recorded_at"),
            CourseProgress.student_id,
        )
        .where(CourseProgress.course_id.in_(courses), CourseProgress.student_id == Enrollment.student_id)
        .group_by(CourseProgress.student_id)
        .correlate(Enrollment)
        .lateral("progress")
    )


def _last_activity(progress: Any) -> ColumnElement[Any]:
    return func.greatest(Enrollment.enrolled_at, progress.c.last_recorded_at)
