"""Give a member of the caller's organization one more role."""

from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.errors import NotFound
from identity.errors import CannotGive
from identity.models import Role
from identity.queries import organizations
from identity.rules.roles import may_give
from identity.usecases.give_role import give_role


def grant_role(
    session: Session, caller: Caller, user_id: UUID, *, organization_id: UUID, role: str, cohort_id: UUID | None
) -> Role:
    """The role the member now holds, or held before. It is in their next token.

    Raises NotFound for another organization or somebody who is no member of this one, CannotGive.
    """
    organizations.own(session, caller, organization_id)
    if not organizations.is_member(session, organization_id, user_id):
        raise NotFound()
    if not may_give(caller, role, cohort_id):
        raise CannotGive()
    return give_role(session, organization_id, user_id, (role, cohort_id), actor_id=caller.user_id)
