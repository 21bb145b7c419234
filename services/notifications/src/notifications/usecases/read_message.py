"""Mark an in-app message as read; its sender sees it as opened."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.paging import Page, paginate
from notifications.errors import NoSuchMessage
from notifications.models import Delivery
from notifications.queries.inbox import inbox_of
from notifications.usecases.people import person
from notifications.usecases.record_open import note_open

_READ = text("""
update inbox_items set read_at = coalesce(read_at, :at) where id = :id and user_id = :user_id returning read_at
""")


def read_message(session: Session, caller: Caller, item_id: UUID) -> None:
    """Reading again changes nothing. Raises NoSuchMessage, also for another person's."""
    at = now()
    if session.scalar(_READ, {"id": item_id, "user_id": person(caller), "at": at}) is None:
        raise NoSuchMessage()
    delivery = session.get(Delivery, item_id)
    if delivery is not None:
        note_open(session, delivery)


def list_inbox(session: Session, caller: Caller, *, page: int, limit: int, unread: bool | None) -> Page:
    """The person's own messages, newest first."""
    return paginate(session, inbox_of(person(caller), unread=unread), page=page, limit=limit)
