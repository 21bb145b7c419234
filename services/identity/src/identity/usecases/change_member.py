"""Change which roles a member holds."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.outbox import publish
from contracts.events.identity import MemberAdded, MemberRemoved
from identity.errors import CannotGive
from identity.models import Role
from identity.queries import members
from identity.rules.roles import Held, may_give
from identity.usecases.end_session import end_sessions
from identity.usecases.give_role import give_role, note
from identity.usecases.remove_member import check_an_admin_is_left, roles_of_member, take
from identity.usecases.revoke_api_key import revoke_made_by
from identity.usecases.revoke_invitation import revoke_sent_by


def change_member(
    session: Session, caller: Caller, organization_id: UUID, user_id: UUID, *, roles: list[dict[str, Any]]
) -> dict[str, Any]:
    """The member, holding exactly these roles. Raises NotFound, CannotGive, LastAdmin, Forbidden.

    Who loses a role is signed out of the organization: an access token would carry it for minutes; the invitations
    they sent and the API keys they made end too. What is only gained is in the next token.
    """
    before = roles_of_member(session, caller, organization_id, user_id)
    wanted = {(role["role"], role["cohort_id"]) for role in roles}
    lost = [role for role in before if (role.role, role.cohort_id) not in wanted]
    gained = wanted - {(role.role, role.cohort_id) for role in before}
    if not all(may_give(caller, role, cohort_id) for role, cohort_id in gained):
        raise CannotGive()
    check_an_admin_is_left(session, organization_id, user_id, wanted)
    _lose(session, caller, organization_id, user_id, lost, kept=wanted - gained)
    for held in sorted(gained, key=str):
        give_role(session, organization_id, user_id, held, actor_id=caller.user_id)
    return members.member(session, organization_id, user_id)


def _lose(
    session: Session, caller: Caller, organization_id: UUID, user_id: UUID, lost: list[Role], *, kept: set[Held]
) -> None:
    """Take roles away. Listeners hear that all are gone and which are held still, for no event says "one less"."""
    if not lost:
        return
    take(session, lost)
    for role in lost:
        note(session, organization_id, user_id, "role_taken", (role.role, role.cohort_id), actor_id=caller.user_id)
    end_sessions(session, user_id, "role_taken", organization_id=organization_id)
    revoke_sent_by(session, organization_id, user_id, actor_id=caller.user_id)
    revoke_made_by(session, organization_id, user_id, actor_id=caller.user_id)
    publish(
        session,
        MemberRemoved(organization_id=organization_id, user_id=user_id),
        *(
            MemberAdded(organization_id=organization_id, user_id=user_id, role=role, cohort_id=cohort_id)
            for role, cohort_id in sorted(kept, key=str)
        ),
    )
