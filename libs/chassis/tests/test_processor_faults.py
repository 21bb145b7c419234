"""Nothing lost, nothing twice, order kept: while connections are cut at random on both sides."""

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.database import SYSTEM, Database
from chassis.ids import new_id
from chassis.processor import Processor
from chassis.relay import Relay
from contracts.event import Event
from contracts.events.identity import UserRegistered

EVENTS = 3_000
CUTS = 20
PATIENCE = 60


@pytest.mark.long
def test_events_survive_twenty_cut_connections(
    publisher: Database,
    subscriber: Database,
    street: Any,
    registered: Callable[..., Event],
    disconnect: Callable[[Database], None],
) -> None:
    street.homes = {"notifications": subscriber}
    chance = random.Random(20)  # noqa: S311 - seeded, so that a failure can be replayed

    def handle(session: Session, event: UserRegistered) -> None:
        session.execute(text("insert into effects (name) values (:name)"), {"name": event.name})

    relays = [Relay(publisher, "identity", street) for _ in range(2)]
    processors = [Processor(subscriber, "home", {UserRegistered: handle}, strict=False) for _ in range(2)]
    stop = threading.Event()
    works = [part.run for part in relays] + [part.run for part in processors]
    threads = [threading.Thread(target=work, args=(stop,)) for work in works]
    for thread in threads:
        thread.start()
    subjects = [new_id() for _ in range(50)]
    for number in range(EVENTS):
        index = number % len(subjects)
        _publish(publisher, registered(f"{index}:{number}", subjects[index]))
        if chance.random() < CUTS / EVENTS:
            disconnect(chance.choice([publisher, subscriber]))
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)
    relays[0].drain()
    processors[0].drain()
    done = [tuple(map(int, name.split(":"))) for name in _effects(subscriber)]
    for index in range(len(subjects)):
        in_order = [number for subject, number in done if subject == index]
        assert in_order == list(range(index, EVENTS, len(subjects)))


def _publish(database: Database, event: Event) -> None:
    """Publish, and once more when the connection was cut before the commit."""
    for _ in range(2):
        try:
            with database.transaction(SYSTEM) as session:
                outbox.publish(session, event)
        except OperationalError:
            continue
        return


def _effects(database: Database) -> list[str]:
    with database.transaction(SYSTEM) as session:
        return list(session.scalars(text("select name from effects order by id")))
