"""Stop what has not left yet of a message."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from notifications.errors import AlreadyLeft, NoSuchMessage
from notifications.queries.messages import counts, find_message
from notifications.usecases.people import organization

# What somebody has in hand, or has had, may be on its way: only what nobody has tried is stopped for certain.
_CANCEL = text("""
update deliveries set state = 'cancelled', reason = null, changed_at = :at
where organization_id = :organization_id and message_id = :message_id and state = 'queued' and attempts = 0
returning id
""")


def cancel_message(session: Session, caller: Caller, message_id: UUID) -> dict[str, Any]:
    """How many deliveries will not leave, and where all stand. Raises NoSuchMessage and AlreadyLeft."""
    organization_id = organization(caller)
    message = find_message(session, organization_id, message_id)
    if message is None or not caller.may("messages.send", within=message.cohort_id):
        raise NoSuchMessage()
    values = {"organization_id": organization_id, "message_id": message_id, "at": now()}
    stopped = len(session.execute(_CANCEL, values).all())
    if not stopped:
        raise AlreadyLeft()
    return {"cancelled": stopped, "states": counts(session, message_id)}
