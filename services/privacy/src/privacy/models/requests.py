"""What people ask of their data, what each service answered, and the copies that wait to be fetched."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from privacy.errors import RequestEnded

ACCESS, ERASURE, RECTIFICATION, OBJECTION = "access", "erasure", "rectification", "objection"
RIGHTS = (ACCESS, ERASURE, RECTIFICATION, OBJECTION)
ORGANIZATION = "organization"
"""Who asks when nobody does: the organization's own rule on how long it keeps people."""

RECEIVED, IN_PROGRESS, DONE, REFUSED = "received", "in_progress", "done", "refused"
STATES = (RECEIVED, IN_PROGRESS, DONE, REFUSED)
OPEN = (RECEIVED, IN_PROGRESS)


class DataRequest(Base):
    """What one person asks: received → in progress → done or refused.

    ``requested_by`` asks, for themselves, as a guardian or by an organization's rule (``acts_as``). ``organization_id``
    decides, if any does.
    ``wanted`` is what they want changed or stopped, and is emptied with the end. ``law`` says where ``due_at`` is from.
    """

    __tablename__ = "data_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    student_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    requested_by: Mapped[UUID]
    acts_as: Mapped[str]
    organization_id: Mapped[UUID | None]
    state: Mapped[str]
    law: Mapped[str]
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text))
    wanted: Mapped[dict[str, Any]]
    reason: Mapped[str | None]
    receipt_hash: Mapped[bytes]
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    escalated_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in OPEN

    def start(self) -> None:
        """Somebody works on it. Raises RequestEnded."""
        self._must_be_open()
        self.state = IN_PROGRESS

    def finish(self, at: datetime) -> None:
        """It is done; what was wanted is no longer needed. Raises RequestEnded."""
        self._must_be_open()
        self.state, self.ended_at, self.wanted = DONE, at, {}

    def refuse(self, reason: str, at: datetime) -> None:
        """It will not be done, and why. Raises RequestEnded."""
        self._must_be_open()
        self.state, self.ended_at, self.reason, self.wanted = REFUSED, at, reason, {}

    def _must_be_open(self) -> None:
        if not self.is_open:
            raise RequestEnded()


class DataRequestPart(Base):
    """One service's answer: rows erased per table, and what is kept, why and until when."""

    __tablename__ = "data_request_parts"

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    erased: Mapped[list[Any]]
    kept: Mapped[list[Any]]
    answered_at: Mapped[datetime]


class ExportPiece(Base):
    """A piece of a finished copy: web and worker share no disk."""

    __tablename__ = "export_pieces"

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class Erased(Base):
    """An id whose person was erased: whatever still arrives about them is left out."""

    __tablename__ = "erased"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Retention(Base):
    """How long an organization keeps students after they have left, in months; without a row, as long as it likes."""

    __tablename__ = "retention"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    inactive_months: Mapped[int]
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]
