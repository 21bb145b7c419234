"""One student, for who may see them. Consent is asked before: by the gateway, every time."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from programs.errors import NoSuchStudent
from programs.models import ACADEMY, WITHDRAWN, CohortCourse, Course, CourseProgress, Enrollment, OrganizationStudent


def student_progress(session: Session, caller: Caller, student_id: UUID) -> dict[str, Any]:
    """Course by course. Raises NoSuchStudent."""
    courses = [_course(row) for row in _courses(session, caller, student_id)]
    scores = [course["score"] for course in courses if course["score"] is not None]
    done = sum(course["completed"] for course in courses)
    return {
        "student": _named(session, caller, student_id),
        "completed": done,
        "total": len(courses),
        "percent": round(100 * done / len(courses), 1) if courses else 0,
        "score": round(sum(scores, Decimal(0)) / len(scores), 2) if scores else None,
        "last_activity": max((c["last_recorded_at"] for c in courses if c["last_recorded_at"]), default=None),
        "courses": courses,
    }


def student_profile(session: Session, caller: Caller, student_id: UUID) -> dict[str, Any]:
    """Name, school, grade and courses. Raises NoSuchStudent."""
    courses = [_course(row) for row in _courses(session, caller, student_id)]
    return {"student": _named(session, caller, student_id), "courses": courses}


def _named(session: Session, caller: Caller, student_id: UUID) -> dict[str, Any]:
    """As the caller's organization knows the student, otherwise as the teacher does, or who knew them first."""
    known = OrganizationStudent
    statement = (
        select(known.student_id.label("id"), known.name, known.school, known.grade_level)
        .where(known.student_id == student_id)
        .order_by((known.organization_id == caller.organization_id).desc().nulls_last())
        .order_by(known.taught.desc(), known.registered_at, known.organization_id)
        .limit(1)
    )
    found = session.execute(statement).mappings().one_or_none()
    if found is None:
        raise NoSuchStudent()
    return dict(found)


def _courses(session: Session, caller: Caller, student_id: UUID) -> Sequence[Any]:
    cohorts = (
        select(CohortCourse.course_id)
        .join(
            Enrollment,
            and_(
                Enrollment.organization_id == CohortCourse.organization_id,
                Enrollment.cohort_id == CohortCourse.cohort_id,
            ),
        )
        .where(Enrollment.student_id == student_id, Enrollment.state != WITHDRAWN)
    )
    if caller.organization_id is not None:
        cohorts = cohorts.where(Enrollment.organization_id == caller.organization_id)
    mine = and_(CourseProgress.course_id == Course.id, CourseProgress.student_id == student_id)
    statement = (
        select(Course.id, Course.title, Course.subject_area, Course.grade_level, CourseProgress)
        .outerjoin(CourseProgress, mine)
        .where(or_(CourseProgress.student_id.is_not(None), Course.id.in_(cohorts)))
        .order_by(Course.title, Course.id)
    )
    if caller.organization_kind == ACADEMY:
        # A school sees its pupils because it teaches them, and so sees what it teaches.
        statement = statement.where(Course.organization_id == caller.organization_id)
    return session.execute(statement).all()


def _course(row: Any) -> dict[str, Any]:
    reached = row.CourseProgress
    return {
        "id": row.id,
        "title": row.title,
        "subject_area": row.subject_area,
        "grade_level": row.grade_level,
        "score": reached and reached.last_score,
        "max_score": reached and reached.last_max_score,
        "best_score": reached and reached.best_score,
        "completed": bool(reached and reached.completed_on),
        "completed_on": reached and reached.completed_on,
        "last_result_on": reached and reached.last_result_on,
        "last_recorded_at": reached and reached.last_recorded_at,
    }
