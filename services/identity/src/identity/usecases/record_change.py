"""Record a change of rights: in the organization it concerns, or, of a person's own sign-in, in all of theirs."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.events.identity import CredentialsChanged
from identity.models import AuditEntry, User
from identity.queries import organizations


def record_change(
    session: Session,
    organization_id: UUID | None,
    subject_id: UUID,
    action: str,
    *,
    actor_id: UUID | None,
    **details: Any,
) -> None:
    """One line. ``subject_id`` is whose rights changed; ``actor_id`` is None for what the command line did.

    ``details`` hold ids, roles and permissions, never a name or an address of a person: a line is for ever.
    """
    plain = {name: str(value) if isinstance(value, UUID) else value for name, value in details.items()}
    session.add(
        AuditEntry(
            id=new_id(),
            organization_id=organization_id,
            actor_id=actor_id,
            user_id=subject_id,
            action=action,
            details=plain,
            at=now(),
        )
    )


def record_credentials(session: Session, user: User, action: str, *, actor_id: UUID | None, **details: Any) -> None:
    """How a person signs in has changed: a line in each of their organizations, and a mail to the person.

    Who belongs to none has it in the platform's own record.
    """
    concerned: list[UUID | None] = [*organizations.ids_of_member(session, user.id)]
    for organization_id in concerned or [None]:
        record_change(session, organization_id, user.id, action, actor_id=actor_id, **details)
    session.flush()
    publish(
        session,
        CredentialsChanged(user_id=user.id, email=user.email, name=user.name, what=action, changed_at=now()),
    )
