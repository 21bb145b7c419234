"""Exchanges, queues and bindings, declared wholly from the contracts on every connection before it is used.

Whoever connects first makes all of them, so no event is ever published to a broker that would not know where to put
it. Declaring what is there changes nothing. Nothing is ever unbound or deleted here: a process of an older version
would take away what a newer one needs.
"""

from typing import Any

from contracts.subscriptions import SUBSCRIPTIONS

EXCHANGE = "ufadhili.events"
"""Topic exchange; the routing key is the event's type."""

UNREADABLE = "ufadhili.unreadable"
"""Exchange and queue of messages that are no event of ours, for a person to look at."""

# RabbitMQ 4 drops what was delivered 20 times; 3.10 takes "unlimited" for "never again". With a limit set, both put
# back what was not acknowledged where it was, at the head.
_NO_LIMIT = 2**31 - 1

_QUEUE = {
    "x-queue-type": "quorum",
    "x-single-active-consumer": True,
    "x-delivery-limit": _NO_LIMIT,
    "x-dead-letter-exchange": UNREADABLE,
}


def queue_of(service: str) -> str:
    """The queue of what ``service`` subscribes to."""
    return f"{service}.events"


def declare(channel: Any) -> None:
    """Declare everything. What the broker refuses closes the channel."""
    channel.exchange_declare(EXCHANGE, "topic", durable=True)
    channel.exchange_declare(UNREADABLE, "fanout", durable=True)
    channel.queue_declare(UNREADABLE, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(UNREADABLE, UNREADABLE)
    for service, events in SUBSCRIPTIONS.items():
        channel.queue_declare(queue_of(service), durable=True, arguments=_QUEUE)
        for event in events:
            channel.queue_bind(queue_of(service), EXCHANGE, event.type)
