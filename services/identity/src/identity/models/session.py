"""A sign-in on one device, and its chain of refresh tokens."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from chassis.database import Base


class TransactionId(UserDefinedType[str]):
    """PostgreSQL's xid8."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name."""
        return "xid8"


class UserSession(Base):
    """One sign-in: its access tokens carry its id, its refresh tokens are one family."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    organization_id: Mapped[UUID | None]
    device: Mapped[str | None]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None]
    revoked_in: Mapped[str | None] = mapped_column(TransactionId)

    def is_live(self, at: datetime) -> bool:
        """Whether the session still speaks for its person."""
        return self.revoked_at is None and at < self.ends_at

    def revoke(self, reason: str, at: datetime) -> None:
        """End the session and all its tokens. Ending it twice changes nothing."""
        if self.revoked_at is None:
            self.revoked_at, self.revoked_reason = at, reason
            self.revoked_in = func.pg_current_xact_id()


class RefreshToken(Base):
    """One link of a session's chain. Its token is not kept: only its hash, and what its successor is made with."""

    __tablename__ = "refresh_tokens"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    session_id: Mapped[UUID]
    nonce: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
