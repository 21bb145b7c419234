"""Take an invitation back: one, or all that somebody sent who may invite no longer."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from identity.models import Invitation
from identity.usecases.invite_member import note_invitation
from identity.usecases.resend_invitation import own_invitation


def revoke_invitation(session: Session, caller: Caller, invitation_id: UUID) -> None:
    """Its links die at once. Raises NotFound, InvitationNotPending."""
    found = own_invitation(session, caller, invitation_id)
    found.revoke()
    note_invitation(session, found, "invitation_revoked", caller.user_id)


def revoke_sent_by(session: Session, organization_id: UUID, user_id: UUID, *, actor_id: UUID | None) -> None:
    """Their open invitations die: nobody comes in by the word of who was sent away."""
    own = (Invitation.organization_id == organization_id, Invitation.invited_by == user_id)
    sent = select(Invitation).where(*own, Invitation.state == "pending").order_by(Invitation.id).with_for_update()
    for invitation in session.scalars(sent):
        invitation.revoke()
        note_invitation(session, invitation, "invitation_revoked", actor_id)
