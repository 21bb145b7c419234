"""Write down what becomes of a mail after it was accepted: arrived, come back, or called spam."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from notifications.models import Delivery
from notifications.queries.deliveries import message_of
from notifications.usecases.settle import Hand, arrived, failed
from notifications.usecases.suppress import complained, suppress

OUTCOMES = ("delivered", "hard", "soft", "complaint", "delayed")
ROUNDS = 3
"""How often a mail that came back for now is sent anew."""

_FIRST_PAUSE = timedelta(minutes=30)
_AGAIN = text("""
update deliveries
set state = 'queued', reason = 'bounced', bounces = bounces + 1, attempts = 0, next_attempt_at = :next, changed_at = :at
where id = :id
""")


def record_mail_report(session: Session, *, delivery_id: UUID, outcome: str) -> None:
    """``outcome`` is one of OUTCOMES. Of a mail nobody here knows, or told before, it changes nothing."""
    delivery = session.get(Delivery, delivery_id, with_for_update=True, populate_existing=True)
    if delivery is None or delivery.channel != "email":
        return
    hand, at = Hand(delivery, message_of(session, delivery.message_id)), now()
    if outcome == "delivered":
        arrived(session, hand, at=at)
    elif outcome == "complaint" and delivery.address:
        complained(session, delivery, at=at)
    elif outcome == "hard":
        _gone(session, hand)
    elif outcome == "soft" and delivery.state == "sent":
        _come_back(session, hand)


def _gone(session: Session, hand: Hand) -> None:
    """The mailbox is not there: this mail has failed, also when it was opened by some machine, and no other goes."""
    failed(session, hand, reason="bounced", at=now())
    if hand.row.address:
        suppress(session, hand.row, reason="bounced", at=now())


def _come_back(session: Session, hand: Hand) -> None:
    """For now: sent anew after half an hour, then an hour, then two."""
    if hand.row.bounces >= ROUNDS:
        failed(session, hand, reason="bounced", at=now())
        return
    at = now()
    session.execute(_AGAIN, {"id": hand.row.id, "at": at, "next": at + _FIRST_PAUSE * 2**hand.row.bounces})
