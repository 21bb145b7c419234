"""Queue an event for those of its organization's endpoints that asked for it, in the event's own transaction."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.handling import Handler, is_many, many
from chassis.ids import new_id
from contracts.event import Event
from notifications.queries.webhooks.due import listening
from notifications.rules.webhooks.catalogue import PUBLIC
from notifications.rules.webhooks.payload import body, data_of, happened_at, message_id

_QUEUE = text("""
insert into webhook_deliveries (organization_id, endpoint_id, message_id, id, event, body, state, tries, attempts,
    next_attempt_at, created_at, changed_at)
select organization_id, endpoint_id, message_id, id, event, body, 'pending', 0, 0, :at, :at, :at
from unnest(
    cast(:organizations as uuid[]), cast(:endpoints as uuid[]), cast(:messages as uuid[]), cast(:ids as uuid[]),
    cast(:events as text[]), cast(:bodies as text[])
) as delivery (organization_id, endpoint_id, message_id, id, event, body)
on conflict (organization_id, endpoint_id, message_id) do nothing
""")

Delivery = tuple[UUID, UUID, UUID, UUID, str, str]


@many
def announce(session: Session, events: Sequence[Event]) -> None:
    """Nobody who listens costs one look at an index, however many events there are. Told twice, queued once."""
    organizations = {event.organization_id for event in events if event.organization_id is not None}
    endpoints = listening(session, organizations) if organizations else ()
    if not endpoints:
        return
    at = now()
    wanted: dict[tuple[UUID, str], list[UUID]] = {}
    for row in endpoints:
        for name in row.events:
            wanted.setdefault((row.organization_id, name), []).append(row.id)
    queue(session, [each for event in events for each in _deliveries(event, wanted, at)], at)


def queue(session: Session, deliveries: Sequence[Delivery], at: datetime) -> None:
    """Rows of organization, endpoint, message, id, event's name and body, due at once."""
    if not deliveries:
        return
    columns = ("organizations", "endpoints", "messages", "ids", "events", "bodies")
    values: dict[str, Any] = dict(zip(columns, map(list, zip(*deliveries, strict=True)), strict=True))
    session.execute(_QUEUE, {**values, "at": at})


def announcing(own: Mapping[type[Event], Handler]) -> Mapping[type[Event], Handler]:
    """A service's own handlers, and beside or after them the announcement of every public event."""
    return {**own, **{event: _after(own[event]) if event in own else announce for event in PUBLIC}}


def _after(own: Handler) -> Handler:
    if is_many(own):

        @many
        def handle_all(session: Session, events: Sequence[Event]) -> None:
            own(session, events)
            announce(session, events)

        return handle_all

    def handle(session: Session, event: Event) -> None:
        own(session, event)
        announce(session, [event])

    return handle


def _deliveries(event: Event, wanted: Mapping[tuple[UUID, str], list[UUID]], at: datetime) -> Iterator[Delivery]:
    public = PUBLIC[type(event)]
    organization_id = event.organization_id
    endpoints = wanted.get((organization_id, public.name)) if organization_id else None
    if not organization_id or not endpoints:
        return
    data = data_of(public, event)
    text = body(public.name, happened_at(public, event, at), data)
    message = message_id(public.name, data)
    for endpoint_id in endpoints:
        yield organization_id, endpoint_id, message, new_id(), public.name, text
