"""One connection for publishing, in a thread of its own, from its opening to its end: it is never mended."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

import pika
import structlog

from chassis.transports.amqp.counters import CONNECTED, RETURNED
from chassis.transports.amqp.topology import declare

log = structlog.get_logger()

Message = tuple[str, str, pika.BasicProperties, bytes]
"""Exchange, routing key, properties, body."""


class NotConfirmed(Exception):
    """The broker returned or refused a message, or the connection ended first."""


class Link:
    """Connects, declares the topology, asks for confirms; then ``ready`` is done.

    pika is not thread-safe: all but ``publish`` and ``close`` happens in the connection's own thread.
    """

    def __init__(self, parameters: pika.URLParameters, service: str) -> None:
        self.ready: Future[None] = Future()
        self.is_dead = False
        self._service = service
        self._parameters = parameters
        self._connection: Any = None
        self._channel: Any = None
        self._last_tag = 0
        self._unconfirmed: set[int] = set()
        self._outcome: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="amqp-publisher", daemon=True)
        self._thread.start()

    def publish(self, messages: Sequence[Message]) -> Future[None]:
        """Send the messages in this order. Done when all are confirmed, failed when one will not be."""
        outcome = self._outcome = Future()
        if self.is_dead:
            raise NotConfirmed("the connection has ended")
        self._connection.ioloop.add_callback_threadsafe(partial(self._publish, messages))
        return outcome

    def close(self) -> None:
        """End the connection; what is not confirmed yet never will be."""
        if self._connection is not None and not self.is_dead:
            self._connection.ioloop.add_callback_threadsafe(lambda: self._end(NotConfirmed("closed")))

    def _run(self) -> None:
        try:
            self._connection = pika.SelectConnection(
                self._parameters,
                on_open_callback=lambda connection: connection.channel(on_open_callback=self._prepare),
                on_open_error_callback=lambda _, error: self._ended(error),
                on_close_callback=lambda _, reason: self._ended(reason),
            )
            self._connection.ioloop.start()
        except Exception as error:  # a bug of ours or pika's: whoever waits is told, and a new link is made
            self._fail(error)

    def _prepare(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(lambda _, reason: self._end(reason))
        channel.add_on_return_callback(self._returned)
        declare(channel)
        channel.confirm_delivery(self._confirmed, callback=self._prepared)

    def _prepared(self, _: Any) -> None:
        CONNECTED.labels(self._service, "publisher").inc()
        self.ready.set_result(None)

    def _publish(self, messages: Sequence[Message]) -> None:
        for exchange, key, properties, body in messages:
            self._channel.basic_publish(exchange, key, body, properties, mandatory=True)
            self._last_tag += 1
            self._unconfirmed.add(self._last_tag)
        self._settle()

    def _confirmed(self, frame: Any) -> None:
        method = frame.method
        if isinstance(method, pika.spec.Basic.Nack):
            self._end(NotConfirmed("the broker refused a message"))
            return
        if method.multiple:
            self._unconfirmed = {tag for tag in self._unconfirmed if tag > method.delivery_tag}
        else:
            self._unconfirmed.discard(method.delivery_tag)
        self._settle()

    def _settle(self) -> None:
        if not self._unconfirmed and not self._outcome.done():
            self._outcome.set_result(None)

    def _returned(self, _channel: Any, method: Any, properties: Any, _body: bytes) -> None:
        RETURNED.labels(self._service).inc()
        log.error("event returned", type=properties.type, event_id=properties.message_id, reason=method.reply_text)
        self._end(NotConfirmed("a message was returned"))

    def _end(self, error: Exception) -> None:
        """Fail what is waited for, and close."""
        self._fail(error)
        if self._connection.is_open:
            self._connection.close()

    def _ended(self, error: Exception) -> None:
        self._fail(error)
        self._connection.ioloop.stop()

    def _fail(self, error: Exception) -> None:
        # Before the outcome: publish() sets its outcome, then looks here; so one of the two sees the other.
        self.is_dead = True
        for waited in (self.ready, self._outcome):
            if not waited.done():
                waited.set_exception(error)
