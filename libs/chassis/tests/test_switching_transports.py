"""Changing how events travel loses none, repeats no effect and keeps their order, even half way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from chassis import debts, outbox
from chassis.database import SYSTEM, Database
from chassis.debts import BATCH
from chassis.ids import new_id
from chassis.outbox import Debts
from chassis.relay import Relay
from chassis.wiring import provide
from contracts.event import Event
from contracts.events.identity import EmailVerified, UserUpdated

Build = Callable[..., Event]


def publish(database: Database, owed: Debts, *events: Event) -> None:
    """Say it in a process that has this transport, and commit."""
    provide(database, Debts, owed)
    with database.transaction(SYSTEM) as session:
        outbox.publish(session, *events)


def owed(database: Database) -> dict[str, int]:
    with database.transaction(SYSTEM) as session:
        return {name: count for name, (count, _) in outbox.lag(session).items()}


def relay(database: Database, transport: Any, owed: Debts) -> Relay:
    """The relay of a process that has this transport."""
    provide(database, Debts, owed)
    return Relay(database, "identity", transport)


def verified() -> EmailVerified:
    return EmailVerified(user_id=new_id(), email="a@example.org")


def test_with_a_broker_an_event_is_one_debt_however_many_listen(publisher: Database) -> None:
    publish(publisher, Debts.TO_BROKER, verified(), verified())
    assert owed(publisher) == {"broker": 2}


def test_what_nobody_listens_to_is_not_owed_to_the_broker_either(publisher: Database) -> None:
    publish(publisher, Debts.TO_BROKER, UserUpdated(user_id=new_id(), email="a@example.org", name="A"))
    assert owed(publisher) == {}


def test_going_to_the_broker_pays_what_was_owed_to_each_subscriber(publisher: Database, street: Any) -> None:
    publish(publisher, Debts.TO_SUBSCRIBERS, verified())
    publish(publisher, Debts.TO_BROKER, verified())
    assert owed(publisher) == {"broker": 1, "privacy": 1, "programs": 1}
    assert relay(publisher, street, Debts.TO_BROKER).drain() == 3
    assert [name for name, _ in street.batches] == ["privacy", "programs", "broker"]
    assert owed(publisher) == {}


def test_on_the_way_to_the_broker_order_is_kept(publisher: Database, street: Any, registered: Build) -> None:
    kinds = [Debts.TO_SUBSCRIBERS, Debts.TO_BROKER, Debts.TO_SUBSCRIBERS, Debts.TO_BROKER]
    for number, kind in enumerate(kinds):
        publish(publisher, kind, registered(str(number)))
    assert relay(publisher, street, Debts.TO_BROKER).drain() == 4
    sent = [(name, len(batch)) for name, batch in street.batches]
    assert sent == [("notifications", 1), ("broker", 1), ("notifications", 1), ("broker", 1)]
    assert [*street.names("notifications"), *street.names("broker")] == ["0", "2", "1", "3"]


def test_going_back_delivers_what_was_owed_to_the_broker(publisher: Database, street: Any) -> None:
    publish(publisher, Debts.TO_BROKER, *(verified() for _ in range(BATCH + 10)))
    assert relay(publisher, street, Debts.TO_SUBSCRIBERS).drain() == 2 * (BATCH + 10)
    assert sorted(name for name, _ in street.batches) == ["privacy", "privacy", "programs", "programs"]
    assert owed(publisher) == {}


def test_on_the_way_back_nothing_younger_overtakes(publisher: Database, street: Any, registered: Build) -> None:
    publish(publisher, Debts.TO_SUBSCRIBERS, registered("0"))
    publish(publisher, Debts.TO_BROKER, registered("1"))
    publish(publisher, Debts.TO_SUBSCRIBERS, registered("2"))
    back = relay(publisher, street, Debts.TO_SUBSCRIBERS)
    assert back.deliver("notifications") == (1, False)
    assert back.deliver("notifications") == (0, False)
    assert back.drain() == 2
    assert street.names("notifications") == ["0", "1", "2"]


def test_what_a_newer_version_owed_to_the_broker_waits_and_holds_up_nobody(
    publisher: Database, street: Any, registered: Build
) -> None:
    publish(publisher, Debts.TO_BROKER, registered("of a type not known here"))
    with publisher.transaction(SYSTEM) as session:
        session.execute(text("update outbox set type = 'ufadhili.identity.user_cloned.v1'"))
    publish(publisher, Debts.TO_SUBSCRIBERS, registered("known"))
    assert relay(publisher, street, Debts.TO_SUBSCRIBERS).drain() == 1
    assert street.names("notifications") == ["known"]
    assert owed(publisher) == {"broker": 1}


def test_a_subscriber_the_contracts_forgot_does_not_hold_up_the_broker(
    publisher: Database, street: Any, registered: Build
) -> None:
    publish(publisher, Debts.TO_SUBSCRIBERS, registered("for one who retired"))
    with publisher.transaction(SYSTEM) as session:
        session.execute(text("update outbox_deliveries set subscriber = 'retired'"))
    publish(publisher, Debts.TO_BROKER, registered("for those who listen"))
    street.down = {"retired"}
    assert relay(publisher, street, Debts.TO_BROKER).drain() == 1
    assert owed(publisher) == {"retired": 1}


def test_resending_with_a_broker_owes_it_to_the_broker_or_to_one(publisher: Database) -> None:

    publish(publisher, Debts.TO_BROKER, verified())
    with publisher.transaction(SYSTEM) as session:
        session.execute(text("delete from outbox_deliveries"))
        assert debts.owe_again(session, "identity", timedelta(hours=1)) == 1
        assert debts.owe_again(session, "identity", timedelta(hours=1), "privacy") == 1
        assert debts.owe_again(session, "identity", timedelta(hours=1)) == 0
    assert owed(publisher) == {"broker": 1, "privacy": 1}
