"""What the doors have in common: asked once, asked until they answer, and counted."""

from time import monotonic, sleep
from typing import Any, ClassVar

from sqlalchemy import text

from chassis.database import SYSTEM, Database
from chassis.service import Service
from chassis.testing import Committing, Headers

PATIENCE = 60
"""Seconds a client goes on asking."""


class Desk:
    """A door of a service, on a database in which every transaction commits.

    ``counts``: statements for numbers that must each grow by one with each key.
    """

    name: ClassVar[str]
    service: ClassVar[Service]
    counts: ClassVar[tuple[str, ...]]

    headers: Headers

    def __init__(self, committing: Committing) -> None:
        self.committing = committing
        self.database: Database = committing.database

    def prepare(self, key: str) -> None:
        """What must be there before this key is first asked with."""

    def ask(self, key: str) -> Any:
        """The POST, always the same one for the same key."""
        raise NotImplementedError

    def begin_anew(self) -> None:
        """Let go of connections that are another process's. Those of the database are taken care of."""

    def post(self, path: str, body: Any, key: str, headers: Headers | None = None) -> Any:
        """An answer of the service."""
        sent = {**(headers or self.headers), "Idempotency-Key": key}
        return self.committing.client.post(path, json=body, headers=sent)

    def answered(self, key: str) -> bytes:
        """Ask until it is answered, as a client does who is told that the key is in flight or the service busy."""
        ends = monotonic() + PATIENCE
        while (answer := self.ask(key)).status_code in {409, 503}:
            assert monotonic() < ends, answer.text
            sleep(0.02)
        assert 200 <= answer.status_code < 300, answer.text
        return bytes(answer.data)

    def effects(self) -> list[int]:
        """The counts now."""
        counts = (*self.counts, "select count(*) from idempotency_keys")
        with self.database.transaction(SYSTEM) as session:
            return [int(session.scalar(text(count)) or 0) for count in counts]


def said(name: str) -> str:
    """How many events of this name were published."""
    return f"select count(*) from outbox where type like '%.{name}.%'"  # noqa: S608 - of this folder's own words
