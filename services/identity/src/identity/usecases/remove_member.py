"""Remove a member: their sessions for the organization and the invitations they sent end at once."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.errors import Forbidden, NotFound
from chassis.outbox import publish
from contracts.events.identity import MemberRemoved
from identity.errors import LastAdmin
from identity.models import Membership, Role
from identity.queries import organizations
from identity.rules.roles import MANAGE, Held, is_admin
from identity.usecases.end_session import end_sessions
from identity.usecases.give_role import note
from identity.usecases.revoke_api_key import revoke_made_by
from identity.usecases.revoke_invitation import revoke_sent_by


def remove_member(session: Session, caller: Caller, organization_id: UUID, user_id: UUID) -> None:
    """They hold nothing here any more. Raises NotFound, LastAdmin, Forbidden."""
    held = roles_of_member(session, caller, organization_id, user_id)
    check_an_admin_is_left(session, organization_id, user_id, ())
    for role in held:
        note(session, organization_id, user_id, "member_removed", (role.role, role.cohort_id), actor_id=caller.user_id)
    take(session, held)
    session.execute(
        delete(Membership).where(Membership.organization_id == organization_id, Membership.user_id == user_id)
    )
    end_sessions(session, user_id, "member_removed", organization_id=organization_id)
    revoke_sent_by(session, organization_id, user_id, actor_id=caller.user_id)
    revoke_made_by(session, organization_id, user_id, actor_id=caller.user_id)
    publish(session, MemberRemoved(organization_id=organization_id, user_id=user_id))


def roles_of_member(session: Session, caller: Caller, organization_id: UUID, user_id: UUID) -> list[Role]:
    """What a member holds, for who manages the whole organization.

    The organization's row is locked: two administrators who remove each other come one after the other.
    """
    organizations.own(session, caller, organization_id, lock=True)
    if not caller.may(MANAGE):
        raise Forbidden("Only who manages the whole organization may change its members.")
    if not organizations.is_member(session, organization_id, user_id):
        raise NotFound()
    statement = select(Role).where(Role.organization_id == organization_id, Role.user_id == user_id)
    return list(session.scalars(statement))


def check_an_admin_is_left(session: Session, organization_id: UUID, user_id: UUID, keeps: Iterable[Held]) -> None:
    """Raise LastAdmin if nobody managed the whole organization once this member held only what ``keeps`` says."""
    others = session.execute(
        select(Role.role, Role.cohort_id).where(Role.organization_id == organization_id, Role.user_id != user_id)
    )
    if not any(is_admin(held) for held in (*keeps, *((role, cohort_id) for role, cohort_id in others))):
        raise LastAdmin()


def take(session: Session, held: Iterable[Role]) -> None:
    """Delete these roles."""
    session.execute(delete(Role).where(Role.id.in_([role.id for role in held])))
