"""Who may what where: memberships, roles, and the record of every change to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class Membership(Base):
    """A person belongs to an organization."""

    __tablename__ = "memberships"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]


class Role(Base):
    """A role a member holds, in the whole organization or narrowed to one cohort."""

    __tablename__ = "roles"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID | None]
    user_id: Mapped[UUID]
    role: Mapped[str]
    cohort_id: Mapped[UUID | None]
    created_at: Mapped[datetime]


class AuditEntry(Base):
    """A change of rights: who changed whose, how. ``user_id`` is whose: a person, an API key or an invitation.

    The database links each to the one before of the same organization, and refuses to change or delete one.
    """

    __tablename__ = "rights_audit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    user_id: Mapped[UUID]
    action: Mapped[str]
    details: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(server_default=FetchedValue())
    prev_hash: Mapped[bytes] = mapped_column(server_default=FetchedValue())
    hash: Mapped[bytes] = mapped_column(server_default=FetchedValue())


class AuditHead(Base):
    """How far an organization's record has come. The database moves it with every entry, and only forward."""

    __tablename__ = "rights_audit_heads"

    chain: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID | None]
    sequence: Mapped[int]
    hash: Mapped[bytes]
