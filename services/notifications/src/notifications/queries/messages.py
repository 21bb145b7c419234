"""What became of messages."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from notifications.models import Delivery, Message

STATES = ("queued", "sent", "delivered", "opened", "failed", "cancelled")


def find_message(session: Session, organization_id: UUID, message_id: UUID) -> Message | None:
    """A message the organization wrote."""
    statement = select(Message).where(
        Message.id == message_id, Message.organization_id == organization_id, Message.kind == "message"
    )
    return session.scalar(statement)


def messages_of(organization_id: UUID, cohorts: frozenset[UUID] | None) -> Select[*tuple[Any, ...]]:
    """What the organization wrote, newest first; only to ``cohorts`` when the caller's permission is narrowed."""
    statement = (
        select(
            Message.id, Message.subject, Message.channels, Message.cohort_id, Message.sender_id, Message.recipients,
            Message.excluded, Message.send_at, Message.created_at,
        )
        .where(Message.organization_id == organization_id, Message.kind == "message")
        .order_by(Message.created_at.desc(), Message.id.desc())
    )  # fmt: skip
    return statement if cohorts is None else statement.where(Message.cohort_id.in_(cohorts))


def counts(session: Session, message_id: UUID) -> dict[str, int]:
    """Deliveries by state; each is in one."""
    statement = (
        select(Delivery.state, func.count().label("number"))
        .where(Delivery.message_id == message_id)
        .group_by(Delivery.state)
    )
    found = {row.state: row.number for row in session.execute(statement)}
    return {state: found.get(state, 0) for state in STATES}


def deliveries_of(message_id: UUID, state: str | None) -> Select[*tuple[Any, ...]]:
    """Who it was for and what became of it: ids, never names or addresses."""
    statement = (
        select(
            Delivery.id, Delivery.student_id, Delivery.channel, Delivery.state, Delivery.reason, Delivery.attempts,
            Delivery.changed_at,
        )
        .where(Delivery.message_id == message_id)
        .order_by(Delivery.recipient, Delivery.channel)
    )  # fmt: skip
    return statement if state is None else statement.where(Delivery.state == state)
