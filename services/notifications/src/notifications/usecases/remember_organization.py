"""Keep an organization's name and where its notices go."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_REMEMBER = text("""
insert into organizations (id, name, contact_email) values (:id, :name, :contact_email)
on conflict (id) do update set name = excluded.name, contact_email = excluded.contact_email
""")


def remember_organization(session: Session, *, organization_id: UUID, name: str, contact_email: str | None) -> None:
    """As identity last told."""
    session.execute(_REMEMBER, {"id": organization_id, "name": name, "contact_email": contact_email})
