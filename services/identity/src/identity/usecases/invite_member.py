"""Invite somebody to be a member."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.wiring import use
from contracts.events.identity import InvitationCreated
from identity.errors import AlreadyInvited
from identity.models import Invitation, Organization
from identity.rules.roles import Held
from identity.settings import Settings
from identity.usecases.record_change import record_change


def invite_member(session: Session, caller: Caller, organization: Organization, email: str, held: Held) -> Invitation:
    """An open invitation, about to be mailed. Raises AlreadyInvited when one for the same role is open."""
    at, (role, cohort_id) = now(), held
    invitation = Invitation(
        id=new_id(),
        purpose="member",
        email=email,
        organization_id=organization.id,
        role=role,
        cohort_id=cohort_id,
        invited_by=caller.user_id,
        state="pending",
        expires_at=at + use(session, Settings).invitation_life,
        resends=0,
        created_at=at,
    )
    try:
        with session.begin_nested():
            session.add(invitation)
    except IntegrityError:
        raise AlreadyInvited() from None
    note_invitation(session, invitation, "member_invited", caller.user_id)
    publish(session, created(invitation, organization.name))
    return invitation


def note_invitation(session: Session, invitation: Invitation, action: str, actor_id: UUID | None) -> None:
    """One line of the record of rights, about an invitation to be a member; to others it gives no rights here."""
    if invitation.purpose == "member":
        details = {"role": invitation.role, "cohort_id": invitation.cohort_id}
        record_change(session, invitation.organization_id, invitation.id, action, actor_id=actor_id, **details)


def created(invitation: Invitation, organization_name: str | None) -> InvitationCreated:
    """The event upon which the mail is written."""
    return InvitationCreated(
        invitation_id=invitation.id,
        organization_id=invitation.organization_id,
        organization_name=organization_name,
        email=invitation.email,
        purpose=invitation.purpose,
        expires_at=invitation.expires_at,
    )
