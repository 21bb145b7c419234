"""Each event has its effect once, in order per subject, whatever fails on the way."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis import inbox, outbox, trace_context
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.envelope import Envelope, encode, source
from chassis.errors import Conflict
from chassis.failures import ATTEMPTS
from chassis.ids import new_id
from chassis.processor import Handler, NotYet, Processor, many
from chassis.testing import cluster
from contracts.event import Event
from contracts.events.identity import EmailVerified, UserRegistered
from contracts.subscriptions import SUBSCRIPTIONS

PATIENCE = 20
_positions = count(1)


class Home:
    """A service that listens: its inbox, and a handler that writes each event's name into a table."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.failing: dict[str, Exception] = {}
        self.calls: list[str] = []

    def handle(self, session: Session, event: UserRegistered) -> None:
        """Fail as told; otherwise leave an effect behind."""
        self.calls.append(event.name)
        session.execute(text("insert into effects (name) values (:name)"), {"name": event.name})
        if event.name in self.failing:
            raise self.failing[event.name]

    def processor(self, handler: Handler | None = None) -> Processor:
        """A processor of this home."""
        return Processor(self.database, "home", {UserRegistered: handler or self.handle}, strict=False)

    def receive(self, *names: str, subject: UUID | None = None, positions: tuple[int, ...] = ()) -> list[UUID]:
        """Have events arrive: of one subject, or each of its own. Returns their ids."""
        envelopes = [
            arriving(name, subject or new_id(), position)
            for name, position in zip(names, positions or (next(_positions) for _ in names), strict=True)
        ]
        with self.database.transaction(SYSTEM) as session:
            inbox.accept(session, envelopes)
        return [envelope.id for envelope in envelopes]

    def effects(self) -> list[str]:
        """What was done, in order."""
        with self.database.transaction(SYSTEM) as session:
            return list(session.scalars(text("select name from effects order by id")))

    def row(self, event_id: UUID) -> Any:
        """The inbox row of an event."""
        with self.database.transaction(SYSTEM) as session:
            return session.execute(text("select * from inbox where id = :id"), {"id": event_id}).one()

    def hurry(self) -> None:
        """Let the pauses of failed events be over."""
        with self.database.transaction(SYSTEM) as session:
            session.execute(text("update inbox set next_attempt_at = clock_timestamp() where state = 'pending'"))


def arriving(name: str, subject: UUID, position: int, type: str = UserRegistered.type) -> Envelope:
    """An envelope at the door."""
    event = UserRegistered(user_id=subject, email="secret@example.org", name=name)
    return Envelope(
        id=new_id(),
        source=source("identity"),
        specversion="1.0",
        type=type,
        subject=str(subject),
        time=now(),
        datacontenttype="application/json",
        position=str(position),
        data=msgspec.Raw(encode(event)),
    )


@pytest.fixture
def home(subscriber: Database) -> Home:
    """A service that listens."""
    return Home(subscriber)


@contextmanager
def running(*processors: Processor) -> Iterator[None]:
    """The processors at work, each in a thread."""
    stop = threading.Event()
    threads = [threading.Thread(target=processor.run, args=(stop,)) for processor in processors]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()


def test_events_are_handled_in_order_and_once(home: Home) -> None:
    home.receive("a", "b", "c")
    processor = home.processor()
    assert processor.drain() == 3
    assert processor.drain() == 0
    assert home.effects() == ["a", "b", "c"]


def test_a_subject_is_handled_in_order_of_position_not_of_arrival(home: Home) -> None:
    subject = new_id()
    home.receive("other")
    home.receive("third", "first", "second", subject=subject, positions=(3, 1, 2))
    assert home.processor().drain() == 4
    assert home.effects() == ["other", "first", "second", "third"]


def test_an_elder_beyond_the_batch_still_goes_first(home: Home) -> None:
    subject = new_id()
    home.receive("younger", subject=subject, positions=(2_000_000,))
    home.receive(*(str(number) for number in range(600)))
    home.receive("elder", subject=subject, positions=(1_000_000,))
    home.processor().drain()
    effects = home.effects()
    assert len(effects) == 602
    assert effects.index("elder") < effects.index("younger")


def test_the_effect_the_mark_and_new_events_commit_together(home: Home) -> None:
    (event_id,) = home.receive("a")

    def answer(session: Session, event: UserRegistered) -> None:
        home.handle(session, event)
        outbox.publish(session, EmailVerified(user_id=event.user_id, email=event.email))

    home.failing = {"a": RuntimeError()}
    processor = home.processor(answer)
    assert processor.drain() == 0
    home.failing = {}
    home.hurry()
    assert processor.drain() == 1
    assert home.effects() == ["a"]
    assert home.row(event_id).state == "done"
    with home.database.transaction(SYSTEM) as session:
        assert session.scalar(text("select count(*) from outbox")) == 1


def test_a_poison_event_parks_its_subject_and_nobody_else(home: Home) -> None:
    subject = new_id()
    home.receive("before", "poison", "after", subject=subject)
    home.receive("others", "go", "on")
    home.failing = {"poison": RuntimeError()}
    processor = home.processor()
    assert processor.drain() == 4
    assert home.effects() == ["before", "others", "go", "on"]
    home.failing = {}
    home.hurry()
    assert processor.drain() == 2
    assert home.effects() == ["before", "others", "go", "on", "poison", "after"]


def test_order_per_subject_holds_through_many_failures(home: Home) -> None:
    subjects = [new_id() for _ in range(10)]
    for turn in range(20):
        for index, subject in enumerate(subjects):
            home.receive(f"{index}:{turn}", subject=subject)
    home.failing = {f"{index}:{turn}": RuntimeError() for index in (2, 5, 7) for turn in (0, 9, 10)}
    processor = home.processor()
    processor.drain()
    while home.failing:
        home.failing.popitem()
        home.hurry()
        processor.drain()
    handled: dict[str, list[int]] = {}
    for name in home.effects():
        who, when = name.split(":")
        handled.setdefault(who, []).append(int(when))
    assert handled == {str(index): list(range(20)) for index in range(10)}


def test_after_twelve_attempts_an_event_is_dead_until_it_is_replayed(home: Home) -> None:
    subject = new_id()
    dead, _ = home.receive("poison", "after", subject=subject)
    home.failing = {"poison": RuntimeError()}
    processor = home.processor()
    for _ in range(ATTEMPTS + 3):
        home.hurry()
        processor.drain()
    assert (home.row(dead).state, home.row(dead).attempts) == ("dead", ATTEMPTS)
    with home.database.transaction(SYSTEM) as session:
        assert inbox.lag(session)[2] == 1
    assert home.effects() == []
    home.failing = {}
    with home.database.transaction(SYSTEM) as session:
        assert inbox.replay(session, dead) == 1
    assert processor.drain() == 2
    assert home.effects() == ["poison", "after"]


def test_a_skipped_event_lets_its_subject_go_on(home: Home) -> None:
    subject = new_id()
    poison, _ = home.receive("poison", "after", subject=subject)
    home.failing = {"poison": RuntimeError()}
    processor = home.processor()
    processor.drain()
    with home.database.transaction(SYSTEM) as session:
        assert inbox.skip(session, poison, "sent by mistake")
    assert processor.drain() == 1
    assert home.effects() == ["after"]
    assert home.row(poison).error == "skipped: sent by mistake"


def test_what_waits_for_a_parent_goes_through_as_soon_as_it_arrived(home: Home) -> None:
    arrived: set[str] = set()

    def child_needs_parent(session: Session, event: UserRegistered) -> None:
        if event.name == "child" and "parent" not in arrived:
            raise NotYet("parent")
        arrived.add(event.name)
        home.handle(session, event)

    processor = home.processor(child_needs_parent)
    (child,) = home.receive("child")
    assert processor.drain() == 0
    assert home.row(child).state == "pending"
    assert home.row(child).waiting_since is not None
    home.receive("parent")
    assert processor.drain() == 2
    assert home.effects() == ["parent", "child"]


def test_waiting_outlasts_twelve_attempts_but_not_an_hour(home: Home) -> None:
    (child,) = home.receive("child")
    home.failing = {"child": NotYet("parent")}
    processor = home.processor()
    for _ in range(ATTEMPTS + 5):
        home.hurry()
        processor.drain()
    assert home.row(child).state == "pending"
    with home.database.transaction(SYSTEM) as session:
        session.execute(text("update inbox set waiting_since = now() - interval '61 minutes'"))
    home.hurry()
    processor.drain()
    assert home.row(child).state == "dead"
    assert "NotYet: parent" in home.row(child).error


def test_what_only_a_newer_version_knows_waits_for_it(home: Home) -> None:
    unknown = arriving("a", new_id(), 1, type="ufadhili.identity.user_cloned.v1")
    unhandled = arriving("a", new_id(), 2, type=EmailVerified.type)
    with home.database.transaction(SYSTEM) as session:
        inbox.accept(session, [unknown, unhandled])
    home.receive("fine")
    old = home.processor()
    assert old.drain() == 1
    for _ in range(ATTEMPTS):
        home.hurry()
        old.drain()
    assert home.row(unknown.id).state == home.row(unhandled.id).state == "pending"
    assert "deploy the contracts" in home.row(unknown.id).error
    assert "home has no handler" in home.row(unhandled.id).error
    seen: list[str] = []
    consumers: dict[type[Event], Handler] = {EmailVerified: lambda _session, event: seen.append(event.email)}
    assert Processor(home.database, "home", consumers, strict=False).drain() == 1
    assert seen == ["secret@example.org"]


def test_what_nobody_comes_to_know_within_an_hour_is_dead(home: Home) -> None:
    unknown = arriving("a", new_id(), 1, type="ufadhili.identity.user_cloned.v1")
    with home.database.transaction(SYSTEM) as session:
        inbox.accept(session, [unknown])
    processor = home.processor()
    processor.drain()
    with home.database.transaction(SYSTEM) as session:
        session.execute(text("update inbox set waiting_since = now() - interval '61 minutes'"))
    home.hurry()
    processor.drain()
    assert home.row(unknown.id).state == "dead"


def test_what_waits_for_a_newer_version_is_not_tried_at_every_turn(home: Home) -> None:
    unknown = arriving("a", new_id(), 1, type="ufadhili.identity.user_cloned.v1")
    with home.database.transaction(SYSTEM) as session:
        inbox.accept(session, [unknown])
    processor = home.processor()
    processor.drain()
    for _ in range(5):
        home.receive("another")
        processor.drain()
    assert home.row(unknown.id).attempts == 1


def test_data_that_does_not_fit_the_contract_is_dead_at_once(home: Home) -> None:
    (event_id,) = home.receive("a")
    with home.database.transaction(SYSTEM) as session:
        session.execute(text("update inbox set data = data - 'name'"))
    home.processor().drain()
    assert home.row(event_id).state == "dead"
    assert "missing required field `name`" in home.row(event_id).error


def test_neither_the_error_nor_the_log_holds_the_payload(home: Home) -> None:
    failures = {
        "value": ValueError("secret@example.org is wrong"),
        "refused": Conflict("secret@example.org is taken"),
    }
    ids = home.receive("value", "refused", "constraint")
    home.failing = failures

    def handle(session: Session, event: UserRegistered) -> None:
        if event.name == "constraint":
            session.execute(text("select cast(:email as integer)"), {"email": event.email})
        home.handle(session, event)

    with structlog.testing.capture_logs() as logs:
        home.processor(handle).drain()
    errors = [home.row(event_id).error for event_id in ids]
    assert "secret" not in str(logs) + str(errors)
    assert len(logs) == 3
    assert "ValueError at" in errors[0]
    assert "test_processor.py:" in errors[0]
    assert "Conflict (conflict)" in errors[1]
    assert "DataError: 22P02" in errors[2]


def test_handlers_of_many_get_runs_of_their_type(home: Home) -> None:
    lists: list[list[str]] = []

    @many
    def handle(session: Session, events: list[UserRegistered]) -> None:
        lists.append([event.name for event in events])
        for event in events:
            home.handle(session, event)

    home.receive("a", "b")
    with home.database.transaction(SYSTEM) as session:
        inbox.accept(session, [arriving("x", new_id(), 9, type=EmailVerified.type)])
    home.receive("c")
    consumers = {UserRegistered: handle, EmailVerified: lambda _session, event: lists.append([event.email])}
    processor = Processor(home.database, "home", consumers, strict=False)
    assert processor.drain() == 4
    assert lists == [["a", "b"], ["secret@example.org"], ["c"]]


def test_one_bad_event_among_many_is_found_alone(home: Home) -> None:
    @many
    def handle(session: Session, events: list[UserRegistered]) -> None:
        for event in events:
            home.handle(session, event)

    names = [str(number) for number in range(40)]
    ids = home.receive(*names)
    home.failing = {"17": RuntimeError()}
    assert home.processor(handle).drain() == 39
    assert home.effects() == [name for name in names if name != "17"]
    assert home.row(ids[17]).attempts == 1


def test_what_only_fails_at_commit_is_found_alone_too(home: Home) -> None:
    with psycopg.connect(cluster().server.superuser_dsn(home.database.engine.url.database or "")) as connection:
        connection.execute("alter table effects add constraint once unique (name) deferrable initially deferred")
    first, second, _ = home.receive("a", "a", "b")
    assert home.processor().drain() == 2
    assert home.effects() == ["a", "b"]
    assert home.row(first).state == "done"
    assert "IntegrityError: once" in home.row(second).error


def test_two_processors_handle_each_event_once(home: Home) -> None:
    done: queue.Queue[str] = queue.Queue()

    def handle(session: Session, event: UserRegistered) -> None:
        home.handle(session, event)
        done.put(event.name)

    names = [str(number) for number in range(300)]
    with running(home.processor(handle), home.processor(handle)):
        for start in range(0, 300, 10):
            home.receive(*names[start : start + 10])
        for _ in names:
            done.get(timeout=PATIENCE)
    assert sorted(home.effects(), key=int) == names


def test_losing_the_connection_in_the_middle_of_an_event_heals_and_costs_no_attempt(
    home: Home, disconnect: Callable[[Database], None]
) -> None:
    done: queue.Queue[str] = queue.Queue()
    unlucky = {"b"}

    def handle(session: Session, event: UserRegistered) -> None:
        home.handle(session, event)
        if event.name in unlucky:
            unlucky.clear()
            disconnect(home.database)
            session.execute(text("select 1"))
        done.put(event.name)

    with running(home.processor(handle)):
        ids = home.receive("a", "b", "c")
        assert [done.get(timeout=PATIENCE) for _ in range(4)] == ["a", "a", "b", "c"]
    assert home.effects() == ["a", "b", "c"]
    assert [home.row(event_id).attempts for event_id in ids] == [0, 0, 0]


def test_a_failed_event_is_tried_again_by_itself(home: Home) -> None:
    done: queue.Queue[str] = queue.Queue()

    def handle(session: Session, event: UserRegistered) -> None:
        home.handle(session, event)
        done.put(event.name)

    home.failing = {"a": RuntimeError()}
    with running(home.processor(handle)):
        home.receive("a")
        home.receive("b")
        assert done.get(timeout=PATIENCE) == "b"
        home.failing = {}
        assert done.get(timeout=PATIENCE) == "a"


def test_handlers_log_with_the_trace_of_the_request_that_caused_the_event(home: Home) -> None:
    seen: list[dict[str, Any]] = []
    (event_id,) = home.receive("a")
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with home.database.transaction(SYSTEM) as session:
        session.execute(text("update inbox set traceparent = :trace"), {"trace": trace})

    def handle(_session: Session, _event: UserRegistered) -> None:
        seen.append({**structlog.contextvars.get_contextvars(), **trace_context.headers()})

    home.processor(handle).drain()
    assert seen[0]["traceparent"] == trace
    assert seen[0]["request_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert seen[0]["event_id"] == str(event_id)


def test_consumers_must_be_exactly_what_the_contracts_say(subscriber: Database) -> None:
    told: dict[type[Event], Handler] = dict.fromkeys(SUBSCRIPTIONS["billing"], lambda _session, _event: None)
    Processor(subscriber, "billing", told)
    with pytest.raises(ValueError, match=r"handles ufadhili\.identity\.user_registered\.v1"):
        Processor(subscriber, "billing", {**told, UserRegistered: told[SUBSCRIPTIONS["billing"][0]]})
    forgotten, _ = told.popitem()
    with pytest.raises(ValueError, match=f"has no handler for {forgotten.type}"):
        Processor(subscriber, "billing", told)


def test_ten_thousand_events_are_drained_within_seconds(home: Home) -> None:
    @many
    def handle(session: Session, events: list[UserRegistered]) -> None:
        session.execute(
            text("insert into effects (name) select unnest(cast(:names as text[]))"),
            {"names": [event.name for event in events]},
        )

    home.receive(*(str(number) for number in range(10_000)))
    started = time.perf_counter()
    assert home.processor(handle).drain() == 10_000
    elapsed = time.perf_counter() - started
    print(f"\n10,000 events handled in {elapsed:.2f} s, {10_000 / elapsed:,.0f}/s")  # noqa: T201
    assert elapsed < 20
