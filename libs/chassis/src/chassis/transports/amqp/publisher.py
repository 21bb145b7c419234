"""The relay's side: each batch is published, confirmed as a whole, and only then counts as delivered."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

import pika
import structlog

from chassis.envelope import EVENT_TYPE, Envelope, one_to_json
from chassis.outbox import BROKER
from chassis.transports.amqp.connecting import parameters
from chassis.transports.amqp.counters import CONFIRMED, PUBLISHED, RETURNED
from chassis.transports.amqp.link import Link
from chassis.transports.amqp.topology import EXCHANGE, queue_of

OPEN_SECONDS = 15
"""How long connecting and declaring may take."""

CONFIRM_SECONDS = 30
"""How long the broker may take to confirm a batch."""

Message = tuple[str, str, pika.BasicProperties, bytes]
"""Exchange, routing key, properties, body."""

_PERSISTENT = pika.DeliveryMode.Persistent.value

log = structlog.get_logger()


class NotConfirmed(Exception):
    """The broker returned or refused a message, or the connection ended first."""


class AmqpTransport:
    """Publishes what ``service`` owes. Threads may share it; one batch is on its way at a time."""

    def __init__(self, url: str, service: str) -> None:
        self._parameters = parameters(url, f"{service} relay")
        self._service = service
        self._link: _Publishing | None = None
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

    def _opened(self) -> "_Publishing":
        if self._link is not None and not self._link.is_dead:
            return self._link
        return _Publishing(self._parameters, self._service)

    def _give_up(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None

    def _message(self, subscriber: str, envelope: Envelope) -> Message:
        exchange, key = (EXCHANGE, envelope.type) if subscriber == BROKER else ("", queue_of(subscriber))
        properties = pika.BasicProperties(
            content_type=EVENT_TYPE,
            delivery_mode=_PERSISTENT,
            message_id=str(envelope.id),
            type=envelope.type,
            app_id=self._service,
            timestamp=int(envelope.time.timestamp()),
        )
        return exchange, key, properties, one_to_json(envelope)


class _Publishing(Link):
    """A link that publishes with confirms, in a thread of its own. ``ready`` is done when it can."""

    def __init__(self, parameters: pika.URLParameters, service: str) -> None:
        super().__init__(parameters, service, "relay")
        self.ready: Future[None] = Future()
        self.is_dead = False
        self._last_tag = 0
        self._unconfirmed: set[int] = set()
        self._outcome: Future[None] = Future()
        threading.Thread(target=self._live, name="amqp-relay", daemon=True).start()

    def publish(self, messages: Sequence[Message]) -> Future[None]:
        """Send the messages in this order. Done when all are confirmed, failed when one will not be."""
        outcome = self._outcome = Future()
        if self.is_dead:
            raise NotConfirmed("the connection has ended")
        self.ask(partial(self._publish, messages))
        return outcome

    def close(self) -> None:
        """End the connection; what is not confirmed yet never will be."""
        if self._connection is None:
            self._is_ending = True
        elif not self.is_dead:
            self.ask(lambda: self._end(None))

    def _live(self) -> None:
        error: Exception = NotConfirmed("closed")
        try:
            self.run()
        except Exception as caught:  # whoever waits is told, and the next batch has a new link
            error = caught
        # Before the outcome: publish() sets its outcome, then looks here; so one of the two sees the other.
        self.is_dead = True
        for waited in (self.ready, self._outcome):
            if not waited.done():
                waited.set_exception(error)

    def _prepare(self) -> None:
        self._channel.add_on_return_callback(self._guarded(self._returned))
        self._channel.confirm_delivery(
            self._guarded(self._confirmed), callback=self._guarded(lambda _: self.ready.set_result(None))
        )

    def _publish(self, messages: Sequence[Message]) -> None:
        for exchange, key, properties, body in messages:
            self._channel.basic_publish(exchange, key, body, properties, mandatory=True)
            self._last_tag += 1
            self._unconfirmed.add(self._last_tag)
        self._settle()

    def _confirmed(self, frame: Any) -> None:
        method = frame.method
        if isinstance(method, pika.spec.Basic.Nack):
            raise NotConfirmed("the broker refused a message")
        if method.multiple:
            self._unconfirmed = {tag for tag in self._unconfirmed if tag > method.delivery_tag}
        else:
            self._unconfirmed.discard(method.delivery_tag)
        self._settle()

    def _settle(self) -> None:
        if not self._unconfirmed and not self._outcome.done() and not self._is_ending:
            self._outcome.set_result(None)

    def _returned(self, _channel: Any, method: Any, properties: Any, _body: bytes) -> None:
        RETURNED.labels(self._service).inc()
        log.error("event returned", type=properties.type, event_id=properties.message_id, reason=method.reply_text)
        raise NotConfirmed("a message was returned")
