"""One student, for who may see them. Privacy is asked before, every time."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.paging import Page, paginate
from programs.errors import NoSuchStudent
from programs.models import (
    ACADEMY,
    WITHDRAWN,
    CohortCourse,
    Course,
    CourseProgress,
    Enrollment,
    Organization,
    OrganizationStudent,
    Placement,
)
from programs.queries.achievements import certificates_of, milestones_of


def student_progress(session: Session, caller: Caller, student_id: UUID) -> dict[str, Any]:
    """Course by course. Raises NoSuchStudent."""
    courses = [_course(row) for row in _courses(session, caller, student_id)]
    scores = [course["score"] for course in courses if course["score"] is not None]
    done = sum(course["completed"] for course in courses)
    return {
        "student": _named(session, caller.organization_id, student_id),
        "completed": done,
        "total": len(courses),
        "percent": round(100 * done / len(courses), 1) if courses else 0,
        "score": round(sum(scores, Decimal(0)) / len(scores), 2) if scores else None,
        "last_activity": _last_activity(session, caller, student_id, courses),
        "courses": courses,
        "milestones": milestones_of(session, student_id, _teacher(caller)),
    }


def student_profile(session: Session, caller: Caller, student_id: UUID) -> dict[str, Any]:
    """Name, school, grade, courses and certificates. Raises NoSuchStudent."""
    courses = [_course(row) for row in _courses(session, caller, student_id)]
    named = _named(session, caller.organization_id, student_id)
    return {"student": named, "courses": courses, "certificates": certificates_of(session, student_id)}


def student_portfolio(session: Session, student_id: UUID) -> dict[str, Any]:
    """Name, completed courses, certificates and milestones: nothing that says where to find a child."""
    done = select(Course.title, Course.subject_area, CourseProgress.completed_on).join(
        CourseProgress, and_(CourseProgress.course_id == Course.id, CourseProgress.student_id == student_id)
    )
    done = done.where(CourseProgress.completed_on.is_not(None)).order_by(CourseProgress.completed_on.desc(), Course.id)
    return {
        "student": {"id": student_id, "name": name_of(session, student_id)},
        "courses": session.execute(done).mappings().all(),
        "certificates": certificates_of(session, student_id),
        "milestones": milestones_of(session, student_id),
    }


def student_placements(session: Session, student_id: UUID, *, page: int, limit: int) -> Page:
    """A page of the student's placements as they hold now, whoever recorded them, the latest first."""
    shown = [getattr(Placement, name) for name in _PLACEMENT]
    statement = (
        select(*shown, Organization.name.label("recorded_by"))
        .outerjoin(Organization, Organization.id == Placement.organization_id)
        .where(Placement.student_id == student_id, Placement.superseded_at.is_(None))
        .order_by(Placement.started_on.desc(), Placement.id)
    )
    return paginate(session, statement, page=page, limit=limit)


def name_of(session: Session, student_id: UUID) -> str:
    """The student's name, as who teaches them or knew them first gives it. Raises NoSuchStudent."""
    return str(_named(session, None, student_id)["name"])


_PLACEMENT = (
    "id", "employer_name", "title", "started_on", "ended_on", "salary_minor", "currency", "source", "recorded_at",
)  # fmt: skip


def _last_activity(session: Session, caller: Caller, student_id: UUID, courses: Sequence[Any]) -> datetime | None:
    """The latest of everything dated: in these courses, and in cohorts of the caller's organization, or of all."""
    statement = select(func.max(Enrollment.last_activity_at)).where(Enrollment.student_id == student_id)
    if caller.organization_id is not None:
        statement = statement.where(Enrollment.organization_id == caller.organization_id)
    moments = [session.scalar(statement), *(course["last_activity_at"] for course in courses)]
    return max((moment for moment in moments if moment), default=None)


def _named(session: Session, organization_id: UUID | None, student_id: UUID) -> dict[str, Any]:
    """As the caller's organization knows the student, otherwise as the teacher does, or who knew them first."""
    known = OrganizationStudent
    statement = (
        select(known.student_id.label("id"), known.name, known.school, known.grade_level)
        .where(known.student_id == student_id)
        .order_by((known.organization_id == organization_id).desc().nulls_last())
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
    if (teacher := _teacher(caller)) is not None:
        statement = statement.where(Course.organization_id == teacher)
    return session.execute(statement).all()


def _teacher(caller: Caller) -> UUID | None:
    """A school sees its pupils because it teaches them, and so sees what it teaches, and no more."""
    return caller.organization_id if caller.organization_kind == ACADEMY else None


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
        "percent": reached and (100 if reached.completed_on else reached.percent),
        "last_activity_at": reached and reached.last_activity_at,
    }
