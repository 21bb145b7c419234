"""Hand over what is due by a channel, one by one, each settled at once: a crash repeats the one in hand, no other."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.errors import Refusal
from notifications.clients.handing_over import Refused, TryLater
from notifications.models import Organization
from notifications.queries.deliveries import messages, take
from notifications.rules.categories import SERVICE
from notifications.rules.mail import Unmailable
from notifications.rules.quiet_hours import AT_NIGHT, QuietHours, zone_of
from notifications.rules.templating import BadTemplate
from notifications.usecases.settle import Hand, accepted, asleep, failed, postponed
from notifications.usecases.suppress import suppress

log = structlog.get_logger()

_LET_GO = text("""
update deliveries set attempts = attempts - 1, next_attempt_at = :at where id = any(:ids) and state = 'queued'
""")

BATCH = 20
LEASE = timedelta(seconds=60)
"""How long what somebody had in hand waits after their crash."""

STARTS_WITHIN = timedelta(seconds=30)
"""A slow batch starts nothing more after this and lets go of the rest, long before its lease ends."""

_REASONS: dict[type[Exception], str] = {Unmailable: "address", BadTemplate: "template"}

Send = Callable[[Hand], str | None]
"""Writes and hands one over; returns what the carrier calls it."""


class NotWanted(Exception):
    """It is not sent after all; the message is the reason, a code."""


def hand_over(database: Database, channel: str, send: Send) -> int:
    """Send up to a batch. Returns how many were taken in hand."""
    with database.transaction(SYSTEM) as session:
        at = now()
        rows = take(session, channel, at, at + LEASE, BATCH)
        known = messages(session, {row.message_id for row in rows})
        hands = awake(session, [Hand(row, *known[row.message_id]) for row in rows], at)
    for position, hand in enumerate(hands):
        if now() > at + STARTS_WITHIN:
            _let_go(database, [left.row.id for left in hands[position:]])
            break
        outcome = _outcome(hand, send)
        with database.transaction(SYSTEM) as session:
            outcome(session, at=now())
    return len(rows)


def awake(session: Session, hands: list[Hand], at: datetime) -> list[Hand]:
    """Those whose readers may be disturbed now; the others sleep until their quiet hours are over."""
    over = [(hand, _quiet_until(hand, hand.organization, at)) for hand in hands]
    asleep(session, [(hand.row.id, until) for hand, until in over if until is not None])
    return [hand for hand, until in over if until is None]


def _quiet_until(hand: Hand, organization: Organization | None, at: datetime) -> datetime | None:
    if hand.message.category == SERVICE:
        return None
    chosen = hand.row.quiet_from is not None
    hours = QuietHours(hand.row.quiet_from, hand.row.quiet_until) if chosen else AT_NIGHT
    if not chosen and hand.row.channel != "sms":
        return None
    return hours.over_at(at, zone_of(hand.row.time_zone, organization.time_zone if organization else None))


def _let_go(database: Database, ids: list[UUID]) -> None:
    with database.transaction(SYSTEM) as session:
        session.execute(_LET_GO, {"ids": ids, "at": now()})


def _outcome(hand: Hand, send: Send) -> Callable[..., object]:
    try:
        return partial(accepted, hands=[hand], state="sent", provider_id=_wanted(hand, send))
    except (TryLater, Refusal) as later:
        reason = later.reason if isinstance(later, TryLater) else "link_unavailable"
        return partial(postponed, hand=hand, reason=reason, after=getattr(later, "after", None))
    except Refused as refused:
        return partial(_refused, hand=hand, refused=refused)
    except (Unmailable, BadTemplate, NotWanted) as error:
        return partial(failed, hand=hand, reason=_REASONS.get(type(error)) or str(error))
    except Exception as error:
        # Whatever one stumbles on, the others behind it go out. No traceback: it may quote personal data.
        log.error("delivery not written", delivery=str(hand.row.id), error=type(error).__name__)  # noqa: TRY400
        return partial(postponed, hand=hand, reason="internal")


def _wanted(hand: Hand, send: Send) -> str | None:
    if hand.row.opted_out and hand.message.category != SERVICE:
        raise NotWanted("opted_out")
    if hand.row.suppressed is not None:
        raise NotWanted(hand.row.suppressed)
    return send(hand)


def _refused(session: Session, hand: Hand, refused: Refused, at: datetime) -> None:
    failed(session, hand, reason=refused.reason, at=at)
    if refused.gone and hand.row.address:
        suppress(session, hand.row, reason="blacklisted", at=at)
