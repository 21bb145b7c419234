"""Let a member hold a role; leave the trace and tell who needs to know."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.events.identity import MemberAdded
from identity.models import Membership, Role
from identity.rules.roles import Held
from identity.usecases.record_change import record_change


def give_role(
    session: Session,
    organization_id: UUID,
    user_id: UUID,
    held: Held,
    *,
    actor_id: UUID | None,
    action: str = "role_given",
) -> Role:
    """The member's role, new or held before. Who may give it was asked before."""
    # The member's row is the queue of those who change this member's roles.
    session.get_one(Membership, (organization_id, user_id), with_for_update=True)
    if (found := _held(session, organization_id, user_id, held)) is not None:
        return found
    role, cohort_id = held
    scope = {"organization_id": organization_id, "user_id": user_id, "role": role, "cohort_id": cohort_id}
    given = Role(id=new_id(), created_at=now(), **scope)
    session.add(given)
    note(session, organization_id, user_id, action, held, actor_id=actor_id)
    session.flush()
    publish(session, MemberAdded(organization_id=organization_id, user_id=user_id, role=role, cohort_id=cohort_id))
    return given


def _held(session: Session, organization_id: UUID, user_id: UUID, held: Held) -> Role | None:
    role, cohort_id = held
    same_scope = Role.cohort_id.is_(None) if cohort_id is None else Role.cohort_id == cohort_id
    of_member = select(Role).where(Role.organization_id == organization_id, Role.user_id == user_id)
    return session.scalars(of_member.where(Role.role == role, same_scope)).one_or_none()


def note(
    session: Session,
    organization_id: UUID | None,
    user_id: UUID,
    action: str,
    held: Held,
    *,
    actor_id: UUID | None,
) -> None:
    """One line of the record of rights, about a role."""
    role, cohort_id = held
    record_change(session, organization_id, user_id, action, actor_id=actor_id, role=role, cohort_id=cohort_id)
