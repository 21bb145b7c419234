"""Revoke a key: one, or all that somebody made who may make none any longer."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import NotFound
from identity.models import ApiKey
from identity.usecases.create_api_key import note_key


def revoke_api_key(session: Session, caller: Caller, organization_id: UUID, key_id: UUID) -> None:
    """Its tokens hold no longer. Raises NotFound for another organization's, and for one revoked before."""
    found = session.get(ApiKey, key_id, with_for_update=True)
    if found is None or found.organization_id != organization_id or found.revoked_at is not None:
        raise NotFound()
    found.revoke(now())
    note_key(session, found, "api_key_revoked", caller.user_id)


def revoke_made_by(session: Session, organization_id: UUID, user_id: UUID, *, actor_id: UUID | None) -> None:
    """The keys they made end: they have seen them, so their access would outlive their membership."""
    own = (ApiKey.organization_id == organization_id, ApiKey.created_by == user_id, ApiKey.revoked_at.is_(None))
    for key in session.scalars(select(ApiKey).where(*own).order_by(ApiKey.id).with_for_update()):
        key.revoke(now())
        note_key(session, key, "api_key_revoked", actor_id)
