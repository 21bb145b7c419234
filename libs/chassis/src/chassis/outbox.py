"""The outbox: an event is a row in the transaction that caused it, and a debt to each subscriber until paid.

See docs/decisions/0002-deliveries-are-debts.md.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.envelope import Envelope, decode, encode
from chassis.ids import new_id
from contracts.event import Event
from contracts.subscriptions import subscribers

EVENT_LIMIT = 1_000_000
"""Largest encoded event, in bytes. An event carries ids and facts; what is larger belongs behind a URL."""

# The events travel as one JSON document: psycopg would write 10,000 array elements ten times slower.
_PUBLISH = text("""
with event as (
    select * from rows from (json_to_recordset(cast(:events as json)) as (
        id uuid, type text, subject text, organization_id uuid, data jsonb
    )) with ordinality as e (id, type, subject, organization_id, data, ordinal)
), written as (
    insert into outbox (id, type, subject, organization_id, data, traceparent)
    select id, type, subject, organization_id, data, :traceparent from event order by ordinal
    returning position, type
), owed as (
    insert into outbox_deliveries (subscriber, position)
    select debt.subscriber, written.position
    from written
    join unnest(cast(:owed_types as text[]), cast(:subscribers as text[])) as debt (type, subscriber)
        using (type)
)
select pg_notify('outbox', :wake)
""")

_LAG = text("""
select debt.subscriber, debt.events, extract(epoch from clock_timestamp() - outbox.occurred_at)
from (
    select subscriber, count(*) as events, min(position) as position
    from outbox_deliveries group by subscriber
) as debt join outbox using (position)
order by debt.subscriber
""")


def publish(session: Session, *events: Event) -> None:
    """Say that these things happened, if and only if the transaction commits.

    One statement however many events there are; positions follow the order given. Raises ``ValueError`` for
    an event larger than ``EVENT_LIMIT``.
    """
    if not events:
        return
    debts = [(kind.type, name) for kind in {type(event) for event in events} for name in destinations(kind)]
    values = {
        "events": _document(events),
        "traceparent": structlog.contextvars.get_contextvars().get("traceparent"),
        "owed_types": [kind for kind, _ in debts],
        "subscribers": [name for _, name in debts],
        "wake": ",".join(sorted({name for _, name in debts})),
    }
    session.execute(_PUBLISH, values)


def destinations(event: type[Event]) -> tuple[str, ...]:
    """To whom an event of this type is owed: each subscriber, since the HTTP transport delivers to each."""
    return subscribers(event)


def lag(session: Session) -> dict[str, tuple[int, float]]:
    """What is still owed: subscriber → (events, age of the oldest in seconds)."""
    return {name: (events, max(0.0, float(age))) for name, events, age in session.execute(_LAG)}


def _document(events: Sequence[Event]) -> str:
    return msgspec.json.encode([_row(event) for event in events]).decode()


def _row(event: Event) -> dict[str, Any]:
    data = encode(event)
    if len(data) > EVENT_LIMIT:
        raise ValueError(f"{event.type} has {len(data)} bytes; an event may have {EVENT_LIMIT}")
    return {
        "id": new_id(),
        "type": event.type,
        "subject": event.subject,
        "organization_id": event.organization_id,
        "data": msgspec.Raw(data),
    }


__all__ = ["EVENT_LIMIT", "Envelope", "decode", "destinations", "lag", "publish"]
