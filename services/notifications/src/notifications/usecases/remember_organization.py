"""Keep an organization's name, where its notices go, and its time zone."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_REMEMBER = text("""
insert into organizations (id, name, contact_email, time_zone) values (:id, :name, :contact_email, :time_zone)
on conflict (id) do update
set name = excluded.name, contact_email = excluded.contact_email, time_zone = excluded.time_zone
""")


def remember_organization(
    session: Session, *, organization_id: UUID, name: str, contact_email: str | None, time_zone: str
) -> None:
    """As identity last told."""
    values = {"name": name, "contact_email": contact_email, "time_zone": time_zone}
    session.execute(_REMEMBER, {"id": organization_id, **values})
