"""Programs and privacy in one process: their real doors and databases, with only the network between them left out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from chassis import outbox
from chassis.database import SYSTEM, Database
from chassis.http_client import Unavailable
from chassis.service import Service
from chassis.testing import cluster, headers_of, token
from chassis.testing.apps import application, shared_application
from contracts.event import Event
from contracts.subscriptions import subscribers
from privacy.app import SERVICE as PRIVACY
from programs.app import SERVICE as PROGRAMS
from programs.clients.privacy import Privacy


class House:
    """One service under test."""

    def __init__(self, service: Service, app: Flask) -> None:
        self.service, self._app = service, app
        self.database: Database = app.extensions["database"]

    @property
    def client(self) -> FlaskClient:
        """A new HTTP client; one a thread."""
        return self._app.test_client()

    def hear(self, *events: Event) -> None:
        for event in events:
            if self.service.name in subscribers(type(event)):
                handler = self.service.consumers[type(event)]
                with self.database.transaction(SYSTEM) as session:
                    handler(session, [event] if getattr(handler, "many", False) else event)

    def said(self) -> list[Event]:
        """What was published since this was last asked."""
        with self.database.transaction(SYSTEM) as session:
            rows = session.execute(text("select type, data from outbox order by position")).all()
            session.execute(text("delete from outbox"))
        return [outbox.decode(row.type, row.data) for row in rows]

    def count(self, statement: str, **values: Any) -> int:
        with self.database.transaction(SYSTEM) as session:
            return int(session.scalar(text(statement), values) or 0)


class Wire:
    """The network between programs and privacy; it can be cut."""

    def __init__(self, privacy: House) -> None:
        self._privacy, self.cut = privacy, False

    def post(self, path: str, *, json: Any, idempotent: bool) -> Any:
        assert idempotent
        if self.cut:
            raise Unavailable()
        headers = {"Authorization": f"Bearer {token(sub='programs', client_id='programs', aud='privacy')}"}
        return _Answer(self._privacy.client.post(path, json=json, headers=headers))


class _Answer:
    def __init__(self, found: Any) -> None:
        self._found = found

    def raise_for_status(self) -> None:
        assert self._found.status_code == 200, self._found.text

    def json(self) -> Any:
        return self._found.json


@contextmanager
def _rolled_back(service: Service) -> Iterator[House]:
    app = shared_application(service, {})
    database: Database = app.extensions["database"]
    provided = dict(database.provided)
    with database.engine.connect() as connection:
        outer = connection.begin()
        with database.bound_to(connection):
            yield House(service, app)
        outer.rollback()
    database.provided.clear()
    database.provided.update(provided)


@contextmanager
def _committing(service: Service) -> Iterator[House]:
    name = cluster().copy(service)
    app, _ = application(service, name, {})
    house = House(service, app)
    yield house
    house.database.engine.dispose()
    with psycopg.connect(cluster().server.superuser_dsn(), autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)')


class Street:
    """Both services; ``tell`` hands events to whoever listens, ``settle`` what programs has said."""

    def __init__(self, programs: House, privacy: House) -> None:
        self.programs, self.privacy, self.wire = programs, privacy, Wire(privacy)
        programs.database.provided[Privacy] = Privacy(self.wire)  # type: ignore[arg-type]

    def tell(self, *events: Event) -> None:
        for house in (self.programs, self.privacy):
            house.hear(*events)

    def settle(self) -> None:
        self.privacy.hear(*self.programs.said())

    def write(self, path: str, body: Any, *permissions: str, **who: Any) -> Any:
        """POST to programs as somebody of an organization, and let privacy hear what follows."""
        answer = self.programs.client.post(
            f"/api/v1/programs/{path}", json=body, headers=headers_of(permissions, **who)
        )
        assert answer.status_code == 201, answer.text
        self.settle()
        return answer.json


@pytest.fixture
def street() -> Iterator[Street]:
    """All of whose writes are rolled back."""
    with _rolled_back(PROGRAMS) as programs, _rolled_back(PRIVACY) as privacy:
        yield Street(programs, privacy)


@pytest.fixture
def committing_street() -> Iterator[Street]:
    """For races: every transaction commits, and many threads may ask."""
    with _committing(PROGRAMS) as programs, _committing(PRIVACY) as privacy:
        yield Street(programs, privacy)
