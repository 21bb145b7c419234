"""A PostgreSQL connection outside the pool, to listen on a channel and to hold an advisory lock."""

import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from chassis.database import Database

_SLICE = 0.25
_LOCK = "select pg_try_advisory_lock(hashtextextended(%s, 0))"
_KEEPALIVE: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}


class Listener:
    """One connection of its own, in autocommit. Losing it raises ``psycopg.OperationalError``."""

    def __init__(self, database: Database) -> None:
        arguments, options = database.engine.dialect.create_connect_args(make_url(database.url))
        self._connection: psycopg.Connection[Any] = psycopg.connect(
            *arguments, **{**options, **_KEEPALIVE}, autocommit=True
        )

    def __enter__(self) -> "Listener":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Closing alone gives the locks back a moment later, when the server has noticed.
        if not self._connection.closed and not self._connection.broken:
            with suppress(psycopg.OperationalError):
                self._connection.execute("select pg_advisory_unlock_all()")
        self._connection.close()

    def lock(self, name: str) -> bool:
        """Try to take the lock called ``name`` for as long as the connection lives."""
        row = self._connection.execute(_LOCK, (name,)).fetchone()
        return bool(row and row[0])

    def check(self) -> None:
        """Raise ``psycopg.OperationalError`` when the connection is gone, and every lock with it."""
        self._connection.execute("select 1")

    def listen(self, channel: str) -> None:
        """Hear what is committed to ``channel`` from now on."""
        self._connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))

    def wait(self, seconds: float, stop: threading.Event) -> set[str]:
        """The payloads heard, as soon as there are any; nothing after ``seconds`` or when ``stop`` is set."""
        until = time.monotonic() + seconds
        while not stop.is_set() and (left := until - time.monotonic()) > 0:
            if heard := self._heard(min(left, _SLICE)):
                # Those that queued up behind it say nothing new: the caller looks at everything there is.
                return heard | self._heard(0)
        return set()

    def _heard(self, timeout: float) -> set[str]:
        return {note.payload for note in self._connection.notifies(timeout=timeout, stop_after=1)}
