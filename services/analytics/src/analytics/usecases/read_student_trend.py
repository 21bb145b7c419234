"""Read one student's own trend: to themselves, their guardian, and whom they let see their progress.

Privacy is asked here again, whatever the gateway was told, and enters the read in the student's access log.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from analytics.clients.privacy import Privacy
from analytics.queries import learning, one_student, organizations
from analytics.rules import periods
from analytics.rules.at_risk import reasons
from analytics.rules.one_student import DEFINITIONS, change, standing
from analytics.rules.partner.learning import per_cent, told
from analytics.rules.scope import Scope
from chassis.auth import Caller
from chassis.clock import now
from chassis.wiring import use
from contracts.decisions import Viewer

PERMISSION = "cohorts.read"
"""What a member needs to use what was granted to the organization."""

MOST_COHORTS = 20
"""Cohorts of one student that are looked at, the earliest first."""


def read_student_trend(session: Session, caller: Caller, student_id: UUID, *, purpose: str) -> dict[str, Any]:
    """Course by course and in all, and in which cohorts they are at risk. Raises ConsentRequired."""
    use(session, Privacy).require(_viewer(session, caller, student_id), student_id, purpose=purpose)
    courses = one_student.courses(session, student_id)
    cohorts = one_student.open_cohorts(session, student_id, caller.organization_id, MOST_COHORTS)
    return {
        "student_id": student_id,
        **told(standing(student_id, courses)),
        "courses": [_course(course) for course in courses],
        "at_risk": [found for cohort in cohorts if (found := _risk(session, student_id, cohort))],
        "definitions": DEFINITIONS,
        "as_of": now(),
    }


def _viewer(session: Session, caller: Caller, student_id: UUID) -> Viewer:
    """A member whose role does not hold the permission asks as a person only: of themselves and their children."""
    reach = caller.reach(PERMISSION)
    if reach is not None and not one_student.is_in(session, student_id, caller.organization_id, reach):
        return Viewer(user_id=caller.user_id)
    return Viewer(caller.user_id, caller.organization_id, caller.organization_kind, caller.is_platform)


def _course(course: Row[Any]) -> dict[str, Any]:
    return {
        "course_id": course.course_id,
        "title": course.title,
        "subject_area": course.subject_area,
        "completed": course.completed,
        "scores": course.number,
        "latest_score": per_cent(course.latest),
        "score_change": change(course),
    }


def _risk(session: Session, student_id: UUID, cohort: Row[Any]) -> dict[str, Any] | None:
    """Why the student is at risk in this cohort, by the rule of the cohort's report; None when they are not."""
    known = organizations.find_organization(session, cohort.organization_id)
    zone = periods.zone_of(known.time_zone if known else None)
    scope = Scope(cohort.organization_id, None, "", zone, frozenset({cohort.cohort_id}))
    period = periods.period(None, None, zone, now())
    running = cohort.start_date <= period.last_day <= cohort.end_date
    learners = [one for one in learning.learners(session, scope, period) if one.student_id == student_id]
    found = reasons(learners, learning.scores(session, scope, period), running=running, today=period.last_day)
    if student_id not in found:
        return None
    return {"cohort_id": cohort.cohort_id, "name": cohort.name, "reasons": found[student_id]}
