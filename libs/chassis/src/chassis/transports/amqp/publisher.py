"""The relay's side: each batch is published, confirmed as a whole, and only then counts as delivered."""

import threading
from collections.abc import Sequence

import pika

from chassis.envelope import EVENT_TYPE, Envelope, one_to_json
from chassis.outbox import BROKER
from chassis.transports.amqp.connecting import parameters
from chassis.transports.amqp.counters import CONFIRMED, PUBLISHED
from chassis.transports.amqp.link import Link, Message
from chassis.transports.amqp.topology import EXCHANGE, queue_of

OPEN_SECONDS = 15
"""How long connecting and declaring may take."""

CONFIRM_SECONDS = 30
"""How long the broker may take to confirm a batch."""


class AmqpTransport:
    """Publishes what ``service`` owes. Threads may share it; one batch is on its way at a time."""

    def __init__(self, url: str, service: str) -> None:
        self._parameters = parameters(url, f"{service} relay")
        self._service = service
        self._link: Link | None = None
        self._lock = threading.Lock()

    def send(self, subscriber: str, batch: Sequence[Envelope]) -> None:
        """Publish the batch to all who listen (``broker``) or straight into the queue of one subscriber.

        Returns when the broker has confirmed every message. Raises when it could not be reached, returned or refused
        one, or stayed silent: the connection is then given up, and the next call makes a new one.
        """
        messages = [self._message(subscriber, envelope) for envelope in batch]
        with self._lock:
            link = self._link = self._opened()
            try:
                link.ready.result(OPEN_SECONDS)
                PUBLISHED.labels(self._service).inc(len(messages))
                link.publish(messages).result(CONFIRM_SECONDS)
            except BaseException:
                self._give_up()
                raise
            CONFIRMED.labels(self._service).inc(len(messages))

    def close(self) -> None:
        """Close the connection; the next ``send`` opens a new one."""
        with self._lock:
            self._give_up()

    def _opened(self) -> Link:
        if self._link is not None and not self._link.is_dead:
            return self._link
        return Link(self._parameters, self._service)

    def _give_up(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None

    def _message(self, subscriber: str, envelope: Envelope) -> Message:
        exchange, key = (EXCHANGE, envelope.type) if subscriber == BROKER else ("", queue_of(subscriber))
        properties = pika.BasicProperties(
            content_type=EVENT_TYPE,
            delivery_mode=pika.DeliveryMode.Persistent,
            message_id=str(envelope.id),
            type=envelope.type,
            app_id=self._service,
            timestamp=int(envelope.time.timestamp()),
        )
        return exchange, key, properties, one_to_json(envelope)
