"""Take an invitation back."""

from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from identity.usecases.resend_invitation import own_invitation


def revoke_invitation(session: Session, caller: Caller, invitation_id: UUID) -> None:
    """Its links die at once. Raises NotFound, InvitationNotPending."""
    own_invitation(session, caller, invitation_id).revoke()
