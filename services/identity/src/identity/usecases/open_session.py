"""Open a session: what every way of signing in ends with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from chassis.wiring import use
from identity.clients.signer import Signer
from identity.errors import SessionEnded
from identity.models import Organization, RefreshToken, UserSession
from identity.queries import organizations
from identity.queries.second_factor import lacks
from identity.rules import roles, secrets
from identity.settings import Settings


@dataclass(frozen=True)
class Tokens:
    """What a person holds after signing in. ``expires_in`` is the access token's, in seconds.

    With ``second_factor_required`` it speaks for nobody yet: the session's organization demands a second factor.
    """

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - the scheme's name
    second_factor_required: bool = False


def open_session(
    session: Session,
    user_id: UUID,
    organization_id: UUID | None,
    device: str | None,
    *,
    ends_at: datetime | None = None,
) -> Tokens:
    """A new session speaking for this organization, or for none. ``ends_at`` is inherited on a switch.

    Raises SessionEnded for who was removed from the organization meanwhile.
    """
    at = now()
    if organization_id is not None:
        # Whoever demands a second factor at this moment waits, and ends this session, or was before.
        session.get_one(Organization, organization_id, with_for_update={"read": True})
    opened = UserSession(
        id=new_id(),
        user_id=user_id,
        organization_id=organization_id,
        device=(device or "")[:200] or None,
        created_at=at,
        last_used_at=at,
        ends_at=ends_at or at + use(session, Settings).session_life,
    )
    session.add(opened)
    session.flush()
    token = secrets.new_token()
    keep_refresh_token(session, opened, token)
    return tokens_of(session, opened, token)


def keep_refresh_token(session: Session, of: UserSession, token: str) -> None:
    """Let this token refresh the session, for a while that slides but never beyond the session's end."""
    at = now()
    session.add(
        RefreshToken(
            token_hash=secrets.hashed(token),
            session_id=of.id,
            nonce=secrets.new_nonce(),
            created_at=at,
            expires_at=min(at + use(session, Settings).refresh_token_life, of.ends_at),
        )
    )
    session.flush()


def tokens_of(session: Session, of: UserSession, refresh_token: str) -> Tokens:
    """The session's tokens, with the rights its person has at this moment."""
    signer, rights = use(session, Signer), _rights(session, of)
    access = signer.access_token(of.user_id, of.id, rights or {})
    life = int(signer.access_life.total_seconds())
    return Tokens(access, refresh_token, life, second_factor_required=rights is None)


def _rights(session: Session, of: UserSession) -> dict[str, Any] | None:
    """None for who must set up a second factor first."""
    # Read once the session's row holds its person and organization: whoever is removed now waits for it, or was before.
    held = organizations.held(session, of.user_id, of.organization_id)
    if of.organization_id is None:
        return roles.rights(held)
    if not held:
        raise SessionEnded()
    organization = session.get_one(Organization, of.organization_id)
    if lacks(session, of.user_id, organization):
        return None
    return roles.rights(held) | {"org": str(organization.id), "org_kind": organization.kind}
