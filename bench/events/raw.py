"""The peer: pika alone, a publisher with confirms and a consumer with acknowledgements, on a quorum queue.

``python -m bench.events.raw publish|consume --url URL --messages N``. Both pipeline as much as we do: up to a window of
messages unconfirmed, acknowledgements for many at once. No database, no envelope, no order to keep, nothing kept twice.
"""

import argparse
import time

import pika

QUEUE = "bench.raw"
ARGUMENTS = {"x-queue-type": "quorum", "x-single-active-consumer": True}
WINDOW = 500
"""Messages on their way at once, and messages acknowledged at once: as in the relay and the consumer."""

PROPERTIES = pika.BasicProperties(content_type="application/cloudevents+json", delivery_mode=2)


def declare(url: str) -> None:
    """Make the queue anew."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.queue_delete(QUEUE)
        channel.queue_declare(QUEUE, durable=True, arguments=ARGUMENTS)


class Publisher:
    """Publishes mandatory, persistent messages, at most ``WINDOW`` of them unconfirmed."""

    def __init__(self, url: str, messages: int, body: bytes) -> None:
        self._left, self._body = messages, body
        self._sent = self._confirmed = 0
        self._connection = pika.SelectConnection(pika.URLParameters(url), on_open_callback=self._opened)

    def run(self) -> None:
        """Return when all are confirmed."""
        self._connection.ioloop.start()

    def _opened(self, connection: pika.SelectConnection) -> None:
        connection.channel(on_open_callback=self._ready)

    def _ready(self, channel: pika.channel.Channel) -> None:
        self._channel = channel
        channel.confirm_delivery(self._on_confirm, callback=lambda _: self._send())

    def _send(self) -> None:
        while self._left and self._sent - self._confirmed < WINDOW:
            self._channel.basic_publish("", QUEUE, self._body, PROPERTIES, mandatory=True)
            self._left -= 1
            self._sent += 1

    def _on_confirm(self, frame: pika.frame.Method) -> None:
        assert isinstance(frame.method, pika.spec.Basic.Ack)
        self._confirmed = frame.method.delivery_tag if frame.method.multiple else self._confirmed + 1
        if self._left:
            self._send()
        elif self._confirmed == self._sent:
            self._connection.ioloop.stop()


def consume(url: str, messages: int) -> None:
    """Take them all, acknowledging whatever has come, up to ``WINDOW`` at once."""
    taken = 0
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=2 * WINDOW)
        tags: list[int] = []
        channel.basic_consume(QUEUE, lambda _, method, __, ___: tags.append(method.delivery_tag))
        while taken < messages:
            connection.process_data_events(time_limit=1)
            taken += len(tags)
            if tags:
                channel.basic_ack(tags[-1], multiple=True)
                tags.clear()


def main() -> None:
    """Play one of the two roles and print when it began and ended, in seconds since 1970."""
    parser = argparse.ArgumentParser(prog="python -m bench.events.raw")
    parser.add_argument("role", choices=("publish", "consume"))
    parser.add_argument("--url", required=True)
    parser.add_argument("--messages", type=int, required=True)
    parser.add_argument("--bytes", type=int, default=500)
    args = parser.parse_args()
    began = time.time()
    if args.role == "publish":
        Publisher(args.url, args.messages, b"x" * args.bytes).run()
    else:
        consume(args.url, args.messages)
    print(began, time.time())


if __name__ == "__main__":
    main()
