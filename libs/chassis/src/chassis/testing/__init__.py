"""The pytest plugin: one migrated database a service and worker, rolled back after each test.

Tests enter by a real door: ``client`` (HTTP), ``deliver`` (events), ``run_job`` (schedule). A service's own
``conftest.py`` only says which service: ``@pytest.fixture def service(): return SERVICE``. For races, ``committing``
gives a database copy in which every transaction really commits.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import psycopg
import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis import outbox, trace_context
from chassis.database import SYSTEM, Database
from chassis.service import Service
from chassis.testing.apps import ENVIRONMENT, application, settings_of, shared_application
from chassis.testing.broker import Broker, find
from chassis.testing.cluster import cluster
from chassis.testing.renderer import running_renderer
from chassis.testing.tokens import JWKS, KEY, Headers, headers_of, token
from contracts.event import Event

__all__ = ["ENVIRONMENT", "JWKS", "KEY", "Broker", "Committing", "Headers", "cluster", "headers_of", "need", "token"]


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks this plugin reads."""
    config.addinivalue_line("markers", "env(**variables): settings of this test's service, as environment variables")
    config.addinivalue_line("markers", "long: takes more than a few seconds of a core; part of make verify")


@pytest.fixture(autouse=True)
def _in_no_trace() -> Iterator[None]:
    """Each test begins where nobody has asked for anything, whatever another's unread answer has left open."""
    structlog.contextvars.clear_contextvars()
    with trace_context.entered(None):
        yield


@pytest.fixture
def service() -> Service:
    """The service under test; each service's conftest.py overrides this."""
    raise NotImplementedError("define the fixture `service` in the service's tests/conftest.py")


@pytest.fixture
def app(service: Service, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The service's app; whatever this test writes is rolled back."""
    mark = request.node.get_closest_marker("env")
    variables = dict(mark.kwargs) if mark else {}
    app = shared_application(service, variables)
    database: Database = app.extensions["database"]
    provided = dict(database.provided)
    app.extensions["readings"].forget()
    with database.engine.connect() as connection:
        outer = connection.begin()
        with database.bound_to(connection):
            yield app
        outer.rollback()
    database.provided.clear()
    database.provided.update(provided)


@pytest.fixture
def settings(app: Flask) -> Any:
    """The settings the app was built with."""
    return settings_of(app)


@pytest.fixture
def database(app: Flask) -> Database:
    """The app's database, bound to the test's transaction."""
    found: Database = app.extensions["database"]
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """HTTP, without the network."""
    return app.test_client()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A look at every row."""
    with database.transaction(SYSTEM) as found:
        yield found


@pytest.fixture
def as_() -> Callable[..., Headers]:
    """Headers of a caller: ``client.get(url, headers=as_("cohorts.read", organization=org))``."""

    def build(*permissions: str, **who: Any) -> Headers:
        return headers_of(permissions, **who)

    return build


@pytest.fixture
def as_service(service: Service) -> Callable[[str], Headers]:
    """Headers of another service calling this one."""

    def build(name: str) -> Headers:
        return {"Authorization": f"Bearer {token(sub=name, client_id=name, aud=service.name)}"}

    return build


@pytest.fixture
def deliver(database: Database, service: Service) -> Callable[..., None]:
    """Hand events to the service's consumers, each in a transaction, as the processor does."""

    def hand(*events: Event) -> None:
        for event in events:
            handler = service.consumers[type(event)]
            with database.transaction(SYSTEM) as session:
                handler(session, [event] if getattr(handler, "many", False) else event)

    return hand


@pytest.fixture
def published(database: Database) -> Callable[[type[Event]], list[Any]]:
    """The events of one type that this test has published, oldest first."""

    def find(kind: type[Event]) -> list[Any]:
        with database.transaction(SYSTEM) as session:
            rows = session.execute(
                text("select type, data from outbox where type = :type order by position"), {"type": kind.type}
            ).all()
        return [outbox.decode(row.type, row.data) for row in rows]

    return find


@pytest.fixture
def run_job(database: Database, service: Service) -> Callable[[str], None]:
    """Run one of the service's periodic jobs now."""

    def run(name: str) -> None:
        job = next(job for job in service.jobs if job.name == name)
        if job.owns_transactions:
            job.usecase(database)
            return
        with database.transaction(SYSTEM) as session:
            job.usecase(session)

    return run


@dataclass
class Committing:
    """A service on a database copy of its own, in which every transaction really commits."""

    app: Flask
    database: Database

    @property
    def client(self) -> FlaskClient:
        """A new HTTP client; one a thread."""
        return self.app.test_client()


@pytest.fixture
def committing(service: Service, request: pytest.FixtureRequest) -> Iterator[Committing]:
    """For races: real commits, real locks, dropped afterwards."""
    mark = request.node.get_closest_marker("env")
    name = cluster().copy(service)
    app, _ = application(service, name, dict(mark.kwargs) if mark else {})
    database: Database = app.extensions["database"]
    yield Committing(app, database)
    database.engine.dispose()
    with psycopg.connect(cluster().server.superuser_dsn(), autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)')


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A private RabbitMQ node. Tests may kill and restart it; they leave it running."""
    if find() is None:
        need("rabbitmq-server")
    with Broker(tmp_path_factory.mktemp("rabbitmq")) as running:
        yield running


@pytest.fixture(scope="session")
def renderer_url() -> Iterator[str]:
    """A renderer of the tests' own: a real PDF through a real process."""
    with running_renderer() as url:
        yield url


def need(tool: str) -> NoReturn:
    """End a long test whose tool this machine does not have: a failure in CI, skipped elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{tool} is not installed")
    pytest.skip(f"{tool} is not installed")
