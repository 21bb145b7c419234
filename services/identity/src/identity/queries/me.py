"""Everything /auth/me/ shows."""

from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.errors import Unauthenticated
from identity.models import Organization
from identity.queries import consents, organizations, people


def me(session: Session, caller: Caller) -> dict[str, Any]:
    """The caller's account, organizations, roles, the token's permissions, and the consents that stand."""
    if caller.user_id is None:
        raise Unauthenticated()
    active = caller.organization_id
    return {
        "user": people.person(session, caller.user_id),
        "organization": session.get(Organization, active) if active else None,
        "organizations": organizations.of_member(session, caller.user_id),
        "roles": organizations.all_roles(session, caller.user_id),
        "permissions": sorted(caller.permissions),
        "consent_scopes": {
            "received": consents.received(session, active),
            "granted": consents.granted(session, caller.user_id),
        },
    }
