"""The debts of the outbox as the relay pays them: what is next, to whom, settled once acknowledged.

A debt names a subscriber or, with a broker as transport, ``broker``, who serves all subscribers. Changing the
transport leaves debts of the other kind behind, and in a rolling change both kinds are written for a while:
``next_batch`` keeps them in order of position, ``adopt`` turns debts to the broker into debts to its subscribers.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from chassis.outbox import BROKER, Debts, destinations
from contracts.event import REGISTRY
from contracts.subscriptions import subscribers

BATCH = 500
BATCH_BYTES = 4_000_000
"""A batch is at most so many events; it takes one more while it has fewer than so many bytes of data."""

# Debts come and go by thousands between two looks of autovacuum, so the planner never knows how many there are. Left to
# itself it reads and sorts all that are owed, and all that were paid since, though the index has the next ones first.
_BY_INDEX = text("select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)")
# Each name's first debts by the index, then the first of these: no sort of all that is owed.
_NEXT = """
with debt as materialized (
    select name.subscriber, first.position
    from unnest(cast(:names as text[])) as name (subscriber)
    cross join lateral (
        select position from outbox_deliveries as owed
        where owed.subscriber = name.subscriber {only} order by position limit :batch
    ) as first
    order by position, subscriber limit :batch
)
select * from (
    select *,
        sum(octet_length(data)) over (order by position, subscriber) - octet_length(data) as bytes_before
    from (
        select debt.subscriber, position, id, type, subject, organization_id, cast(data as text), traceparent,
            tracestate, occurred_at
        from outbox join debt using (position)
    ) as owed
) as batch
where bytes_before < :bytes order by position, subscriber
"""
_BEFORE_THE_BROKERS = """
and position < (
    select coalesce(min(position), 9223372036854775807) from outbox_deliveries join outbox using (position)
    where subscriber = 'broker' and type = any(:adoptable)
)
"""
_NEXT_OF_ANY = text(_NEXT.format(only=""))
_NEXT_NOT_BROKER = text(_NEXT.format(only=_BEFORE_THE_BROKERS))

_SETTLE = text("""
delete from outbox_deliveries as debt
using unnest(cast(:subscribers as text[]), cast(:positions as bigint[])) as paid (subscriber, position)
where debt.subscriber = paid.subscriber and debt.position = paid.position
""")
_OWED = text("select distinct subscriber from outbox_deliveries")
_OWED_OF = text("""
select name from unnest(cast(:names as text[])) as name
where exists (select from outbox_deliveries where subscriber = name)
""")
_ADOPT = text("""
with adopted as (
    delete from outbox_deliveries as debt using outbox
    where debt.subscriber = 'broker' and outbox.position = debt.position and outbox.type = any(:adoptable)
    returning outbox.position, outbox.type
)
insert into outbox_deliveries (subscriber, position)
select listens.subscriber, adopted.position
from adopted join unnest(cast(:types as text[]), cast(:subscribers as text[])) as listens (type, subscriber)
    using (type)
on conflict do nothing
""")


_OWE_AGAIN = text("""
with again as (
    insert into outbox_deliveries (subscriber, position)
    select debt.subscriber, outbox.position
    from outbox join unnest(cast(:types as text[]), cast(:subscribers as text[])) as debt (type, subscriber)
        using (type)
    where outbox.occurred_at >= clock_timestamp() - cast(:since as interval)
    on conflict do nothing
    returning position
)
select count(distinct position), pg_notify('outbox', :wake) from again
""")


def next_batch(session: Session, service: str, names: Sequence[str]) -> Sequence[Row[Any]]:
    """The oldest debts to these names, in order of position; some may be of one event.

    Without ``broker`` among the names, what is younger than a debt to the broker waits until that is adopted.
    """
    session.execute(_BY_INDEX)
    values: dict[str, Any] = {"names": list(names), "batch": BATCH, "bytes": BATCH_BYTES}
    if BROKER in names:
        return session.execute(_NEXT_OF_ANY, values).all()
    return session.execute(_NEXT_NOT_BROKER, {**values, "adoptable": _types(service)}).all()


def is_full(rows: Sequence[Row[Any]]) -> bool:
    """Whether more may be owed than this batch."""
    return len(rows) == BATCH or sum(len(row.data) for row in rows) >= BATCH_BYTES


def settle(session: Session, rows: Sequence[Row[Any]]) -> None:
    """These debts are paid."""
    session.execute(_BY_INDEX)
    paid = {"subscribers": [row.subscriber for row in rows], "positions": [row.position for row in rows]}
    session.execute(_SETTLE, paid)


def creditors(session: Session, names: Iterable[str] | None = None) -> set[str]:
    """Who is owed something: of these names, or, read from the whole table, of all."""
    if names is None:
        return set(session.scalars(_OWED))
    return set(session.scalars(_OWED_OF, {"names": list(names)}))


def adopt(session: Session, service: str) -> None:
    """Owe each subscriber what was owed to the broker. A type no contract here knows stays as it is."""
    types = _types(service)
    listening = [(name, listener) for name in types for listener in subscribers(REGISTRY[name])]
    values = {"types": [name for name, _ in listening], "subscribers": [listener for _, listener in listening]}
    session.execute(_ADOPT, {**values, "adoptable": types})


def owe_again(session: Session, service: str, since: timedelta, to: str | None = None) -> int:
    """Owe what ``service`` published since then once more, to all who listen or to one of them.

    Returns how many events are owed that were paid. Inboxes know what they have had, so it has no second effect.
    """
    kind = session.info.get("provided", {}).get(Debts, Debts.TO_SUBSCRIBERS)
    events = [event for event in REGISTRY.values() if event.publisher == service]
    if to is None:
        owed = [(event.type, name) for event in events for name in destinations(event, kind)]
    else:
        owed = [(event.type, to) for event in events if to in subscribers(event)]
    values = {
        "since": since,
        "types": [name for name, _ in owed],
        "subscribers": [name for _, name in owed],
        "wake": ",".join(sorted({name for _, name in owed})),
    }
    return int(session.execute(_OWE_AGAIN, values).one()[0])


def _types(service: str) -> list[str]:
    return [event.type for event in REGISTRY.values() if event.publisher == service]
