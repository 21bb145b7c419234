"""A service that publishes, one that listens, and the broker between them, with empty queues."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pika
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis import inbox, outbox
from chassis.database import SYSTEM, Database
from chassis.outbox import Debts
from chassis.processor import Processor
from chassis.relay import Relay
from chassis.testing import Broker, cluster
from chassis.transports.amqp import AmqpTransport, Consumer
from chassis.transports.amqp.topology import UNREADABLE, declare, queue_of
from chassis.wiring import provide
from contracts.event import Event
from contracts.events.identity import UserRegistered
from contracts.subscriptions import SERVICES

PATIENCE = 60


class Between:
    """What happens between ``identity``, which publishes, and ``notifications``, which listens."""

    def __init__(self, broker: Broker, publisher: Database, subscriber: Database) -> None:
        self.broker = broker
        self.publisher = publisher
        self.subscriber = subscriber
        provide(publisher, Debts, Debts.TO_BROKER)
        self.transport = AmqpTransport(broker.url, "identity")
        self.relay = Relay(publisher, "identity", self.transport)

    def publish(self, *events: Event) -> None:
        """Say it and commit."""
        with self.publisher.transaction(SYSTEM) as session:
            outbox.publish(session, *events)

    def owed(self) -> dict[str, int]:
        """How much is owed, by creditor."""
        with self.publisher.transaction(SYSTEM) as session:
            return {name: count for name, (count, _) in outbox.lag(session).items()}

    def consumer(self) -> Consumer:
        """A consumer of ``notifications``."""
        return Consumer(self.subscriber, "notifications", self.broker.url)

    def arrived(self) -> list[str]:
        """The names in the events that are in the inbox, in order of arrival."""
        with self.subscriber.transaction(SYSTEM) as session:
            return list(session.scalars(text("select data ->> 'name' from inbox order by sequence")))

    def processor(self) -> Processor:
        """A processor of ``notifications`` whose effects are the names in the events."""
        return Processor(self.subscriber, "notifications", {UserRegistered: _write_down}, strict=False)

    def await_effects(self, count: int) -> list[str]:
        """Wait until so many events are handled; their names in order."""
        return self.until(self._effects, lambda names: len(names) >= count)

    def _effects(self) -> list[str]:
        with self.subscriber.transaction(SYSTEM) as session:
            return list(session.scalars(text("select name from effects order by id")))

    def is_handling(self) -> bool:
        """Whether a batch of events is being handled: its transaction holds the processor's lock."""
        with self.subscriber.transaction(SYSTEM) as session:
            return not session.scalar(text(inbox.LOCK))

    def await_arrival(self, count: int) -> list[str]:
        """Wait until so many events are in the inbox."""
        return self.until(self.arrived, lambda names: len(names) >= count)

    @staticmethod
    def until(read: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
        """Look until what is read is good."""
        end = time.monotonic() + PATIENCE
        while not good(found := read()):
            assert time.monotonic() < end, f"still {found}"
            time.sleep(0.02)
        return found

    @contextmanager
    def channel(self) -> Iterator[Any]:
        """A stranger's channel to the broker."""
        connection = pika.BlockingConnection(pika.URLParameters(self.broker.url))
        try:
            yield connection.channel()
        finally:
            if connection.is_open:
                connection.close()

    def waiting(self, queue: str) -> int:
        """How many messages a queue holds ready."""
        with self.channel() as channel:
            count: int = channel.queue_declare(queue, passive=True).method.message_count
            return count

    def put(self, body: bytes, queue: str = "notifications.events") -> None:
        """Put a message into a queue, whatever it is."""
        with self.channel() as channel:
            channel.confirm_delivery()
            channel.basic_publish("", queue, body, mandatory=True)


def _write_down(session: Session, event: UserRegistered) -> None:
    session.execute(text("insert into effects (name) values (:name)"), {"name": event.name})


@pytest.fixture
def between(broker: Broker, publisher: Database, subscriber: Database) -> Iterator[Between]:
    """Publisher, broker and subscriber; the queues are empty."""
    found = Between(broker, publisher, subscriber)
    with found.channel() as channel:
        declare(channel)
        for queue in (UNREADABLE, *map(queue_of, SERVICES)):
            channel.queue_purge(queue)
    yield found
    found.transport.close()


@contextmanager
def at_work(*runs: Callable[[threading.Event], None]) -> Iterator[Sequence[threading.Event]]:
    """Parts of a worker, each in a thread with a stop of its own."""
    stops = [threading.Event() for _ in runs]
    threads = [threading.Thread(target=run, args=(stop,)) for run, stop in zip(runs, stops, strict=True)]
    for thread in threads:
        thread.start()
    try:
        yield stops
    finally:
        for stop in stops:
            stop.set()
        for thread in threads:
            thread.join(PATIENCE)
        assert not any(thread.is_alive() for thread in threads)


@pytest.fixture
def working() -> Callable[..., Any]:
    """Runs parts of a worker."""
    return at_work


@pytest.fixture
def refusing_connections(disconnect: Callable[[Database], None]) -> Callable[[Database, bool], None]:
    """Has a database refuse everybody, or be there again."""

    def refuse(database: Database, yes: bool) -> None:
        name = database.engine.url.database
        with psycopg.connect(cluster().server.superuser_dsn(), autocommit=True) as connection:
            connection.execute(f'alter database "{name}" allow_connections {"false" if yes else "true"}'.encode())
        if yes:
            disconnect(database)

    return refuse
