"""Write down what became of deliveries, and say so for organizations' messages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from chassis.backoff import full_jitter
from chassis.outbox import publish
from contracts.event import Event
from contracts.events.notifications import MessageDelivered, MessageFailed
from notifications.models import Message

ATTEMPTS = 40
"""Attempts after which a delivery has failed; with the pauses between, most of a day."""

LONGEST_PAUSE = 3600.0

_ACCEPT = text("""
update deliveries set state = :state, reason = null, changed_at = :at where id = any(:ids) and state = 'queued'
""")
_FAIL = text("update deliveries set state = 'failed', reason = :reason, changed_at = :at where id = :id")
_POSTPONE = text("update deliveries set next_attempt_at = :next, reason = :reason where id = :id")


@dataclass(frozen=True)
class Hand:
    """A delivery in hand (a row of ``queries.deliveries``) and its message."""

    row: Row[*tuple[Any, ...]]
    message: Message


def accepted(session: Session, *, hands: Iterable[Hand], state: str, at: datetime) -> None:
    """The channel took these: ``sent`` when it carries them on, ``delivered`` when they have arrived."""
    taken = list(hands)
    session.execute(_ACCEPT, {"ids": [hand.row.id for hand in taken], "state": state, "at": at})
    publish(session, *(_delivered(hand, at) for hand in taken if hand.message.kind == "message"))


def failed(session: Session, hand: Hand, *, reason: str, at: datetime) -> None:
    """It will not arrive; ``reason`` is a code."""
    session.execute(_FAIL, {"id": hand.row.id, "reason": reason, "at": at})
    if hand.message.kind == "message":
        publish(session, _failed(hand, reason, at))


def postponed(session: Session, hand: Hand, *, reason: str, at: datetime, after: float | None = None) -> None:
    """Try again later, as late as was asked for; after ``ATTEMPTS`` it has failed."""
    if hand.row.attempts >= ATTEMPTS:
        failed(session, hand, reason=reason, at=at)
        return
    pause = full_jitter(hand.row.attempts, base=5, cap=LONGEST_PAUSE, least=1)
    pause = min(max(pause, after or 0), LONGEST_PAUSE)
    session.execute(_POSTPONE, {"id": hand.row.id, "next": at + timedelta(seconds=pause), "reason": reason})


def _delivered(hand: Hand, at: datetime) -> Event:
    return MessageDelivered(**_which(hand), delivered_at=at)


def _failed(hand: Hand, reason: str, at: datetime) -> Event:
    return MessageFailed(**_which(hand), failed_at=at, reason=reason)


def _which(hand: Hand) -> dict[str, Any]:
    return {
        "organization_id": hand.row.organization_id,
        "message_id": hand.message.id,
        "delivery_id": hand.row.id,
        "student_id": hand.row.student_id,
        "channel": "email" if hand.row.address else "in_app",
    }
