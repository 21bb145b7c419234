"""What programs knows of organizations."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.errors import Forbidden
from programs.errors import OrganizationUnknown
from programs.models import Organization


def organization_name(session: Session, organization_id: UUID) -> str:
    """Its name, or nothing while identity's event is still on its way."""
    return session.scalar(select(Organization.name).where(Organization.id == organization_id)) or ""


def organization_of(caller: Caller) -> UUID:
    """The organization that the caller acts for. Raises Forbidden when it is none."""
    if caller.organization_id is None:
        raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")
    return caller.organization_id


def known_organization(session: Session, organization_id: UUID) -> Organization:
    """The organization, for its time zone and currency. Raises OrganizationUnknown."""
    found = session.get(Organization, organization_id)
    if found is None:
        raise OrganizationUnknown()
    return found
