"""The outbox: an event is a row in the transaction that caused it, and a debt until it is paid.

It is owed to each subscriber, or to the broker that serves them all. See docs/decisions/0002-deliveries-are-debts.md
and 0010.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis import trace_context
from chassis.envelope import Envelope, decode, encode
from chassis.ids import new_id
from contracts.event import Event
from contracts.subscriptions import subscribers

EVENT_LIMIT = 1_000_000
"""Largest encoded event, in bytes. An event carries ids and facts; what is larger belongs behind a URL."""

BROKER = "broker"
"""The creditor that stands for every subscriber when a broker is the transport."""


class Debts(Enum):
    """To whom events are owed, by transport. ``provide(database, Debts, …)`` at start; HTTP unless told."""

    TO_SUBSCRIBERS = "http"
    TO_BROKER = "amqp"


# The events travel as one JSON document: psycopg would write 10,000 array elements ten times slower.
_PUBLISH = text("""
with event as (
    select * from rows from (json_to_recordset(cast(:events as json)) as (
        id uuid, type text, subject text, organization_id uuid, data jsonb
    )) with ordinality as e (id, type, subject, organization_id, data, ordinal)
), written as (
    insert into outbox (id, type, subject, organization_id, data, traceparent, tracestate)
    select id, type, subject, organization_id, data, :traceparent, :tracestate from event order by ordinal
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

COUNTED = 100_000
"""Lags are counted up to here: whoever asks while millions are owed must not make matters worse."""

# Who is owed something is found by jumping from name to name in the primary key.
_LAG = text("""
with recursive owing as (
    (select subscriber from outbox_deliveries order by subscriber limit 1)
    union all
    select (
        select debt.subscriber from outbox_deliveries as debt
        where debt.subscriber > owing.subscriber order by debt.subscriber limit 1
    ) from owing where subscriber is not null
)
select owing.subscriber, counted.events, extract(epoch from clock_timestamp() - outbox.occurred_at)
from owing cross join lateral (
    select count(*) as events from (
        select from outbox_deliveries as debt where debt.subscriber = owing.subscriber limit :counted
    ) as few
) as counted cross join lateral (
    select position from outbox_deliveries as debt
    where debt.subscriber = owing.subscriber order by position limit 1
) as oldest join outbox using (position)
order by owing.subscriber
""")


def publish(session: Session, *events: Event) -> None:
    """Say that these things happened, if and only if the transaction commits.

    One statement however many events there are; positions follow the order given. Raises ``ValueError`` for
    an event larger than ``EVENT_LIMIT``.
    """
    if not events:
        return
    owed = session.info.get("provided", {}).get(Debts, Debts.TO_SUBSCRIBERS)
    debts = [(kind.type, name) for kind in {type(event) for event in events} for name in destinations(kind, owed)]
    here = trace_context.current()
    values = {
        "events": _document(events),
        "traceparent": here.traceparent if here else None,
        "tracestate": here.state or None if here else None,
        "owed_types": [kind for kind, _ in debts],
        "subscribers": [name for _, name in debts],
        "wake": ",".join(sorted({name for _, name in debts})),
    }
    session.execute(_PUBLISH, values)


def destinations(event: type[Event], owed: Debts = Debts.TO_SUBSCRIBERS) -> tuple[str, ...]:
    """To whom an event of this type is owed; nobody when nobody listens."""
    listening = subscribers(event)
    return (BROKER,) if listening and owed is Debts.TO_BROKER else listening


def lag(session: Session) -> dict[str, tuple[int, float]]:
    """What is still owed: subscriber → (events, at most ``COUNTED``, age of the oldest in seconds)."""
    found = session.execute(_LAG, {"counted": COUNTED})
    return {name: (events, max(0.0, float(age))) for name, events, age in found}


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


__all__ = ["BROKER", "EVENT_LIMIT", "Debts", "Envelope", "decode", "destinations", "lag", "publish"]
