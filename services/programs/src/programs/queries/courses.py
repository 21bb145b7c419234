"""The catalogue of courses."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.errors import Forbidden, Invalid
from chassis.paging import Page, ordered, paginate
from programs.errors import NoSuchCourse
from programs.models import Course, Organization
from programs.queries.bulk import among
from programs.rules.results import Rule

_SHOWN = (
    Course.id, Course.title, Course.description, Course.subject_area, Course.grade_level, Course.created_at,
    Course.completion, Course.min_score, Course.min_percent, Course.certificate, Course.organization_id,
    Organization.name.label("organization_name"),
)  # fmt: skip
_SORTS = {"title": Course.title, "created_at": Course.created_at}


def list_courses(
    session: Session, *, page: int, limit: int, sort: str, search: str | None, organization_id: UUID | None
) -> Page:
    """A page of every organization's courses."""
    statement = _listed()
    if organization_id:
        statement = statement.where(Course.organization_id == organization_id)
    if search:
        statement = statement.where(Course.title.icontains(search, autoescape=True))
    found = paginate(session, ordered(statement, sort, _SORTS, Course.id), page=page, limit=limit)
    return Page([_line(row) for row in found.items], found.total, found.page, found.limit)


def shown(session: Session, course_id: UUID) -> dict[str, Any]:
    """The course as the API shows it. Raises NoSuchCourse."""
    found = session.execute(_listed().where(Course.id == course_id)).mappings().one_or_none()
    if found is None:
        raise NoSuchCourse()
    return _line(found)


def course_for(session: Session, caller: Caller, course_id: UUID) -> Course:
    """The course, locked, for who manages the courses of its organization. Raises NoSuchCourse, Forbidden."""
    course = session.get(Course, course_id, with_for_update=True)
    if course is None or caller.organization_id not in (None, course.organization_id):
        raise NoSuchCourse()
    if not caller.may("courses.manage"):
        raise Forbidden("This needs the permission 'courses.manage' in the whole of an organization.")
    return course


def rules_of(session: Session, course_ids: Collection[UUID]) -> dict[UUID, Rule]:
    """What completes each of these courses that the catalogue has."""
    statement = select(Course.id, Course.completion, Course.min_score, Course.min_percent)
    rows = session.execute(statement.where(among(Course.id, course_ids)))
    return {row.id: Rule(row.completion, row.min_score, row.min_percent) for row in rows}


def check_courses(session: Session, course_ids: Collection[UUID]) -> None:
    """Raise Invalid unless the catalogue has each of these."""
    found = set(session.scalars(select(Course.id).where(among(Course.id, course_ids))))
    if missing := set(course_ids) - found:
        named = ", ".join(sorted(map(str, missing)))
        raise Invalid.field("course_ids", f"The catalogue has no such course: {named}.")


def _listed() -> Select[*tuple[Any, ...]]:
    return select(*_SHOWN).outerjoin(Organization, Organization.id == Course.organization_id)


def _line(row: Any) -> dict[str, Any]:
    return {**row, "organization": {"id": row["organization_id"], "name": row["organization_name"]}}
