"""Databases in which every transaction really commits, and a transport that only crosses the street."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from uuid import UUID

import psycopg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text

from chassis import inbox
from chassis.database import SYSTEM, Database
from chassis.envelope import Envelope
from chassis.ids import new_id
from chassis.migrations import create_chassis_tables
from chassis.testing import cluster
from contracts.events.identity import UserRegistered

TEMPLATE = "chassis_template"
_numbers = count(1)


@pytest.fixture(scope="session")
def template() -> str:
    """A database with the chassis' tables and one table that shows what handlers did."""
    cluster().create(TEMPLATE)
    engine = create_engine(cluster().url(TEMPLATE, f"{TEMPLATE}_owner"))
    with engine.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        create_chassis_tables(operations)
        operations.execute("create table effects (id bigint generated always as identity, name text)")
    engine.dispose()
    return TEMPLATE


@pytest.fixture
def new_database(template: str) -> Iterator[Callable[[], Database]]:
    """Makes databases; dropped after the test."""
    made: list[tuple[str, Database]] = []

    def make() -> Database:
        name = f"{template}_{next(_numbers)}"
        _administer(f'create database "{name}" template "{template}" owner "{template}_owner"')
        database = Database(cluster().url(name, f"{template}_app"))
        made.append((name, database))
        return database

    yield make
    for name, database in made:
        database.engine.dispose()
        _administer(f'drop database "{name}" with (force)')


@pytest.fixture
def publisher(new_database: Callable[[], Database]) -> Database:
    """The database of the service that publishes."""
    return new_database()


@pytest.fixture
def subscriber(new_database: Callable[[], Database]) -> Database:
    """The database of the service that listens."""
    return new_database()


class Street:
    """A transport that accepts straight into the subscribers' inboxes and refuses for those that are down."""

    def __init__(self) -> None:
        self.homes: dict[str, Database] = {}
        self.down: set[str] = set()
        self.batches: list[tuple[str, list[Envelope]]] = []

    def send(self, subscriber: str, batch: Sequence[Envelope]) -> None:
        """Commit the batch to the subscriber's inbox."""
        if subscriber in self.down:
            raise ConnectionError
        self.batches.append((subscriber, list(batch)))
        if subscriber in self.homes:
            with self.homes[subscriber].transaction(SYSTEM) as session:
                inbox.accept(session, batch)

    def close(self) -> None:
        """It has nothing to close."""

    def names(self, subscriber: str) -> list[str]:
        """What was sent to a subscriber, as the names in the events, in order of arrival."""
        sent = (envelope for to, batch in self.batches if to == subscriber for envelope in batch)
        return [bytes(envelope.data).decode().split('"name": "')[1].split('"')[0] for envelope in sent]


@pytest.fixture
def street() -> Street:
    """A transport without a network."""
    return Street()


@pytest.fixture
def registered() -> Callable[..., UserRegistered]:
    """Builds an event: of this subject, or of one of its own."""

    def build(name: str, user_id: UUID | None = None) -> UserRegistered:
        return UserRegistered(user_id=user_id or new_id(), email="a@example.org", name=name)

    return build


@pytest.fixture
def effects() -> Callable[[Database], list[str]]:
    """What handlers did, in order."""

    def read(database: Database) -> list[str]:
        with database.transaction(SYSTEM) as session:
            return list(session.scalars(text("select name from effects order by id")))

    return read


@pytest.fixture
def disconnect() -> Callable[[Database], None]:
    """Ends every session of a database, as a restart of the server does."""

    def end(database: Database) -> None:
        name = database.engine.url.database
        with psycopg.connect(cluster().server.superuser_dsn(), autocommit=True) as connection:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))

    return end


def _administer(statement: str) -> None:
    with psycopg.connect(cluster().server.superuser_dsn(), autocommit=True) as connection:
        connection.execute(statement.encode())
