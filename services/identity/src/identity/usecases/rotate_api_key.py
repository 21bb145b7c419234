"""Rotate a key: its successor holds the same, and it goes on opening for a while."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import NotFound
from identity.models import ApiKey
from identity.queries import organizations
from identity.usecases.create_api_key import create_api_key, note_key


def rotate_api_key(
    session: Session, caller: Caller, organization_id: UUID, key_id: UUID, *, overlap_hours: int
) -> dict[str, Any]:
    """The successor, whose ``key`` is never shown again; it lives as long as the old one was made to.

    Without overlap the old key and its tokens end at once. The successor is its rotator's: they have seen it. Raises
    NotFound for another organization's key and for one that is over, ApiKeyReplaced, CannotGive, TooManyApiKeys.
    """
    organizations.own(session, caller, organization_id, lock=True)
    found = session.get(ApiKey, key_id, with_for_update=True)
    if found is None or found.organization_id != organization_id:
        raise NotFound()
    at = now()
    found.check_replaceable(at)
    made = create_api_key(
        session,
        caller,
        organization_id,
        name=found.name,
        permissions=found.permissions,
        expires_at=_as_long(found, at),
    )
    found.replace(made["id"], at, timedelta(hours=overlap_hours))
    note_key(session, found, "api_key_rotated", caller.user_id, replaced_by=made["id"])
    return made


def _as_long(key: ApiKey, at: datetime) -> datetime | None:
    return None if key.expires_at is None else at + (key.expires_at - key.created_at)
