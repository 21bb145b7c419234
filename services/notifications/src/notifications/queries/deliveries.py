"""What is due, and taking it in hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from notifications.models import Message, Organization

_TAKE = """
with due as (
    select id from deliveries
    where state = 'queued' and channel = :channel and next_attempt_at <= :now and {which}
    order by next_attempt_at, id limit :limit for update skip locked
)
update deliveries set attempts = attempts + 1, next_attempt_at = :lease_ends
from due where deliveries.id = due.id
returning deliveries.id, deliveries.message_id, deliveries.organization_id, deliveries.student_id, deliveries.user_id,
    deliveries.name, deliveries.address, deliveries.attempts, exists (
        select from preferences where preferences.user_id = deliveries.user_id
            and preferences.channel = deliveries.channel and not preferences.enabled
    ) as opted_out
"""
_TAKE_ANY = text(_TAKE.format(which="true"))
_TAKE_KNOWN = text(_TAKE.format(which="user_id is not null"))
_TAKE_UNKNOWN = text(_TAKE.format(which="user_id is null"))


def take_mail(session: Session, now: datetime, lease_ends: datetime, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Mails that are due, in hand until the lease ends; what another worker holds is left out."""
    values = {"channel": "email", "now": now, "lease_ends": lease_ends, "limit": limit}
    return session.execute(_TAKE_ANY, values).all()


def take_in_app(session: Session, now: datetime, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """In-app messages that are due for a known account; they are settled in the same transaction."""
    values = {"channel": "in_app", "now": now, "lease_ends": now, "limit": limit}
    return session.execute(_TAKE_KNOWN, values).all()


def take_unaddressed(
    session: Session, now: datetime, lease_ends: datetime, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """In-app notices to a student whose account is still to be asked for."""
    values = {"channel": "in_app", "now": now, "lease_ends": lease_ends, "limit": limit}
    return session.execute(_TAKE_UNKNOWN, values).all()


def messages(session: Session, ids: set[UUID]) -> dict[UUID, tuple[Message, Organization | None]]:
    """The messages of these ids, each with the organization that speaks."""
    statement = (
        select(Message, Organization)
        .outerjoin(Organization, Organization.id == Message.organization_id)
        .where(Message.id.in_(ids))
    )
    return {message.id: (message, organization) for message, organization in session.execute(statement)}
