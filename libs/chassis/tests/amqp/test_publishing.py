"""What the broker has not confirmed is still owed, whatever became of it."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from pika.exceptions import AMQPError

from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import Debts
from chassis.relay import Relay
from chassis.transports.amqp import AmqpTransport, publisher
from chassis.transports.amqp.counters import CONFIRMED, PUBLISHED, RETURNED
from chassis.transports.amqp.topology import EXCHANGE, declare
from chassis.wiring import provide
from contracts.event import Event
from contracts.events.identity import EmailVerified

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("rabbitmq")]

Build = Callable[..., Event]


def counted(counter: Any) -> float:
    return float(counter.labels("identity")._value.get())


def test_an_event_is_put_once_into_the_queue_of_everyone_who_listens(between: Any) -> None:
    before = counted(PUBLISHED), counted(CONFIRMED)
    between.publish(*(EmailVerified(user_id=new_id(), email="a@example.org") for _ in range(3)))
    assert between.relay.drain() == 3
    assert between.owed() == {}
    held = {name: between.waiting(f"{name}.events") for name in ("programs", "privacy", "billing")}
    assert held == {"programs": 3, "privacy": 3, "billing": 0}
    assert (counted(PUBLISHED), counted(CONFIRMED)) == (before[0] + 3, before[1] + 3)


def test_a_message_is_a_cloudevent_that_survives_the_broker(between: Any, registered: Build) -> None:
    between.publish(registered("Amina"))
    between.relay.drain()
    between.broker.restart()
    with between.channel() as channel:
        _, properties, body = next(channel.consume("notifications.events", inactivity_timeout=30))
    assert properties.content_type == "application/cloudevents+json"
    assert properties.delivery_mode == 2
    assert properties.message_id.encode() in body
    assert properties.type == "ufadhili.identity.user_registered.v1"


def test_a_debt_to_one_subscriber_goes_around_the_others(between: Any, street: Any) -> None:
    provide(between.publisher, Debts, Debts.TO_SUBSCRIBERS)
    between.publish(EmailVerified(user_id=new_id(), email="a@example.org"))
    street.down = {"privacy"}
    assert Relay(between.publisher, "identity", street).drain() == 1
    provide(between.publisher, Debts, Debts.TO_BROKER)
    assert Relay(between.publisher, "identity", between.transport).drain() == 1
    assert between.waiting("privacy.events") == 1
    assert between.waiting("programs.events") == 0


def test_declaring_again_changes_nothing_and_loses_nothing(between: Any, registered: Build) -> None:
    between.publish(registered("kept"))
    between.relay.drain()
    for _ in range(2):
        with between.channel() as channel:
            declare(channel)
    assert between.waiting("notifications.events") == 1


def test_what_fits_into_no_queue_is_still_owed_and_goes_once_it_does(between: Any, registered: Build) -> None:
    between.publish(registered("before"))
    between.relay.drain()
    with between.channel() as channel:
        channel.queue_unbind("notifications.events", EXCHANGE, "ufadhili.identity.user_registered.v1")
    before = counted(RETURNED)
    between.publish(registered("after"))
    with structlog.testing.capture_logs() as logs:
        assert between.relay.drain() == 0
    assert between.owed() == {"broker": 1}
    assert counted(RETURNED) == before + 1
    assert [line["event"] for line in logs] == ["event returned", "delivery failed"]
    assert between.relay.drain() == 1  # a new connection has declared the binding again
    assert between.waiting("notifications.events") == 2


def test_what_the_broker_refuses_is_still_owed(between: Any, registered: Build) -> None:
    full = {"x-max-length": 1, "x-overflow": "reject-publish"}
    with between.channel() as channel:
        channel.queue_declare("full.events", arguments=full, exclusive=False, durable=True)
        try:
            between.put(b"the only one", "full.events")
            envelope = _envelope(between, registered("one too many"))
            with pytest.raises(publisher.NotConfirmed, match="refused"):
                between.transport.send("full", [envelope, envelope, envelope])
        finally:
            channel.queue_delete("full.events")


def test_a_queue_of_another_kind_is_named_and_what_is_owed_waits_for_it_to_go(between: Any, registered: Build) -> None:
    between.transport.close()  # who is connected has declared it already
    with between.channel() as channel:
        channel.queue_delete("billing.events")
        channel.queue_declare("billing.events", durable=True)
        between.publish(registered("someone"))
        with structlog.testing.capture_logs() as logs:
            assert between.relay.drain() == 0
        channel.queue_delete("billing.events")
    [reason] = [line["reason"] for line in logs if line["event"] == "refused by the broker"]
    assert reason.startswith("PRECONDITION_FAILED")
    assert "'billing.events'" in reason
    assert between.relay.drain() == 1
    assert between.waiting("notifications.events") == 1


def test_a_broker_that_stays_silent_has_confirmed_nothing(
    between: Any, registered: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    between.publish(registered("one"))
    between.relay.drain()
    monkeypatch.setattr(publisher, "CONFIRM_SECONDS", 0.5)
    between.publish(registered("two"))
    between.broker.freeze()
    try:
        assert between.relay.drain() == 0
    finally:
        between.broker.thaw()
    assert between.owed() == {"broker": 1}
    monkeypatch.undo()
    assert between.relay.drain() == 1
    with between.channel() as channel:
        bodies = [next(channel.consume("notifications.events", inactivity_timeout=30))[2] for _ in range(2)]
    assert [b'"one"' in bodies[0], b'"two"' in bodies[1]] == [True, True]


def test_a_broker_out_of_reach_costs_a_moment_and_nothing_else(publisher: Database, registered: Build) -> None:
    provide(publisher, Debts, Debts.TO_BROKER)
    transport = AmqpTransport("amqp://somebody:topsecret@127.0.0.1:9/", "identity")
    started = time.monotonic()
    with structlog.testing.capture_logs() as logs, pytest.raises(AMQPError) as caught:
        transport.send("broker", [])
    assert time.monotonic() - started < 10
    assert "topsecret" not in repr(caught.value) + str(logs)


def test_a_wrong_password_is_told_without_it(between: Any, capfd: pytest.CaptureFixture[str]) -> None:
    wrong = between.broker.url.replace("only-for-tests", "topsecret")
    with pytest.raises(AMQPError) as caught:
        AmqpTransport(wrong, "identity").send("broker", [])
    assert "topsecret" not in repr(caught.value) + "".join(capfd.readouterr())


def test_threads_that_share_a_transport_wait_for_one_another(between: Any, registered: Build) -> None:
    envelope = _envelope(between, registered("a"))
    threads = [threading.Thread(target=between.transport.send, args=("broker", [envelope] * 50)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert between.waiting("notifications.events") == 400


def _envelope(between: Any, event: Event) -> Any:
    """An event as it travels."""
    seen: list[Any] = []

    class Seeing:
        def send(self, _subscriber: str, batch: Any) -> None:
            seen.extend(batch)

        def close(self) -> None:
            """Nothing to close."""

    between.publish(event)
    Relay(between.publisher, "identity", Seeing()).drain()
    return seen[0]
