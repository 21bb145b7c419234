"""Consents: texts, grants whose methods are their rules, and what cannot be changed: history and access log."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class Policy(Base):
    """The text a person agrees to: one a scope and version, never changed."""

    __tablename__ = "policies"

    scope: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str]
    for_anyone: Mapped[bool]
    effective_from: Mapped[datetime]


class Terms(NamedTuple):
    """Who grants (``self`` or ``guardian``), having read which text, until when at most."""

    user_id: UUID
    granted_by: str
    policy_version: str
    expires_at: datetime | None


class Grant(Base):
    """Where a student stands with one organization and scope now. ``organization_id`` None is anyone."""

    __tablename__ = "grants"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    student_id: Mapped[UUID]
    organization_id: Mapped[UUID | None]
    scope: Mapped[str]
    state: Mapped[str]
    granted_by: Mapped[str]
    granted_by_user_id: Mapped[UUID]
    policy_version: Mapped[str]
    granted_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    def says(self, terms: Terms, at: datetime) -> bool:
        """Whether granting this again at that moment would change nothing."""
        live = self.state == "granted" and (self.expires_at is None or self.expires_at > at)
        return live and terms[1:] == (self.granted_by, self.policy_version, self.expires_at)

    def give(self, terms: Terms, at: datetime) -> None:
        """Let it hold from now on, under these terms."""
        self.state, self.granted_at, self.ended_at = "granted", at, None
        self.granted_by_user_id, self.granted_by, self.policy_version, self.expires_at = terms

    def end(self, state: str, at: datetime) -> bool:
        """Withdraw it or let it expire. False when it had ended before: nothing changes then."""
        if self.state != "granted":
            return False
        self.state, self.ended_at = state, at
        return True


class GrantHistory(Base):
    """One change of a grant. The database refuses to change or delete a row."""

    __tablename__ = "grant_history"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    grant_id: Mapped[UUID]
    student_id: Mapped[UUID]
    organization_id: Mapped[UUID | None]
    scope: Mapped[str]
    action: Mapped[str]
    acted_by: Mapped[str]
    user_id: Mapped[UUID | None]
    policy_version: Mapped[str]
    at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class AccessLog(Base):
    """One allowed read of a named student. The database refuses to change or delete a row."""

    __tablename__ = "access_log"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    student_id: Mapped[UUID]
    organization_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    scope: Mapped[str]
    purpose: Mapped[str | None]
    basis: Mapped[str]
    grant_id: Mapped[UUID | None]
    at: Mapped[datetime]
