"""Let a report be fetched as its reader: what a member may still look at now, for a minute, at analytics only."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.errors import NotFound
from chassis.ids import new_id
from chassis.wiring import use
from identity.clients.signer import Signer
from identity.models import Organization, User
from identity.queries import organizations
from identity.queries.second_factor import lacks
from identity.rules import roles

LOOK = "dashboard.view"
_LIFE = timedelta(minutes=1)
_CALLEE = "analytics"


@dataclass(frozen=True)
class Reader:
    """Who reads, and the token that speaks for them. It belongs to no session: none is opened, none can refresh it.

    ``email`` is None until its owner has proved to read it.
    """

    access_token: str
    email: str | None
    name: str


def speak_for_reader(session: Session, *, organization_id: UUID, user_id: UUID) -> Reader:
    """A token with ``dashboard.view`` as far as the member holds it. Raises NotFound for who may not look."""
    user = session.get(User, user_id)
    if user is None or not organizations.is_member(session, organization_id, user_id):
        raise NotFound()
    organization = session.get_one(Organization, organization_id)
    if lacks(session, user_id, organization):
        raise NotFound()
    claims = roles.only(roles.rights(organizations.held(session, user_id, organization_id)), LOOK)
    if not claims["perms"] and not claims.get("narrow"):
        raise NotFound()
    rights = {**claims, "org": str(organization_id), "org_kind": organization.kind, "aud": _CALLEE}
    token = use(session, Signer).access_token(user_id, new_id(), rights, _LIFE)
    return Reader(token, user.email if user.email_verified else None, user.name)
