"""Looking up second factors."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from identity.models import Membership, Organization, RecoveryCode, TotpFactor


def second_factor(session: Session, user_id: UUID) -> dict[str, Any]:
    """Whether the person has one that counts, what is left beside it, and who demands one."""
    confirmed = select(TotpFactor.confirmed_at).where(TotpFactor.user_id == user_id)
    confirmed_at = session.scalar(confirmed)
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return {
        "enabled": confirmed_at is not None,
        "confirmed_at": confirmed_at,
        "recovery_codes_left": session.scalar(unused),
        "required_by": _demanding(session, user_id),
    }


def has_one(user_id: UUID | InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether this person has a second factor that counts."""
    return exists().where(TotpFactor.user_id == user_id, TotpFactor.confirmed_at.is_not(None))


def lacks(session: Session, user_id: UUID, organization: Organization) -> bool:
    """Whether the person may not act for the organization until they have a second factor."""
    return organization.demands_second_factor and not session.scalar(select(has_one(user_id)))


def demanding_ids(session: Session, user_id: UUID) -> Sequence[UUID]:
    """The organizations of a person that demand one."""
    return [row["id"] for row in _demanding(session, user_id)]


def members_with_and_without(session: Session, organization_id: UUID) -> tuple[int, int]:
    """How many members have one, and how many do not."""
    having = func.count().filter(has_one(Membership.user_id))
    statement = select(having, func.count()).where(Membership.organization_id == organization_id)
    found, members = session.execute(statement).one()
    return found, members - found


def _demanding(session: Session, user_id: UUID) -> Sequence[RowMapping]:
    statement = select(Organization.id, Organization.name).join(
        Membership, Membership.organization_id == Organization.id
    )
    own = statement.where(Membership.user_id == user_id, Organization.second_factor_since.is_not(None))
    return session.execute(own.order_by(Organization.name, Organization.id)).mappings().all()
