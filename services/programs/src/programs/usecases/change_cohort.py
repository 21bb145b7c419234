"""Change a cohort."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.outbox import publish
from contracts.events.programs import CohortUpdated
from programs.models import CohortCourse
from programs.queries.cohorts import cohort_for, count_active, course_ids, shown
from programs.queries.people import lock_members
from programs.queries.seating import lock_pool
from programs.usecases.complete_cohorts import complete_cohorts
from programs.usecases.create_cohort import set_courses, snapshot


def change_cohort(session: Session, caller: Caller, cohort_id: UUID, changes: dict[str, Any]) -> dict[str, Any]:
    """Change what is named. Fewer courses may complete enrolments; none is taken back by more.

    Raises NoSuchCohort, Forbidden, Invalid, and SeatsInUse for fewer seats than there are active enrolments.
    """
    cohort = cohort_for(session, caller, cohort_id, "cohorts.manage")
    lock_pool(session, cohort.organization_id)
    session.refresh(cohort)
    before = (snapshot(cohort), course_ids(session, cohort))
    courses = changes.pop("course_ids", None)
    active = count_active(session, cohort.organization_id, [cohort.id])
    cohort.change(active.get(cohort.id, 0), **changes)
    session.flush()
    if courses is not None:
        lock_members(session, cohort)
        session.execute(
            delete(CohortCourse).where(
                CohortCourse.organization_id == cohort.organization_id, CohortCourse.cohort_id == cohort.id
            )
        )
        set_courses(session, cohort, courses)
    after = (snapshot(cohort), course_ids(session, cohort))
    if after != before:
        publish(session, CohortUpdated(**after[0], course_ids=after[1]))
        complete_cohorts(session, cohort=cohort)
    return shown(session, cohort)
