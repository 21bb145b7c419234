"""Calling handlers: rows become events, runs of one type become one call where the handler asks for many."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeVar

import structlog
from sqlalchemy import Row
from sqlalchemy.orm import Session

from chassis.envelope import decode
from contracts.event import Event
from contracts.subscriptions import SUBSCRIPTIONS

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

        Raises ``Unhandled``, ``UnknownEvent`` or ``msgspec.ValidationError`` for rows no retry will help, and
        whatever the handler raises.
        """
        first = rows[0]
        events = [decode(row.type, row.data) for row in rows]
        handler = self._handlers.get(first.type)
        if handler is None:
            raise Unhandled(f"{self._service} has no handler for {first.type}: deploy one, then replay")
        context = {"service": self._service, "request_id": _request_id(first), "event_id": str(first.id)}
        if first.traceparent:
            context["traceparent"] = first.traceparent
        with structlog.contextvars.bound_contextvars(**context):
            handler(session, events if is_many(handler) else events[0])
            session.flush()


def _request_id(row: Row[Any]) -> str:
    """The trace's id, which joins the request's logs with those of what followed; else the event's own id."""
    return str(row.traceparent).split("-")[1] if row.traceparent else str(row.id)
