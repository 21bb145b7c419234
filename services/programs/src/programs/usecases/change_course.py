"""Change a course: its description, what completes it, and whether it certifies."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.outbox import publish
from contracts.events.programs import CourseUpdated
from programs.queries.courses import course_for, shown
from programs.usecases.create_course import snapshot


def change_course(session: Session, caller: Caller, course_id: UUID, changes: dict[str, Any]) -> dict[str, Any]:
    """The rule holds for what is recorded from now on; nothing completed is taken back.

    The title stays: a course of another name is another course. Raises NoSuchCourse, Forbidden, Invalid.
    """
    course = course_for(session, caller, course_id)
    before = snapshot(course)
    course.change(**changes)
    session.flush()
    if (after := snapshot(course)) != before:
        publish(session, CourseUpdated(**after))
    return shown(session, course.id)
