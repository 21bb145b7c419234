"""Complete the enrolments whose students have completed every course of their cohort.

The rule: an enrolment is completed when its cohort has courses and each of them is completed by the student,
whenever and by whichever organization that was recorded; or by the word of who manages the cohort
(``complete_enrollment``). What was completed stays so.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.outbox import publish
from contracts.events.programs import EnrollmentCompleted
from programs.models import Cohort
from programs.queries.scope import everywhere
from programs.usecases.certify import certify_enrollments
from programs.usecases.reach_milestones import reach_in_cohort, reach_in_cohorts

# Whether all courses are completed is asked for one enrolment after another, by keys: as a join the planner would
# read all enrolments and all progress for every batch of an import. Without any course it is unknown, so not true.
_COMPLETE = """
with done as (
    select e.organization_id, e.id
    from enrollments e
    where e.state = 'active' and {whose} and (
        select bool_and(p.completed_on is not null) from cohort_courses c
        left join course_progress p on p.student_id = e.student_id and p.course_id = c.course_id
        where c.organization_id = e.organization_id and c.cohort_id = e.cohort_id
    )
    order by e.organization_id, e.id
    for update of e
)
update enrollments e set state = 'completed', completed_at = :at
from done where e.organization_id = done.organization_id and e.id = done.id
returning e.id, e.organization_id, e.cohort_id, e.student_id
"""
_OF_STUDENTS = text(_COMPLETE.format(whose="e.student_id = any(cast(:students as uuid[]))"))
_OF_COHORT = text(_COMPLETE.format(whose="e.organization_id = :organization_id and e.cohort_id = :cohort_id"))


def complete_cohorts(session: Session, *, students: Collection[UUID] = (), cohort: Cohort | None = None) -> set[UUID]:
    """Complete what is complete, of one cohort or of these students in any organization's cohorts.

    Certificates and milestones follow. Returns the enrolments that this completed. Whoever calls it has the
    students' results in place.
    """
    if not students and cohort is None:
        return set()
    at = now()
    session.flush()
    with everywhere(session):
        if cohort is None:
            rows = session.execute(_OF_STUDENTS, {"at": at, "students": list(students)}).all()
        else:
            whose = {"organization_id": cohort.organization_id, "cohort_id": cohort.id}
            rows = session.execute(_OF_COHORT, {"at": at, **whose}).all()
        publish(session, *(_event(row, at) for row in sorted(rows)))
        completed = {row.id for row in rows}
        certify_enrollments(session, completed)
        if cohort is None:
            reach_in_cohorts(session, students)
        else:
            reach_in_cohort(session, cohort)
    return completed


def _event(row: Any, at: datetime) -> EnrollmentCompleted:
    return EnrollmentCompleted(
        enrollment_id=row.id,
        organization_id=row.organization_id,
        cohort_id=row.cohort_id,
        student_id=row.student_id,
        completed_at=at,
    )
