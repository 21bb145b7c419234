"""Show what became of a message."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.paging import Page, paginate
from contracts.pseudonym import pseudonym
from notifications.errors import NoSuchMessage
from notifications.queries.messages import counts, deliveries_of, find_message, messages_of
from notifications.usecases.people import organization


def show_message(
    session: Session, caller: Caller, message_id: UUID, *, page: int, limit: int, state: str | None = None
) -> dict[str, Any]:
    """The message, its deliveries by state, and a page of its recipients. Raises NoSuchMessage."""
    organization_id = organization(caller)
    message = find_message(session, organization_id, message_id)
    if message is None or not caller.may("messages.send", within=message.cohort_id):
        raise NoSuchMessage()
    found = paginate(session, deliveries_of(message_id, state), page=page, limit=limit)
    return {
        "message": message,
        "states": counts(session, message_id),
        "recipients": Page(
            [{**row, "recipient": pseudonym(organization_id, row["student_id"])} for row in found.items],
            found.total,
            found.page,
            found.limit,
        ),
    }


def list_messages(session: Session, caller: Caller, *, page: int, limit: int) -> Page:
    """What the organization wrote, as far as the caller's permission reaches."""
    statement = messages_of(organization(caller), caller.reach("messages.send"))
    return paginate(session, statement, page=page, limit=limit)
