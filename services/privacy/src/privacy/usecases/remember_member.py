"""Keep who belongs to an organization, so that no guardian grants to their own."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_ADD = text("insert into members (organization_id, user_id) values (:organization_id, :user_id) on conflict do nothing")
_REMOVE = text("delete from members where organization_id = :organization_id and user_id = :user_id")


def remember_member(session: Session, *, organization_id: UUID, user_id: UUID, belongs: bool) -> None:
    """A person holds a role in the organization from now on, or none any more."""
    session.execute(_ADD if belongs else _REMOVE, {"organization_id": organization_id, "user_id": user_id})
