"""Milestones of courses and cohorts."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.errors import Forbidden
from chassis.paging import Page, paginate
from programs.errors import NoSuchMilestone
from programs.models import Milestone


def list_milestones(
    session: Session, *, page: int, limit: int, course_id: UUID | None = None, cohort_id: UUID | None = None
) -> Page:
    """A page of the milestones of a course or of a cohort, those of the least progress first."""
    shown = [getattr(Milestone, name) for name in SHOWN]
    own = Milestone.course_id == course_id if course_id else Milestone.cohort_id == cohort_id
    statement = select(*shown).where(own).order_by(Milestone.percent.nulls_last(), Milestone.created_at, Milestone.id)
    return paginate(session, statement, page=page, limit=limit)


def milestone_for(session: Session, caller: Caller, milestone_id: UUID) -> Milestone:
    """The milestone, for who manages its course or cohort. Raises NoSuchMilestone, Forbidden."""
    statement = select(Milestone).where(Milestone.id == milestone_id)
    if caller.organization_id is not None:
        statement = statement.where(Milestone.organization_id == caller.organization_id)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NoSuchMilestone()
    permission = "courses.manage" if found.course_id else "cohorts.manage"
    if not caller.may(permission, within=found.cohort_id):
        raise Forbidden(f"This needs the permission '{permission}' for this milestone.")
    return found


SHOWN = ("id", "course_id", "cohort_id", "name", "description", "percent", "created_at")


def shown(milestone: Milestone) -> dict[str, Any]:
    """The milestone as the API shows it."""
    return {name: getattr(milestone, name) for name in SHOWN}
