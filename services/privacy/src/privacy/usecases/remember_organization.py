"""Keep an organization's name, kind and country: for showing, for *membership*, and for the time the law gives."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_REMEMBER = text(
    "insert into organizations (id, name, kind, country) values (:id, :name, :kind, :country) "
    "on conflict (id) do update set name = excluded.name, kind = excluded.kind, country = excluded.country"
)


def remember_organization(
    session: Session, *, organization_id: UUID, name: str, kind: str, country: str | None
) -> None:
    """As identity last told."""
    session.execute(_REMEMBER, {"id": organization_id, "name": name, "kind": kind, "country": country})
