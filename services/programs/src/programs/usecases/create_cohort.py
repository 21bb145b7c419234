"""Create a cohort."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden, Invalid
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.events.programs import CohortCreated
from programs.models import Cohort, CohortCourse
from programs.models.cohort import check_dates
from programs.queries.bulk import insert_many
from programs.queries.cohorts import shown
from programs.queries.courses import check_courses


def create_cohort(
    session: Session,
    caller: Caller,
    *,
    name: str,
    description: str | None,
    start_date: date,
    end_date: date,
    seats: int,
    course_ids: list[UUID],
    program_id: UUID | None,
    certificate: bool,
) -> dict[str, Any]:
    """A cohort of the caller's organization, with courses of any organization's catalogue.

    Raises Forbidden for who manages only some cohorts, Invalid for bad dates, courses or program.
    """
    if caller.organization_id is None or not caller.may("cohorts.manage"):
        raise Forbidden("This needs the permission 'cohorts.manage' in the whole of an organization.")
    if program_id is not None:
        raise Invalid.field("program_id", "There is no such program.")
    check_dates(start_date, end_date)
    cohort = Cohort(
        organization_id=caller.organization_id,
        id=new_id(),
        kind=caller.organization_kind or "",
        name=name,
        description=description,
        start_date=start_date,
        end_date=end_date,
        seats=seats,
        created_at=now(),
        certificate=certificate,
    )
    session.add(cohort)
    session.flush()
    courses = set_courses(session, cohort, course_ids)
    publish(session, CohortCreated(**snapshot(cohort), course_ids=courses))
    return shown(session, cohort)


def set_courses(session: Session, cohort: Cohort, course_ids: list[UUID]) -> tuple[UUID, ...]:
    """Give a cohort without courses these, in order; a repeated one counts once. Raises Invalid for unknown ones."""
    wanted = tuple(dict.fromkeys(course_ids))
    check_courses(session, wanted)
    own = {"organization_id": cohort.organization_id, "cohort_id": cohort.id}
    rows = [{**own, "course_id": course_id, "position": place} for place, course_id in enumerate(wanted, start=1)]
    insert_many(session, CohortCourse, rows)
    return wanted


def snapshot(cohort: Cohort) -> dict[str, Any]:
    """The cohort as events tell it, but for its courses."""
    return {
        "cohort_id": cohort.id,
        "organization_id": cohort.organization_id,
        "name": cohort.name,
        "kind": cohort.kind,
        "seats": cohort.seats,
        "start_date": cohort.start_date,
        "end_date": cohort.end_date,
    }
