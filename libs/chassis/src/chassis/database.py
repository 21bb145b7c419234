"""The database: engine and pool, declarative base, and the transaction every door opens.

Row-level security is the second wall behind the queries. A transaction begins by saying for whom it works;
the policies (``chassis.migrations.protect``) read that. Work for no single organization says so with ``SYSTEM``.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from weakref import WeakSet

from prometheus_client import Counter, Histogram
from sqlalchemy import BigInteger, Connection, DateTime, Engine, MetaData, Numeric, create_engine, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import QueuePool

from chassis.arrays import write_quickly

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SYSTEM = "system"
"""Scope of the relay, the processor, jobs, and people who act for no organization: every row is visible."""

Scope = UUID | str

_SET_SCOPE = text("select set_config('app.organization', :organization, true), set_config('app.scope', :scope, true)")

_CHECK_NOW = text("set constraints all immediate")
_CHECK_LATER = text("set constraints all deferred")


_METADATA: dict[str, MetaData] = {}

WAIT = Histogram(
    "database_connection_wait_seconds",
    "Time to get a connection: waiting for the pool, testing or opening one.",
    buckets=(0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 10),
)
WITHOUT = Counter("database_connection_failures", "Transactions that got no connection.", ["reason"])

for _reason in ("pool_exhausted", "unreachable"):
    WITHOUT.labels(_reason)  # a counter that begins with its first event hides it: Prometheus sees no increase

_engines: WeakSet[Engine] = WeakSet()


class Base(DeclarativeBase):
    """Base of every table. Each service (top-level package) has its own metadata, so that tests can load several."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        Decimal: Numeric,
        int: BigInteger,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }

    def __init_subclass__(cls, **options: Any) -> None:
        service = cls.__module__.partition(".")[0]
        cls.metadata = _METADATA.setdefault(service, MetaData(naming_convention=NAMING))
        super().__init_subclass__(**options)


class Database:
    """One service's database, reached with the runtime role. At most five connections a process."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = url
        self.engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": 5, "options": "-c statement_timeout=60000 -c lock_timeout=10000"},
        )
        event.listen(self.engine, "connect", lambda connection, _: write_quickly(connection))
        _engines.add(self.engine)
        self.provided: dict[type, object] = {}
        self._bound: Connection | None = None

    @contextmanager
    def transaction(self, scope: Scope, *, snapshot: bool = False) -> Iterator[Session]:
        """One transaction for the organization (its id) or for ``SYSTEM``: return commits, raise rolls back.

        ``snapshot``: all its statements see the database as the first one did (repeatable read).
        """
        with self._session() as session, session.begin():
            session.info["provided"] = self.provided
            _connect(session, snapshot=snapshot and self._bound is None)
            set_scope(session, scope)
            yield session
            if self._bound is not None:
                session.flush()
                session.execute(_CHECK_NOW)
                # Else the next savepoint of this connection would begin with constraints that cannot wait.
                session.execute(_CHECK_LATER)

    @contextmanager
    def bound_to(self, connection: Connection) -> Iterator[None]:
        """Run every transaction as a savepoint of this connection's (tests roll it back)."""
        self._bound = connection
        try:
            yield
        finally:
            self._bound = None

    def _session(self) -> Session:
        if self._bound is None:
            return Session(self.engine, expire_on_commit=False)
        return Session(self._bound, expire_on_commit=False, join_transaction_mode="create_savepoint")


def pools() -> tuple[int, int]:
    """Connections in use and connections there may be, in all pools of this process."""
    found = [pool for engine in _engines if isinstance(pool := engine.pool, QueuePool)]
    return sum(pool.checkedout() for pool in found), sum(pool.size() for pool in found)


def _connect(session: Session, *, snapshot: bool) -> None:
    started = time.perf_counter()
    try:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"} if snapshot else None)
    except TimeoutError:
        WITHOUT.labels("pool_exhausted").inc()
        raise
    except DBAPIError:
        WITHOUT.labels("unreachable").inc()
        raise
    WAIT.observe(time.perf_counter() - started)


def set_scope(session: Session, scope: Scope) -> None:
    """Say for whom the rest of this transaction works."""
    organization = "" if scope == SYSTEM else str(scope)
    session.execute(_SET_SCOPE, {"organization": organization, "scope": SYSTEM if scope == SYSTEM else ""})


__all__ = ["SYSTEM", "Base", "Database", "Scope", "pools", "set_scope"]
