"""Note that a mail was opened, when its reader allows that: the moment, and nothing of where or with what."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.outbox import publish
from contracts.events.notifications import MessageOpened
from notifications.models import Delivery, Message, Person
from notifications.queries.links import link_keys
from notifications.rules.link_tokens import NotOurs, opened

_OPENED = text("""
update deliveries set state = 'opened', changed_at = :at where id = :id and state in ('sent', 'delivered') returning id
""")


def record_open(session: Session, token: str) -> None:
    """The first time counts. A token that is none, or whose reader has thought better of it, changes nothing."""
    try:
        delivery = session.get(Delivery, opened(token, link_keys(session)))
    except NotOurs:
        return
    if delivery is None or not session.scalar(select(Person.track_opens).where(Person.user_id == delivery.user_id)):
        return
    note_open(session, delivery)


def note_open(session: Session, delivery: Delivery) -> None:
    """It was opened; said once."""
    at = now()
    first = session.scalar(_OPENED, {"id": delivery.id, "at": at}) is not None
    if not first or delivery.organization_id is None or not _announced(session, delivery):
        return
    opened_now = MessageOpened(
        organization_id=delivery.organization_id,
        message_id=delivery.message_id,
        delivery_id=delivery.id,
        student_id=delivery.student_id,
        channel=delivery.channel,
        opened_at=at,
    )
    publish(session, opened_now)


def _announced(session: Session, delivery: Delivery) -> bool:
    """Only organizations' own messages are."""
    return session.get_one(Message, delivery.message_id).kind == "message"
