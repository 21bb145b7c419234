"""An analytics service on a database with so many enrolments, and what one of its answers costs."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import psycopg
import structlog

from analytics.app import SERVICE
from analytics.clients.privacy import Privacy
from chassis.testing.apps import application
from chassis.testing.cluster import cluster
from chassis.testing.tokens import headers_of
from chassis.wiring import provide

ORGANIZATION = UUID("0190aaaa-0000-7000-8000-000000000001")
ACADEMY = UUID("0190aaaa-0000-7000-8000-000000000002")
_DATA = (Path(__file__).parent / "data.sql").read_text()


class _NobodyConsents(Privacy):
    def __init__(self) -> None:
        """Asks nobody: what privacy costs is measured elsewhere."""

    def visible(self, *_: Any, **__: Any) -> frozenset[UUID]:
        return frozenset()


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU a call: of this process and of its PostgreSQL backend."""

    python: float
    postgres: float

    @property
    def both(self) -> float:
        """Of the two together."""
        return self.python + self.postgres


class World:
    """A database of its own; ``seconds`` is how long it took to fill, ``rows`` the rows of its tables."""

    def __init__(self, enrollments: int, cohorts: int) -> None:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
        self.name = cluster().copy(SERVICE)
        known = {"enrollments": enrollments, "cohorts": cohorts, "organization": ORGANIZATION, "academy": ACADEMY}
        begun = time.monotonic()
        with self._connect() as connection:
            connection.execute("set work_mem = '256MB'")
            connection.execute("set jit = off")
            for statement in _DATA.format(**known).split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute("vacuum analyze")
            counted = ("enrollments", "cohort_results", "seats", "cells")
            self.rows = {table: self._count(connection, table) for table in counted}
            self.cohort = str(connection.execute("select cohort_id from cohorts order by start_date").fetchone()[0])
        self.seconds = time.monotonic() - begun
        self.app, _ = application(SERVICE, self.name, {})
        self.database = self.app.extensions["database"]
        provide(self.database, Privacy, _NobodyConsents())
        self.headers = headers_of(("dashboard.view", "cohorts.read"), organization=ORGANIZATION)
        self._client = self.app.test_client()

    def get(self, path: str) -> None:
        """One GET that must be answered."""
        answer = self._client.get(f"/api/v1{path}", headers=self.headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)

    def cost(self, call: Callable[["World"], object], times: int) -> Cost:
        """The median of so many calls, after two that warm up."""
        for _ in range(2):
            call(self)
        backends = self._backends()
        python, postgres = [], []
        for _ in range(times):
            before, busy = time.process_time(), _busy(backends)
            call(self)
            python.append(time.process_time() - before)
            postgres.append(_busy(backends) - busy)
        return Cost(1000 * median(python), 1000 * median(postgres))

    def drop(self) -> None:
        """Give the disk back."""
        self.database.engine.dispose()
        with psycopg.connect(cluster().server.superuser_dsn(), autocommit=True) as connection:
            connection.execute(f'drop database "{self.name}" with (force)')

    def _backends(self) -> list[int]:
        with self._connect() as connection:
            found = connection.execute(
                "select pid from pg_stat_activity where datname = %s and pid <> pg_backend_pid()", (self.name,)
            )
            return [pid for (pid,) in found]

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(cluster().server.superuser_dsn(self.name), autocommit=True)

    def _count(self, connection: psycopg.Connection[Any], table: str) -> int:
        row = connection.execute(f"select count(*) from {table}").fetchone()  # noqa: S608 - our own names
        return int(row[0]) if row else 0


def _busy(pids: Collection[int]) -> float:
    """Seconds on a processor so far."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in pids) / 1e9
