"""Courses of the catalogue."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_TITLES = text("select course_id, title from courses where course_id = any (cast(:courses as uuid[]))")
_OF_COHORT = text("""
select course_id from cohort_courses where organization_id = :organization and cohort_id = :cohort order by ordinal
""")


def titles(session: Session, courses: Iterable[UUID]) -> dict[UUID, str]:
    """Course to title; a course that has not been announced yet is missing."""
    return {row.course_id: row.title for row in session.execute(_TITLES, {"courses": list(courses)})}


def of_cohort(session: Session, organization_id: UUID, cohort_id: UUID) -> list[UUID]:
    """The cohort's courses in their order."""
    return list(session.scalars(_OF_COHORT, {"organization": organization_id, "cohort": cohort_id}))
