"""The subscriber's side: what waits in the queue is committed to the inbox, and only then acknowledged.

RabbitMQ keeps order until a consumer leaves. Then it may hand new messages to one that waits before it has put back
those the first had in hand, and it puts these back at the head, but mixed. So of a service's consumers one subscribes
at a time (an advisory lock), not before all is put back, and commits what its predecessor had in hand as one batch:
the processor finds all of it, and takes each subject by position.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pika
import structlog
from sqlalchemy.exc import DataError

from chassis import inbox
from chassis.backoff import persist
from chassis.database import SYSTEM, Database
from chassis.envelope import Envelope, is_ours, one_from_json
from chassis.listener import Listener
from chassis.transports.amqp.connecting import parameters
from chassis.transports.amqp.counters import CONSUMED, UNREADABLE
from chassis.transports.amqp.link import Link
from chassis.transports.amqp.topology import queue_of

PREFETCH = 1000
"""Messages on their way to us that are not acknowledged yet.

As many as a consumer may leave behind, its successor must be able to take at once: a version with a smaller number
would let some be overtaken.
"""

BATCH = 500
"""Messages committed and acknowledged at once, at most."""

_LOOK = 0.5
"""Seconds between looks at whether to stop, and whether the lock is still ours."""

_SETTLE = 1.0
"""Seconds before we subscribe: by then RabbitMQ has put back all that the consumer before us had in hand."""

_QUIET = 0.5
"""Seconds without another message after which what our predecessor had in hand has arrived."""

_POLL = 1.0

Message = tuple[int, str | None, bytes]
"""Delivery tag, message id, body."""

log = structlog.get_logger()


class Cancelled(Exception):
    """The broker ended our consumer: its queue was deleted, say."""


class Consumer:
    """Takes what arrives for ``service``. Any number may run; one works, the others stand by."""

    def __init__(self, database: Database, service: str, url: str) -> None:
        self._database = database
        self._service = service
        self._parameters = parameters(url, f"{service} consumer")

    def run(self, stop: threading.Event) -> None:
        """Consume until ``stop`` is set and the batch in hand is stored; reconnect when needed."""
        persist("consumer", stop, lambda: self._consume(stop))

    def _consume(self, stop: threading.Event) -> None:
        with Listener(self._database) as listener:
            while not listener.lock("chassis.consumer"):
                if stop.wait(_POLL):
                    return
            _Consuming(self._parameters, self._service, self._store, stop, listener).run()

    def _store(self, messages: Sequence[Message]) -> set[int]:
        """Commit those that are events, and return their tags."""
        read = [(tag, envelope) for tag, _, body in messages if (envelope := _read(body))]
        try:
            self._accept([envelope for _, envelope in read])
        except (DataError, ValueError):
            # One that PostgreSQL cannot hold, a NUL character say, must not hold up the others.
            read.sort(key=lambda pair: int(pair[1].position))
            return {tag for tag, envelope in read if self._can_hold(envelope)}
        return {tag for tag, _ in read}

    def _can_hold(self, envelope: Envelope) -> bool:
        try:
            self._accept([envelope])
        except (DataError, ValueError):
            return False
        return True

    def _accept(self, envelopes: Sequence[Envelope]) -> None:
        with self._database.transaction(SYSTEM) as session:
            inbox.accept(session, envelopes)


class _Consuming(Link):
    """A link that gathers what arrives, has it stored, and answers for it.

    When storing fails it ends, and drops what it has gathered: the broker delivers all of it again, in order.
    """

    def __init__(
        self,
        parameters: pika.URLParameters,
        service: str,
        store: Callable[[Sequence[Message]], set[int]],
        stop: threading.Event,
        lock: Listener,
    ) -> None:
        super().__init__(parameters, service, "consumer")
        self._store = store
        self._stop = stop
        self._lock = lock
        self._arrived: deque[Message] = deque()
        self._seen = 0
        self._is_taking = False
        self._size, self._pause = PREFETCH, _QUIET  # of the first batch

    def _prepare(self) -> None:
        self._channel.add_on_cancel_callback(self._guarded(self._cancelled))
        self._connection.ioloop.call_later(_SETTLE, self._guarded(self._subscribe))
        self._look()

    def _subscribe(self) -> None:
        if not self._is_ending:
            self._channel.basic_qos(prefetch_count=PREFETCH)
            self._channel.basic_consume(queue_of(self._service), self._gather)

    def _look(self) -> None:
        if self._stop.is_set():
            self._end(None)
        elif not self._is_ending:
            self._lock.check()
            self._connection.ioloop.call_later(_LOOK, self._guarded(self._look))

    def _gather(self, _channel: Any, method: Any, properties: Any, body: bytes) -> None:
        self._arrived.append((method.delivery_tag, properties.message_id, body))
        if not self._is_taking:
            self._soon()

    def _soon(self) -> None:
        self._is_taking, self._seen = True, len(self._arrived)
        self._connection.ioloop.call_later(self._pause, self._guarded(self._take))

    def _take(self) -> None:
        self._is_taking = False
        if self._stop.is_set() or self._is_ending:
            self._end(None)
        elif self._seen < len(self._arrived) < self._size:
            self._soon()  # more is coming in: one turn more makes a larger batch
        elif self._arrived:
            self._answer([self._arrived.popleft() for _ in range(min(self._size, len(self._arrived)))])
            self._size, self._pause = BATCH, 0
            self._soon()

    def _answer(self, messages: Sequence[Message]) -> None:
        stored = self._store(messages)
        for tag, message_id, body in messages:
            if tag not in stored:
                log.error("message unreadable", message_id=message_id, bytes=len(body))
                UNREADABLE.labels(self._service).inc()
                self._channel.basic_reject(tag, requeue=False)
        if stored:
            self._channel.basic_ack(max(stored), multiple=True)
            CONSUMED.labels(self._service).inc(len(stored))

    def _cancelled(self, _: Any) -> None:
        raise Cancelled


def _read(body: bytes) -> Envelope | None:
    try:
        envelope = one_from_json(body)
    except (msgspec.DecodeError, RecursionError):
        return None
    return envelope if is_ours(envelope) else None
