"""Who stands for whom: accounts, students and guardians."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from chassis.clock import now
from privacy.models import Guardianship, Member, Organization, OrganizationStudent, Student
from privacy.rules.granting import Standing


def standings(session: Session, user_id: UUID) -> list[Standing]:
    """The students this person is or has ever guarded, own first; whether it still counts is for the rules."""
    own = session.execute(select(Student.id, Student.adult_on).where(Student.user_id == user_id).order_by(Student.id))
    guarded = session.execute(_guarded(user_id)).all()
    return [Standing(row.id, "self", row.adult_on) for row in own] + [
        Standing(row.id, "guardian", row.adult_on, frozenset(row.named_by), frozenset(row.others or ()))
        for row in guarded
    ]


def _guarded(user_id: UUID) -> Select[*tuple[Any, ...]]:
    mine = Guardianship.__table__.alias("mine")
    other = Guardianship.__table__.alias("other")
    others = (
        select(func.array_agg(other.c.named_by))
        .where(other.c.student_id == Student.id, other.c.user_id.is_distinct_from(user_id))
        .scalar_subquery()
    )
    return (
        select(Student.id, Student.adult_on, func.array_agg(mine.c.named_by).label("named_by"), others.label("others"))
        .join(mine, mine.c.student_id == Student.id)
        .where(mine.c.user_id == user_id, _another(mine.c.user_id, mine.c.email))
        .group_by(Student.id)
        .order_by(Student.id)
    )


def _another(user_id: ColumnElement[UUID | None], email: ColumnElement[str]) -> ColumnElement[bool]:
    """Nobody guards themselves, under whatever address they were named."""
    return and_(user_id.is_distinct_from(Student.user_id), email.is_distinct_from(Student.email))


def reachable(user_id: UUID) -> Select[UUID]:
    """The ids of the students whose data this person may look into: themselves, and minors they guard."""
    today = now().date()
    guarded = exists().where(
        Guardianship.student_id == Student.id,
        Guardianship.user_id == user_id,
        _another(Guardianship.user_id.expression, Guardianship.email.expression),
    )
    minor = or_(Student.adult_on.is_(None), Student.adult_on > today)
    return select(Student.id).where(or_(Student.user_id == user_id, and_(guarded, minor)))


def lock_student(session: Session, student_id: UUID) -> Student | None:
    """The student, held until the transaction ends: whatever changes their consents comes one by one."""
    return session.scalar(select(Student).where(Student.id == student_id).with_for_update())


def organization(session: Session, organization_id: UUID) -> Row[str, str] | None:
    """Name and kind."""
    statement = select(Organization.name, Organization.kind).where(Organization.id == organization_id)
    return session.execute(statement).one_or_none()


def is_member(session: Session, organization_id: UUID, user_id: UUID) -> bool:
    """Whether this person holds any role in the organization."""
    return session.get(Member, (organization_id, user_id)) is not None


def knows(session: Session, organization_id: UUID, student_id: UUID) -> bool:
    """Whether the organization has registered the student."""
    return session.get(OrganizationStudent, (organization_id, student_id)) is not None


def guardians_of(session: Session, student_id: UUID) -> Sequence[Guardianship]:
    """Everyone named as this student's guardian, by whomever."""
    return session.scalars(select(Guardianship).where(Guardianship.student_id == student_id)).all()
