"""Debts are paid: in order, whatever commits late, whoever is down."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from chassis import outbox
from chassis.database import SYSTEM, Database
from chassis.envelope import Envelope
from chassis.ids import new_id
from chassis.relay import BATCH, Relay
from contracts.event import Event
from contracts.events.identity import EmailVerified

Build = Callable[..., Event]
PATIENCE = 20


class Ears:
    """A transport that hears: one queue a subscriber. ``deaf`` ones fail, ``slow`` ones wait to be released."""

    def __init__(self) -> None:
        names = ("programs", "privacy", "notifications")
        self.heard: dict[str, queue.Queue[Envelope]] = {name: queue.Queue() for name in names}
        self.deaf: set[str] = set()
        self.slow: dict[str, threading.Event] = {}

    def send(self, subscriber: str, batch: Sequence[Envelope]) -> None:
        """Hear the batch."""
        if subscriber in self.deaf:
            raise ConnectionError
        if subscriber in self.slow:
            self.slow[subscriber].wait(PATIENCE)
        for envelope in batch:
            self.heard[subscriber].put(envelope)

    def close(self) -> None:
        """It has nothing to close."""

    def next(self, subscriber: str) -> Envelope:
        """The next event this subscriber hears."""
        return self.heard[subscriber].get(timeout=PATIENCE)


@pytest.fixture
def ears() -> Ears:
    """A transport that hears."""
    return Ears()


@contextmanager
def running(relay: Relay) -> Iterator[None]:
    """The relay at work in a thread."""
    stop = threading.Event()
    thread = threading.Thread(target=relay.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def publish(database: Database, *events: Event) -> None:
    """Say it and commit."""
    with database.transaction(SYSTEM) as session:
        outbox.publish(session, *events)


def owed(database: Database) -> dict[str, int]:
    """How many events each subscriber is still owed."""
    with database.transaction(SYSTEM) as session:
        return {name: count for name, (count, _) in outbox.lag(session).items()}


def verified() -> EmailVerified:
    return EmailVerified(user_id=new_id(), email="a@example.org")


def test_a_transaction_that_commits_late_loses_nothing(publisher: Database, street: Any, registered: Build) -> None:
    relay = Relay(publisher, "identity", street)
    with publisher.transaction(SYSTEM) as slow:
        outbox.publish(slow, registered("earlier position, later commit"))
        publish(publisher, registered("later position, earlier commit"))
        assert relay.drain() == 1
    assert relay.drain() == 1
    assert street.names("notifications") == [
        "later position, earlier commit",
        "earlier position, later commit",
    ]
    assert owed(publisher) == {}


def test_batches_are_bounded_and_in_order(publisher: Database, street: Any, registered: Build) -> None:
    names = [str(number) for number in range(BATCH + 200)]
    publish(publisher, *(registered(name) for name in names))
    assert Relay(publisher, "identity", street).drain() == len(names)
    assert [len(batch) for _, batch in street.batches] == [BATCH, 200]
    assert street.names("notifications") == names


def test_large_events_make_small_batches(publisher: Database, street: Any, registered: Build) -> None:
    publish(publisher, *(registered("x" * 900_000) for _ in range(8)))
    assert Relay(publisher, "identity", street).drain() == 8
    assert [len(batch) for _, batch in street.batches] == [5, 3]


def test_a_subscriber_that_is_down_keeps_its_debt(publisher: Database, street: Any) -> None:
    street.down = {"programs"}
    relay = Relay(publisher, "identity", street)
    publish(publisher, verified())
    assert relay.drain() == 1
    assert owed(publisher) == {"programs": 1}
    street.down = set()
    assert relay.drain() == 1
    assert owed(publisher) == {}


def test_one_who_is_slow_or_down_holds_up_nobody(publisher: Database, ears: Ears, registered: Build) -> None:
    ears.deaf = {"notifications"}
    ears.slow = {"programs": threading.Event()}
    with running(Relay(publisher, "identity", ears)):
        publish(publisher, registered("for the deaf"), *(verified() for _ in range(3)))
        assert [ears.next("privacy") for _ in range(3)]
        assert ears.heard["programs"].empty()
        ears.slow["programs"].set()
        ears.deaf = set()
        assert [ears.next("programs") for _ in range(3)]
        assert ears.next("notifications")
    assert owed(publisher) == {}


def test_of_two_relays_one_works_and_the_other_takes_over(publisher: Database, ears: Ears, registered: Build) -> None:
    first, second = Relay(publisher, "identity", ears), Relay(publisher, "identity", ears)
    with ExitStack() as later:
        with running(first):
            publish(publisher, registered("heard through the first"))
            assert ears.next("notifications")
            later.enter_context(running(second))
            publish(publisher, *(registered(str(number)) for number in range(50)))
            assert len({ears.next("notifications").id for _ in range(50)}) == 50
        publish(publisher, registered("after the first has gone"))
        assert ears.next("notifications")
    assert ears.heard["notifications"].empty()


def test_losing_the_database_connection_is_an_interruption(
    publisher: Database, ears: Ears, registered: Build, disconnect: Callable[[Database], None]
) -> None:
    with running(Relay(publisher, "identity", ears)):
        publish(publisher, registered("before"))
        assert ears.next("notifications")
        disconnect(publisher)
        publish(publisher, registered("after"))
        assert ears.next("notifications")


def test_what_was_sent_but_not_settled_is_sent_again(publisher: Database, registered: Build) -> None:
    class Breaking:
        """Hears the batch, and loses the answer the first time."""

        def __init__(self) -> None:
            self.heard: list[Envelope] = []

        def send(self, subscriber: str, batch: Sequence[Envelope]) -> None:  # noqa: ARG002
            self.heard.extend(batch)
            if len(self.heard) == 1:
                raise TimeoutError

        def close(self) -> None:
            """It has nothing to close."""

    breaking = Breaking()
    relay = Relay(publisher, "identity", breaking)
    publish(publisher, registered("twice"))
    assert relay.drain() == 0
    assert relay.drain() == 1
    assert breaking.heard[0].id == breaking.heard[1].id


def test_a_debt_to_someone_no_contract_names_is_still_tried(publisher: Database, street: Any) -> None:
    publish(publisher, verified())
    with publisher.transaction(SYSTEM) as session:
        session.execute(text("update outbox_deliveries set subscriber = 'retired' where subscriber = 'programs'"))
    assert Relay(publisher, "identity", street).drain() == 2
    assert {name for name, _ in street.batches} == {"retired", "privacy"}
