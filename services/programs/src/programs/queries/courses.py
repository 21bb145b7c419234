"""The catalogue of courses."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.errors import Invalid
from chassis.paging import Page, ordered, paginate
from programs.models import Course, Organization
from programs.queries.bulk import among

_SORTS = {"title": Course.title, "created_at": Course.created_at}


def list_courses(
    session: Session, *, page: int, limit: int, sort: str, search: str | None, organization_id: UUID | None
) -> Page:
    """A page of every organization's courses."""
    statement = select(
        Course.id, Course.title, Course.description, Course.subject_area, Course.grade_level, Course.created_at,
        Course.organization_id, Organization.name.label("organization_name"),
    ).outerjoin(Organization, Organization.id == Course.organization_id)  # fmt: skip
    if organization_id:
        statement = statement.where(Course.organization_id == organization_id)
    if search:
        statement = statement.where(Course.title.icontains(search, autoescape=True))
    found = paginate(session, ordered(statement, sort, _SORTS, Course.id), page=page, limit=limit)
    items = [
        {**row, "organization": {"id": row["organization_id"], "name": row["organization_name"]}} for row in found.items
    ]
    return Page(items, found.total, found.page, found.limit)


def check_courses(session: Session, course_ids: Collection[UUID]) -> None:
    """Raise Invalid unless the catalogue has each of these."""
    found = set(session.scalars(select(Course.id).where(among(Course.id, course_ids))))
    if missing := set(course_ids) - found:
        named = ", ".join(sorted(map(str, missing)))
        raise Invalid.field("course_ids", f"The catalogue has no such course: {named}.")
