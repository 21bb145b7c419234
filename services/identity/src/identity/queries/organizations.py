"""Looking up organizations and who belongs to them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, exists, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.errors import NotFound
from identity.models import Membership, Organization, Role, UserSession

SHOWN = (
    Organization.id,
    Organization.name,
    Organization.kind,
    Organization.sponsor_type,
    Organization.slug,
    Organization.contact_email,
    Organization.country,
    Organization.currency,
    Organization.time_zone,
    Organization.created_at,
    Organization.updated_at,
)


def own(session: Session, caller: Caller, organization_id: UUID, *, lock: bool = False) -> Organization:
    """The organization the caller's token speaks for. Raises NotFound for any other, as for one that is not."""
    if caller.organization_id != organization_id and not caller.is_platform:
        raise NotFound()
    found = session.get(Organization, organization_id, with_for_update=lock or None)
    if found is None:
        raise NotFound()
    return found


def of_member(session: Session, user_id: UUID) -> Sequence[RowMapping]:
    """The organizations a person belongs to, by name."""
    statement = select(*SHOWN).join(Membership, Membership.organization_id == Organization.id)
    ordered = statement.where(Membership.user_id == user_id).order_by(Organization.name, Organization.id)
    return session.execute(ordered).mappings().all()


def ids_of_member(session: Session, user_id: UUID) -> Sequence[UUID]:
    """The organizations a person belongs to, in one order for everybody: who locks several never waits in a circle."""
    statement = select(Membership.organization_id).where(Membership.user_id == user_id)
    return session.scalars(statement.order_by(Membership.organization_id)).all()


def slug_exists(session: Session, slug: str) -> bool:
    """Whether an organization has this short name."""
    return bool(session.scalar(select(exists().where(Organization.slug == slug))))


def joined_by_slug(session: Session, user_id: UUID, slug: str) -> UUID | None:
    """The organization of this short name, if the person belongs to it."""
    statement = select(Organization.id).join(Membership, Membership.organization_id == Organization.id)
    return session.scalar(statement.where(Organization.slug == slug, Membership.user_id == user_id))


def usual(session: Session, user_id: UUID) -> UUID | None:
    """The organization a person most likely means: of their latest session, else the first they joined."""
    latest = (
        select(UserSession.last_used_at)
        .where(UserSession.user_id == user_id, UserSession.organization_id == Membership.organization_id)
        .order_by(UserSession.last_used_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = select(Membership.organization_id).where(Membership.user_id == user_id)
    return session.scalar(statement.order_by(latest.desc().nulls_last(), Membership.created_at).limit(1))


def is_member(session: Session, organization_id: UUID, user_id: UUID) -> bool:
    """Whether the person belongs to the organization."""
    return session.get(Membership, (organization_id, user_id)) is not None


def held(session: Session, user_id: UUID, organization_id: UUID | None) -> list[tuple[str, UUID | None]]:
    """The roles a person holds there, and those of the platform."""
    there = or_(Role.organization_id.is_(None), Role.organization_id == organization_id)
    rows = session.execute(select(Role.role, Role.cohort_id).where(Role.user_id == user_id, there))
    return [(role, cohort_id) for role, cohort_id in rows]


def all_roles(session: Session, user_id: UUID) -> list[dict[str, Any]]:
    """Every role a person holds anywhere, with its scope."""
    columns = (Role.organization_id, Role.role, Role.cohort_id)
    statement = select(*columns).where(Role.user_id == user_id).order_by(Role.created_at, Role.id)
    return [dict(row) for row in session.execute(statement).mappings()]
