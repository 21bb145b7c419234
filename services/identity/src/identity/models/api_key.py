"""A key with which a program enters for an organization."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from chassis.errors import NotFound
from identity.errors import ApiKeyReplaced
from identity.models.session import TransactionId


class ApiKey(Base):
    """Only the key's hash is kept, and its first characters to tell it from others.

    Its tokens carry its id as their session, so that they end with it. ``replaced_by`` is its successor.
    """

    __tablename__ = "api_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    name: Mapped[str]
    prefix: Mapped[str]
    key_hash: Mapped[bytes]
    permissions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_in: Mapped[str | None] = mapped_column(TransactionId)
    replaced_by: Mapped[UUID | None]

    def revoke(self, at: datetime) -> None:
        """End the key and all its tokens."""
        self.revoked_at = at
        self.revoked_in = func.pg_current_xact_id()

    def check_replaceable(self, at: datetime) -> None:
        """Raise NotFound for a key that opens nothing any more, ApiKeyReplaced for one that has a successor."""
        if self.revoked_at is not None or (self.expires_at is not None and at >= self.expires_at):
            raise NotFound()
        if self.replaced_by is not None:
            raise ApiKeyReplaced()

    def replace(self, successor: UUID, at: datetime, overlap: timedelta) -> None:
        """Open for ``overlap`` still, but no longer than it would have; without overlap it ends at once."""
        self.replaced_by = successor
        if not overlap:
            self.revoke(at)
        elif self.expires_at is None or at + overlap < self.expires_at:
            self.expires_at = at + overlap
