"""Add a member: somebody who has proved the address at once, everybody else by an invitation."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from identity.errors import AlreadyMember, CannotGive
from identity.models import Membership
from identity.queries import members, organizations, people
from identity.rules.roles import Held, may_give
from identity.usecases.give_role import give_role
from identity.usecases.invite_member import invite_member


def add_member(
    session: Session, caller: Caller, organization_id: UUID, *, email: str, role: str, cohort_id: UUID | None
) -> dict[str, Any]:
    """The new member, or the invitation. Raises NotFound, CannotGive, AlreadyMember, AlreadyInvited.

    Nobody becomes a member of anything by an account that somebody else may have opened with their address: an
    address not yet proved is invited like an unknown one.
    """
    organization = organizations.own(session, caller, organization_id)
    if not may_give(caller, role, cohort_id):
        raise CannotGive()
    user = people.by_email(session, email)
    if user is None or not user.email_verified:
        return members.invited(invite_member(session, caller, organization, email, (role, cohort_id)))
    if organizations.is_member(session, organization_id, user.id):
        raise AlreadyMember()
    join(session, organization_id, user.id, (role, cohort_id), actor_id=caller.user_id)
    return members.member(session, organization_id, user.id)


def join(session: Session, organization_id: UUID, user_id: UUID, held: Held, *, actor_id: UUID | None) -> None:
    """Make the person a member with this role, or give the role to who is one."""
    joining = insert(Membership).values(organization_id=organization_id, user_id=user_id, created_at=now())
    session.execute(joining.on_conflict_do_nothing())
    give_role(session, organization_id, user_id, held, actor_id=actor_id)
