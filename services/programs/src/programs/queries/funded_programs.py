"""Programs that organizations fund: one for a purpose, and a partner's list."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from chassis.paging import Page, paginate
from programs.errors import NoSuchProgram
from programs.models import Course, Disbursement, FundedProgram, ProgramParticipant
from programs.queries.bulk import among


def program_for(session: Session, organization_id: UUID, program_id: UUID, *, lock: bool = False) -> FundedProgram:
    """The organization's program. Raises NoSuchProgram."""
    mine = (FundedProgram.organization_id == organization_id, FundedProgram.id == program_id)
    statement = select(FundedProgram).where(*mine)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NoSuchProgram()
    return found


def list_programs(session: Session, organization_id: UUID, *, page: int, limit: int, status: str | None = None) -> Page:
    """A page of the organization's programs, the latest first, with the titles of their courses."""
    statement = _lines().where(FundedProgram.organization_id == organization_id)
    if status:
        statement = statement.where(FundedProgram.state == status)
    statement = statement.order_by(FundedProgram.created_at.desc(), FundedProgram.id.desc())
    found = paginate(session, statement, page=page, limit=limit)
    titles = titles_of(session, {id for row in found.items for id in row["course_ids"]})
    items = [{**row, "courses": [titles[id] for id in row["course_ids"]]} for row in found.items]
    return Page(items, found.total, found.page, found.limit)


def program_line(session: Session, organization_id: UUID, program_id: UUID) -> Any:
    """One program's line."""
    mine = (FundedProgram.organization_id == organization_id, FundedProgram.id == program_id)
    return session.execute(_lines().where(*mine)).mappings().one()


def titles_of(session: Session, course_ids: Collection[UUID]) -> dict[UUID, str]:
    """What these courses are called."""
    if not course_ids:
        return {}
    rows: Sequence[Any] = session.execute(select(Course.id, Course.title).where(among(Course.id, course_ids))).all()
    return {row.id: row.title for row in rows}


def _lines() -> Select[*tuple[Any, ...]]:
    own, taking, released = FundedProgram, ProgramParticipant, Disbursement
    enrolled = (
        select(func.count())
        .where(taking.organization_id == own.organization_id, taking.program_id == own.id)
        .where(taking.withdrawn_at.is_(None))
        .correlate(own)
        .scalar_subquery()
    )
    spent = (
        select(func.coalesce(func.sum(released.amount_minor), 0))
        .where(released.organization_id == own.organization_id, released.program_id == own.id)
        .correlate(own)
        .scalar_subquery()
    )
    return select(
        own.id, own.name, own.description, own.state, own.target_students, own.budget_minor, own.currency,
        own.course_ids, own.grade_levels, own.counties, own.max_income_minor, own.start_date, own.end_date,
        own.created_at, enrolled.label("enrolled_students"), spent.label("spent_minor"),
    )  # fmt: skip
