"""Courses of the catalogue and of cohorts."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.queries import IN_SCOPE
from analytics.rules.scope import Scope

_TITLES = text("select course_id, title from courses where course_id = any (cast(:courses as uuid[]))")
_OF_COHORT = text("""
select course_id from cohort_courses where organization_id = :organization and cohort_id = :cohort order by ordinal
""")
_TAKEN = text(f"""
select course_id, array_agg(cast(cohort_id as text)) as cohorts from cohort_courses
where {IN_SCOPE.format(table="cohort_courses")} group by course_id
""")  # noqa: S608 - our own words


def titles(session: Session, courses: Iterable[UUID]) -> dict[UUID, str]:
    """Course to title; a course that has not been announced yet is missing."""
    return {row.course_id: row.title for row in session.execute(_TITLES, {"courses": list(courses)})}


def of_cohort(session: Session, organization_id: UUID, cohort_id: UUID) -> list[UUID]:
    """The cohort's courses in their order."""
    return list(session.scalars(_OF_COHORT, {"organization": organization_id, "cohort": cohort_id}))


def taken(session: Session, scope: Scope) -> Mapping[UUID, list[str]]:
    """Course to the cohorts in scope that take it."""
    return {row.course_id: row.cohorts for row in session.execute(_TAKEN, scope.values)}
