"""Hand due mails over, one by one, each settled at once: a crash can repeat the one in hand, and no other.

Its Message-ID and, at a provider, its Idempotency-Key are the delivery's, so that a repeated mail is recognised.
"""

from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import text

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.errors import Refusal
from chassis.wiring import use
from notifications.clients.links import Links
from notifications.clients.mailers import Mailer
from notifications.clients.mailers.base import Refused, TryLater
from notifications.models import Message, Organization
from notifications.queries.deliveries import messages, take_mail
from notifications.rules.mail import Mail, Unmailable, address
from notifications.rules.notices import LINK_PURPOSE, footer, page
from notifications.rules.templating import BadTemplate
from notifications.settings import Settings
from notifications.usecases.settle import Hand, accepted, failed, postponed
from notifications.usecases.write import write

log = structlog.get_logger()

_LET_GO = text("""
update deliveries set attempts = attempts - 1, next_attempt_at = :at where id = any(:ids) and state = 'queued'
""")

BATCH = 20
LEASE = timedelta(seconds=60)
"""How long mails wait after a crash of whoever had them in hand."""

STARTS_WITHIN = timedelta(seconds=30)
"""A slow batch starts no further mail after this and lets go of the rest, long before its lease ends."""


class Nothing(Exception):
    """There is nothing to write about any more."""


class OptedOut(Exception):
    """The person switched mail off after the message was accepted."""


_REASONS: dict[type[Exception], str] = {
    Unmailable: "address",
    BadTemplate: "template",
    Nothing: "no_longer_pending",
    OptedOut: "opted_out",
}


@dataclass(frozen=True)
class Desk:
    """What is at hand when a mail is written."""

    database: Database
    mailer: Mailer
    links: Links
    settings: Settings


def deliver_mail(database: Database) -> int:
    """Send up to a batch. Returns how many were taken in hand."""
    with database.transaction(SYSTEM) as session:
        at = now()
        rows = take_mail(session, at, at + LEASE, BATCH)
        known = messages(session, {row.message_id for row in rows})
        desk = Desk(database, use(session, Mailer), use(session, Links), use(session, Settings))
    for position, row in enumerate(rows):
        if now() > at + STARTS_WITHIN:
            _let_go(database, [row.id for row in rows[position:]])
            break
        message, organization = known[row.message_id]
        _deliver(desk, Hand(row, message), organization)
    return len(rows)


def _let_go(database: Database, ids: list[UUID]) -> None:
    with database.transaction(SYSTEM) as session:
        session.execute(_LET_GO, {"ids": ids, "at": now()})


def _deliver(desk: Desk, hand: Hand, organization: Organization | None) -> None:
    try:
        desk.mailer.send(_mail(desk, hand, organization))
        outcome = partial(accepted, hands=[hand], state="sent")
    except TryLater as later:
        outcome = partial(postponed, hand=hand, reason=later.reason, after=later.after)
    except Refusal:
        outcome = partial(postponed, hand=hand, reason="link_unavailable")
    except Refused as refused:
        outcome = partial(failed, hand=hand, reason=refused.reason)
    except (Unmailable, BadTemplate, Nothing, OptedOut) as error:
        outcome = partial(failed, hand=hand, reason=_REASONS[type(error)])
    except Exception as error:
        # Whatever one mail stumbles on, the others behind it go out. No traceback: it may quote personal data.
        log.error("mail not written", delivery=str(hand.row.id), error=type(error).__name__)  # noqa: TRY400
        outcome = partial(postponed, hand=hand, reason="internal")
    with desk.database.transaction(SYSTEM) as session:
        outcome(session, at=now())


def _mail(desk: Desk, hand: Hand, organization: Organization | None) -> Mail:
    if hand.row.opted_out and hand.message.kind == "message":
        raise OptedOut()
    more = {"public_url": desk.settings.public_url, **_link(desk.links, hand.message)}
    content = write(hand.message, organization, hand.row.name, **more)
    speaker = organization if hand.message.kind == "message" else None
    sender, reply_to = _from(desk.settings, speaker)
    foot = footer(desk.settings.public_url, answered=reply_to is not None) if speaker else ""
    return Mail(
        id=hand.row.id,
        sender=sender,
        to=address(hand.row.name, hand.row.address),
        reply_to=reply_to,
        subject=content.subject,
        text=f"{content.text}\n\n-- \n{foot}" if foot else content.text,
        html=page(content, organization.name if organization else None, foot),
        written_at=now(),
    )


def _link(links: Links, message: Message) -> dict[str, str]:
    purpose = LINK_PURPOSE.get(message.kind)
    if purpose is None:
        return {}
    url = links.make(purpose, UUID(message.data["subject_id"]))
    if url is None:
        raise Nothing()
    return {"url": url}


def _from(settings: Settings, speaker: Organization | None) -> tuple[Address, Address | None]:
    """An organization speaks in its own name from our address, and is answered at its own."""
    if speaker is None:
        return settings.sender, None
    sender = address(f"{speaker.name} via Ufadhili", settings.sender.addr_spec)
    return sender, address(speaker.name, speaker.contact_email) if speaker.contact_email else None
