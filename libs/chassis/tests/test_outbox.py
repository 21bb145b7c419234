"""An event is said if and only if the transaction commits, and owed to everyone who listens."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import text

from chassis import envelope, outbox
from chassis.database import SYSTEM, Database
from chassis.ids import new_id
from chassis.trace_context import entered, parse
from contracts.event import REGISTRY, Event
from contracts.events.billing import SeatsGranted
from contracts.events.identity import EmailVerified, UserUpdated
from contracts.subscriptions import subscribers

Build = Callable[..., Event]


def test_an_event_is_a_row_and_a_debt_to_each_subscriber(publisher: Database) -> None:
    organization = new_id()
    now = datetime.now(UTC)
    granted = SeatsGranted(
        organization_id=organization,
        grant_id=new_id(),
        payment_id=new_id(),
        quantity=3,
        valid_from=now,
        valid_until=now,
    )
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, granted)
    with publisher.transaction(SYSTEM) as session:
        row = session.execute(text("select * from outbox")).one()
        owed = outbox.lag(session)
    assert (row.type, row.subject, row.organization_id) == (granted.type, str(organization), organization)
    assert outbox.decode(row.type, row.data) == granted
    assert {name: count for name, (count, _) in owed.items()} == dict.fromkeys(subscribers(type(granted)), 1)
    assert all(0 <= age < 60 for _, age in owed.values())


def test_nothing_is_said_when_the_transaction_rolls_back(publisher: Database, registered: Build) -> None:
    def regret() -> None:
        with publisher.transaction(SYSTEM) as session:
            outbox.publish(session, registered("never"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        regret()
    with publisher.transaction(SYSTEM) as session:
        assert session.scalar(text("select count(*) from outbox")) == 0
        assert outbox.lag(session) == {}


def test_publishing_nothing_asks_nothing_of_the_database(publisher: Database) -> None:
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session)
        assert session.scalar(text("select count(*) from outbox")) == 0


def test_events_nobody_listens_to_are_kept_but_owed_to_nobody(publisher: Database) -> None:
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, UserUpdated(user_id=new_id(), email="a@example.org", name="A"))
        assert session.scalar(text("select count(*) from outbox")) == 1
        assert outbox.lag(session) == {}


def test_positions_follow_the_order_in_which_events_were_said(publisher: Database, registered: Build) -> None:
    names = [str(number) for number in range(2_000)]
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, *(registered(name) for name in names))
        assert list(session.scalars(text("select data ->> 'name' from outbox order by position"))) == names


def test_ten_thousand_events_are_published_in_one_quick_statement(publisher: Database, registered: Build) -> None:
    events = [registered(str(number)) for number in range(10_000)]
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, events[0])
        started = time.perf_counter()
        outbox.publish(session, *events)
        elapsed = time.perf_counter() - started
    print(f"\n10,000 events published in {elapsed * 1000:.0f} ms")  # noqa: T201
    assert elapsed < 2


def test_the_trace_of_the_request_travels_with_the_event(publisher: Database, registered: Build) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with publisher.transaction(SYSTEM) as session:
        with entered(parse(trace, "congo=t61rcWkgMzE, rojo=00f067aa0ba902b7")):
            outbox.publish(session, registered("traced"))
        found = session.execute(text("select traceparent, tracestate from outbox")).one()
    assert tuple(found) == (trace, "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7")


def test_an_event_that_is_too_large_is_refused_where_it_is_said(publisher: Database, registered: Build) -> None:
    with publisher.transaction(SYSTEM) as session, pytest.raises(ValueError, match="bytes"):
        outbox.publish(session, registered("x" * outbox.EVENT_LIMIT))


def test_amounts_keep_every_digit_and_fields_added_later_are_tolerated() -> None:
    @dataclass(frozen=True, kw_only=True)
    class RateChanged(Event, subject="rate_id"):
        rate_id: UUID
        rate: Decimal
        tags: tuple[str, ...] = ()

    try:
        event = RateChanged(rate_id=new_id(), rate=Decimal("0.10000000000000000000000001"), tags=("a", "b"))
        data = msgspec.json.decode(envelope.encode(event))
        assert data["rate"] == "0.10000000000000000000000001"
        assert outbox.decode(RateChanged.type, {**data, "added_next_year": 1}) == event
    finally:
        del REGISTRY[RateChanged.type]


def test_an_unknown_type_says_what_to_do() -> None:
    with pytest.raises(envelope.UnknownEvent, match="deploy the contracts"):
        outbox.decode("ufadhili.billing.never_heard_of.v1", {})


def test_the_envelope_is_a_cloudevent_and_survives_the_way() -> None:
    event = EmailVerified(user_id=new_id(), email="a@example.org")
    sent = envelope.Envelope(
        id=new_id(),
        source=envelope.source("identity"),
        specversion="1.0",
        type=event.type,
        subject=event.subject,
        time=datetime.now(UTC),
        datacontenttype="application/json",
        position=str(2**40),
        data=msgspec.Raw(envelope.encode(event)),
        organization=new_id(),
    )
    body = envelope.to_json([sent])
    (shown,) = msgspec.json.decode(body)
    assert shown["specversion"] == "1.0"
    assert shown["source"] == "/ufadhili/identity"
    assert shown["position"] == str(2**40)
    assert all(name.isalnum() and name.islower() for name in shown)
    (received,) = envelope.from_json(body)
    assert received.id == sent.id
    assert envelope.decode(received.type, msgspec.json.decode(received.data)) == event
