"""The broker's points, on a broker of our own: away, empty, of another kind, with messages nobody can read."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pika
import pytest

from chassis.check.broker import broker as look
from chassis.check.points import Point, Situation
from chassis.testing import need
from chassis.testing.broker import Broker, find
from chassis.transports.amqp.topology import UNREADABLE, declare, queue_of

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("check_broker")]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A node that nobody has connected to yet."""
    if find() is None:
        need("rabbitmq-server")
    with Broker(tmp_path_factory.mktemp("broker")) as found:
        yield found


def told(url: str, **environ: str) -> dict[str, Point]:
    """The points, by name."""
    settings: Any = SimpleNamespace(events_transport="amqp")
    points = look(Situation("billing", settings, {"AMQP_URL": url, **environ}))
    return {point.name: point for point in points}


def test_a_broker_from_nothing_to_healthy(node: Broker) -> None:
    queue = queue_of("billing")
    assert "not declared: analytics.events, billing.events" in told(node.url)["broker queues"].why
    connection = pika.BlockingConnection(pika.URLParameters(node.url))
    channel = connection.channel()
    declare(channel)

    healthy = told(node.url)
    assert (healthy["broker queues"].state, healthy["broker encryption"].state) == ("ok", "ok")
    assert healthy["broker consumers"].why == f"nobody reads {queue}"
    channel.basic_consume(queue, lambda *_: None)
    assert "broker consumers" not in told(node.url)

    channel.basic_publish("", UNREADABLE, b"what is this")
    connection.process_data_events(0.5)
    assert told(node.url)["broker messages"].why == "1 could not be read"

    channel.queue_delete(queue)
    connection.channel().queue_declare(queue, durable=True, arguments={"x-queue-type": "classic"})
    assert told(node.url)["broker queues"].state == "FAIL"
    assert "of another kind than ours" in told(node.url)["broker queues"].why
    connection.close()


def test_a_broker_that_is_away_or_refuses_is_told_without_the_password(node: Broker) -> None:
    away = told("amqp://ufadhili:aSecretOfTheBroker@127.0.0.1:9/")
    assert list(away) == ["broker"]
    assert away["broker"].state == "FAIL"
    refused = told(node.url.replace("only-for-tests", "aSecretOfTheBroker"))
    assert refused["broker"].state == "FAIL"
    assert "aSecretOfTheBroker" not in repr((away, refused))


def test_a_web_that_is_not_told_of_the_broker_says_so() -> None:
    assert "only workers speak to it" in told("")["broker"].why
