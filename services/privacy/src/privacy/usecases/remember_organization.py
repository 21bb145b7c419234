"""Keep an organization's name and kind, for showing and for the basis *membership*."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_REMEMBER = text(
    "insert into organizations (id, name, kind) values (:id, :name, :kind) "
    "on conflict (id) do update set name = excluded.name, kind = excluded.kind"
)


def remember_organization(session: Session, *, organization_id: UUID, name: str, kind: str) -> None:
    """As identity last told."""
    session.execute(_REMEMBER, {"id": organization_id, "name": name, "kind": kind})
