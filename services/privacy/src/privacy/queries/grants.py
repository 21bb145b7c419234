"""Grants, their history and the texts they rest on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from privacy.models import Grant, GrantHistory, Organization, Policy, Student
from privacy.queries.people import reachable


def current_policy(session: Session, scope: str, at: datetime) -> Policy | None:
    """The text shown for a scope at a moment, or None when nobody may ask for such a thing."""
    statement = (
        select(Policy)
        .where(Policy.scope == scope, Policy.effective_from <= at)
        .order_by(Policy.effective_from.desc(), Policy.version.desc())
        .limit(1)
    )
    return session.scalar(statement)


def policy_exists(session: Session, scope: str, version: str) -> bool:
    """Whether such a text was ever shown."""
    return session.get(Policy, (scope, version)) is not None


def policies(at: datetime) -> Select[*tuple[Any, ...]]:
    """Every text in effect by then, the newest of a scope first and marked ``current``."""
    newest = func.row_number().over(
        partition_by=Policy.scope, order_by=(Policy.effective_from.desc(), Policy.version.desc())
    )
    return (
        select(
            Policy.scope, Policy.version, Policy.title, Policy.text, Policy.for_anyone, Policy.effective_from,
            (newest == 1).label("current"),
        )
        .where(Policy.effective_from <= at)
        .order_by(Policy.scope, Policy.effective_from.desc(), Policy.version.desc())
    )  # fmt: skip


def lock_grant(session: Session, student_id: UUID, organization_id: UUID | None, scope: str) -> Grant | None:
    """Where the student stands with this organization and scope, held until the transaction ends."""
    beneficiary = (
        Grant.organization_id.is_(None) if organization_id is None else Grant.organization_id == organization_id
    )
    statement = select(Grant).where(Grant.student_id == student_id, Grant.scope == scope, beneficiary)
    return session.scalar(statement.with_for_update())


def in_force(at: datetime) -> ColumnElement[bool]:
    """``rules.decision.in_force`` as SQL, for lists; needs a join with students."""
    minor = or_(Student.adult_on.is_(None), Student.adult_on > at.date())
    return and_(
        Grant.state == "granted",
        or_(Grant.expires_at.is_(None), Grant.expires_at > at),
        (Grant.granted_by == "guardian") == minor,
    )


def _shown(at: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Grant.id, Grant.student_id, Grant.organization_id, Organization.name.label("organization_name"),
            Grant.scope, in_force(at).label("granted"), Grant.granted_by, Grant.policy_version,
            Grant.granted_at, Grant.expires_at, Grant.ended_at, _state(at).label("state"),
        )
        .join(Student, Student.id == Grant.student_id)
        .outerjoin(Organization, Organization.id == Grant.organization_id)
    )  # fmt: skip


def _state(at: datetime) -> ColumnElement[str]:
    """As stored, but a grant whose end has passed is expired before the job has said so."""
    over = and_(Grant.state == "granted", ~in_force(at))
    return case((over, literal("expired")), else_=Grant.state)


def of_person(user_id: UUID, at: datetime, wanted: dict[str, Any]) -> Select[*tuple[Any, ...]]:
    """Where the person's own grants and those of the minors they guard stand; with the child's name."""
    statement = _shown(at).add_columns(Student.name.label("student_name"))
    statement = statement.where(Grant.student_id.in_(reachable(user_id))).order_by(Grant.granted_at.desc(), Grant.id)
    return _narrowed(statement, Grant, wanted)


def to_organization(organization_id: UUID, at: datetime, wanted: dict[str, Any]) -> Select[*tuple[Any, ...]]:
    """What the organization may use now: ids, never names."""
    statement = _shown(at).add_columns(literal(None).label("student_name"))
    statement = statement.where(Grant.organization_id == organization_id, in_force(at))
    return _narrowed(statement.order_by(Grant.granted_at.desc(), Grant.id), Grant, wanted)


def history_of_person(user_id: UUID, wanted: dict[str, Any]) -> Select[*tuple[Any, ...]]:
    """Every change to the person's own grants and those of the minors they guard, newest first."""
    statement = (
        select(
            GrantHistory.id, GrantHistory.grant_id, GrantHistory.student_id, GrantHistory.organization_id,
            Organization.name.label("organization_name"), GrantHistory.scope, GrantHistory.action,
            GrantHistory.acted_by, GrantHistory.user_id, GrantHistory.policy_version, GrantHistory.at,
            GrantHistory.expires_at,
        )
        .outerjoin(Organization, Organization.id == GrantHistory.organization_id)
        .where(GrantHistory.student_id.in_(reachable(user_id)))
        .order_by(GrantHistory.at.desc(), GrantHistory.id.desc())
    )  # fmt: skip
    return _narrowed(statement, GrantHistory, wanted)


def _narrowed(
    statement: Select[*tuple[Any, ...]], table: type[Grant | GrantHistory], wanted: dict[str, Any]
) -> Select[*tuple[Any, ...]]:
    for name in ("student_id", "organization_id", "scope"):
        if wanted.get(name) is not None:
            statement = statement.where(getattr(table, name) == wanted[name])
    return statement


def over(session: Session, at: datetime, limit: int) -> Sequence[Grant]:
    """Grants still marked as given whose end has passed, held; those another worker has in hand are left out."""
    of_age = select(Student.id).where(Student.adult_on <= at.date())
    ended = or_(Grant.expires_at <= at, and_(Grant.granted_by == "guardian", Grant.student_id.in_(of_age)))
    statement = select(Grant).where(Grant.state == "granted", ended).order_by(Grant.id).limit(limit)
    return session.scalars(statement.with_for_update(skip_locked=True)).all()


def overtaken(session: Session, student_ids: Sequence[UUID], at: datetime) -> Sequence[Grant]:
    """Grants of these students that a corrected birth date puts out of force, held."""
    statement = (
        select(Grant)
        .join(Student, Student.id == Grant.student_id)
        .where(Grant.student_id.in_(student_ids), Grant.state == "granted", ~in_force(at))
        .order_by(Grant.id)
    )
    return session.scalars(statement.with_for_update(of=Grant)).all()


def lock_live(session: Session, student_id: UUID, organization_id: UUID | None = None) -> Sequence[Grant]:
    """What a student has granted and not withdrawn, to one organization or to anybody, held."""
    statement = select(Grant).where(Grant.student_id == student_id, Grant.state == "granted")
    if organization_id is not None:
        statement = statement.where(Grant.organization_id == organization_id)
    return session.scalars(statement.order_by(Grant.id).with_for_update()).all()
