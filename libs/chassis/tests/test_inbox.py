"""What arrives is stored once, whatever the network repeats."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from chassis import inbox, outbox
from chassis.database import SYSTEM, Database
from chassis.envelope import Envelope
from chassis.ids import new_id
from chassis.relay import Relay
from contracts.event import Event

Build = Callable[..., Event]


def sent(publisher: Database, street: Any, *events: Event) -> list[Envelope]:
    """Publish and relay; the envelopes as they travelled."""
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, *events)
    Relay(publisher, "identity", street).drain()
    return [envelope for _, batch in street.batches for envelope in batch]


def test_a_repeated_delivery_is_stored_once(
    publisher: Database, subscriber: Database, street: Any, registered: Build
) -> None:
    batch = sent(publisher, street, registered("a"), registered("b"))
    for expected in (2, 0):
        with subscriber.transaction(SYSTEM) as session:
            assert inbox.accept(session, batch) == expected
    with subscriber.transaction(SYSTEM) as session:
        assert inbox.accept(session, [*batch[:1], *batch[:1]]) == 0
        assert list(session.scalars(text("select data ->> 'name' from inbox order by sequence"))) == [
            "a",
            "b",
        ]
        assert inbox.lag(session)[0] == 2


def test_an_empty_batch_is_no_trouble(subscriber: Database) -> None:
    with subscriber.transaction(SYSTEM) as session:
        assert inbox.accept(session, []) == 0
        assert inbox.lag(session) == (0, 0.0, 0)


def test_replaying_or_skipping_what_is_not_there_changes_nothing(subscriber: Database) -> None:
    with subscriber.transaction(SYSTEM) as session:
        assert inbox.replay(session, new_id()) == 0
        assert inbox.replay(session) == 0
        assert inbox.skip(session, new_id(), "why not") is False
