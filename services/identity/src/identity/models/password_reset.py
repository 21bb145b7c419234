"""A new password that was asked for by mail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from identity.errors import LinkNotValid


class PasswordReset(Base):
    """Good once and for a short while. Only the hash of the newest link's token is kept."""

    __tablename__ = "password_resets"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    token_hash: Mapped[bytes | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    def link_with(self, token_hash: bytes, at: datetime) -> None:
        """The newest link is the one that works. Raises LinkNotValid."""
        self._must_hold(at)
        self.token_hash = token_hash

    def use(self, at: datetime) -> None:
        """Use the link, once and in time. Raises LinkNotValid."""
        self._must_hold(at)
        self.used_at = at

    def _must_hold(self, at: datetime) -> None:
        if self.used_at is not None or at >= self.expires_at:
            raise LinkNotValid()
