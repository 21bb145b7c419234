"""Keep what identity says of an organization."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from programs.models import Organization


def note_organization(
    session: Session, *, organization_id: UUID, name: str, kind: str, time_zone: str, currency: str
) -> None:
    """The organization as it is now; the same again changes nothing."""
    facts = {"name": name, "kind": kind, "time_zone": time_zone, "currency": currency}
    statement = insert(Organization).values(id=organization_id, **facts)
    session.execute(statement.on_conflict_do_update(index_elements=[Organization.id], set_=facts))
