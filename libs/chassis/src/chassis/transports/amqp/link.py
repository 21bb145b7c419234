"""One connection to the broker, from its opening to its end. It is never mended: who needs another makes another.

pika's asynchronous connection, because the blocking one cancels its consumer and returns messages one by one before it
closes, and publishes one message at a time when it is to be confirmed.
"""

from collections.abc import Callable
from typing import Any

import pika
import structlog

from chassis.transports.amqp.counters import CONNECTED
from chassis.transports.amqp.topology import declare

log = structlog.get_logger()


class Link:
    """Connects, opens a channel, declares the topology, then ``_prepared``. ``run`` is its life, in one thread.

    Nothing but ``ask`` may be called from other threads. A callback that raises ends the link.
    """

    def __init__(self, parameters: pika.URLParameters, service: str, by: str) -> None:
        self._service = service
        self._by = by
        self._parameters = parameters
        self._connection: Any = None
        self._channel: Any = None
        self._is_ending = False
        self._error: Exception | None = None

    def run(self) -> None:
        """Live. Returns after ``_end(None)``, raises what else ended the connection."""
        self._connection = pika.SelectConnection(
            self._parameters,
            on_open_callback=self._guarded(self._opened),
            on_open_error_callback=lambda _, error: self._ended(error),
            on_close_callback=lambda _, reason: self._ended(reason),
        )
        try:
            self._connection.ioloop.start()
        finally:
            self._connection.ioloop.close()
        if self._error is not None:
            raise self._error

    def ask(self, what: Callable[[], None]) -> None:
        """Have it done in the link's thread. It never is when the link has ended."""
        self._connection.ioloop.add_callback_threadsafe(self._guarded(what))

    def _opened(self, connection: Any) -> None:
        if self._is_ending:  # given up in the meantime
            connection.close()
        else:
            connection.channel(on_open_callback=self._guarded(self._declare))

    def _declare(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(lambda _, reason: self._closed(reason))
        declare(channel)
        self._prepare()
        CONNECTED.labels(self._service, self._by).inc()

    def _prepare(self) -> None:
        """The topology is on its way; now what this link is for."""
        raise NotImplementedError

    def _closed(self, reason: Exception) -> None:
        """What the broker says is told: a declaration it refuses is refused every time, until somebody reads why."""
        if isinstance(reason, pika.exceptions.ChannelClosedByBroker) and not self._is_ending:
            log.error("refused by the broker", by=self._by, reason=reason.reply_text)
        self._end(reason)

    def _end(self, error: Exception | None) -> None:
        """Close, once, as soon as it is open; the first reason counts."""
        if self._is_ending:
            return
        self._is_ending, self._error = True, error
        if self._connection.is_open:
            self._connection.close()

    def _ended(self, reason: Exception) -> None:
        if not self._is_ending:
            self._is_ending, self._error = True, reason
        self._connection.ioloop.stop()

    def _guarded(self, callback: Callable[..., None]) -> Callable[..., None]:
        def call(*arguments: Any) -> None:
            try:
                callback(*arguments)
            except Exception as error:  # else it would leave the loop, and the connection open behind it
                self._end(error)

        return call
