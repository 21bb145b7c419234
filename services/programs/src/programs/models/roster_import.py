"""Imports of OneRoster files: the job, its upload, its counts, what it refused, and what is known by which id."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base

RECEIVING, QUEUED, RUNNING, DONE, FAILED = "receiving", "queued", "running", "done", "failed"
IMPORT_STATES = (QUEUED, RUNNING, DONE, FAILED)
"""Those that are shown: while an upload is coming in there is no import yet."""

KEEP, REMOVE = "keep", "remove"


class RosterImport(Base):
    """One upload and how far it is.

    ``step`` and ``position`` are the checkpoint, written in the transaction of what they stand for. ``absent`` says
    what becomes of what a bulk file no longer has, ``absent_limit`` (percent) how much of it may go. ``as_of`` is when
    anything here last changed.
    """

    __tablename__ = "imports"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    requested_by: Mapped[UUID | None]
    state: Mapped[str]
    absent: Mapped[str]
    absent_limit: Mapped[int]
    size: Mapped[int]
    sha256: Mapped[str]
    received_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    as_of: Mapped[datetime]
    step: Mapped[str | None]
    position: Mapped[int]
    problem: Mapped[dict[str, Any] | None]
    notices: Mapped[list[Any]]
    refused: Mapped[int]

    def start(self, at: datetime) -> None:
        """A worker has begun with it."""
        self.state, self.started_at, self.as_of = RUNNING, self.started_at or at, at

    def finish(self, at: datetime) -> None:
        """All that could be taken is in."""
        self.state, self.finished_at, self.as_of = DONE, at, at

    def fail(self, problem: dict[str, Any], at: datetime) -> None:
        """It cannot be read, or not further."""
        self.state, self.problem, self.finished_at, self.as_of = FAILED, problem, at, at


class ImportChunk(Base):
    """A piece of the upload; ``number`` counts from 0."""

    __tablename__ = "import_chunks"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class ImportFile(Base):
    """A file of the upload: its mode, its rows, and what became of those read so far."""

    __tablename__ = "import_files"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    mode: Mapped[str]
    rows: Mapped[int]
    read: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    removed: Mapped[int]
    ignored: Mapped[int]
    refused: Mapped[int]


class ImportProblem(Base):
    """A row that was refused, and why. The first hundred thousand of an import are kept."""

    __tablename__ = "import_errors"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str]
    line: Mapped[int]
    column_name: Mapped[str]
    reason: Mapped[str]
    sourced_id: Mapped[str | None]


class RosterItem(Base):
    """What files have told of something, by the id they know it by; ``our_id`` is ours, where it has one here.

    ``fingerprint`` is of all that its effect depended on: the same again is no news. ``seen_in`` and ``line`` say where
    it was read last, ``outcome`` what became of it there; ``listed_in`` is the latest bulk import that has it at all.
    """

    __tablename__ = "roster_items"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    sourced_id: Mapped[str] = mapped_column(primary_key=True)
    our_id: Mapped[UUID | None]
    fingerprint: Mapped[bytes]
    facts: Mapped[dict[str, Any]]
    seen_in: Mapped[UUID]
    line: Mapped[int]
    outcome: Mapped[str]
    listed_in: Mapped[UUID | None]


class RosterGuardian(Base):
    """A guardian's row that names a student."""

    __tablename__ = "roster_guardians"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(primary_key=True)
    guardian: Mapped[str] = mapped_column(primary_key=True)
