"""What is acknowledged is in the inbox; what is not comes again, in its order."""

from collections.abc import Callable
from typing import Any

import pytest
import structlog

from chassis.database import Database
from chassis.envelope import one_to_json
from chassis.ids import new_id
from chassis.transports.amqp.counters import CONSUMED, UNREADABLE
from chassis.transports.amqp.topology import queue_of
from contracts.event import Event

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("rabbitmq")]

Build = Callable[..., Event]


def test_events_arrive_in_the_order_they_were_said(between: Any, working: Any, registered: Build) -> None:
    names = [str(number) for number in range(1_700)]
    between.publish(*(registered(name) for name in names))
    with working(between.relay.run, between.consumer().run):
        assert between.await_arrival(len(names)) == names
    assert between.owed() == {}
    assert between.waiting("notifications.events") == 0


def test_what_is_no_event_is_set_aside_and_holds_up_nobody(
    between: Any, working: Any, registered: Build, street: Any
) -> None:
    good = _message(between, registered("good"))
    unreadable = [
        b"\xff\xfe",
        b"[" * 100_000,
        b"{}",
        good.replace(b"/ufadhili/identity", b"https://elsewhere"),
        good.replace(b'"position":"', b'"position":"-'),
        good.replace(b'"position":"', b'"position":"' + b"9" * 30),
        good.replace(b'"name": "good"', b'"name": "\\u0000"'),
    ]
    before = UNREADABLE.labels("notifications")._value.get(), CONSUMED.labels("notifications")._value.get()
    for body in unreadable:
        between.put(body)
    between.publish(registered("after"))
    between.relay.drain()
    with structlog.testing.capture_logs() as logs, working(between.consumer().run):
        between.await_arrival(1)
        between.until(lambda: between.waiting("ufadhili.unreadable"), lambda count: count == len(unreadable))
    assert between.arrived() == ["after"]
    assert between.waiting("notifications.events") == 0
    assert UNREADABLE.labels("notifications")._value.get() == before[0] + len(unreadable)
    assert CONSUMED.labels("notifications")._value.get() == before[1] + 1
    assert len(logs) == len(unreadable)
    assert "example.org" not in str(logs)


def test_without_its_database_a_consumer_loses_nothing_and_keeps_the_order(
    between: Any, working: Any, registered: Build, refusing_connections: Callable[[Database, bool], None]
) -> None:
    subject = new_id()
    names = [str(number) for number in range(700)]
    with working(between.consumer().run, between.processor().run):
        between.publish(registered("before", subject))
        between.relay.drain()
        between.await_effects(1)
        refusing_connections(between.subscriber, True)
        between.publish(*(registered(name, subject) for name in names))
        between.relay.drain()
        # It has let go of the queue: nothing is held by one who cannot store it.
        between.until(lambda: between.waiting("notifications.events"), lambda count: count == len(names))
        refusing_connections(between.subscriber, False)
        assert between.await_effects(1 + len(names)) == ["before", *names]
    assert between.waiting("notifications.events") == 0


def test_consumers_that_relieve_one_another_keep_the_order(between: Any, working: Any, registered: Build) -> None:
    subject = new_id()
    names = [str(number) for number in range(900)]
    consumers = [between.consumer().run for _ in range(4)]
    with working(*consumers, between.relay.run, between.processor().run) as (*stops, _, _):
        for number, name in enumerate(names):
            between.publish(registered(name, subject))
            if number in {200, 400, 600}:
                between.await_arrival(number - 100)
                stops[number // 200 - 1].set()
        assert between.await_effects(len(names)) == names


def test_what_a_broker_gives_back_mixed_is_handled_in_order(between: Any, working: Any, registered: Build) -> None:
    subject = new_id()
    names = [str(number) for number in range(800)]
    between.publish(*(registered(name, subject) for name in names))
    between.relay.drain()
    with between.channel() as channel:  # a consumer that leaves politely, which mixes what it had in hand
        channel.basic_qos(prefetch_count=600)
        for _ in zip(range(300), channel.consume("notifications.events"), strict=False):
            pass
    with working(between.consumer().run, between.processor().run):
        assert between.await_effects(len(names)) == names
    assert between.arrived() != names, "RabbitMQ keeps the order now: much of this could go"


def test_many_deliveries_do_not_make_a_message_disappear(between: Any, working: Any, registered: Build) -> None:
    between.publish(registered("first"), registered("second"))
    between.relay.drain()
    for _ in range(30):
        with between.channel() as channel:
            assert next(channel.consume(queue_of("notifications"), inactivity_timeout=30))[0] is not None
    with working(between.consumer().run):
        assert between.await_arrival(2) == ["first", "second"]


def test_a_queue_that_was_deleted_is_made_again(between: Any, working: Any, registered: Build) -> None:
    with working(between.consumer().run):
        between.publish(registered("before"))
        between.relay.drain()
        between.await_arrival(1)
        with between.channel() as channel:
            channel.queue_delete("notifications.events")

        def bound() -> bool:
            with between.channel() as channel:
                channel.confirm_delivery()
                channel.basic_publish("", "notifications.events", b"are you there", mandatory=True)
            return True

        between.until(lambda: _works(bound), bool)
        between.publish(registered("after"))
        between.relay.drain()
        assert between.await_arrival(2) == ["before", "after"]


def _works(attempt: Callable[[], bool]) -> bool:
    import pika

    try:
        return attempt()
    except pika.exceptions.UnroutableError:
        return False


def _message(between: Any, event: Event) -> bytes:
    """An event as it travels."""
    from datetime import UTC, datetime

    import msgspec

    from chassis.envelope import Envelope, source

    return one_to_json(
        Envelope(
            id=new_id(),
            source=source("identity"),
            specversion="1.0",
            type=event.type,
            subject=event.subject,
            time=datetime.now(UTC),
            datacontenttype="application/json",
            position="7",
            data=msgspec.Raw(b'{"name": "good", "email": "a@example.org"}'),
        )
    )
