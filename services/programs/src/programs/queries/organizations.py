"""What programs knows of organizations."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from programs.models import Organization


def organization_name(session: Session, organization_id: UUID) -> str:
    """Its name, or nothing while identity's event is still on its way."""
    return session.scalar(select(Organization.name).where(Organization.id == organization_id)) or ""
