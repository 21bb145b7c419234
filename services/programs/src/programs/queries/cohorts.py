"""Cohorts: one for a purpose, and the list."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, array_agg
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.errors import Forbidden
from chassis.paging import Page, ordered, paginate
from programs.errors import NoSuchCohort
from programs.models import ACTIVE, COMPLETED, Cohort, CohortCourse, Enrollment
from programs.queries.bulk import among

_SORTS = {
    "name": func.lower(Cohort.name),
    "start_date": Cohort.start_date,
    "end_date": Cohort.end_date,
    "created_at": Cohort.created_at,
}


def cohort_for(session: Session, caller: Caller, cohort_id: UUID, permission: str) -> Cohort:
    """The cohort, for a caller who may do this within it. Raises NoSuchCohort, Forbidden."""
    statement = select(Cohort).where(Cohort.id == cohort_id)
    if caller.organization_id is not None:
        statement = statement.where(Cohort.organization_id == caller.organization_id)
    cohort = session.scalars(statement).one_or_none()
    if cohort is None:
        raise NoSuchCohort()
    if not caller.may(permission, within=cohort.id):
        raise Forbidden(f"This needs the permission '{permission}' in this cohort.")
    return cohort


def shown(session: Session, cohort: Cohort) -> dict[str, Any]:
    """The cohort as the API shows it."""
    statement = _listed().where(Cohort.organization_id == cohort.organization_id, Cohort.id == cohort.id)
    return dict(session.execute(statement).mappings().one())


def list_cohorts(session: Session, caller: Caller, *, page: int, limit: int, sort: str, search: str | None) -> Page:
    """The cohorts of the caller's organization that the caller may see."""
    statement = _listed()
    if caller.organization_id is not None:
        statement = statement.where(Cohort.organization_id == caller.organization_id)
    reach = caller.reach("cohorts.read")
    if reach is not None:
        statement = statement.where(among(Cohort.id, reach))
    if search:
        statement = statement.where(Cohort.name.icontains(search, autoescape=True))
    return paginate(session, ordered(statement, sort, _SORTS, Cohort.id), page=page, limit=limit)


def course_ids(session: Session, cohort: Cohort) -> tuple[UUID, ...]:
    """The cohort's courses, in their order."""
    statement = select(CohortCourse.course_id).where(
        CohortCourse.organization_id == cohort.organization_id, CohortCourse.cohort_id == cohort.id
    )
    return tuple(session.scalars(statement.order_by(CohortCourse.position)))


def count_active(session: Session, organization_id: UUID, cohorts: Sequence[UUID]) -> dict[UUID, int]:
    """The active enrolments of each of these cohorts that has any."""
    statement = select(Enrollment.cohort_id, func.count().label("active")).where(
        Enrollment.organization_id == organization_id,
        among(Enrollment.cohort_id, cohorts),
        Enrollment.state == ACTIVE,
    )
    return {row.cohort_id: row.active for row in session.execute(statement.group_by(Enrollment.cohort_id))}


def _listed() -> Select[*tuple[Any, ...]]:
    ids = aggregate_order_by(CohortCourse.course_id, CohortCourse.position)
    courses = select(array_agg(ids)).where(  # type: ignore[no-untyped-call]
        CohortCourse.organization_id == Cohort.organization_id, CohortCourse.cohort_id == Cohort.id
    )
    return select(
        Cohort.id, Cohort.name, Cohort.description, Cohort.start_date, Cohort.end_date, Cohort.seats,
        Cohort.created_at, Cohort.certificate, _count(ACTIVE).label("active"), _count(COMPLETED).label("completed"),
        func.coalesce(courses.scalar_subquery(), []).label("course_ids"),
    )  # fmt: skip


def _count(state: str) -> Any:
    return (
        select(func.count())
        .where(Enrollment.organization_id == Cohort.organization_id, Enrollment.cohort_id == Cohort.id)
        .where(Enrollment.state == state)
        .correlate(Cohort)
        .scalar_subquery()
    )
