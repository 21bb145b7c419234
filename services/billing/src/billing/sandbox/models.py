"""The sandbox's tables."""

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billing.sandbox.errors import SessionClosed
from chassis.database import Base

OPEN, PAID, EXPIRED, CANCELLED = "open", "paid", "expired", "cancelled"


class SandboxSession(Base):
    """States: open → paid, expired or cancelled. A declined attempt leaves it open."""

    __tablename__ = "sandbox_sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    fingerprint: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    description: Mapped[str]
    return_url: Mapped[str]
    cancel_url: Mapped[str]
    webhook_url: Mapped[str]
    state: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    refunds: Mapped[str] = mapped_column(default="at_once")

    attempts: Mapped[list["SandboxAttempt"]] = relationship(lazy="selectin", order_by="SandboxAttempt.at")

    def attempt(self, outcome: str, at: datetime) -> None:
        """Somebody tried to pay: ``paid`` or ``declined``. Raises SessionClosed."""
        self.require_open(at)
        self.attempts.append(SandboxAttempt(id=new_id("pay"), outcome=outcome, at=at))
        if outcome == PAID:
            self.state = PAID

    def cancel(self, at: datetime) -> None:
        """The payer gave up. Raises SessionClosed."""
        self.require_open(at)
        self.state = CANCELLED

    def expire(self, at: datetime) -> None:
        """The payer lets the time run out, without having to wait for it. Raises SessionClosed."""
        self.require_open(at)
        self.state = EXPIRED

    def require_open(self, at: datetime) -> None:
        """Raises SessionClosed when it has ended or its time has passed."""
        if self.state != OPEN or at >= self.expires_at:
            raise SessionClosed()


class SandboxAttempt(Base):
    """One try to pay."""

    __tablename__ = "sandbox_attempts"

    id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sandbox_sessions.id"))
    outcome: Mapped[str]
    at: Mapped[datetime]


class SandboxRefund(Base):
    """Money on its way back. States: pending → succeeded or failed."""

    __tablename__ = "sandbox_refunds"

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    attempt_id: Mapped[str] = mapped_column(ForeignKey("sandbox_attempts.id"))
    session_id: Mapped[str] = mapped_column(ForeignKey("sandbox_sessions.id"))
    amount_minor: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str]
    created_at: Mapped[datetime]
    settles_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    def settle(self, state: str, at: datetime) -> None:
        """It has succeeded or failed."""
        self.state, self.settled_at = state, at


class SandboxDelivery(Base):
    """One webhook on its way: pending until somebody answers 2xx."""

    __tablename__ = "sandbox_deliveries"

    id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str]
    type: Mapped[str]
    url: Mapped[str]
    body: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    last_answer: Mapped[str | None]


def new_id(prefix: str) -> str:
    """An id nobody can guess: who knows a session's id may pay it."""
    return f"{prefix}_{secrets.token_urlsafe(18)}"
