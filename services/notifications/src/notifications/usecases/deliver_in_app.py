"""Put due in-app messages into their recipients' inboxes, set by set, in one transaction each."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.wiring import use
from notifications.models import Organization
from notifications.queries.deliveries import messages, take_in_app
from notifications.rules.categories import SERVICE
from notifications.rules.content import Content
from notifications.rules.templating import BadTemplate
from notifications.settings import Settings
from notifications.usecases.settle import Hand, accepted, failed, postponed
from notifications.usecases.write import write

log = structlog.get_logger()

BATCH = 500

_PUT = text("""
insert into inbox_items
    (id, user_id, organization_id, organization_name, kind, subject, text, html, delivered_at)
select id, user_id, organization_id, organization_name, kind, subject, text, html, :at
from unnest(
    cast(:ids as uuid[]), cast(:users as uuid[]), cast(:organizations as uuid[]), cast(:names as text[]),
    cast(:kinds as text[]), cast(:subjects as text[]), cast(:texts as text[]), cast(:htmls as text[])
) as item (id, user_id, organization_id, organization_name, kind, subject, text, html)
on conflict (id) do nothing
""")

Written = tuple[Hand, Organization | None, Content]


def deliver_in_app(database: Database) -> int:
    """Deliver up to a batch. Returns how many were taken in hand."""
    with database.transaction(SYSTEM) as session:
        at = now()
        rows = take_in_app(session, at, BATCH)
        if not rows:
            return 0
        known = messages(session, {row.message_id for row in rows})
        found = [_write(session, Hand(row, *known[row.message_id]), at) for row in rows]
        written = [item for item in found if item is not None]
        _put(session, written, at)
        accepted(session, hands=[hand for hand, _, _ in written], state="delivered", at=at)
        return len(rows)


def _write(session: Session, hand: Hand, at: datetime) -> Written | None:
    organization = hand.organization
    if hand.row.opted_out and hand.message.category != SERVICE:
        failed(session, hand, reason="opted_out", at=at)
        return None
    public_url = use(session, Settings).public_url
    try:
        words = write(session, hand.message, organization, hand.row.name, "in_app", public_url=public_url)
    except BadTemplate:
        failed(session, hand, reason="template", at=at)
    except Exception as error:
        # Whatever one message stumbles on, the others get through. No traceback: it may quote personal data.
        log.error("message not written", delivery=str(hand.row.id), error=type(error).__name__)  # noqa: TRY400
        postponed(session, hand, reason="internal", at=at)
    else:
        return hand, organization, words
    return None


def _put(session: Session, written: Sequence[Written], at: datetime) -> None:
    values = {
        "ids": [hand.row.id for hand, _, _ in written],
        "users": [hand.row.user_id for hand, _, _ in written],
        "organizations": [hand.row.organization_id for hand, _, _ in written],
        "names": [organization.name if organization else None for _, organization, _ in written],
        "kinds": [hand.message.kind for hand, _, _ in written],
        "subjects": [content.subject for _, _, content in written],
        "texts": [content.text for _, _, content in written],
        "htmls": [content.html for _, _, content in written],
    }
    session.execute(_PUT, {**values, "at": at})
