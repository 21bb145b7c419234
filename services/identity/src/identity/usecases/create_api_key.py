"""Make a key with which a program enters for the organization."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Invalid
from chassis.ids import new_id
from identity.errors import CannotGive, TooManyApiKeys
from identity.models import ApiKey
from identity.queries import organizations
from identity.queries.api_keys import count_of_keys
from identity.rules import secrets
from identity.rules.roles import MANAGE
from identity.usecases.record_change import record_change

MOST = 100
"""Keys of one organization."""
_SHOWN = 10
_FIELDS = ("id", "name", "prefix", "permissions", "created_by", "created_at", "expires_at", "last_used_at")


def create_api_key(
    session: Session,
    caller: Caller,
    organization_id: UUID,
    *,
    name: str,
    permissions: Collection[str],
    expires_at: datetime | None,
) -> dict[str, Any]:
    """The key, whose ``key`` is never shown again.

    Raises NotFound, CannotGive for a permission the caller does not hold in the whole organization, TooManyApiKeys.
    """
    organizations.own(session, caller, organization_id, lock=True)
    if not all(caller.may(permission) for permission in (MANAGE, *permissions)):
        raise CannotGive("You cannot give a key a permission that you do not hold yourself.")
    at = now()
    if expires_at is not None and expires_at <= at:
        raise Invalid.field("expires_at", "Give a moment to come.")
    if count_of_keys(session, organization_id) >= MOST:
        raise TooManyApiKeys()
    key = secrets.new_api_key()
    made = ApiKey(
        id=new_id(),
        organization_id=organization_id,
        name=name,
        prefix=key[:_SHOWN],
        key_hash=secrets.hashed(key),
        permissions=sorted(set(permissions)),
        created_by=caller.user_id,
        created_at=at,
        expires_at=expires_at,
    )
    session.add(made)
    note_key(session, made, "api_key_created", caller.user_id)
    session.flush()
    return {"key": key, "replaced_by": None, **{field: getattr(made, field) for field in _FIELDS}}


def note_key(session: Session, key: ApiKey, action: str, actor_id: UUID | None, **more: Any) -> None:
    """One line of the record of rights; whose rights changed is the key."""
    details = {"name": key.name, "permissions": list(key.permissions), **more}
    record_change(session, key.organization_id, key.id, action, actor_id=actor_id, **details)
