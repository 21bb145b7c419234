"""Write down what became of deliveries, and say so for organizations' messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.backoff import full_jitter
from chassis.outbox import publish
from contracts.event import Event
from contracts.events.notifications import MessageDelivered, MessageFailed, MessageSent
from notifications.models import Organization
from notifications.queries.deliveries import Said

ATTEMPTS = 40
"""Attempts after which a delivery has failed; with the pauses between, most of a day."""

LONGEST_PAUSE = 3600.0

_ACCEPT = text("""
update deliveries set state = :state, reason = null, changed_at = :at, provider_id = :provider_id,
    address = coalesce(:address, address)
where id = any(:ids) and state = 'queued'
returning id
""")
_ARRIVE = text("""
update deliveries set state = 'delivered', reason = null, changed_at = :at
where id = :id and state in ('queued', 'sent') returning id
""")
_FAIL = text("""
update deliveries set state = 'failed', reason = :reason, changed_at = :at
where id = any(:ids) and state in ('queued', 'sent') returning id
""")
_POSTPONE = text("""
update deliveries set next_attempt_at = later.at, reason = :reason
from unnest(cast(:ids as uuid[]), cast(:times as timestamptz[])) as later (id, at)
where deliveries.id = later.id and state = 'queued'
""")
_SLEEP = text("""
update deliveries set next_attempt_at = waking.at, attempts = attempts - 1, reason = 'quiet_hours'
from unnest(cast(:ids as uuid[]), cast(:times as timestamptz[])) as waking (id, at)
where deliveries.id = waking.id and state = 'queued'
""")


@dataclass(frozen=True)
class Hand:
    """A delivery in hand (a row of ``queries.deliveries``, or the model's), its message, and who speaks."""

    row: Any
    message: Said
    organization: Organization | None = None


def accepted(
    session: Session, *, hands: Iterable[Hand], state: str, at: datetime, provider_id: str | None = None
) -> None:
    """The channel took these: ``sent`` when it carries them on, ``delivered`` when they have arrived."""
    taken = list(hands)
    values = {"ids": [hand.row.id for hand in taken], "state": state, "at": at, "provider_id": provider_id}
    # The carrier may yet say of the number what keeps others from being sent there.
    values["address"] = taken[0].row.address if provider_id else None
    changed = set(session.scalars(_ACCEPT, values))
    said = _sent if state == "sent" else _delivered
    publish(session, *(said(hand, at) for hand in taken if hand.row.id in changed and _announced(hand)))


def arrived(session: Session, hand: Hand, *, at: datetime) -> bool:
    """The carrier says that it has arrived. False when that was known, or it had failed."""
    if session.scalar(_ARRIVE, {"id": hand.row.id, "at": at}) is None:
        return False
    if _announced(hand):
        publish(session, _delivered(hand, at))
    return True


def failed(session: Session, hand: Hand, *, reason: str, at: datetime) -> bool:
    """It will not arrive; ``reason`` is a code. False when it has arrived or failed before."""
    return hand.row.id in all_failed(session, [hand], reason=reason, at=at)


def all_failed(session: Session, hands: Sequence[Hand], *, reason: str, at: datetime) -> set[UUID]:
    """None of these will arrive. Returns the ids of those that had not arrived or failed before."""
    if not hands:
        return set()
    values = {"ids": [hand.row.id for hand in hands], "reason": reason, "at": at}
    changed = set(session.scalars(_FAIL, values))
    publish(session, *(_failed(hand, reason, at) for hand in hands if hand.row.id in changed and _announced(hand)))
    return changed


def postponed(session: Session, hand: Hand, *, reason: str, at: datetime, after: float | None = None) -> None:
    """Try again later, as late as was asked for; after ``ATTEMPTS`` it has failed."""
    all_postponed(session, [hand], reason=reason, at=at, after=after)


def all_postponed(
    session: Session, hands: Sequence[Hand], *, reason: str, at: datetime, after: float | None = None
) -> None:
    """Try each of these again later, each after a pause of its own; after ``ATTEMPTS`` it has failed."""
    all_failed(session, [hand for hand in hands if hand.row.attempts >= ATTEMPTS], reason=reason, at=at)
    waiting = [hand for hand in hands if hand.row.attempts < ATTEMPTS]
    if waiting:
        times = [at + _pause(hand, after) for hand in waiting]
        session.execute(_POSTPONE, {"ids": [hand.row.id for hand in waiting], "times": times, "reason": reason})


def _pause(hand: Hand, after: float | None) -> timedelta:
    pause = full_jitter(hand.row.attempts, base=5, cap=LONGEST_PAUSE, least=1)
    return timedelta(seconds=min(max(pause, after or 0), LONGEST_PAUSE))


def asleep(session: Session, waking: Sequence[tuple[UUID, datetime]]) -> None:
    """These wait for the end of their readers' quiet hours; that was no attempt."""
    if waking:
        ids, times = zip(*waking, strict=True)
        session.execute(_SLEEP, {"ids": list(ids), "times": list(times)})


def _announced(hand: Hand) -> bool:
    return hand.message.kind == "message"


def _sent(hand: Hand, at: datetime) -> Event:
    return MessageSent(**_which(hand), sent_at=at)


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
        "channel": hand.row.channel,
    }
