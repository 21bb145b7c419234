"""The bytes of an upload, which lie in the database in pieces: a file object that can be sought."""

import io
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.database import Database
from programs.models import ImportChunk
from programs.rules.oneroster.archive import LARGEST_READ
from programs.rules.oneroster.refusals import FileRefused

CHUNK = 1024 * 1024
"""Bytes of a piece; the last one may be shorter."""

_AT_HAND = 2


class Upload(io.RawIOBase):
    """Reads an upload; two pieces of it are in memory at most. Each piece is read in a transaction of its own."""

    def __init__(self, database: Database, organization_id: UUID, import_id: UUID, size: int) -> None:
        self._database = database
        self._organization_id, self._import_id = organization_id, import_id
        self._size, self._position = size, 0
        self._pieces: dict[int, bytes] = {}

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place. Raises ValueError for one before the beginning."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the beginning")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        """The place where the next read begins."""
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """All of the bytes asked for, fewer only at the end. Raises FileRefused when far too many."""
        left = max(self._size - self._position, 0)
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > LARGEST_READ:
            raise FileRefused("not_a_zip", "Its table of contents is far too large.")
        found = bytearray()
        while len(found) < wanted:
            number, offset = divmod(self._position, CHUNK)
            part = self._piece(number)[offset : offset + wanted - len(found)]
            if not part:
                break
            found += part
            self._position += len(part)
        return bytes(found)

    def _piece(self, number: int) -> bytes:
        if number not in self._pieces:
            while len(self._pieces) >= _AT_HAND:
                del self._pieces[next(iter(self._pieces))]
            self._pieces[number] = self._load(number)
        return self._pieces[number]

    def _load(self, number: int) -> bytes:
        own = (ImportChunk.organization_id == self._organization_id, ImportChunk.import_id == self._import_id)
        with self._database.transaction(self._organization_id) as session:
            found = session.scalar(select(ImportChunk.data).where(*own, ImportChunk.number == number))
        return bytes(found or b"")


def stored(session: Session, organization_id: UUID, import_id: UUID) -> bool:
    """Whether the upload is still there."""
    own = (ImportChunk.organization_id == organization_id, ImportChunk.import_id == import_id)
    return bool(session.scalar(select(func.count()).select_from(ImportChunk).where(*own)))
