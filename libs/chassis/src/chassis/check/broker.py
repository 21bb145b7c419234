"""The broker: reached with AMQP_URL, its queues there and of the right kind, nothing unreadable in them."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from chassis.check import network
from chassis.check.points import PROBE_SECONDS, Point, Situation, fail, ok, warn
from contracts.subscriptions import SUBSCRIPTIONS


def broker(situation: Situation) -> Iterable[Point]:
    """Every point that one connection to the broker shows; nothing when events travel over HTTP."""
    if situation.settings.events_transport != "amqp":
        return
    url = situation.environ.get("AMQP_URL", "")
    if not url:
        yield ok("broker", "this process is not told of it: only workers speak to it (check one of them, too)")
        return
    import pika  # only where a broker is used

    try:
        connection = pika.BlockingConnection(_impatient(url))
    except (pika.exceptions.AMQPError, OSError, ValueError) as error:
        do = "Is RabbitMQ up, and does AMQP_URL hold the right host, virtual host, user and password?"
        yield fail("broker", f"does not answer ({type(error).__name__})", do)
        return
    try:
        yield ok("broker", "answers")
        yield _encryption(url)
        yield from _queues(connection, situation.name)
    finally:
        if connection.is_open:
            connection.close()


def _impatient(url: str) -> Any:
    from chassis.transports.amqp.connecting import parameters

    found = parameters(url, "check")
    found.socket_timeout = found.stack_timeout = found.blocked_connection_timeout = PROBE_SECONDS
    return found


def _encryption(url: str) -> Point:
    parts = urlsplit(url)
    how = "Write AMQP_URL with amqps:// and give RabbitMQ a certificate."
    return network.encryption("broker encryption", parts.hostname or "", encrypted=parts.scheme == "amqps", how=how)


def _queues(connection: Any, own: str) -> Iterator[Point]:
    from chassis.transports.amqp.topology import UNREADABLE, queue_of

    counted = {name: _counted(connection, name) for name in (UNREADABLE, *map(queue_of, SUBSCRIPTIONS))}
    missing = sorted(name for name, count in counted.items() if count is None)
    if missing:
        yield fail("broker queues", f"not declared: {', '.join(missing)}", "Start a worker: it declares all of them.")
        return
    yield _kinds(connection, len(counted))
    unreadable = counted[UNREADABLE]
    if unreadable and unreadable.message_count:
        do = f"Look at them in the queue {UNREADABLE} with RabbitMQ's management, then purge it."
        yield warn("broker messages", f"{unreadable.message_count} could not be read", do)
    mine = counted.get(queue_of(own))
    if mine is not None and not mine.consumer_count:
        yield warn("broker consumers", f"nobody reads {queue_of(own)}", f"Start {own}'s worker.")


def _counted(connection: Any, queue: str) -> Any:
    """What a queue holds and who reads it; None when there is no such queue."""
    import pika

    channel = connection.channel()
    try:
        return channel.queue_declare(queue, passive=True).method
    except pika.exceptions.ChannelClosedByBroker as closed:
        if closed.reply_code == 404:
            return None
        raise
    finally:
        if channel.is_open:
            channel.close()


def _kinds(connection: Any, count: int) -> Point:
    """Declaring what is there changes nothing, and is refused when it is there in another kind."""
    import pika

    from chassis.transports.amqp.topology import declare

    try:
        declare(connection.channel())
    except pika.exceptions.ChannelClosedByBroker as closed:
        do = "Let its messages drain, delete it, start a worker: it declares it anew."
        return fail("broker queues", f"one is of another kind than ours: {closed.reply_text}", do)
    return ok("broker queues", f"{count} declared, of the right kind")
