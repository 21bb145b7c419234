"""Take an invitation back: one, or all that somebody sent who may invite no longer."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from chassis.auth import Caller
from identity.models import Invitation
from identity.usecases.resend_invitation import own_invitation


def revoke_invitation(session: Session, caller: Caller, invitation_id: UUID) -> None:
    """Its links die at once. Raises NotFound, InvitationNotPending."""
    own_invitation(session, caller, invitation_id).revoke()


def revoke_sent_by(session: Session, organization_id: UUID, user_id: UUID) -> None:
    """Their open invitations die: nobody comes in by the word of who was sent away."""
    sent = update(Invitation).where(
        Invitation.organization_id == organization_id, Invitation.invited_by == user_id, Invitation.state == "pending"
    )
    session.execute(sent.values(state="revoked", token_hash=None))
