"""Stop mails of a category to an address, by the link in one of them: no login, and nothing is guessed from it."""

from sqlalchemy.orm import Session

from chassis.clock import now
from notifications.errors import NoSuchLink
from notifications.models import Delivery
from notifications.queries.links import link_keys
from notifications.rules.link_tokens import NotOurs, Unsubscribing
from notifications.usecases.suppress import unwanted


def unsubscribe(session: Session, token: str) -> str:
    """The category that comes no more. Again changes nothing. Raises NoSuchLink."""
    asked = read_link(session, token)
    delivery = session.get(Delivery, asked.delivery_id)
    user_id = delivery.user_id if delivery is not None else None
    categories = [asked.category]
    unwanted(session, asked.digest, categories=categories, reason="unsubscribed", user_id=user_id, at=now())
    return asked.category


def read_link(session: Session, token: str) -> Unsubscribing:
    """What the link asks for. Raises NoSuchLink."""
    try:
        return Unsubscribing.of(token, link_keys(session))
    except NotOurs:
        raise NoSuchLink() from None
