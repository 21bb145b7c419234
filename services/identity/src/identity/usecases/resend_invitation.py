"""Send an invitation again, or take it back."""

from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden, NotFound
from chassis.outbox import publish
from chassis.wiring import use
from identity.models import Invitation, Organization
from identity.rules.roles import MANAGE
from identity.settings import Settings
from identity.usecases.invite_member import created, note_invitation


def resend_invitation(session: Session, caller: Caller, invitation_id: UUID) -> Invitation:
    """The invitation, open for its whole time again. Raises NotFound, InvitationNotPending, ResentTooOften."""
    found = own_invitation(session, caller, invitation_id)
    found.resend(now(), use(session, Settings).invitation_life)
    note_invitation(session, found, "invitation_resent", caller.user_id)
    organization = session.get(Organization, found.organization_id) if found.organization_id else None
    publish(session, created(found, organization.name if organization else None))
    return found


def own_invitation(session: Session, caller: Caller, invitation_id: UUID) -> Invitation:
    """An invitation of the caller's organization, locked. Raises NotFound for another's, Forbidden."""
    found = session.get(Invitation, invitation_id, with_for_update=True)
    if found is None or not (caller.is_platform or found.organization_id == caller.organization_id):
        raise NotFound()
    if not caller.may(MANAGE, within=found.cohort_id):
        raise Forbidden()
    return found
