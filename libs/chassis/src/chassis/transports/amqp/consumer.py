"""The subscriber's side: what waits in the queue is committed to the inbox, and only then acknowledged."""

import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import msgspec
import pika
import structlog
from pika.exceptions import AMQPError
from sqlalchemy import text
from sqlalchemy.exc import DataError

from chassis import inbox
from chassis.backoff import persist
from chassis.database import SYSTEM, Database
from chassis.envelope import Envelope, is_ours, one_from_json
from chassis.transports.amqp.connecting import parameters
from chassis.transports.amqp.counters import CONNECTED, CONSUMED, UNREADABLE
from chassis.transports.amqp.topology import declare, queue_of

PREFETCH = 1000
"""Messages on their way to us that are not acknowledged yet."""

BATCH = 500
"""Messages committed and acknowledged at once, at most."""

_SLICE = 0.5

Message = tuple[int, str | None, bytes]
"""Delivery tag, message id, body."""

log = structlog.get_logger()


class Cancelled(Exception):
    """The broker ended our consumer: its queue was deleted, say."""


class Consumer:
    """Takes what arrives for ``service``. Of any number the broker serves one at a time."""

    def __init__(self, database: Database, service: str, url: str) -> None:
        self._database = database
        self._service = service
        self._parameters = parameters(url, f"{service} consumer")

    def run(self, stop: threading.Event) -> None:
        """Consume until ``stop`` is set and the batch in hand is stored; reconnect when needed."""
        persist("consumer", stop, lambda: self._consume(stop))

    def _consume(self, stop: threading.Event) -> None:
        with self._database.transaction(SYSTEM) as session:
            session.execute(text("select 1"))  # take nothing that could not be stored
        connection = pika.BlockingConnection(self._parameters)
        try:
            channel = connection.channel()
            arrived = self._subscribe(channel)
            CONNECTED.labels(self._service, "consumer").inc()
            while not stop.is_set():
                connection.process_data_events(time_limit=_SLICE)
                while arrived and not stop.is_set():
                    self._take(channel, [arrived.popleft() for _ in range(min(BATCH, len(arrived)))])
        finally:
            with suppress(AMQPError):
                connection.close()

    def _subscribe(self, channel: Any) -> deque[Message]:
        arrived: deque[Message] = deque()
        declare(channel)
        channel.add_on_cancel_callback(_cancelled)
        channel.basic_qos(prefetch_count=PREFETCH)
        channel.basic_consume(
            queue_of(self._service),
            lambda _, method, properties, body: arrived.append((method.delivery_tag, properties.message_id, body)),
        )
        return arrived

    def _take(self, channel: Any, messages: Sequence[Message]) -> None:
        """Store these messages and answer for them; when that fails, the connection ends and all are delivered anew."""
        stored = self._store(messages)
        for tag, message_id, body in messages:
            if tag not in stored:
                log.error("message unreadable", message_id=message_id, bytes=len(body))
                UNREADABLE.labels(self._service).inc()
                channel.basic_reject(tag, requeue=False)
        if stored:
            channel.basic_ack(max(stored), multiple=True)
            CONSUMED.labels(self._service).inc(len(stored))

    def _store(self, messages: Sequence[Message]) -> set[int]:
        """The tags of those that are events and are in the inbox now."""
        read = [(tag, envelope) for tag, _, body in messages if (envelope := _read(body))]
        try:
            self._accept([envelope for _, envelope in read])
        except (DataError, ValueError):
            # One that PostgreSQL cannot hold, a NUL character say, must not hold up the others.
            return {tag for tag, envelope in read if self._holds(envelope)}
        return {tag for tag, _ in read}

    def _holds(self, envelope: Envelope) -> bool:
        try:
            self._accept([envelope])
        except (DataError, ValueError):
            return False
        return True

    def _accept(self, envelopes: Sequence[Envelope]) -> None:
        with self._database.transaction(SYSTEM) as session:
            inbox.accept(session, envelopes)


def _read(body: bytes) -> Envelope | None:
    try:
        envelope = one_from_json(body)
    except (msgspec.DecodeError, RecursionError):
        return None
    return envelope if is_ours(envelope) else None


def _cancelled(_: Any) -> None:
    raise Cancelled
