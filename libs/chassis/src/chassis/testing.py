"""The pytest plugin: one migrated database a service and worker, rolled back after each test.

Tests enter by a real door: ``client`` (HTTP), ``deliver`` (events), ``run_job`` (schedule). A service's own
``conftest.py`` only says which service: ``@pytest.fixture def service(): return SERVICE``. For races, ``committing``
gives a database copy in which every transaction really commits.
"""

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis import migrate, outbox
from chassis.auth import ALGORITHM, AUDIENCE, ISSUER, TOKEN_TYPE, TokenVerifier
from chassis.database import SYSTEM, Database
from chassis.factory import create_app
from chassis.ids import new_id
from chassis.service import Service
from chassis.settings import SERVICE_NAMES, load
from contracts.event import Event

PASSWORD = "only-for-tests"  # noqa: S105 - of databases that live as long as a test run
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
JWKS = {"keys": [{**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "test", "use": "sig", "alg": "RS256"}]}
ENVIRONMENT = {
    "CLIENT_SECRET": "client-secret-of-a-test",
    "EVENTS_SECRET": "whsec_dGVzdHMgYXJlIHNpZ25lZCB0b28hISEhISEhISE=",
    "PUBLIC_URL": "http://localhost:8000",
    **{f"{name.upper()}_URL": f"http://{name}.test" for name in SERVICE_NAMES},
    "RENDERER_URL": "http://renderer.test",
}

Headers = dict[str, str]


class _Cluster:
    """One embedded PostgreSQL a test process, and each service's template database in it."""

    def __init__(self) -> None:
        from local.postgres import Server

        folder = Path(tempfile.mkdtemp(prefix="ufadhili-tests-"))
        self.server = Server(folder, durable=False)
        self.server.start()
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        atexit.register(self.server.stop)
        self._templates: set[str] = set()
        self._shared: dict[str, str] = {}
        self._copies = 0

    def template(self, service: Service) -> str:
        """The name of the service's migrated database, which is only ever copied."""
        if service.name not in self._templates:
            self.create(service.name)
            migrate.upgrade(service.migrations, self.url(service.name, f"{service.name}_owner"))
            self._templates.add(service.name)
        return service.name

    def copy(self, service: Service) -> str:
        """A fresh copy of the service's migrated database."""
        template = self.template(service)
        self._copies += 1
        name = f"{service.name}_copy_{self._copies}"
        with psycopg.connect(self.server.superuser_dsn(), autocommit=True) as connection:
            connection.execute(f'create database "{name}" template "{template}" owner "{template}_owner"')
        return name

    def shared_copy(self, service: Service) -> str:
        """The copy in which every test's writes are rolled back."""
        if service.name not in self._shared:
            self._shared[service.name] = self.copy(service)
        return self._shared[service.name]

    def create(self, name: str) -> None:
        from local.postgres import create_database

        create_database(self.server.superuser_dsn(), name, PASSWORD, PASSWORD)

    def url(self, database: str, role: str) -> str:
        return self.server.url(database, role, PASSWORD)


_cluster: list[_Cluster] = []
_apps: dict[tuple[Any, ...], tuple[Flask, Any]] = {}


def cluster() -> _Cluster:
    """The process's embedded PostgreSQL, started when first asked for."""
    if not _cluster:
        _cluster.append(_Cluster())
    return _cluster[0]


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks this plugin reads."""
    config.addinivalue_line("markers", "env(**variables): settings of this test's service, as environment variables")
    config.addinivalue_line("markers", "long: takes more than a few seconds of a core; part of make verify")


@pytest.fixture
def service() -> Service:
    """The service under test; each service's conftest.py overrides this."""
    raise NotImplementedError("define the fixture `service` in the service's tests/conftest.py")


def _application(service: Service, database_name: str, variables: dict[str, str]) -> tuple[Flask, Any]:
    url = cluster().url(database_name, f"{service.name}_app")
    with patch.dict(os.environ, {**ENVIRONMENT, "DATABASE_URL": url, **variables}):
        settings = load(service.settings.read)
    verifier = TokenVerifier(lambda: JWKS, (AUDIENCE, service.name))
    return create_app(service, settings, tokens=verifier), settings


@pytest.fixture
def app(service: Service, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The service's app; whatever this test writes is rolled back."""
    mark = request.node.get_closest_marker("env")
    variables = dict(mark.kwargs) if mark else {}
    key = (service.name, *sorted(variables.items()))
    if key not in _apps:
        _apps[key] = _application(service, cluster().shared_copy(service), variables)
    app = _apps[key][0]
    database: Database = app.extensions["database"]
    provided = dict(database.provided)
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
    return next(found for known, found in _apps.values() if known is app)


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


def token(**claims: Any) -> str:
    """An access token signed with the tests' key; ``claims`` replace the defaults."""
    now = int(time.time())
    defaults = {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 900, "jti": str(new_id())}
    return jwt.encode({**defaults, **claims}, KEY, ALGORITHM, headers={"kid": "test", "typ": TOKEN_TYPE})


def headers_of(
    permissions: tuple[str, ...] = (),
    *,
    organization: UUID | None = None,
    user: UUID | None = None,
    kind: str | None = "sponsor",
    narrowed: dict[UUID, tuple[str, ...]] | None = None,
) -> Headers:
    """Authorization of a person with these permissions in this organization."""
    claims: dict[str, Any] = {"sub": str(user or new_id()), "sid": str(new_id()), "perms": list(permissions)}
    if organization:
        claims |= {"org": str(organization), "org_kind": kind}
    if narrowed:
        claims["narrow"] = {str(scope): list(held) for scope, held in narrowed.items()}
    return {"Authorization": f"Bearer {token(**claims)}"}


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
    app, _ = _application(service, name, dict(mark.kwargs) if mark else {})
    database: Database = app.extensions["database"]
    yield Committing(app, database)
    database.engine.dispose()
    with psycopg.connect(cluster().server.superuser_dsn(), autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)')
