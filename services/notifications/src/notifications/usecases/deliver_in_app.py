"""Put due in-app messages into their recipients' inboxes, set by set, in one transaction each."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.wiring import use
from notifications.queries.deliveries import messages, take_in_app
from notifications.rules.categories import SERVICE
from notifications.rules.content import Content
from notifications.rules.templating import BadTemplate
from notifications.settings import Settings
from notifications.usecases.settle import Hand, accepted, all_failed, all_postponed
from notifications.usecases.write import write

log = structlog.get_logger()

BATCH = 500

OPTED_OUT, TEMPLATE, INTERNAL = "opted_out", "template", "internal"

# As one JSON document, as notices are queued: psycopg would write arrays of them ten times slower.
_PUT = text("""
insert into inbox_items
    (id, user_id, organization_id, organization_name, kind, subject, text, html, delivered_at)
select id, user_id, organization_id, organization_name, kind, subject, text, html, :at
from json_to_recordset(cast(:items as json)) as item (
    id uuid, user_id uuid, organization_id uuid, organization_name text, kind text, subject text, text text, html text
)
on conflict (id) do nothing
""")


def deliver_in_app(database: Database) -> int:
    """Deliver up to a batch, in as many statements as a single one takes. Returns how many were taken in hand."""
    with database.transaction(SYSTEM) as session:
        at = now()
        rows = take_in_app(session, at, BATCH)
        if not rows:
            return 0
        known = messages(session, {row.message_id for row in rows})
        hands = [Hand(row, *known[row.message_id]) for row in rows]
        public_url = use(session, Settings).public_url
        found = [(hand, _words(session, hand, public_url)) for hand in hands]
        written = [(hand, words) for hand, words in found if isinstance(words, Content)]
        _put(session, written, at)
        accepted(session, hands=[hand for hand, _ in written], state="delivered", at=at)
        for reason in (OPTED_OUT, TEMPLATE):
            all_failed(session, [hand for hand, words in found if words == reason], reason=reason, at=at)
        all_postponed(session, [hand for hand, words in found if words == INTERNAL], reason=INTERNAL, at=at)
        return len(rows)


def _words(session: Session, hand: Hand, public_url: str) -> Content | str:
    """What it says, or why it cannot be said."""
    if hand.row.opted_out and hand.message.category != SERVICE:
        return OPTED_OUT
    try:
        return write(session, hand.message, hand.organization, hand.row.name, "in_app", public_url=public_url)
    except BadTemplate:
        return TEMPLATE
    except Exception as error:
        # Whatever one message stumbles on, the others get through. No traceback: it may quote personal data.
        log.error("message not written", delivery=str(hand.row.id), error=type(error).__name__)  # noqa: TRY400
        return INTERNAL


def _put(session: Session, written: Sequence[tuple[Hand, Content]], at: datetime) -> None:
    if written:
        items = [_item(hand, content) for hand, content in written]
        session.execute(_PUT, {"items": json.dumps(items, default=str), "at": at})


def _item(hand: Hand, content: Content) -> dict[str, Any]:
    return {
        "id": hand.row.id,
        "user_id": hand.row.user_id,
        "organization_id": hand.row.organization_id,
        "organization_name": hand.organization.name if hand.organization else None,
        "kind": hand.message.kind,
        **content._asdict(),
    }
