"""Sponsorships: one for a purpose, and a partner's list."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, SQLColumnExpression, and_, func, select
from sqlalchemy.orm import Session

from programs.errors import NoSuchSponsorship
from programs.models import Disbursement, OrganizationStudent, Sponsorship
from programs.models.sponsorship import OPEN
from programs.queries.bulk import among

STUDENT_NAME = "student_name"
_SORTS: dict[str, SQLColumnExpression[Any]] = {
    "created_at": Sponsorship.created_at,
    "amount": Sponsorship.amount_minor,
    "end_date": Sponsorship.end_date,
}
SORTS = (*_SORTS, STUDENT_NAME)


def sponsorship_for(
    session: Session, organization_id: UUID, sponsorship_id: UUID, *, lock: bool = False
) -> Sponsorship:
    """The organization's sponsorship. Raises NoSuchSponsorship."""
    mine = (Sponsorship.organization_id == organization_id, Sponsorship.id == sponsorship_id)
    statement = select(Sponsorship).where(*mine)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NoSuchSponsorship()
    return found


def count_sponsorships(session: Session, organization_id: UUID, status: str | None) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(Sponsorship).where(*_listed(organization_id, status))) or 0


def page_of_sponsorships(
    session: Session, organization_id: UUID, *, page: int, limit: int, status: str | None, sort_by: str,
    descending: bool,
) -> Sequence[Any]:  # fmt: skip
    """A page's lines, in order; by a student's name they are sorted elsewhere: not every name may be looked at."""
    order = (_SORTS[sort_by], Sponsorship.id)
    statement = _lines().where(*_listed(organization_id, status))
    statement = statement.order_by(*((column.desc() for column in order) if descending else order))
    return session.execute(statement.limit(limit).offset((page - 1) * limit)).mappings().all()


def these_sponsorships(session: Session, organization_id: UUID, ids: Sequence[UUID]) -> Sequence[Any]:
    """The lines of these, in the order given."""
    statement = _lines().where(Sponsorship.organization_id == organization_id, among(Sponsorship.id, ids))
    found = {row["id"]: row for row in session.execute(statement).mappings()}
    return [found[id] for id in ids]


def sponsored(session: Session, organization_id: UUID, status: str | None) -> Sequence[Any]:
    """Of each sponsorship its id and its student's."""
    statement = select(Sponsorship.id, Sponsorship.student_id).where(*_listed(organization_id, status))
    return session.execute(statement).all()


def same_open(
    session: Session, organization_id: UUID, students: Collection[UUID], *, kind: str, start: Any, end: Any
) -> set[UUID]:
    """Who of these has an open sponsorship of this kind on some of these days."""
    statement = select(Sponsorship.student_id).where(
        Sponsorship.organization_id == organization_id,
        among(Sponsorship.student_id, students),
        Sponsorship.kind == kind,
        Sponsorship.state.in_(OPEN),
        Sponsorship.start_date <= end,
        Sponsorship.end_date >= start,
    )
    return set(session.scalars(statement))


def _listed(organization_id: UUID, status: str | None) -> list[Any]:
    mine = [Sponsorship.organization_id == organization_id]
    return [*mine, Sponsorship.state == status] if status else mine


def _lines() -> Select[*tuple[Any, ...]]:
    known = OrganizationStudent
    disbursed = (
        select(func.coalesce(func.sum(Disbursement.amount_minor), 0))
        .where(Disbursement.organization_id == Sponsorship.organization_id)
        .where(Disbursement.sponsorship_id == Sponsorship.id)
        .correlate(Sponsorship)
        .scalar_subquery()
    )
    theirs = and_(known.organization_id == Sponsorship.organization_id, known.student_id == Sponsorship.student_id)
    return select(
        Sponsorship.id, Sponsorship.student_id, Sponsorship.kind, Sponsorship.state, Sponsorship.amount_minor,
        Sponsorship.currency, Sponsorship.course_ids, Sponsorship.start_date, Sponsorship.end_date,
        Sponsorship.created_at, known.name, known.school, known.county, known.grade_level,
        disbursed.label("disbursed_minor"),
    ).join(known, theirs)  # fmt: skip
