"""Put a course in the catalogue."""

from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.events.programs import CourseCreated
from programs.models import Course
from programs.queries.courses import shown
from programs.queries.organizations import organization_of


def create_course(
    session: Session,
    caller: Caller,
    *,
    title: str,
    description: str | None,
    subject_area: str | None,
    grade_level: str | None,
    **rule: Any,
) -> dict[str, Any]:
    """The caller's organization teaches a new course; ``rule`` says what completes it and whether it certifies.

    Raises Forbidden for who may only within a cohort, Invalid for a rule without its limit.
    """
    organization_id = organization_of(caller)
    if not caller.may("courses.manage"):
        raise Forbidden("This needs the permission 'courses.manage' in the whole of an organization.")
    course = Course(
        id=new_id(),
        organization_id=organization_id,
        title=title,
        description=description,
        subject_area=subject_area,
        grade_level=grade_level,
        created_at=now(),
    )
    course.change(**rule)
    session.add(course)
    session.flush()
    publish(session, CourseCreated(**snapshot(course)))
    return shown(session, course.id)


def snapshot(course: Course) -> dict[str, Any]:
    """The course as events tell it."""
    return {
        "course_id": course.id,
        "organization_id": course.organization_id,
        "title": course.title,
        "subject_area": course.subject_area,
        "grade_level": course.grade_level,
        "completion": course.completion,
        "min_score": course.min_score,
        "min_percent": course.min_percent,
        "certificate": course.certificate,
    }
