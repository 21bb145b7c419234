"""Take due deliveries in hand and send each out in a thread of its own, fairly among endpoints."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

import structlog
from sqlalchemy import Row

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.sealing import Sealing, Unsealable
from chassis.wiring import use
from notifications.clients.couriers import Couriers
from notifications.clients.webhooks import Letter, Receivers
from notifications.queries.webhooks.due import sealed_secrets, take_webhooks
from notifications.rules.webhooks.schedule import Outcome
from notifications.usecases.webhooks.settle_webhook import settle_webhook

TURN = 5.0
"""Seconds after which the next run goes on. Who is under way then is not waited for."""

PAUSE = 0.2
"""Seconds between looks for what is due while somebody is under way and nobody comes back."""

EACH = 4
"""Requests to one endpoint at a time, in all workers together."""

LEASE = timedelta(seconds=90)
"""How long a delivery waits after a crash of whoever had it in hand: longer than any attempt takes."""

log = structlog.get_logger()

Due = Row[*tuple[Any, ...]]


def deliver_webhooks(database: Database) -> None:
    """Until nothing is due and nobody is under way, or the turn is over."""
    couriers = cast("Couriers", database.provided[Couriers])
    ends = time.monotonic() + TURN
    while time.monotonic() < ends:
        taken = _send(database, strained=False) + _send(database, strained=True)
        if not taken and not couriers.wait(PAUSE):
            return


def _send(database: Database, *, strained: bool) -> int:
    with database.transaction(SYSTEM) as session:
        couriers, receivers, sealing = use(session, Couriers), use(session, Receivers), use(session, Sealing)
        room = couriers.room(strained=strained)
        if room <= 0:
            return 0
        at = now()
        rows = take_webhooks(session, at, at + LEASE, limit=room, each=EACH, strained=strained)
        sealed = sealed_secrets(session, rows, at) if rows else {}
    for row in rows:
        errand = partial(_carry, database, receivers, row, sealed.get(row.endpoint_id, ()), sealing)
        couriers.send(errand, strained=strained)
    return len(rows)


def _carry(database: Database, receivers: Receivers, row: Due, sealed: Sequence[bytes], sealing: Sealing) -> None:
    at = now()
    outcome = _outcome(receivers, row, sealed, sealing, at=at)
    with database.transaction(SYSTEM) as session:
        settle_webhook(session, row, outcome, at)


def _outcome(receivers: Receivers, row: Due, sealed: Sequence[bytes], sealing: Sealing, *, at: datetime) -> Outcome:
    try:
        secrets = [sealing.unseal(row.endpoint_id, each) for each in sealed]
        return receivers.send(Letter(row.url, row.message_id, row.body, secrets), at)
    except Unsealable:
        log.error("webhook secret not readable", endpoint=str(row.endpoint_id))  # noqa: TRY400 - nothing to trace
        return Outcome(None, "no_secret", 0)
    except Exception as error:
        # Whatever one delivery stumbles on, it waits for its next try like any other. No traceback: it may quote data.
        log.error("webhook not sent", delivery=str(row.id), error=type(error).__name__)  # noqa: TRY400
        return Outcome(None, "internal", 0)
