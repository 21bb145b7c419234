"""Nothing lost, nothing twice, order per subject kept: while the broker is killed as events flow."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.database import Database
from chassis.ids import new_id
from chassis.processor import Processor
from chassis.relay import Relay
from chassis.transports.amqp import AmqpTransport
from contracts.event import Event
from contracts.events.identity import UserRegistered

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("rabbitmq")]

SUBJECTS = 40
KILLS = 2


def handle(session: Session, event: UserRegistered) -> None:
    session.execute(text("insert into effects (name) values (:name)"), {"name": event.name})


def test_events_survive_a_broker_that_is_killed_while_they_flow(
    between: Any, working: Any, registered: Callable[..., Event], effects: Callable[[Database], list[str]]
) -> None:
    subjects = [new_id() for _ in range(SUBJECTS)]
    said = threading.Event()
    numbers: list[int] = []

    def speak(stop: threading.Event) -> None:
        """A publisher that goes on whatever becomes of the broker."""
        while not said.is_set():
            numbers.append(len(numbers))
            index = numbers[-1] % SUBJECTS
            between.publish(registered(f"{index}:{numbers[-1]}", subjects[index]))
            time.sleep(0.005)

    relays = [Relay(between.publisher, "identity", AmqpTransport(between.broker.url, "identity")) for _ in range(2)]
    processor = Processor(between.subscriber, "home", {UserRegistered: handle}, strict=False)
    consumers = [between.consumer() for _ in range(2)]
    with working(speak, processor.run, *(part.run for part in (*relays, *consumers))):
        for _ in range(KILLS):
            between.await_arrival(len(between.arrived()) + 200)
            between.broker.restart()
        between.await_arrival(len(between.arrived()) + 200)
        said.set()
        between.until(lambda: effects(between.subscriber), lambda done: len(done) >= len(numbers))
    assert between.owed() == {}
    done = [tuple(map(int, name.split(":"))) for name in effects(between.subscriber)]
    for index in range(SUBJECTS):
        in_order = [number for subject, number in done if subject == index]
        assert in_order == list(range(index, len(numbers), SUBJECTS))
