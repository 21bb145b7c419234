"""Calling handlers: rows become events, runs of one type become one call where the handler asks for many."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from typing import Any, TypeVar

import structlog
from prometheus_client import Counter, Histogram
from sqlalchemy import Row
from sqlalchemy.orm import Session

from chassis import trace_context, tracing
from chassis.envelope import decode
from contracts.event import Event
from contracts.subscriptions import SUBSCRIPTIONS

HANDLED = Counter("events_handled", "Events whose effect is committed.", ["type"])
DELAY = Histogram(
    "event_delay_seconds",
    "From the publisher's commit to the effect's.",
    ["type"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200),
)
DURATION = Histogram(
    "event_handling_duration_seconds", "Time of one call of a handler, for one event or many.", ["type"]
)

Handler = Callable[[Session, Any], None]
H = TypeVar("H", bound=Handler)


class Unhandled(Exception):
    """The event is known, but this service has no handler for it."""


def many(handler: H) -> H:
    """Have ``handler`` take the list of consecutive events of its type, instead of one at a time."""
    handler.many = True  # type: ignore[attr-defined]
    return handler


def is_many(handler: Handler) -> bool:
    """Whether the handler takes a list."""
    return bool(getattr(handler, "many", False))


def check_consumers(service: str, consumers: Mapping[type[Event], Handler]) -> None:
    """Raise ValueError unless the service handles exactly what it subscribes to in the contracts."""
    told, handled = set(SUBSCRIPTIONS[service]), set(consumers)
    missing = ", ".join(sorted(event.type for event in told - handled))
    extra = ", ".join(sorted(event.type for event in handled - told))
    if missing:
        raise ValueError(f"{service}/consumers.py has no handler for {missing}, which it subscribes to")
    if extra:
        raise ValueError(f"{service}/consumers.py handles {extra}, which contracts/subscriptions.py does not list")


class Dispatcher:
    """Finds and calls the handler of a row."""

    def __init__(self, service: str, consumers: Mapping[type[Event], Handler]) -> None:
        self._service = service
        self._handlers = {event.type: handler for event, handler in consumers.items()}

    @property
    def types(self) -> list[str]:
        """The types of event that have a handler."""
        return list(self._handlers)

    def calls(self, rows: Sequence[Row[Any]]) -> Iterator[range]:
        """The batch cut into handler calls, as ranges of indexes."""
        start = 0
        for name, run in groupby(rows, key=lambda row: row.type):
            end = start + sum(1 for _ in run)
            handler = self._handlers.get(name)
            step = end - start if handler and is_many(handler) else 1
            yield from (range(first, first + step) for first in range(start, end, step))
            start = end

    def call(self, session: Session, rows: Sequence[Row[Any]]) -> None:
        """Decode the rows of one call and hand them to their handler.

        Raises ``Unhandled``, ``UnknownEvent`` or ``msgspec.ValidationError`` for rows this version cannot handle, and
        whatever the handler raises.
        """
        first = rows[0]
        events = [decode(row.type, row.data) for row in rows]
        handler = self._handlers.get(first.type)
        if handler is None:
            raise Unhandled(f"{self._service} has no handler for {first.type}: deploy one")
        context = {"service": self._service, "request_id": _request_id(first), "event_id": str(first.id)}
        with structlog.contextvars.bound_contextvars(**context), _span(rows), DURATION.labels(first.type).time():
            handler(session, events if is_many(handler) else events[0])
            session.flush()


def count(rows: Sequence[Row[Any]]) -> None:
    """Count these as handled: their effect is committed."""
    now = time.time()
    for row in rows:
        HANDLED.labels(row.type).inc()
        DELAY.labels(row.type).observe(max(0.0, now - row.occurred_at.timestamp()))


def _span(rows: Sequence[Row[Any]]) -> AbstractContextManager[tracing.Span]:
    """What is published by the handler belongs to what led to it; with tracing, by way of a span."""
    parents = [place for row in rows if (place := trace_context.parse(row.traceparent, row.tracestate))]
    attributes = {"messaging.destination.name": rows[0].type, "messaging.batch.message_count": len(rows)}
    if len(rows) == 1:
        attributes["messaging.message.id"] = str(rows[0].id)
    return tracing.span(tracing.Kind.CONSUMER, f"process {rows[0].type}", parents, attributes)


def _request_id(row: Row[Any]) -> str:
    """The trace's id, which joins the request's logs with those of what followed; else the event's own id."""
    return str(row.traceparent).split("-")[1] if row.traceparent else str(row.id)
