"""Let go of messages whose time is over, with their deliveries and what lies in inboxes.

Batch by batch, each in a transaction of its own; what a night leaves over is the next one's. What still waits to leave
stays, and so does what remembers that somebody was erased.
"""

import structlog
from sqlalchemy import text

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.ids import first_id
from chassis.wiring import use
from notifications.rules.periods import months_before
from notifications.settings import Settings

log = structlog.get_logger()

BATCH = 1_000
BATCHES = 1_000
"""In a night."""

# Ids are made in the order of time: the key finds the oldest, so no further index is written with every message.
_FORGET = text("""
with over as (
    select id from messages
    where id < :first and created_at < :before and send_at < :before and kind <> 'erased' and not exists (
        select from deliveries where message_id = messages.id and state = 'queued'
    )
    order by id limit :batch for update skip locked
), told as (
    delete from deliveries using over where message_id = over.id returning deliveries.id
), read as (
    delete from inbox_items using told where inbox_items.id = told.id
)
delete from messages using over where messages.id = over.id returning messages.id
""")


def forget_messages(database: Database) -> None:
    """Runs nightly."""
    with database.transaction(SYSTEM) as session:
        before = months_before(now(), use(session, Settings).message_months)
    values, total = {"before": before, "first": first_id(before), "batch": BATCH}, 0
    for _ in range(BATCHES):
        with database.transaction(SYSTEM) as session:
            gone = len(session.execute(_FORGET, values).all())
        total += gone
        if gone < BATCH:
            break
    if total:
        log.info("messages_forgotten", messages=total, before=before.date().isoformat())
