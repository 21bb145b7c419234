"""Take in an upload as a stream: in pieces, each in a transaction of its own, so that none waits for a client."""

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Forbidden, Invalid, TooLarge
from chassis.ids import new_id
from programs.errors import TooManyImports
from programs.models import KEEP, QUEUED, RECEIVING, RUNNING, ImportChunk, RosterImport
from programs.queries.imports import shown
from programs.queries.organizations import organization_of
from programs.queries.uploads import CHUNK

MOST_WAITING = 20
"""Imports of an organization that wait at a time."""

_ZIP = b"PK"


class Incoming:
    """Where an upload is written to. ``sha256`` and ``size`` are of what has been written."""

    def __init__(self, database: Database, caller: Caller, limit: int) -> None:
        """Raises Forbidden for who may not import for a whole organization, TooManyImports."""
        self.organization_id = organization_of(caller)
        if not caller.may("rosters.import"):
            raise Forbidden("This needs the permission 'rosters.import' in the whole of an organization.")
        self.id, self.size, self._limit = new_id(), 0, limit
        self._database = database
        self._digest = hashlib.sha256()
        self._buffer = bytearray()
        self._number = 0
        self._do(lambda session: _open(session, self.organization_id, self.id, caller))

    @property
    def sha256(self) -> str:
        """Of all the bytes, in hexadecimal."""
        return self._digest.hexdigest()

    def write(self, data: Any) -> int:
        """Take more bytes. Raises TooLarge, and Invalid when they are no zip's."""
        self._buffer += data
        self.size += len(data)
        self._digest.update(data)
        if self.size > self._limit:
            raise TooLarge(f"The file is larger than {self._limit} bytes.")
        if self._number == 0 and len(self._buffer) >= len(_ZIP) and not self._buffer.startswith(_ZIP):
            raise Invalid.field("file", "This is no zip file.")
        while len(self._buffer) >= CHUNK:
            self._flush(CHUNK)
        return len(data)

    def seek(self, place: int) -> int:
        """Form parsers go back to the beginning of what they wrote; nobody reads it from here."""
        return place

    def end(self) -> None:
        """All bytes are there. Raises Invalid when there were none."""
        if self._buffer:
            self._flush(len(self._buffer))
        if self.size < len(_ZIP):
            raise Invalid.field("file", "The file is empty.")

    def discard(self) -> None:
        """Nothing of it is kept."""
        own = (RosterImport.organization_id == self.organization_id, RosterImport.id == self.id)
        self._do(lambda session: session.execute(delete(RosterImport).where(*own, RosterImport.state == RECEIVING)))

    def _flush(self, size: int) -> None:
        data, number = bytes(self._buffer[:size]), self._number
        del self._buffer[:size]
        self._number += 1
        own = {"organization_id": self.organization_id, "import_id": self.id}
        self._do(lambda session: session.add(ImportChunk(**own, number=number, data=data)))

    def _do(self, work: Callable[[Session], Any]) -> None:
        with self._database.transaction(self.organization_id) as session:
            work(session)


def queue_import(session: Session, incoming: Incoming, *, absent: str, absent_limit: int) -> dict[str, Any]:
    """What came in is an import that waits for a worker. The same bytes again are another one."""
    own = (RosterImport.organization_id == incoming.organization_id, RosterImport.id == incoming.id)
    facts = {"state": QUEUED, "absent": absent, "absent_limit": absent_limit, "as_of": now()}
    session.execute(update(RosterImport).where(*own).values(**facts, size=incoming.size, sha256=incoming.sha256))
    return shown(session, incoming.organization_id, incoming.id)


def _open(session: Session, organization_id: UUID, id: UUID, caller: Caller) -> None:
    waiting = select(func.count()).where(
        RosterImport.organization_id == organization_id, RosterImport.state.in_((RECEIVING, QUEUED, RUNNING))
    )
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise TooManyImports(details={"most": MOST_WAITING})
    at = now()
    session.add(
        RosterImport(
            organization_id=organization_id, id=id, kind=caller.organization_kind or "", requested_by=caller.user_id,
            state=RECEIVING, absent=KEEP, absent_limit=0, size=0, sha256="", received_at=at, as_of=at, position=0,
            notices=[], refused=0,
        )
    )  # fmt: skip


__all__ = ["MOST_WAITING", "Incoming", "queue_import"]
