"""xAPI statements."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class XapiStatement(Base):
    """A statement as it was received, and what became of it here.

    ``fingerprint`` tells another statement of the same id from the same one sent again. ``voids`` is the id it voids.
    """

    __tablename__ = "xapi_statements"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(server_default=FetchedValue())
    stored: Mapped[datetime]
    statement: Mapped[str]
    fingerprint: Mapped[bytes]
    voids: Mapped[UUID | None]
    is_voided: Mapped[bool]
    effect: Mapped[str]
    reason: Mapped[str | None]


class XapiTerm(Base):
    """One thing that a statement is found by."""

    __tablename__ = "xapi_terms"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    term: Mapped[bytes] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[UUID]
