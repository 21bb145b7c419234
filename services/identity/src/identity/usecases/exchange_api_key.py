"""Exchange an API key for a short access token that speaks for the key's organization, and for no person."""

from datetime import timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.wiring import use
from identity.clients.signer import Signer
from identity.errors import UnknownApiKey
from identity.models import ApiKey, Organization
from identity.rules import secrets
from identity.usecases.issue_service_token import ServiceToken

_ROLE = "integration"


def exchange_api_key(session: Session, *, key: str) -> ServiceToken:
    """A token with exactly the key's permissions, good for as long as a person's but never longer than the key.

    ``last_used_at`` is the moment of the latest exchange. Raises UnknownApiKey, whatever is wrong with the key.
    """
    at, signer = now(), use(session, Signer)
    holds = or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > at)
    of_key = update(ApiKey).where(ApiKey.key_hash == secrets.hashed(key), ApiKey.revoked_at.is_(None), holds)
    found = session.execute(
        of_key.values(last_used_at=at).returning(
            ApiKey.id, ApiKey.organization_id, ApiKey.permissions, ApiKey.expires_at
        )
    ).one_or_none()
    if found is None:
        raise UnknownApiKey()
    life = signer.access_life if found.expires_at is None else min(signer.access_life, found.expires_at - at)
    rights = {
        "org": str(found.organization_id),
        "org_kind": session.get_one(Organization, found.organization_id).kind,
        "perms": sorted(found.permissions),
        "role": _ROLE,
    }
    life = max(life, timedelta(seconds=1))
    return ServiceToken(signer.access_token(found.id, found.id, rights, life), int(life.total_seconds()))
