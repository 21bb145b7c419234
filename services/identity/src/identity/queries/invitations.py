"""Looking up invitations."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from identity.errors import LinkNotValid
from identity.models import Invitation, Organization
from identity.queries import people


def by_token(session: Session, token_hash: bytes) -> Invitation | None:
    """The invitation a link stands for, locked."""
    return session.scalars(
        select(Invitation).where(Invitation.token_hash == token_hash).with_for_update()
    ).one_or_none()


def shown(session: Session, token_hash: bytes) -> dict[str, Any]:
    """What who holds the link may see of the invitation. Raises LinkNotValid."""
    statement = (
        select(Invitation, Organization.name)
        .outerjoin(Organization, Organization.id == Invitation.organization_id)
        .where(Invitation.token_hash == token_hash, Invitation.state == "pending", Invitation.expires_at > now())
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise LinkNotValid()
    invitation, organization_name = row
    return {
        "purpose": invitation.purpose,
        "email": invitation.email,
        "organization_name": organization_name,
        "role": invitation.role,
        # An account whose address nobody proved may be a stranger's: its password is not this person's to know.
        "has_account": bool(people.verified_among(session, [invitation.email])),
        "expires_at": invitation.expires_at,
    }
